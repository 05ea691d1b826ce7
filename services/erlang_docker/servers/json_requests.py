"""The page's WebSocket with the subprotocol `erlang-docker.v1+json`: `SocketRequest` in, `SocketResponse` out, as JSON.

On the way are the same messages as with gRPC, so that what a client learns of one door holds at the other.
"""

import asyncio

from google.protobuf.json_format import MessageToJson, Parse, ParseError

from erlang_docker.call import CALL_SECONDS
from erlang_docker.console.console import Console
from erlang_docker.console.reply import Reply
from erlang_docker.errors import CallTimeout
from erlang_docker.identity import Identity
from erlang_docker.link.messages import encode_failure
from erlang_docker.servers.replies import encode_reply
from erlang_docker.servers.timed_messages import TimedMessages
from erlang_docker.trace import Trace
from erlang_docker.turns import LONG_CHARACTERS, Turns
from erlang_docker.v1 import console_pb2, socket_pb2
from otp.errors import Failure
from otp.terms.types import SYSTEM_LIMIT

SUBPROTOCOL = "erlang-docker.v1+json"


class JsonRequests:
    """Of one socket."""

    def __init__(self, console: Console, identity: Identity, turns: Turns, messages: TimedMessages) -> None:
        self._console = console
        self._identity = identity
        self._turns = turns
        self._messages = messages
        self._loop = asyncio.get_running_loop()

    def start(self, text: str) -> Reply | asyncio.Task[Reply]:
        """What a text frame asks for, as a reply whose text is the frame that answers it."""
        request = socket_pb2.SocketRequest()
        try:
            Parse(text, request)
        except ParseError as error:
            return Reply(to_json(socket_pb2.SocketResponse(error=str(error))))
        if request.WhichOneof("request") == "run":
            return self._loop.create_task(self._run(request.id, request.run, self._messages.arrived))
        return Reply(to_json(socket_pb2.SocketResponse(id=request.id, error="neither run, watch nor unwatch")))

    async def _run(self, request_id: str, request: console_pb2.RunRequest, arrived: float) -> Reply:
        trace = Trace(request.traceparent, arrived)
        reply = await self._console.run(request.command, trace)
        response = socket_pb2.SocketResponse(id=request_id, run=encode_reply(reply, trace, self._identity))
        return Reply(await self._json(response))

    async def _json(self, response: socket_pb2.SocketResponse) -> str:
        """In a turn of its own where it is long: protobuf's JSON takes its time with terms of many parts."""
        if response.ByteSize() < LONG_CHARACTERS:
            return to_json(response)
        try:
            return await self._turns.take(to_json, response, self._loop.time() + CALL_SECONDS)
        except CallTimeout:
            return to_json(_shortened(response))


def to_json(response: socket_pb2.SocketResponse) -> str:
    """One line; what is 0, empty or false is left out."""
    text: str = MessageToJson(response, indent=None, ensure_ascii=False)
    return text


def _shortened(response: socket_pb2.SocketResponse) -> socket_pb2.SocketResponse:
    """With `system_limit` in place of the term."""
    encode_failure(Failure("error", SYSTEM_LIMIT), response.run.failure)
    return response
