"""WebSockets whose clients send much, read nothing, or have gone: what is held back, and who is served meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from erlang_docker.limits import Limits
from erlang_docker.node import Node
from erlang_docker.servers.socket_watch import SocketWatch
from harness import Pair, node, services, socket
from held_functions import BEGUN, GO_ON, held_releases
from raw import CLOSE, PING, PONG, TEXT, Raw, frame, upgraded

KIB_64 = b"x" * 65_536
LIMITS = Limits(silent_seconds=0.4)
PIECE_BYTES = 256 << 10
"""What asyncio reads at once."""


@pytest.fixture(scope="module")
async def impatient(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Node]:
    """A node that takes a silent client for gone after 0.6 s."""
    async with services() as among, node("a", tmp_path_factory.mktemp("impatient"), among, limits=LIMITS) as running:
        yield running


async def replies(raw: Raw, count: int) -> list[bytes]:
    return [(await raw.frame())[1] for _ in range(count)]


async def test_many_commands_in_one_piece_are_answered_in_order(pair: Pair) -> None:
    async with upgraded(pair.a.ws_port) as raw:
        raw.send(b"".join(frame(TEXT, b"mfa erlang:abs(-%d)" % number) for number in range(2000)))
        assert await replies(raw, 2000) == [b"%d" % number for number in range(2000)]


async def test_many_commands_in_one_piece_hold_nobody_up(pair: Pair) -> None:
    """Told by what one client gets while the other waits, not by a clock."""
    command, reply = b"mfa lists:seq(1,60)", len("[" + ",".join(map(str, range(1, 61))) + "]") + 4
    count = PIECE_BYTES // reply
    async with upgraded(pair.a.ws_port) as greedy, socket(pair.a.ws_port) as other:
        greedy.send(frame(TEXT, command) * count)
        come = 0
        meanwhile = [0]

        async def listen() -> None:
            nonlocal come
            while come < count * reply:
                come += len(await greedy.reader.read(PIECE_BYTES))

        listening = asyncio.create_task(listen())
        while not listening.done():
            assert await other.ask("node") == str(pair.a.identity.name)
            meanwhile.append(come)
    assert max(after - before for before, after in pairwise(meanwhile)) < count * reply / 2


async def test_what_comes_during_a_command_waits_for_it(pair: Pair) -> None:
    async with upgraded(pair.a.ws_port) as raw:
        raw.send(frame(TEXT, b"mfa timer:sleep(200)"))
        await asyncio.sleep(0.1)
        for sent in (frame(TEXT, b"rpc erlang:abs(-1)"), frame(PING, b"?"), frame(TEXT, b"node"), frame(CLOSE)):
            raw.send(sent)
        assert [await raw.frame() for _ in range(5)] == [
            (TEXT, b"ok"),
            (TEXT, b"1"),
            (PONG, b"?"),
            (TEXT, str(pair.a.identity.name).encode()),
            (CLOSE, (1000).to_bytes(2)),
        ]
        assert await raw.rest() == b""


async def test_who_sends_faster_than_it_is_answered_is_not_read(pair: Pair) -> None:
    """32 MiB are more than the buffers of a connection hold."""
    async with upgraded(pair.a.ws_port) as raw:
        raw.send(frame(TEXT, b"mfa timer:sleep(1000)") + frame(TEXT, KIB_64) * 512)
        await asyncio.sleep(0.5)
        assert raw.writer.transport.get_write_buffer_size() > 0
        assert await replies(raw, 513) == [b"ok"] + [KIB_64] * 512


async def test_a_command_cut_in_pieces_between_others_is_answered(pair: Pair) -> None:
    """More than is parsed at once, and cut anywhere."""
    sent = (frame(TEXT, b"a" * 100) + frame(TEXT, b"b" * 5000)) * 50
    async with upgraded(pair.a.ws_port) as raw:
        for at in range(0, len(sent), 4099):
            raw.send(sent[at : at + 4099])
            await asyncio.sleep(0)
        assert await replies(raw, 100) == [b"a" * 100, b"b" * 5000] * 50


async def test_who_answers_no_ping_is_gone(impatient: Node) -> None:
    async with upgraded(impatient.ws_port) as silent, upgraded(impatient.ws_port) as user:
        for _ in range(3):
            assert await user.frame() == (PING, b"")
            user.send(frame(PONG))
        assert await silent.frame() == (PING, b"")
        assert await silent.rest() == b""
        user.send(frame(TEXT, b"still there"))
        assert await user.frame() == (TEXT, b"still there")


async def test_who_has_answered_is_not_gone_while_nobody_read_it() -> None:
    """A process that was held up looks at the time before it reads what has come meanwhile."""
    gone: list[str] = []
    pinged = asyncio.Event()
    watch = SocketWatch(LIMITS, gone.append, pinged.set)
    await pinged.wait()
    time.sleep(LIMITS.silent_seconds)  # noqa: ASYNC251
    for _ in range(3):
        await asyncio.sleep(0)
    watch.end()
    assert gone == []


async def test_who_is_not_read_is_not_gone(impatient: Node) -> None:
    """Its pongs would wait behind what it has sent."""
    async with upgraded(impatient.ws_port) as raw:
        raw.send(frame(TEXT, b"mfa timer:sleep(1500)") + frame(TEXT, KIB_64) * 512)
        assert await replies(raw, 513) == [b"ok"] + [KIB_64] * 512


async def test_a_stop_waits_for_the_running_command_only(tmp_path: Path) -> None:
    goodbye = (CLOSE, (1001).to_bytes(2) + b"the node is stopping")
    async with services() as among, AsyncExitStack() as running:
        a = await running.enter_async_context(node("a", tmp_path, among, releases=held_releases()))
        async with upgraded(a.ws_port) as raw, upgraded(a.ws_port) as idle:
            raw.send(frame(TEXT, b"mfa held:up()") + frame(TEXT, b"node"))
            await BEGUN.wait()
            stopping = asyncio.create_task(running.aclose())
            assert await idle.frame() == goodbye  # all sockets are told in one step
            GO_ON.set()
            assert await raw.rest() == b"".join(
                bytes([0x80 | kind, len(text)]) + text for kind, text in ((TEXT, b"ok"), goodbye)
            )
            await stopping
