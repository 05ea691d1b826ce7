"""Calls to other nodes, each with its spans."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from erlang_docker.call import Call
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.peers.answer import Pick
from erlang_docker.peers.caller import Caller
from erlang_docker.peers.links import Links
from erlang_docker.peers.pick import Picker
from erlang_docker.tracing.spans import Spans
from otp.terms.types import Term

_Answer: TypeAlias = Coroutine[Any, Any, Term]


class TracedCaller(Caller):
    """The same, for functions in place of the other where spans are wanted."""

    def __init__(
        self, peer_kind: str, picker: Picker, links: Links, metrics: Metrics, log: logging.Logger, spans: Spans
    ) -> None:
        super().__init__(peer_kind, picker, links, metrics, log)
        self._spans = spans

    def call_peer(self, call: Call, idempotent: bool) -> _Answer:
        call_peer = super().call_peer
        return self._told("rpc", call, lambda told: call_peer(told, idempotent))

    def call_node(self, node: NodeName, call: Call, idempotent: bool) -> _Answer:
        call_node = super().call_node
        return self._told("call", call, lambda told: call_node(node, told, idempotent))

    def call_pick(self, pick: Pick, call: Call, idempotent: bool) -> _Answer:
        call_pick = super().call_pick
        return self._told("call", call, lambda told: call_pick(pick, told, idempotent))

    def _told(self, name: str, call: Call, send: Callable[[Call], _Answer]) -> _Answer:
        """A call that is part of no trace is sent as it is."""
        return self._spanned(name, call, send) if call.came_with else send(call)

    async def _spanned(self, name: str, call: Call, send: Callable[[Call], _Answer]) -> Term:
        with self._spans.call(call, name) as told:
            return await send(told)
