"""The Context: what a function may use of its node, for the length of one call."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from erlang_docker.call import CALL_SECONDS, Call
from erlang_docker.errors import NodeError, ResultError, UnknownNode
from erlang_docker.functions.call_log import CallLog
from erlang_docker.functions.from_term import value_of
from erlang_docker.functions.stored import StoredValues
from erlang_docker.functions.table import FunctionTable
from erlang_docker.functions.to_term import term_of
from erlang_docker.identity import Identity
from erlang_docker.link.link import Link
from erlang_docker.names import NodeName
from erlang_docker.peers.answer import Pick
from erlang_docker.peers.caller import Caller
from erlang_docker.storage.store import Store
from otp.errors import ErlangError, Failure
from otp.terms.read.mfa import MFA
from otp.terms.types import Term

RunHere: TypeAlias = Callable[[Call], Awaitable[Term]]
Cast: TypeAlias = Callable[[Call, RunHere | None], None]
"""Has a call made here, or where the second argument takes it, and its outcome forgotten."""
T = TypeVar("T")
Route: TypeAlias = Callable[[Call, bool], Awaitable[Term]]
"""Takes a call and whether its function is idempotent to where it runs."""
Send: TypeAlias = Callable[[str, tuple[Any, ...], Any, float], Awaitable[Any]]
"""Function, arguments, annotation of the result and timeout to the result."""


@dataclass(slots=True)
class Runtime:
    """What all functions of one node share."""

    identity: Identity
    table: FunctionTable
    caller: Caller
    store: Store
    data_dir: Path
    log: logging.Logger
    resources: Any = None
    """What the release's `lifespan` gave; None until it has."""


