"""A node of kind b that has rooms."""

from chat import rooms
from erlang_docker import Release, run

if __name__ == "__main__":
    run(Release(kind="b", peer_kind="a", exports=(rooms,), lifespan=rooms.lifespan))
