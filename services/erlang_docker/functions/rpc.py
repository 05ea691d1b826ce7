"""Erlang's `rpc`: calls to a node by its name."""

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from erlang_docker.errors import CallError, NodeError
from erlang_docker.functions.badrpc import BADRPC, badrpc
from erlang_docker.names import NodeName
from otp.errors import Failure
from otp.export import export
from otp.terms.read.mfa import MFA
from otp.terms.types import BADARG, INFINITY, TRUE, Atom, Term

CALL_SECONDS = 5.0
MAX_NODES = 32
"""Of one call to many; their results are held together."""
_NODEDOWN = (BADRPC, Atom("nodedown"))


class NodeCaller(Protocol):
    """What `rpc` needs of the peers."""

    def call_node(self, node: NodeName, mfa: MFA, timeout: float) -> Awaitable[Term]: ...

    def nodes(self) -> list[NodeName]: ...


class Rpc:
    """`rpc:call`, `rpc:cast` and `rpc:multicall`."""

    def __init__(self, name: NodeName, caller: NodeCaller) -> None:
        self._name = name
        self._caller = caller
        self._casts: set[asyncio.Task[Term]] = set()

    @export("rpc:call(Node,erlang,node,[])")
    async def call(self, node: Term, module: Term, function: Term, args: Term, timeout: Term = INFINITY) -> Term:
        """Call a function on a node by its name; milliseconds may follow."""
        return await self._call(_atom(node), _mfa(module, function, args), _seconds(timeout))

    @export("rpc:cast(Node,erlang,node,[])")
    async def cast(self, node: Term, module: Term, function: Term, args: Term) -> Term:
        """Call a function on a node and forget its answer."""
        task = asyncio.create_task(self._call(_atom(node), _mfa(module, function, args), CALL_SECONDS))
        self._casts.add(task)
        task.add_done_callback(self._casts.discard)
        return TRUE

    @export("rpc:multicall(erlang,node,[])")
    async def multicall(self, module: Term, function: Term, args: Term) -> Term:
        """Call a function on this node and all it has links to: {Results,BadNodes}."""
        nodes = [Atom(str(node)) for node in (self._name, *self._caller.nodes())]
        return await self._multicall(nodes, _mfa(module, function, args))

    @export("rpc:multicall([node()],erlang,node,[])")
    async def multicall_nodes(self, nodes: Term, module: Term, function: Term, args: Term) -> Term:
        """Call a function on a list of nodes: {Results,BadNodes}."""
        if type(nodes) is not list or len(nodes) > MAX_NODES:
            raise Failure("error", BADARG)
        return await self._multicall([_atom(node) for node in nodes], _mfa(module, function, args))

    async def _multicall(self, nodes: list[Atom], mfa: MFA) -> Term:
        answers = await asyncio.gather(*(self._call(node, mfa, CALL_SECONDS) for node in nodes))
        bad = [node for node, answer in zip(nodes, answers, strict=True) if answer == _NODEDOWN]
        return ([answer for answer in answers if answer != _NODEDOWN], bad)

    async def _call(self, node: Atom, mfa: MFA, seconds: float) -> Term:
        try:
            return await self._caller.call_node(NodeName.parse(node), mfa, seconds)
        except (Failure, CallError) as error:
            return badrpc(mfa, error)
        except NodeError:
            return _NODEDOWN


def _atom(term: Term) -> Atom:
    if type(term) is not Atom:
        raise Failure("error", BADARG)
    return term


def _mfa(module: Term, function: Term, args: Term) -> MFA:
    if type(args) is not list:
        raise Failure("error", BADARG)
    return MFA(_atom(module), _atom(function), tuple(args))


def _seconds(timeout: Term) -> float:
    if timeout == INFINITY:
        return CALL_SECONDS
    if type(timeout) is not int or timeout < 0:
        raise Failure("error", BADARG)
    return min(timeout / 1000, CALL_SECONDS)
