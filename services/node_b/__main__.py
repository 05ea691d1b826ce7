"""Node b, the kind behind the cluster; it calls nodes of kind a."""

from erlang_docker import Release, run

if __name__ == "__main__":
    run(Release(kind="b", peer_kind="a"))
