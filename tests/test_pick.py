"""The pick: a connection of its own each time, and only a ready node of the right kind is believed."""

import asyncio
import gc
import logging
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from erlang_docker.addresses import Address, GrpcPorts
from erlang_docker.errors import NotSent
from erlang_docker.identity import NodeState
from erlang_docker.peers.answer import Pick
from erlang_docker.peers.pick import Picker
from erlang_docker.peers.resolve import Resolver
from harness import LOOPBACK, Pair

LOG = logging.getLogger(__name__)
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HEADERS = "x-node-boot: boot\r\nx-node-address: 10.0.0.1\r\nx-node-grpc-port: 50051\r\n"
BODY = '{"code":0,"data":{"node":"erlang-docker-b@b-0"},"msg":""}'


@contextmanager
def asking(port: int) -> Iterator[Picker]:
    with Picker({"b": Address(LOOPBACK, port)}, Resolver(1), LOG) as picker:
        yield picker


def in_time() -> float:
    """Far away: a pick gives up sooner by itself."""
    return asyncio.get_running_loop().time() + 20.0


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[Picker]:
    listening = await asyncio.start_server(handler, LOOPBACK, 0)
    async with listening:
        with asking(listening.sockets[0].getsockname()[1]) as picker:
            yield picker


def answering(answer: str) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(answer.encode())
        writer.close()

    return handler


def response(status: str = "200 OK", headers: str = HEADERS, body: str = BODY) -> str:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}"


async def test_every_pick_is_a_connection_of_its_own() -> None:
    ports = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports.append(writer.get_extra_info("peername")[1])
        await answering(response())(reader, writer)

    async with server(handler) as picker:
        picks = [await picker.pick("b", in_time()) for _ in range(20)]
    # One for each; more only where the machine stood still, and others were asked as well.
    assert len(set(ports)) == len(ports) >= 20
    assert {str(pick.node) for pick in picks} == {"erlang-docker-b@b-0"}
    assert (picks[0].host, picks[0].ports) == ("10.0.0.1", GrpcPorts(50051, None))


@pytest.mark.parametrize(
    "answer",
    [
        response(status="503 Service Unavailable"),
        response(headers=""),
        response(body=BODY.replace("docker-b", "docker-a")),
        response(body=BODY.replace("erlang-docker-b@b-0", "evil@b-0/../x")),
        response(body="{}"),
        response(body="no json"),
        response(body="[1,2]"),
        response(body=" " * 5000 + BODY),
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        "this is no HTTP",
        "",
    ],
)
async def test_anything_else_is_no_pick(answer: str) -> None:
    async with server(answering(answer)) as picker:
        with pytest.raises(NotSent):
            await picker.pick("b", in_time())


async def test_silence_is_no_pick() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with server(handler) as picker:
        with pytest.raises(NotSent, match="TimeoutError"):
            await picker.pick("b", in_time())


async def test_a_stopping_node_is_not_picked(pair: Pair) -> None:
    with asking(pair.b.http_port) as picker:
        assert (await picker.pick("b", in_time())).boot_id == pair.b.identity.boot_id
        pair.b.set_state(NodeState.DRAINING)
        with pytest.raises(NotSent, match="answered 503"):
            await picker.pick("b", in_time())
        pair.b.set_state(NodeState.READY)


async def test_a_machine_that_vanished_costs_little() -> None:
    """Of two listeners on one port, which the kernel chooses from as kube-proxy does, one answers no connection.

    Of 40 picks all but one in sixteen succeed; without the race it would be half of them.
    """
    with listener(0) as silent, listener(silent.getsockname()[1]) as live, socket.socket() as filler:
        silent.listen(0)
        filler.connect(silent.getsockname())  # its queue is full now
        async with await asyncio.start_server(answering(response()), sock=live):
            with asking(live.getsockname()[1]) as picker:
                answers = await asyncio.gather(
                    *(picker.pick("b", in_time()) for _ in range(40)), return_exceptions=True
                )
    assert sum(isinstance(answer, Pick) for answer in answers) >= 30


async def test_a_pick_that_is_given_up_while_it_connects_leaves_nothing_to_complain_of() -> None:
    """Whatever step it has come to when the other end resets it; Python prints what nobody has asked for."""
    gc.collect()  # what others have left, their complaints with it
    loop, complaints = asyncio.get_running_loop(), []
    linger = struct.pack("ii", 1, 0)

    class Reset(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            transport.abort()  # type: ignore[attr-defined]

    loop.set_exception_handler(lambda _, context: complaints.append(context["message"]))
    try:
        async with await loop.create_server(Reset, LOOPBACK, 0) as resetting:
            with asking(resetting.sockets[0].getsockname()[1]) as picker:
                for steps in range(100):
                    pick = asyncio.create_task(picker.pick("b", in_time()))
                    for _ in range(steps % 10):
                        await asyncio.sleep(0)
                    pick.cancel()
                    await asyncio.gather(pick, return_exceptions=True)
                    await asyncio.sleep(0.001)
        gc.collect()
    finally:
        loop.set_exception_handler(None)
    assert complaints == []


@contextmanager
def listener(port: int) -> Iterator[socket.socket]:
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind((LOOPBACK, port))
        yield bound
