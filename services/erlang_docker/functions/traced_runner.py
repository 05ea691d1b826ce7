"""Runs of functions, each a span."""

from typing import Any

from erlang_docker.call import Call
from erlang_docker.functions.context import Runtime
from erlang_docker.functions.in_flight import InFlightLimit
from erlang_docker.functions.runner import Runner
from erlang_docker.functions.table import Export
from erlang_docker.tracing.span import Kind
from erlang_docker.tracing.spans import Spans
from erlang_docker.turns import Turns
from otp.terms.types import Term


class TracedRunner(Runner):
    """The same, in place of the other where spans are wanted: what is part of no trace is run as there.

    A span has the function alone: not its turn, nor the wait for a place.
    """

    def __init__(self, runtime: Runtime, limit: InFlightLimit, turns: Turns, spans: Spans) -> None:
        super().__init__(runtime, limit, turns)
        self._spans = spans
        self._here = ("console", str(runtime.identity.name))

    def _apply(self, entry: Export, call: Call) -> Term:
        within = call.sampled
        if within is None:
            return super()._apply(entry, call)
        with self._spans.run(call, self._kind(call), within) as run:
            return super()._apply(entry, run.call if entry.takes_context else call)

    async def _await(self, entry: Export, call: Call) -> Any:
        within = call.sampled
        if within is None:
            return await super()._await(entry, call)
        with self._spans.run(call, self._kind(call), within) as run:
            return await super()._await(entry, run.call if entry.takes_context else call)

    def _kind(self, call: Call) -> Kind:
        return "internal" if call.caller in self._here else "server"
