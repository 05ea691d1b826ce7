"""Node a, the kind that browsers and curl meet; it calls nodes of kind b.

It exports what the modules beside this one mark with `@export`.
"""

import node_a
from erlang_docker import Release, modules_of, run

EXPORTS = modules_of(node_a)

if __name__ == "__main__":
    run(Release(kind="a", peer_kind="b", exports=EXPORTS))