class Context:
    """A function that wants its node takes one as its first parameter.

    Calls take and give Python values, as `@export` does: `returns` is the annotation of the result, which is a term as
    it is where none is given. They get what is left of this call's deadline, or `timeout` seconds if that is less.
    They raise Failure when the function failed, and CallError when the call did:

    - NotSent, with WrongNode and UnknownNode, and Busy: it did not run
    - NodeDown and CallTimeout: nobody knows whether it ran
    - ResultError: it ran, and gave something else than `returns` says
    """

    def __init__(self, runtime: Runtime, call: Call, run_here: RunHere, cast: Cast) -> None:
        self._runtime = runtime
        self._call = call
        self._run_here = run_here
        self._cast = cast

    @property
    def node(self) -> Identity:
        """This node: its name, kind, boot id and boot epoch."""
        return self._runtime.identity

    @property
    def resources(self) -> Any:
        """What the release's `lifespan` gave: a pool of connections, a model."""
        return self._runtime.resources

    @property
    def functions(self) -> FunctionTable:
        """What can be called on this node."""
        return self._runtime.table

    @property
    def data_dir(self) -> Path:
        """The directory on the node's volume."""
        return self._runtime.data_dir

    @property
    def store(self) -> StoredValues:
        """Values under keys on the node's volume."""
        return StoredValues(self._runtime.store)

    @cached_property
    def log(self) -> CallLog:
        """The node's log; every line has the fields module, function, call and caller."""
        return CallLog(self._runtime.log, self._call)

    @property
    def remaining(self) -> float:
        """Seconds until this call's deadline."""
        return self._call.remaining

    @property
    def links(self) -> list[Link]:
        """The open links to other nodes, in the order of their names."""
        return sorted(self._runtime.caller.links, key=lambda link: str(link.node))

    async def rpc(
        self, function: str, *args: Any, returns: type[T] | None = None, timeout: float = CALL_SECONDS
    ) -> T | Any:
        """Call `Module:Function` on a node of the other kind, which the cluster picks."""
        return await self._send(self._runtime.caller.call_peer, function, args, returns, timeout)

    async def pick(self) -> "Peer":
        """A node of the other kind, which the cluster picks, to call as often as wanted; NotSent when none answers."""
        pick = await self._runtime.caller.pick(self._call.deadline)
        return Peer(pick, partial(self._send, partial(self._runtime.caller.call_pick, pick)))

    async def picks_kept(self, count: int) -> list[NodeName]:
        """Who answers for the other kind so many times on one connection; NotSent when it breaks. Calls do not use it:
        what was balanced once leads to the same node every time."""
        return [pick.node for pick in await self._runtime.caller.pick_kept(count, self._call.deadline)]

    async def call(
        self,
        node: str | NodeName,
        function: str,
        *args: Any,
        returns: type[T] | None = None,
        timeout: float = CALL_SECONDS,
    ) -> T | Any:
        """Call `Module:Function` on a node by its name; on this node itself without a link."""
        return await self._send(self._route_to(node), function, args, returns, timeout)

    async def multicall(
        self,
        nodes: Iterable[str | NodeName],
        function: str,
        *args: Any,
        returns: type[T] | None = None,
        timeout: float = CALL_SECONDS,
    ) -> dict[str, T | Any]:
        """Call `Module:Function` on several nodes at once, on each once: by name, the value or the exception."""
        names = list(dict.fromkeys(map(str, nodes)))
        calls = (self._one_of(len(names), name, function, args, returns, timeout) for name in names)
        # Exceptions as values: one node that fails must not cancel the calls to the others, which may have run.
        answers = await asyncio.gather(*calls, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, ErlangError):
                raise answer
        return dict(zip(names, answers, strict=True))

    def cast(self, node: str | NodeName, function: str, *args: Any) -> None:
        """Call `Module:Function` on a node and forget the answer; Busy when this node has too many calls in flight."""
        call, idempotent = self._next(function, args, CALL_SECONDS)
        try:
            name = _name(node)
        except UnknownNode:
            return
        here = name == self.node.name
        self._cast(call, None if here else lambda call: self._runtime.caller.call_node(name, call, idempotent))

    async def ping(self, node: str | NodeName) -> bool:
        """Whether a link to this node stands or can be made."""
        return await self._runtime.caller.ping(_name(node))

    async def _one_of(
        self, beside: int, node: str, function: str, args: tuple[Any, ...], returns: Any, timeout: float
    ) -> Any:
        return await self._send(self._route_to(node), function, args, returns, timeout, beside)

    async def _send(
        self, route: Route, function: str, args: tuple[Any, ...], returns: Any, timeout: float, beside: int = 1
    ) -> Any:
        term = await route(*self._next(function, args, timeout, beside))
        # It has run: what it gave must not look like a call that did not.
        try:
            return value_of(term, returns)
        except Failure as failure:
            raise ResultError(f"{function} gave {term!r:.200}, not {returns}") from failure

    def _next(self, function: str, args: tuple[Any, ...], timeout: float, beside: int = 1) -> tuple[Call, bool]:
        """The call, and whether it may run twice."""
        mfa = MFA(*_split(function), tuple(map(term_of, args)))
        return self._call.next(mfa, str(self.node.name), timeout, beside), self.functions.idempotent(mfa)

    def _route_to(self, node: str | NodeName) -> Route:
        name = _name(node)
        if name == self.node.name:
            return lambda call, idempotent: self._run_here(call)
        return partial(self._runtime.caller.call_node, name)


class Peer:
    """One boot of a node of the other kind. Once another boot has taken its place, every call is NodeDown."""

    def __init__(self, pick: Pick, send: Send) -> None:
        self._send = send
        self.node = pick.node
        self.boot_id = pick.boot_id

    async def call(
        self, function: str, *args: Any, returns: type[T] | None = None, timeout: float = CALL_SECONDS
    ) -> T | Any:
        """Call `Module:Function` there; as the calls of a Context."""
        return await self._send(function, args, returns, timeout)


def _name(node: str | NodeName) -> NodeName:
    try:
        return node if isinstance(node, NodeName) else NodeName.parse(node)
    except NodeError as error:
        raise UnknownNode(str(error)) from error


def _split(function: str) -> tuple[str, str]:
    module, colon, name = function.partition(":")
    if not (module and colon and name):
        raise ValueError(f"not Module:Function: {function!r}")
    return module, name
