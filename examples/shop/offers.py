"""What nodes of kind b export: offers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from erlang_docker import Atom, Context, Failure, export


@asynccontextmanager
async def lifespan() -> AsyncIterator[dict[str, int]]:
    """What the functions share while the node runs: here prices, elsewhere a pool of database connections."""
    yield {"book": 1000, "pen": 150}


@export('shop:offer("book")', idempotent=True)
def offer(context: Context, item: str) -> tuple[int, str]:
    """This node's price for an item in cents, and who makes the offer."""
    if item not in context.resources:
        raise Failure("error", (Atom("unknown"), item))
    discount = context.node.boot_epoch  # the older, the cheaper
    return context.resources[item] - discount, str(context.node.name)
