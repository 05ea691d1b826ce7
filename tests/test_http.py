"""HTTP: the contract, and what is no request."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from erlang_docker.identity import NodeState
from harness import LOOPBACK, Pair

CONTRACT = [json.loads(line) for line in (Path(__file__).parent / "contract/http.jsonl").read_text().splitlines()]


async def exchange(port: int, sent: bytes) -> bytes:
    """What comes back until the node closes."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        writer.write(sent)
        return await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()


@pytest.mark.parametrize("line", CONTRACT, ids=lambda line: str(line["title"]))
async def test_contract(line: dict[str, Any], pair: Pair) -> None:
    asked, expected = line["request"], line["response"]
    body = (asked["body"] or "").encode()
    request = f"{asked['method']} {asked['path']} HTTP/1.1"
    head = f"{request}\r\nHost: node\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    for _ in range(2):  # what has come before is not parsed again
        answer = (await exchange(pair.a.http_port, head.encode() + body)).decode()
        assert answer.startswith(f"HTTP/1.1 {expected['status']} ")
        assert answer.partition("\r\n\r\n")[2] == expected["body"].replace("NODE_A", str(pair.a.identity.name))


async def test_a_pick_learns_where_the_node_is(pair: Pair) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://{LOOPBACK}:{pair.b.http_port}/node", json={}) as answer,
    ):
        assert answer.headers["x-node-address"] == LOOPBACK
        assert answer.headers["x-node-grpc-port"] == str(pair.b.grpc_port)
        assert answer.headers["x-node-boot"] == pair.b.identity.boot_id


async def test_a_connection_is_kept_and_requests_may_be_pipelined(pair: Pair) -> None:
    ping = b"GET /ping HTTP/1.1\r\nHost: node\r\n\r\n"
    answer = await exchange(pair.a.http_port, ping * 99 + ping.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert answer.count(b'"msg":"pong"') == 100


async def test_what_has_come_before_is_answered_as_things_are_now(pair: Pair) -> None:
    pick = b"POST /node HTTP/1.1\r\nHost: node\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    first = await exchange(pair.a.http_port, pick)
    assert first.startswith(b"HTTP/1.1 200 ")
    assert await exchange(pair.a.http_port, pick) == first
    pair.a.set_state(NodeState.DRAINING)
    assert (await exchange(pair.a.http_port, pick)).startswith(b"HTTP/1.1 503 ")
    pair.a.set_state(NodeState.READY)


async def test_only_a_connection_that_ends_with_its_request_is_answered_at_once(pair: Pair) -> None:
    ping = b"GET /ping HTTP/1.1\r\nHost: node\r\n\r\n"
    last = ping.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    for _ in range(3):
        assert (await exchange(pair.a.http_port, ping + last)).count(b"pong") == 2
        head = await exchange(pair.a.http_port, last.replace(b"GET", b"HEAD"))
        assert head.endswith(b"\r\n\r\n")


async def test_a_kept_connection_is_answered_whatever_has_come_before(pair: Pair) -> None:
    """Which request of it the door answers, and which the event loop, is nobody's business."""
    ping = b"GET /ping HTTP/1.1\r\nHost: kept\r\n\r\n"
    for _ in range(3):
        reader, writer = await asyncio.open_connection(LOOPBACK, pair.a.http_port)
        for _ in range(3):
            writer.write(ping)
            assert b'"msg":"pong"' in await reader.readuntil(b"}")
        writer.write(ping.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert b"Connection: close" in await reader.read()
        writer.close()


async def test_garbage_behind_a_request_is_refused_each_time(pair: Pair) -> None:
    for _ in range(3):
        answer = await exchange(pair.a.http_port, b"GET /ping HTTP/1.1\r\nHost: node\r\n\r\n\x16\x03\x01\r\n\r\n")
        assert answer.count(b"pong") == 1
        assert b"HTTP/1.1 400 " in answer


async def test_a_request_in_pieces_is_the_same(pair: Pair) -> None:
    last = b"GET /ping HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n"
    whole = await exchange(pair.a.http_port, last)
    reader, writer = await asyncio.open_connection(LOOPBACK, pair.a.http_port)
    for byte in last:
        writer.write(bytes([byte]))
        await asyncio.sleep(0.001)
    assert await reader.read() == whole
    writer.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01 this is no HTTP\r\n\r\n", 400),
        (b"GET /ping HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"POST /node HTTP/1.1\r\nContent-Length: 65537\r\n\r\n" + b"x" * 65537, 413),
        (b"POST /node HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n" + b"x" * 65537 + b"\r\n", 413),
        (b"GET /ping HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200),
    ],
)
async def test_what_is_no_request_is_refused_and_closed(sent: bytes, status: int, pair: Pair) -> None:
    answer = await exchange(pair.a.http_port, sent)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert answer.count(b"HTTP/1.1") == 1


async def test_deeply_nested_json_is_no_object(pair: Pair) -> None:
    body = b'{"a":' + b"[" * 30_000
    head = b"POST /node HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert b"json decode fail" in await exchange(pair.a.http_port, head + body)
