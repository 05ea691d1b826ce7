"""Node a, the kind that browsers and curl meet; it calls nodes of kind b."""

from erlang_docker.process import main
from erlang_docker.release import Release

if __name__ == "__main__":
    main(Release(kind="a", peer_kind="b"))
