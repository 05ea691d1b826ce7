"""A node of kind a that puts and gets."""

from cache import front
from erlang_docker import Release, run

if __name__ == "__main__":
    run(Release(kind="a", peer_kind="b", exports=(front,), lifespan=front.lifespan))
