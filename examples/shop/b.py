"""A node of kind b that makes offers."""

from erlang_docker import Release, run
from shop import offers

if __name__ == "__main__":
    run(Release(kind="b", peer_kind="a", exports=(offers,), lifespan=offers.lifespan))
