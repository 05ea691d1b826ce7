"""The endpoints of one kind as users see them; each request on a new connection unless noted."""

import json
from collections import Counter
from dataclasses import dataclass, field

import aiohttp

from erlang_docker.errors import NodeError

ANSWER = aiohttp.ClientTimeout(total=10)


class Failed(NodeError):
    """A check failed."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """`host:port` of each port of one kind's load-balanced Service."""

    http: str
    ws: str
    grpc: str
    token: str = field(default="", repr=False)
    """Empty where none is needed."""

    async def ping(self) -> str:
        """The body of `GET /ping`."""
        async with aiohttp.ClientSession(timeout=ANSWER) as session, session.get(f"http://{self.http}/ping") as answer:
            return await answer.text()

    async def pick(self) -> str:
        """The name in the answer to `POST /node`."""
        async with aiohttp.ClientSession(timeout=ANSWER) as session:
            return await self._node(session)

    async def picks_on_one_connection(self, count: int) -> Counter[str]:
        """`count` picks on one kept-alive connection: names and how often each answered."""
        connector = aiohttp.TCPConnector(limit=1)
        async with aiohttp.ClientSession(connector=connector, timeout=ANSWER) as session:
            return Counter([await self._node(session) for _ in range(count)])

    async def _node(self, session: aiohttp.ClientSession) -> str:
        async with session.post(f"http://{self.http}/node", data=b"{}") as answer:
            text = await answer.text()
        body = json.loads(text)
        if answer.status != 200 or body != {"code": 0, "data": {"node": body.get("data", {}).get("node")}, "msg": ""}:
            raise Failed(f"POST /node answered {answer.status} {text}")
        return str(body["data"]["node"])

    async def ask(self, command: str) -> str:
        """The reply to a command sent over the WebSocket."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with (
            aiohttp.ClientSession(timeout=ANSWER, headers=headers) as session,
            session.ws_connect(f"http://{self.ws}/websocket") as socket,
        ):
            await socket.send_str(command)
            return await socket.receive_str(timeout=10)
