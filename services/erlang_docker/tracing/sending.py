"""Where a node's spans go: nowhere, or to the collector of its settings."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from threading import Thread

from erlang_docker.errors import SettingsError
from erlang_docker.identity import Identity
from erlang_docker.settings import Settings
from erlang_docker.tracing.span import Attributes
from erlang_docker.tracing.spans import Spans

MAKE_SECONDS = 1.0
"""For few spans, which do not wait until there are many."""
CLOSE_SECONDS = 2.0
"""For the last spans of a node that stops; a collector that takes longer gets none of them."""


@asynccontextmanager
async def sending_spans(settings: Settings, identity: Identity, log: logging.Logger) -> AsyncIterator[Spans]:
    """The spans of a node; SettingsError when they are wanted, and OpenTelemetry is not installed."""
    if not settings.otlp_endpoint:
        yield Spans()
        return
    try:
        # Here: it takes 0.1 s of CPU to load, and need not be installed.
        from erlang_docker.tracing.otlp import Otlp
    except ImportError as error:
        missing = f"OTEL_EXPORTER_OTLP_ENDPOINT is set, and not all of erlang-docker[otel] is installed: {error}"
        raise SettingsError(missing) from error
    otlp = Otlp(settings.otlp_endpoint, _attributes(settings, identity), identity.version)
    log.info("sending spans", extra={"fields": {"to": settings.otlp_endpoint, "ratio": settings.sample_ratio}})
    making = asyncio.create_task(_each(MAKE_SECONDS, otlp.make))
    try:
        yield Spans(settings.sample_ratio, otlp.export)
    finally:
        making.cancel()
        await _closed(otlp.close, log)


async def _each(seconds: float, make: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(seconds)
        make()


async def _closed(close: Callable[[], None], log: logging.Logger) -> None:
    """In a thread that does not hold up the end of the process, as one of an executor would."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def work() -> None:
        close()
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(done.set)

    Thread(target=work, name="last spans", daemon=True).start()
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await done.wait()
    except TimeoutError:
        log.warning("last spans not sent", extra={"fields": {"seconds": CLOSE_SECONDS}})


def _attributes(settings: Settings, identity: Identity) -> Attributes:
    """https://opentelemetry.io/docs/specs/semconv/resource/"""
    return (
        ("service.name", f"erlang-docker-{identity.kind}"),
        ("service.namespace", settings.cluster_id),
        ("service.instance.id", str(identity.name)),
        ("service.version", identity.version),
        ("erlang_docker.boot_id", identity.boot_id),
        ("erlang_docker.boot_epoch", identity.boot_epoch),
    )
