"""Erlang's `net_adm`."""

from erlang_docker.errors import UnknownNode
from erlang_docker.functions.context import Context
from otp.export import export
from otp.terms.types import Atom, Term


@export("net_adm:ping(Node)", read_only=True)
async def ping(context: Context, node: Term) -> Term:
    """Open a link to a node by its name: pong, or pang when there is none."""
    try:
        alive = await context.ping(str(node))
    except UnknownNode:
        alive = False
    return Atom("pong" if alive else "pang")
