"""What a role may call."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from erlang_docker.call import Call
from erlang_docker.errors import Forbidden
from erlang_docker.functions.table import FunctionTable
from otp.terms.types import Term

AtOnce: TypeAlias = Callable[[Call], Term | None]
"""Begins a call."""


class Rights(NamedTuple):
    """Both take what begins a call, here or on another node, and give what begins it if it is allowed."""

    mfa: Callable[[AtOnce], AtOnce]
    rpc: Callable[[AtOnce], AtOnce]


def _as_it_is(at_once: AtOnce) -> AtOnce:
    return at_once


ALL = Rights(_as_it_is, _as_it_is)


def read_only(table: FunctionTable) -> Rights:
    """Functions that change nothing. Forbidden for others, and on other nodes for those that only a release has.

    Idempotent would not do: so is `store:delete/1`. Which functions of another release change nothing is not known
    here, and what this node's own release exports by the same name says nothing about them.
    """

    def mfa(at_once: AtOnce) -> AtOnce:
        return lambda call: at_once(_allowed(call, table.find(call.mfa).read_only))

    def rpc(at_once: AtOnce) -> AtOnce:
        return lambda call: at_once(_allowed(call, table.read_only_anywhere(call.mfa)))

    return Rights(mfa, rpc)


def _allowed(call: Call, is_allowed: bool) -> Call:
    if not is_allowed:
        raise Forbidden("the token is for functions that change nothing")
    return call
