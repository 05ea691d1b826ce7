"""A node of kind a whose functions need processes of their own: `python -m working`."""

import os
import sys

from erlang_docker import Release, export, run


@export("work:pid()", process=True)
def pid() -> int:
    """Where it runs."""
    return os.getpid()


@export("work:burn()", process=True)
def burn() -> None:
    """Never end."""
    while True:
        pass


if __name__ == "__main__":
    run(Release("a", "b", (sys.modules[__name__],)))
