"""The functions of Erlang's `erlang` that speak of the node itself."""

import os
from collections.abc import Callable

from erlang_docker.names import NodeName
from otp.export import export
from otp.terms.types import Atom, Pid, Term


class ErlangNode:
    """`erlang:node`, `erlang:nodes`, `erlang:self`."""

    def __init__(self, name: NodeName, nodes: Callable[[], list[NodeName]]) -> None:
        self._name = Atom(str(name))
        self._nodes = nodes

    @export("erlang:node()", idempotent=True)
    def node(self) -> Term:
        """The name of the node."""
        return self._name

    @export("erlang:nodes()", idempotent=True)
    def nodes(self) -> Term:
        """The nodes this one has links to."""
        return sorted(Atom(str(node)) for node in self._nodes())

    @export("erlang:self()", idempotent=True)
    def self_(self) -> Term:
        """A process identifier: the number is the node's own in its system."""
        return Pid(os.getpid())
