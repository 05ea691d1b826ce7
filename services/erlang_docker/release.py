"""A release: one of the two builds of this codebase, and the process it runs as."""

import sys
from dataclasses import dataclass
from types import ModuleType

from erlang_docker.errors import NodeError
from erlang_docker.settings import Settings
from erlang_docker.signals import hold_signals

EXIT_REFUSED = 78
"""`EX_CONFIG` of sysexits.h: starting again will not help."""


@dataclass(frozen=True, slots=True)
class Release:
    """Its kind, the kind it calls, and the modules only it exports."""

    kind: str
    peer_kind: str
    exports: tuple[ModuleType, ...] = ()


def main(release: Release) -> None:
    """The process: settings from the environment; exit status 78 when they, or the volume, are not this node's."""
    hold_signals()
    # Not before the signals are held: it takes a moment, and process 1 of a container never gets what it misses.
    import uvloop

    from erlang_docker.node import serve

    try:
        uvloop.run(serve(release, Settings.from_environ(release.kind)))
    except (NodeError, OSError) as error:
        sys.stderr.write(f"erlang-docker-{release.kind}: {error}\n")
        sys.exit(EXIT_REFUSED if isinstance(error, NodeError) else 1)
