"""A node of kind a that buys."""

from erlang_docker import Release, run
from shop import buying

if __name__ == "__main__":
    run(Release(kind="a", peer_kind="b", exports=(buying,)))
