"""A release: one of the two builds of this codebase, and what its functions need."""

import importlib
import inspect
import pkgutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias

from erlang_docker.errors import LifespanError

Lifespan: TypeAlias = Callable[..., AbstractAsyncContextManager[Any]]
"""Takes nothing, or a maker of Contexts, `Callable[[], Context]`."""


@dataclass(frozen=True, slots=True)
class Release:
    """Its kind, the kind it calls, and the modules that only it exports."""

    kind: str
    peer_kind: str
    exports: tuple[ModuleType, ...] = ()
    lifespan: Lifespan | None = None
    """Opens what the functions share, such as a pool of connections, before the node is ready, and closes it after the
    last call; what it gives is `resources` of every Context.

    Each Context that it makes is that of a call which begins then: it is what servers and tasks of the release's own
    call other nodes with. The functions of this node have no resources before the lifespan has given them."""


def modules_of(package: ModuleType) -> tuple[ModuleType, ...]:
    """The modules in a package, but for the `__main__` that runs it: a release exports what is marked in them."""
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.name != "__main__")
    return tuple(importlib.import_module(f"{package.__name__}.{name}") for name in names)


@asynccontextmanager
async def open_resources(lifespan: Lifespan | None, new_context: Callable[[], Any]) -> AsyncIterator[Any]:
    """What the lifespan gives, None without one; LifespanError when it cannot be opened."""
    if lifespan is None:
        yield None
        return
    async with AsyncExitStack() as stack:
        try:
            takes_it = inspect.signature(lifespan).parameters
            resources = await stack.enter_async_context(lifespan(new_context) if takes_it else lifespan())
        except Exception as error:
            raise LifespanError(f"the lifespan did not start: {error!r}") from error
        yield resources
