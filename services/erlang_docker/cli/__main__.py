"""`python -m erlang_docker.cli`."""

from erlang_docker.cli.main import main

if __name__ == "__main__":
    main()
