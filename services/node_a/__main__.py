"""Node a, the kind that browsers and curl meet; it calls nodes of kind b."""

from erlang_docker import Release, run

if __name__ == "__main__":
    run(Release(kind="a", peer_kind="b"))
