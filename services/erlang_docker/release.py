"""A release: one of the two builds of this codebase, and what its functions need."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias

from erlang_docker.errors import LifespanError

Lifespan: TypeAlias = Callable[[], AbstractAsyncContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Release:
    """Its kind, the kind it calls, and the modules that only it exports."""

    kind: str
    peer_kind: str
    exports: tuple[ModuleType, ...] = ()
    lifespan: Lifespan | None = None
    """Opens what the functions share, such as a pool of connections, before the node is ready, and closes it after the
    last call; what it gives is `resources` of every Context."""


@asynccontextmanager
async def open_resources(lifespan: Lifespan | None) -> AsyncIterator[Any]:
    """What the lifespan gives, None without one; LifespanError when it cannot be opened."""
    if lifespan is None:
        yield None
        return
    async with AsyncExitStack() as stack:
        try:
            resources = await stack.enter_async_context(lifespan())
        except Exception as error:
            raise LifespanError(f"the lifespan did not start: {error!r}") from error
        yield resources
