"""Node b, the kind behind the cluster; it calls nodes of kind a."""

from erlang_docker.process import main
from erlang_docker.release import Release

if __name__ == "__main__":
    main(Release(kind="b", peer_kind="a"))
