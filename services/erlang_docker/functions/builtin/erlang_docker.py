"""`erlang_docker`: what is this product's own."""

import asyncio
import os
import shutil
from collections import Counter

from erlang_docker.errors import CallError
from erlang_docker.functions.badrpc import badrpc
from erlang_docker.functions.context import Context
from erlang_docker.peers.links import route_name
from otp.export import export
from otp.stdlib.arguments import integer
from otp.terms.read.mfa import MFA
from otp.terms.types import FALSE, TRUE, Atom, Map, Term

MAX_SPREAD = 1000
SPREAD_AT_ONCE = 16
_NODE = MFA("erlang", "node", ())


@export("erlang_docker:info()", read_only=True)
def info(context: Context) -> Term:
    """Which node this is, and which life of it."""
    node = context.node
    return _map(
        name=Atom(str(node.name)),
        kind=Atom(node.kind),
        boot_id=node.boot_id.encode(),
        boot_epoch=node.boot_epoch,
        start_time=int(node.start_time),
        state=Atom(node.state.value),
        version=node.version.encode(),
    )


@export("erlang_docker:functions()", read_only=True)
def functions(context: Context) -> Term:
    """All that can be called here, as {Module,Function,Arity}."""
    return sorted((Atom(entry.module), Atom(entry.name), entry.arity) for entry in context.functions)


@export("erlang_docker:peers()", read_only=True)
def peers(context: Context) -> Term:
    """The nodes this one has links to: boot, what was dialed, start time and number of calls of each link."""
    return [
        _map(
            name=Atom(str(link.node)),
            boot_id=link.boot_id.encode(),
            route=Atom(route_name(link.route)),
            connect_time=int(link.connect_time),
            calls=link.calls,
        )
        for link in context.links
    ]


@export("erlang_docker:spread(30)", read_only=True)
async def spread(context: Context, count: Term) -> Term:
    """Call the other kind that often, and count who answered: [{Node,Count}]."""
    turns = asyncio.Semaphore(SPREAD_AT_ONCE)
    asked = (_ask(context, turns) for _ in range(integer(count, least=1, most=MAX_SPREAD)))
    return sorted(Counter(await asyncio.gather(*asked)).items(), key=str)


@export("erlang_docker:spread_kept(30)", idempotent=True, read_only=True)
async def spread_kept(context: Context, count: Term) -> Term:
    """Ask the other kind's service that often on one kept connection, and count who answered: [{Node,Count}]."""
    try:
        nodes = await context.picks_kept(integer(count, least=1, most=MAX_SPREAD))
    except CallError as error:
        return badrpc(_NODE, error)
    return sorted(Counter(Atom(str(node)) for node in nodes).items(), key=str)


async def _ask(context: Context, turns: asyncio.Semaphore) -> Term:
    async with turns:
        try:
            name: Term = await context.rpc("erlang:node")
            return name
        except CallError as error:
            return badrpc(_NODE, error)


@export("erlang_docker:volume()", read_only=True)
def volume(context: Context) -> Term:
    """The volume: a file system of its own or not, bytes and free bytes of it, its group, whose process writes."""
    folder = context.data_dir
    usage = shutil.disk_usage(folder)
    return _map(
        path=str(folder).encode(),
        mounted=TRUE if os.path.ismount(folder) else FALSE,
        size=usage.total,
        free=usage.free,
        group=folder.stat().st_gid,
        user=os.getuid(),
    )


def _map(**pairs: Term) -> Map:
    return Map((Atom(key), value) for key, value in pairs.items())
