"""Calls that others ask for, run here: the called half of every remote call."""

from collections.abc import Awaitable

from erlang_docker.errors import Busy, NotSent
from erlang_docker.functions.in_flight import Admission
from erlang_docker.functions.table import FunctionTable
from erlang_docker.link.messages import decode_call, encode_error, encode_value
from erlang_docker.metrics import Metrics
from erlang_docker.v1 import rpc_pb2
from otp.errors import ErlangError, Failure, ParseError
from otp.terms.types import SYSTEM_LIMIT, Term

MAX_ANSWER_BYTES = 1 << 20


class Calls:
    """Runs requests against the function table, within the node's limits, until it drains."""

    def __init__(self, table: FunctionTable, admission: Admission, metrics: Metrics) -> None:
        self._table = table
        self._admission = admission
        self._metrics = metrics
        self.draining = False

    def start(self, request: rpc_pb2.CallRequest) -> rpc_pb2.CallResponse | Awaitable[rpc_pb2.CallResponse]:
        """The response at once, or for an async function an awaitable of it."""
        if self.draining:
            return _failed(NotSent())
        self._metrics.served.inc()
        try:
            with self._admission:
                value = self._table.apply(decode_call(request))
                return self._finish(value) if isinstance(value, Awaitable) else _returned(value)
        except (Failure, Busy, ParseError) as error:
            return _failed(error)

    async def _finish(self, value: Awaitable[Term]) -> rpc_pb2.CallResponse:
        try:
            with self._admission:
                return _returned(await value)
        except (Failure, Busy) as error:
            return _failed(error)


def _returned(value: Term) -> rpc_pb2.CallResponse:
    response = rpc_pb2.CallResponse()
    encode_value(value, response)
    if response.ByteSize() > MAX_ANSWER_BYTES:
        raise Failure("error", SYSTEM_LIMIT)
    return response


def _failed(error: ErlangError) -> rpc_pb2.CallResponse:
    response = rpc_pb2.CallResponse()
    encode_error(error, response)
    return response
