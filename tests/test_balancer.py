"""The balancer of the cluster on one machine, between real sockets."""

import asyncio
import os
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from erlang_docker.addresses import Address
from erlang_docker.local.balancer import serve_balancer
from harness import FAR_SECONDS, LOOPBACK, until

Handler = Callable[[StreamReader, StreamWriter], Awaitable[None]]
LARGE = bytes(range(256)) * 40_000


async def answer_at_the_end(reader: StreamReader, writer: StreamWriter) -> None:
    """All that came, once the client has said that no more will."""
    writer.write(await reader.read())
    writer.close()


async def greet_and_close(reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"hello")
    writer.close()


async def greet_and_wait(reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"hello")
    await reader.read()
    writer.close()


@asynccontextmanager
async def balanced(handler: Handler) -> AsyncIterator[int]:
    """The port of a balancer in front of one server."""
    async with await asyncio.start_server(handler, LOOPBACK, 0) as server:
        node = Address(LOOPBACK, server.sockets[0].getsockname()[1])
        async with serve_balancer(lambda: [node], Address(LOOPBACK, 0)) as port:
            yield port


async def ask(port: int, question: bytes) -> bytes:
    """Shuts the sending side before the balancer can have reached a node, then reads to the end."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(question)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def listen(port: int) -> bytes:
    """Closes only after the node has."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_who_has_said_all_is_still_answered() -> None:
    async with balanced(answer_at_the_end) as port:
        assert await ask(port, b"all of it") == b"all of it"
        assert await ask(port, LARGE) == LARGE


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
@pytest.mark.parametrize(
    ("handler", "client"),
    [(answer_at_the_end, lambda port: ask(port, b"hello")), (greet_and_close, listen)],
    ids=["the client ends first", "the node ends first"],
)
async def test_a_connection_leaves_no_open_file(handler: Handler, client: Callable[[int], Awaitable[bytes]]) -> None:
    async with balanced(handler) as port:
        before = open_files()
        assert [await client(port) for _ in range(200)] == [b"hello"] * 200
        # The last ones may still be closing, and nodes of other tests in this process open and close some.
        await until(lambda: open_files() <= before + 20)


# A label of a name has at most 63 letters: looking this one up fails before anything is asked, and with no OSError.
TAKES_NONE = {"nobody": [], "dead": [Address(LOOPBACK, 1)], "wrong": [Address("x" * 64, 80)]}


@pytest.mark.parametrize("targets", TAKES_NONE.values(), ids=TAKES_NONE)
async def test_a_client_nobody_takes_is_not_left_waiting(targets: list[Address]) -> None:
    async with serve_balancer(targets.copy, Address(LOOPBACK, 0)) as port:
        assert await asyncio.wait_for(listen(port), FAR_SECONDS) == b""


async def test_its_end_ends_what_goes_through_it() -> None:
    async with await asyncio.start_server(greet_and_wait, LOOPBACK, 0) as server:
        node = Address(LOOPBACK, server.sockets[0].getsockname()[1])
        async with serve_balancer(lambda: [node], Address(LOOPBACK, 0)) as port:
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            assert await reader.readexactly(5) == b"hello"
        assert await asyncio.wait_for(reader.read(), FAR_SECONDS) == b""
        writer.close()
