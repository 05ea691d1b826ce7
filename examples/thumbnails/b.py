"""A node of kind b that makes thumbnails."""

from erlang_docker import Release, run
from thumbnails import pictures

if __name__ == "__main__":
    run(Release(kind="b", peer_kind="a", exports=(pictures,)))
