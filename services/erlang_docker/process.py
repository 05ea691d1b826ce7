"""The process of a node."""

import gc
import sys

from erlang_docker.errors import SettingsError, StateError
from erlang_docker.release import Release
from erlang_docker.settings import Settings, silence_grpc
from erlang_docker.signals import block_signals
from otp.errors import ErlangError, ExportError

EXIT_REFUSED = 78
"""`EX_CONFIG` of sysexits.h: starting again will not help."""
_REFUSED = (SettingsError, StateError, ExportError)


def run(release: Release) -> None:
    """Run a node until it is stopped, as the environment says.

    Exits with one line and status 78 when the environment, the volume or an export is wrong, 1 when starting again may
    help: a port that is taken, a lifespan that did not start, a disk that failed or is full.
    """
    block_signals()
    silence_grpc()
    # Not before the signals are blocked: it takes a moment, and process 1 of a container never gets what it misses.
    import uvloop

    from erlang_docker.node import serve
    from erlang_docker.storage.logs import library_logs, open_log

    # What is loaded now stays, and terms are trees without cycles: looking for garbage among them is for nothing.
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    try:
        settings = Settings.from_environ(release.kind)
        with open_log(settings.name, settings.log_level, settings.data_dir) as log, library_logs(log):
            uvloop.run(serve(release, settings, log))
    except (ErlangError, OSError) as error:
        sys.stderr.write(f"erlang-docker-{release.kind}: {error}\n")
        sys.exit(EXIT_REFUSED if isinstance(error, _REFUSED) else 1)
