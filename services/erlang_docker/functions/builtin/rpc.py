"""Erlang's `rpc`: calls to a node by its name."""

from typing import Any

from erlang_docker.call import CALL_SECONDS
from erlang_docker.errors import Busy, CallError, NodeDown
from erlang_docker.functions.badrpc import badrpc
from erlang_docker.functions.context import Context
from otp.errors import Failure
from otp.export import export
from otp.stdlib.arguments import atom, integer, proper_list
from otp.terms.read.mfa import MFA
from otp.terms.types import INFINITY, TRUE, Atom, Term

MAX_NODES = 32
"""Of one call to many; their results are held together."""


@export("rpc:call(Node,erlang,node,[])")
async def call(
    context: Context, node: Term, module: Term, function: Term, args: Term, timeout: Term = INFINITY
) -> Term:
    """Call a function on a node by its name; milliseconds may follow."""
    mfa = _mfa(module, function, args)
    try:
        value: Term = await context.call(atom(node), _text(mfa), *mfa.args, timeout=_seconds(timeout))
        return value
    except (Failure, CallError) as error:
        return badrpc(mfa, error)


@export("rpc:cast(Node,erlang,node,[])")
async def cast(context: Context, node: Term, module: Term, function: Term, args: Term) -> Term:
    """Call a function on a node and forget its answer."""
    mfa = _mfa(module, function, args)
    try:
        context.cast(atom(node), _text(mfa), *mfa.args)
    except Busy as error:
        raise Failure("error", Atom(error.reason)) from error
    return TRUE


@export("rpc:multicall(erlang,node,[])")
async def multicall(context: Context, module: Term, function: Term, args: Term) -> Term:
    """Call a function on this node and all it has links to: {Results,BadNodes}."""
    nodes = [str(context.node.name), *(str(link.node) for link in context.links)]
    return await _multicall(context, nodes, _mfa(module, function, args))


@export("rpc:multicall([node()],erlang,node,[])")
async def multicall_nodes(context: Context, nodes: Term, module: Term, function: Term, args: Term) -> Term:
    """Call a function on each of a list of nodes: {Results,BadNodes}."""
    names = [str(atom(node)) for node in proper_list(nodes)]
    integer(len(names), most=MAX_NODES)
    return await _multicall(context, names, _mfa(module, function, args))


async def _multicall(context: Context, nodes: list[str], mfa: MFA) -> Term:
    answers = await context.multicall(nodes, _text(mfa), *mfa.args)
    bad: list[Term] = [Atom(node) for node, answer in answers.items() if isinstance(answer, NodeDown)]
    return ([_result(mfa, answer) for answer in answers.values() if not isinstance(answer, NodeDown)], bad)


def _result(mfa: MFA, answer: Any) -> Any:
    return badrpc(mfa, answer) if isinstance(answer, Failure | CallError) else answer


def _mfa(module: Term, function: Term, args: Term) -> MFA:
    return MFA(atom(module), atom(function), tuple(proper_list(args)))


def _text(mfa: MFA) -> str:
    return f"{mfa.module}:{mfa.function}"


def _seconds(timeout: Term) -> float:
    return CALL_SECONDS if timeout == INFINITY else integer(timeout, least=0) / 1000
