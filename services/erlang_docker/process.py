"""The process of a node."""

import gc
import sys

from erlang_docker.errors import NodeError
from erlang_docker.release import Release
from erlang_docker.settings import Settings
from erlang_docker.signals import hold_signals

EXIT_REFUSED = 78
"""`EX_CONFIG` of sysexits.h: starting again will not help."""


def main(release: Release) -> None:
    """Run until stopped, as the environment says; exit status 78 when that, or the volume, is not this node's."""
    hold_signals()
    # Not before the signals are held: it takes a moment, and process 1 of a container never gets what it misses.
    import uvloop

    from erlang_docker.node import serve

    # What is loaded now stays, and terms are trees without cycles: looking for garbage among them is for nothing.
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    try:
        uvloop.run(serve(release, Settings.from_environ(release.kind)))
    except (NodeError, OSError) as error:
        sys.stderr.write(f"erlang-docker-{release.kind}: {error}\n")
        sys.exit(EXIT_REFUSED if isinstance(error, NodeError) else 1)
