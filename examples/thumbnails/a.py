"""A node of kind a that takes pictures."""

from erlang_docker import Release, run
from thumbnails import uploads

if __name__ == "__main__":
    run(Release(kind="a", peer_kind="b", lifespan=uploads.lifespan))
