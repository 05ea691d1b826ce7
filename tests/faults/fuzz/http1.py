"""HTTP/1 at 8080, 9090 and 8081: requests whose lines, headers and bodies are not as they should be."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from random import Random

from erlang_docker.local.plan import NodePlan
from faults.fuzz.mutation import mutated
from raw import UPGRADE, Raw, connect

STRANGER = "127.0.0.2"
"""Where those who attack come from; their friend comes from another address, which has its own share."""
LAST = b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
HEADERS = (
    *(
        b"Host: localhost",
        b"Host: [::1]:9090",
        b"Host: [",
        b"Host: a]b",
        b"Host: \xff\xfe",
        b"Host: \xe2\x84\x80",
        b"Host:",
    ),
    *(b"Origin: http://localhost", b"Origin: http://[", b"Origin: null", b"Origin: \xe2\x84\x80//\xff"),
    *(b"Content-Length: 2", b"Content-Length: 65537", b"Content-Length: -1", b"Transfer-Encoding: chunked"),
    *(b"Transfer-Encoding: gzip, chunked", b"Content-Encoding: gzip", b"Content-Type: application/json; charset=\xff"),
    *(b"Connection: keep-alive", b"Connection: close", b"Connection: Upgrade", b"Connection: Upgrade, HTTP2-Settings"),
    *(
        b"Upgrade: websocket",
        b"Upgrade: h2c",
        b"HTTP2-Settings: AAMAAABkAAQAAP__",
        b"Expect: 100-continue",
        b"Expect: x",
    ),
    *(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 8", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
    *(b"Sec-WebSocket-Key: \xc3\xa9\xc3\xa9", b"Sec-WebSocket-Key: =", b"Sec-WebSocket-Protocol: a, b, \xff"),
    *(b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99", b"Sec-WebSocket-Extensions: ;;,"),
    *(b"Range: bytes=0-1", b"Range: bytes=9-1", b"Range: bytes=-0", b"Range: bytes=99999999999-", b"If-Range: \xff"),
    *(b"If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT", b"If-Modified-Since: Thu, 01 Jan 99999 99:99:99 GMT"),
    *(b'If-None-Match: "1", W/"2"', b"If-None-Match: *", b"If-Match: x", b"If-Unmodified-Since: 0"),
    *(b"Accept-Encoding: gzip, br;q=x", b"Cookie: a=b; \xff=\x01", b"X: " + b"y" * 8000, b" folded: line", b"no colon"),
)
BODIES = (
    *(
        b"",
        b"{}",
        b"[]",
        b'{"a":1e999}',
        b'{"a":NaN}',
        b'{"a":' + b"9" * 5000 + b"}",
        b"[" * 60_000,
        b'{"a":"\\ud800"}',
    ),
    *(
        b"2\r\n{}\r\n0\r\n\r\n",
        b"2;x=y\r\n{}\r\n0\r\nA: b\r\n\r\n",
        b"ffffffffffffffff\r\n{}",
        b"-2\r\n{}\r\n0\r\n\r\n",
    ),
)
METHODS = (b"GET", b"POST", b"HEAD", b"PUT", b"OPTIONS", b"CONNECT", b"TRACE", b"PRI", b"get", b"QUERY")
PATHS: dict[str, Sequence[bytes]] = {
    "http": (b"/ping", b"/node", b"/node?a=b", b"/", b"*", b"http://localhost/node", b"//[/", b"/%ff%00", b"/\xff"),
    "page": (b"/", b"/websocket", b"/page.js", b"/..%2f..", b"//[/", b"http://[/", b"*", b"/\xff?\xfe#"),
    "admin": (b"/livez", b"/readyz", b"/metrics", b"/metrics?name[]=x", b"//[/", b"http://a:b/", b"localhost:1", b"/%"),
}
VERSIONS = (*(b"HTTP/1.1",) * 15, b"HTTP/1.0", b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.10", b"")
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) [A-Z]")


def request(chance: Random, door: str) -> bytes:
    """One that may be valid."""
    usual = METHODS[:2] if door == "http" else METHODS[:1]
    method = chance.choice(usual if chance.random() < 0.9 else METHODS)
    version = chance.choice(VERSIONS)
    headers = [HEADERS[0], *chance.choices(HEADERS, k=chance.choice((0, 0, 1, 1, 2, 4)))]
    if chance.random() < 0.2:
        chance.shuffle(headers)
        headers = headers[1:]
    body = chance.choice(BODIES) if chance.random() < (0.8 if door == "http" else 0.2) else b""
    if chance.random() < 0.8:
        headers.append(b"Content-Length: %d" % len(body))
    return b" ".join((method, chance.choice(PATHS[door]), version)) + b"\r\n" + b"\r\n".join([*headers, b"", body])


def requests(chance: Random, door: str) -> bytes:
    """Some on one connection; the handshake of a WebSocket among them."""
    wanted = [request(chance, door) for _ in range(chance.choice((1, 1, 1, 2, 4)))]
    if door == "page" and chance.random() < 0.3:
        wanted[0] = UPGRADE
    whole = [mutated(chance, each, wanted) if chance.random() < 0.4 else each for each in wanted]
    return b"".join(whole) + chance.choice((b"", b"", LAST))


def end(raw: Raw, chance: Random) -> None:
    """The client has said all; now and then it does not wait for an answer either."""
    with suppress(OSError):  # the node was first
        if chance.random() < 0.05:
            raw.writer.transport.abort()
        else:
            raw.writer.write_eof()


async def attack(door: str, port: int, chance: Random) -> list[str]:
    """The statuses of the answers to one case."""
    sent = requests(chance, door)
    middle = chance.randint(0, len(sent))
    async with connect(port, STRANGER) as raw:
        heard = asyncio.ensure_future(raw.rest())
        for piece in (sent,) if chance.random() < 0.5 else (sent[:middle], sent[middle:]):
            raw.send(piece)
            await asyncio.wait([heard], timeout=0.002)
        await asyncio.wait([heard], timeout=chance.choice((0, 0.01, 0.02, 0.2)))
        end(raw, chance)
        return [status.decode() for status in STATUS.findall(await heard)] or ["closed"]


async def http(node: NodePlan, chance: Random) -> list[str]:
    """8080."""
    return await attack("http", node.http.port, chance)


async def page(node: NodePlan, chance: Random) -> list[str]:
    """9090, without frames."""
    return await attack("page", node.ws.port, chance)


async def admin(node: NodePlan, chance: Random) -> list[str]:
    """8081."""
    return await attack("admin", node.admin.port, chance)
