"""Calls to other nodes, each with its spans."""

import logging

from erlang_docker.call import Call
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.peers.answer import Pick
from erlang_docker.peers.caller import Caller
from erlang_docker.peers.links import Links
from erlang_docker.peers.pick import Picker
from erlang_docker.tracing.spans import Spans
from otp.terms.types import Term


class TracedCaller(Caller):
    """The same, in place of the other where spans are wanted. The calls of commands are told by their doors."""

    def __init__(
        self, peer_kind: str, picker: Picker, links: Links, metrics: Metrics, log: logging.Logger, spans: Spans
    ) -> None:
        super().__init__(peer_kind, picker, links, metrics, log)
        self._spans = spans

    async def call_peer(self, call: Call, idempotent: bool) -> Term:
        with self._spans.call(call, "rpc") as told:
            return await super().call_peer(told, idempotent)

    async def call_node(self, node: NodeName, call: Call, idempotent: bool) -> Term:
        with self._spans.call(call, "call") as told:
            return await super().call_node(node, told, idempotent)

    async def call_pick(self, pick: Pick, call: Call, idempotent: bool) -> Term:
        with self._spans.call(call, "call") as told:
            return await super().call_pick(pick, told, idempotent)
