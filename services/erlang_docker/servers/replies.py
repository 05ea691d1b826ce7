"""Replies of the console as `ConsoleService.Run` gives them: with the outcome, and the way of the command."""

import asyncio
from functools import lru_cache

from erlang_docker import wire
from erlang_docker.call import CALL_SECONDS
from erlang_docker.console.reply import Outcome, Reply
from erlang_docker.errors import Busy, CallError, CallTimeout, Forbidden, NodeDown, NotSent
from erlang_docker.identity import Identity
from erlang_docker.link.framing import MAX_CONTENT_BYTES
from erlang_docker.link.messages import encode_failure
from erlang_docker.names import NodeName
from erlang_docker.trace import Boot, Trace
from erlang_docker.turns import LONG_CHARACTERS, Turns
from erlang_docker.v1 import console_pb2, node_pb2
from otp.errors import Failure, ParseError
from otp.terms.types import SYSTEM_LIMIT

CALL_ERRORS: tuple[tuple[type[CallError], console_pb2.CallError], ...] = (
    (NotSent, console_pb2.CALL_ERROR_NOT_SENT),
    (NodeDown, console_pb2.CALL_ERROR_NODE_DOWN),
    (CallTimeout, console_pb2.CALL_ERROR_TIMEOUT),
    (Busy, console_pb2.CALL_ERROR_BUSY),
    (Forbidden, console_pb2.CALL_ERROR_FORBIDDEN),
)
"""From the special to the general."""


class Replies:
    """Of one node. What is long is made in a turn of its own: a value of many parts takes as long as printing it."""

    def __init__(self, identity: Identity, turns: Turns) -> None:
        self._identity = identity
        self._turns = turns
        self._loop = asyncio.get_running_loop()

    async def encode(self, reply: Reply, trace: Trace) -> console_pb2.RunResponse:
        """The text always; the outcome is `system_limit` where the value is nested too deep or too long to be sent.

        And `timeout` where this node was too busy to make it. Ends the trace: what comes before is the print.
        """
        is_long = len(reply.text) > LONG_CHARACTERS
        response = await self._in_turn(reply.outcome) if is_long else _encode_outcome(reply.outcome)
        response.reply = reply.text
        trace.lap("print")
        _encode_trace(trace, self._identity, response.trace)
        return response

    async def _in_turn(self, outcome: Outcome | None) -> console_pb2.RunResponse:
        try:
            return await self._turns.take(_encode_outcome, outcome, self._loop.time() + CALL_SECONDS)
        except CallTimeout as error:
            return console_pb2.RunResponse(call_error=_number(error))


def _encode_outcome(outcome: Outcome | None) -> console_pb2.RunResponse:
    response = console_pb2.RunResponse()
    try:
        _encode(outcome, response)
        if response.ByteSize() > MAX_CONTENT_BYTES:
            raise Failure("error", SYSTEM_LIMIT)
    except Failure as failure:
        response.Clear()
        encode_failure(failure, response.failure)
    return response


def _encode(outcome: Outcome | None, response: console_pb2.RunResponse) -> None:
    if outcome is None:
        response.echoed = True
    elif isinstance(outcome, Failure):
        encode_failure(outcome, response.failure)
    elif isinstance(outcome, ParseError):
        wire.encode(outcome.reason, response.parse_error)
    elif isinstance(outcome, CallError):
        response.call_error = _number(outcome)
    else:
        wire.encode(outcome, response.value)


def _number(error: CallError) -> console_pb2.CallError:
    return next(number for kind, number in CALL_ERRORS if isinstance(error, kind))


def _encode_trace(trace: Trace, identity: Identity, message: console_pb2.Trace) -> None:
    own = Boot(str(identity.name), identity.boot_id, identity.boot_epoch)
    message.trace_id = trace.trace_id
    message.asked.CopyFrom(_node_boot(own))
    message.answered.CopyFrom(_node_boot(trace.answered or own))
    for attempt in trace.attempts:
        added = message.attempts.add(microseconds=_microseconds(attempt.seconds))
        if attempt.boot is not None:
            added.node.CopyFrom(_node_boot(attempt.boot))
        if attempt.error is not None:
            added.call_error = _number(attempt.error)
    steps = {step: _microseconds(seconds) for step, seconds in trace.seconds.items()}
    total = sum(steps.values())
    if not trace.run_is_known:
        del steps["run"]
    message.microseconds.MergeFrom(console_pb2.Microseconds(total=total, **steps))


@lru_cache(100)
def _node_boot(boot: Boot) -> node_pb2.NodeBoot:
    """Made once for each boot, as many replies name the same."""
    short = NodeName.parse(boot.node).short
    return node_pb2.NodeBoot(name=boot.node, short_name=short, boot_id=boot.boot_id, boot_epoch=boot.epoch)


def _microseconds(seconds: float) -> int:
    return round(seconds * 1e6)
