"""The functions of Erlang's `erlang` that speak of the node itself."""

import os

from erlang_docker.functions.context import Context
from otp.export import export
from otp.terms.types import Atom, Pid, Term


@export("erlang:node()", read_only=True)
def node(context: Context) -> Term:
    """The name of the node."""
    return Atom(str(context.node.name))


@export("erlang:nodes()", read_only=True)
def nodes(context: Context) -> Term:
    """The nodes this one has links to."""
    return [Atom(str(link.node)) for link in context.links]


@export("erlang:self()", read_only=True)
def self_() -> Term:
    """A process identifier: the number is the node's own in its system."""
    return Pid(os.getpid())
