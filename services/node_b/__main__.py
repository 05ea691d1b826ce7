"""Node b, the kind behind the cluster; it calls nodes of kind a.

It exports what the modules beside this one mark with `@export`.
"""

import node_b
from erlang_docker import Release, modules_of, run

EXPORTS = modules_of(node_b)

if __name__ == "__main__":
    run(Release(kind="b", peer_kind="a", exports=EXPORTS))
