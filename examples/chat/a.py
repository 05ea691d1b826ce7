"""A node of kind a that browsers connect to."""

from chat import sockets
from erlang_docker import Release, run

if __name__ == "__main__":
    run(Release(kind="a", peer_kind="b", lifespan=sockets.lifespan))
