"""The page's WebSocket, as a user of `websockets` speaks to it: ADDRESS NODE_A NODE_B."""

import asyncio
import sys

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from clients.python.checks import ADDRESS, NODE_A, contract, run

URL = f"ws://{ADDRESS}/websocket"


async def ask(socket: ClientConnection, command: str) -> str:
    await socket.send(command)
    return str(await socket.recv())


async def close_of(message: str | bytes) -> tuple[int | None, str | None]:
    """Code and reason of the close that the node answers it with."""
    async with connect(URL) as socket:
        await socket.send(message)
        await socket.wait_closed()
        return socket.close_code, socket.close_reason


async def recorded() -> None:
    """The contract."""
    async with connect(URL) as socket:
        for command, reply in contract():
            assert await ask(socket, command) == reply, command


async def chinese() -> None:
    """Chinese text."""
    async with connect(URL) as socket:
        assert await ask(socket, "你好，世界") == "你好，世界"  # noqa: RUF001
        assert await ask(socket, 'mfa string:length("你好")') == "2"


async def long() -> None:
    """60 KiB."""
    text = "世" * (20 << 10)
    async with connect(URL) as socket:
        assert await ask(socket, text) == text


async def too_long() -> None:
    """More than 64 KiB."""
    assert (await close_of("x" * ((64 << 10) + 1)))[0] == 1009


async def frames() -> None:
    """A message in two frames."""
    async with connect(URL) as socket:
        await socket.send(["no", "de"])
        assert await socket.recv() == NODE_A


async def binary() -> None:
    """A binary frame."""
    assert await close_of(b"node") == (1003, "commands are text")


async def ping() -> None:
    """Ping and pong."""
    async with connect(URL) as socket:
        await (await socket.ping("still there?"))


async def close_codes() -> None:
    """Close codes."""
    for code in (1000, 1001, 3000, 4999):
        async with connect(URL) as socket:
            await socket.close(code, "bye")
        assert socket.close_code == code


async def compression() -> None:
    """No compression, though it is offered."""
    async with connect(URL) as socket:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


async def origin() -> None:
    """Another origin."""
    status = 101
    try:
        await connect(URL, origin="http://evil.example")
    except InvalidStatus as refused:
        status = refused.response.status_code
    assert status == 403


async def in_order() -> None:
    """100 commands at once; their replies come in their order."""
    numbers = range(100)
    async with connect(URL) as socket:
        for number in numbers:
            await socket.send(f"{'mfa' if number % 10 else 'rpc'} erlang:abs(-{number})")
        assert [int(await socket.recv()) for _ in numbers] == list(numbers)


async def at_once() -> None:
    """20 sockets, 100 commands each, in order."""
    await asyncio.gather(*(in_order() for _ in range(20)))


CHECKS = (recorded, chinese, long, too_long, frames, binary, ping, close_codes, compression, origin, at_once)

if __name__ == "__main__":
    sys.exit(asyncio.run(run("websockets", *CHECKS)))
