"""The process of a node."""

import gc
import sys

from erlang_docker.environment import prepare_grpc, process_environ
from erlang_docker.errors import SettingsError, StateError
from erlang_docker.parts import load_in_parts
from erlang_docker.release import Release
from erlang_docker.settings import Settings
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
    prepare_grpc()
    # Terms are trees without cycles, and so is most of what is loaded: looking for garbage there is for nothing.
    gc.set_threshold(10_000, 20, 20)
    # The rest of aiohttp is its client, which reads all certificate authorities of the machine, and that of
    # prometheus_client a server and a client: together a quarter of the time to start, and 5 MB.
    for package in ("aiohttp", "prometheus_client"):
        load_in_parts(package)
    # Not before the signals are blocked: it takes a moment, and process 1 of a container never gets what it misses.
    import uvloop

    from erlang_docker.lifecycle import serve
    from erlang_docker.metrics.node import Metrics
    from erlang_docker.storage.library_logs import library_logs
    from erlang_docker.storage.logs import open_log

    # Beside a thread with long work the event loop waits this long before each of its callbacks, not once.
    sys.setswitchinterval(0.001)
    gc.freeze()  # what is loaded now stays
    try:
        settings = Settings.from_environ(release.kind, process_environ())
        metrics = Metrics()
        with open_log(settings.name, settings.log_level, settings.data_dir, metrics) as log, library_logs(log):
            uvloop.run(serve(release, settings, log, metrics))
    except (ErlangError, OSError) as error:
        sys.stderr.write(f"erlang-docker-{release.kind}: {error}\n")
        sys.exit(EXIT_REFUSED if isinstance(error, _REFUSED) else 1)
