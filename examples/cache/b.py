"""A node of kind b that keeps what is its own."""

from cache import shelf
from erlang_docker import Release, run

if __name__ == "__main__":
    run(Release(kind="b", peer_kind="a", exports=(shelf,), lifespan=shelf.lifespan))
