"""What nodes of kind a export: put and get, each at the node that owns the key."""

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

from erlang_docker import Atom, Context, Failure, NodeDown, NodeName, Term, export


@asynccontextmanager
async def lifespan() -> AsyncIterator[int]:
    """How many nodes of kind b own keys: said, not seen, as a node that is down owns its keys all the same."""
    yield int(os.environ.get("CACHE_NODES", "3"))


def rank_first(key: str, nodes: Iterable[NodeName]) -> NodeName:
    """Rendezvous hashing: of all nodes the one whose name and the key have the highest hash. One node more takes a
    share of each other's keys; no key moves between the others."""
    return max(nodes, key=lambda node: sha256(f"{node} {key}".encode()).digest())


@export('cache:put("colour","blue",60)', idempotent=True)
async def put(context: Context, key: str, value: Term, seconds: int = 300) -> None:
    """Keep a value for so many seconds, a day at most."""
    await _ask_owner(context, key, "shelf:put", value, seconds)


@export('cache:get("colour")', read_only=True)
async def get(context: Context, key: str) -> Term:
    """{ok,Value}, or error where there is none; a failure where its owner is down."""
    return await _ask_owner(context, key, "shelf:get")


@export('cache:delete("colour")', idempotent=True)
async def delete(context: Context, key: str) -> None:
    """Forget a key, also where there was none."""
    await _ask_owner(context, key, "shelf:delete")


@export('cache:owner("colour")', read_only=True)
def owner(context: Context, key: str) -> str:
    """The node whose key it is."""
    return str(_owner(context, key))


def _owner(context: Context, key: str) -> NodeName:
    return rank_first(key, (context.node.name.numbered("b", number) for number in range(context.resources)))


async def _ask_owner(context: Context, key: str, function: str, *args: Any) -> Term:
    node = _owner(context, key)
    try:
        return await context.call(node, function, key, *args)
    except NodeDown as error:
        raise Failure("error", (Atom("down"), str(node))) from error
