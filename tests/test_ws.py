"""The WebSocket: the contract, limits, and who may talk."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from harness import LOOPBACK, Pair, socket
from otp.terms.read.reader import parse_term
from otp.terms.types import Atom
from raw import BINARY, CLOSE, PING, PONG, TEXT, UPGRADE, closing, connect, frame, upgraded

FOLDER = Path(__file__).parent / "contract"
CONTRACT = [json.loads(line) for line in (FOLDER / "ws.jsonl").read_text().splitlines()]
FAILURES = [json.loads(line) for line in (FOLDER / "ws-errors.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("line", CONTRACT, ids=lambda line: repr(line["send"]))
async def test_contract(line: dict[str, str], pair: Pair) -> None:
    expected = line["receive"].replace("NODE_A", str(pair.a.identity.name)).replace("NODE_B", str(pair.b.identity.name))
    async with socket(pair.a.ws_port) as user:
        assert await user.ask(line["send"]) == expected


@pytest.mark.parametrize("line", FAILURES, ids=lambda line: repr(line["send"]))
async def test_what_the_original_crashed_on_is_answered(line: dict[str, Any], pair: Pair) -> None:
    async with socket(pair.a.ws_port) as user:
        reply = await user.ask(line["send"])
        assert await user.ask("node") == str(pair.a.identity.name)
    if line["send"] == "mfa erlang:self()":
        assert reply.startswith("<0.")
    elif line["send"].startswith("mfa string:concat"):
        assert reply == '"a:bc"'
    elif line["reason"].startswith("{badmatch"):
        answer = parse_term(reply)
        assert isinstance(answer, tuple)
        assert answer[0] == "error"
        if line["reason"].startswith("{badmatch,{error,"):
            assert reply == line["reason"].removeprefix("{badmatch,").removesuffix("}")
    else:
        answer = parse_term(reply)
        assert isinstance(answer, tuple)
        assert answer[:2] == (Atom(line["class"]), Atom(line["reason"]))


async def test_replies_keep_the_order_of_commands(pair: Pair) -> None:
    async with socket(pair.a.ws_port) as user:
        for command in ("mfa timer:sleep(100)", "rpc erlang:node()", "last"):
            await user.socket.send_str(command)
        replies = [await user.socket.receive_str() for _ in range(3)]
    assert replies == ["ok", f"'{pair.b.identity.name}'", "last"]


async def test_64_kib_are_taken_and_more_is_not(pair: Pair) -> None:
    async with socket(pair.a.ws_port) as user:
        text = "x" * 65536
        assert await user.ask(text) == text
        await user.socket.send_str(text + "x")
        assert (await user.socket.receive()).data == 1009


@pytest.mark.parametrize(("frame", "code"), [(b"\xff\xfe", 1007), (b"mfa lists:seq(1,\xc3)", 1007)])
async def test_text_that_is_no_utf8_closes_the_socket(frame: bytes, code: int, pair: Pair) -> None:
    async with socket(pair.a.ws_port) as user:
        await user.socket.send_frame(frame, aiohttp.WSMsgType.TEXT)
        assert (await user.socket.receive()).data == code


async def test_binary_frames_close_the_socket(pair: Pair) -> None:
    """The recordings of the original have none."""
    async with socket(pair.a.ws_port) as user:
        await user.socket.send_str("before")
        await user.socket.send_bytes(b"node")
        assert await user.listen() == ["before", (1003, "commands are text")]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(TEXT, mask=None), 1002),
        (frame(PING, mask=None), 1002),
        (closing(1006), 1002),
        (closing(1005), 1002),
        (closing(5000), 1002),
        (closing(1000), 1000),
        (closing(1001, b"bye"), 1001),
        (closing(3000), 3000),
        (closing(4999), 4999),
        (frame(CLOSE), 1000),
        (frame(CLOSE, b"\x03"), 1002),
        (frame(BINARY, b"node"), 1003),
        (frame(TEXT, final=False) + frame(0, final=False) * 1001, 1009),
        (frame(BINARY, b"x", final=False) + frame(0, final=False) * 1001, 1009),
    ],
)
@pytest.mark.parametrize("piece", [1, 1 << 20])
async def test_frames_and_their_close_codes(sent: bytes, code: int, piece: int, pair: Pair) -> None:
    """However they are cut on their way; what came before is answered."""
    sent = frame(TEXT, b"before") + sent
    piece = max(piece, len(sent) // 100)
    async with upgraded(pair.a.ws_port) as raw:
        for at in range(0, len(sent), piece):
            raw.send(sent[at : at + piece])
            await asyncio.sleep(0)
        assert await raw.frame() == (TEXT, b"before")
        assert await raw.frame() == (CLOSE, code.to_bytes(2) + (b"commands are text" if code == 1003 else b""))
        assert await raw.rest() == b""


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
async def test_right_frames_pass_in_any_pieces(size: int, pair: Pair) -> None:
    text = b"x" * size
    half = size // 2
    sent = frame(TEXT, text[:half], final=False) + frame(PING, b"still there?") + frame(0, text[half:])
    async with upgraded(pair.a.ws_port) as raw:
        for at in range(0, len(sent), max(1, len(sent) // 50)):
            raw.send(sent[at : at + max(1, len(sent) // 50)])
            await asyncio.sleep(0)
        assert await raw.frame() == (PONG, b"still there?")
        assert await raw.frame() == (TEXT, text)


async def test_nothing_after_a_wrong_frame_is_answered(pair: Pair) -> None:
    async with upgraded(pair.a.ws_port) as raw:
        raw.send(frame(TEXT, b"node", mask=None) + frame(TEXT, b"after"))
        assert await raw.close_code() == 1002
        assert await raw.rest() == b""


async def test_who_does_not_wait_for_the_handshake_is_no_websocket(pair: Pair) -> None:
    async with connect(pair.a.ws_port) as raw:
        raw.send(UPGRADE + frame(TEXT, b"node"))
        assert (await raw.head()).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 403),
        ({"Host": "evil.example"}, 403),
    ],
)
async def test_other_origins_and_hosts_are_refused(headers: dict[str, str], status: int, pair: Pair) -> None:
    url = f"http://{LOOPBACK}:{pair.a.ws_port}/websocket"
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url, headers=headers)
    assert refused.value.status == status


async def test_the_page_s_own_origin_is_welcome(pair: Pair) -> None:
    host = f"{LOOPBACK}:{pair.a.ws_port}"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://{host}/websocket", headers={"Origin": f"http://{host}"}) as connected,
    ):
        await connected.send_str("hello")
        assert await connected.receive_str() == "hello"


async def test_the_page_allows_no_script_but_its_own(pair: Pair) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"http://{LOOPBACK}:{pair.a.ws_port}/") as answer:
        assert answer.status == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
