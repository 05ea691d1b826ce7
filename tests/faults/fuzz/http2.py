"""HTTP/2 at 50051: frames whose order, lengths, flags, streams and header blocks are not as they should be."""

import asyncio
from collections.abc import Sequence
from random import Random

from erlang_docker.local.plan import NodePlan
from erlang_docker.v1 import console_pb2
from faults.fuzz.http1 import STRANGER, end
from faults.fuzz.mutation import NUMBERS, mutated
from raw import connect

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS, PADDED = 1, 4, 8
RUN = b"/erlang_docker.v1.ConsoleService/Run"
PATHS = (RUN, RUN, b"/erlang_docker.v1.NodeService/GetNode", b"/erlang_docker.v1.RpcService/Link", b"/", b"no path")
FIELDS: Sequence[tuple[bytes, bytes]] = (
    *((b"te", b"trailers"), (b"content-type", b"application/grpc"), (b"content-type", b"text/plain"), (b"", b"")),
    *((b"grpc-timeout", b"1S"), (b"grpc-timeout", b"99999999H"), (b"grpc-timeout", b"-1x"), (b"UPPER", b"case")),
    *((b"grpc-encoding", b"gzip"), (b"grpc-accept-encoding", b"x,,"), (b"x-node-proof", b"\xff\x00"), (b":path", b"/")),
    *((b"grpc-trace-bin", b"!"), (b"grpc-tags-bin", b"AAA"), (b"connection", b"close"), (b"x", b"y" * 9000)),
)


def frame(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"") -> bytes:
    """RFC 9113, section 4.1."""
    return len(payload).to_bytes(3) + bytes((kind, flags)) + stream.to_bytes(4) + payload


def field(name: bytes, value: bytes) -> bytes:
    """A literal without index or Huffman code (RFC 7541, section 6.2.2)."""
    return b"\x00" + _text(name) + _text(value)


def _text(text: bytes) -> bytes:
    size, rest = len(text), b""
    if size > 126:
        size, left = 127, size - 127
        while left > 127:
            rest, left = rest + bytes((left & 127 | 128,)), left >> 7
        rest += bytes((left,))
    return bytes((size,)) + rest + text


def block(chance: Random) -> bytes:
    """A call's header block."""
    pairs = [(b":method", b"POST"), (b":scheme", b"http"), (b":path", chance.choice(PATHS)), (b":authority", b"x")]
    pairs += [*FIELDS[:2], *chance.choices(FIELDS, k=chance.choice((0, 0, 1, 3)))]
    if chance.random() < 0.1:
        chance.shuffle(pairs)
    return b"".join(field(*pair) for pair in pairs)


def call(chance: Random, stream: int) -> list[bytes]:
    """The frames of one call."""
    head = block(chance)
    if chance.random() < 0.3:
        head = mutated(
            chance, head, (b"\x3f\xff\xff\xff\xff\x0f", b"\x20", b"\x3f\xe1\x7f", b"\x82\x86\x84", b"\xff" * 9)
        )
    middle = chance.randint(0, len(head)) if chance.random() < 0.3 else len(head)
    frames = [frame(HEADERS, END_HEADERS * (middle == len(head)), stream, head[:middle])]
    if middle < len(head):
        frames.append(frame(CONTINUATION, END_HEADERS, stream, head[middle:]))
    sent = console_pb2.RunRequest(
        command=chance.choice(("node", "rpc erlang:node()", "x" * 20_000))
    ).SerializeToString()
    size = len(sent) if chance.random() < 0.8 else chance.choice(NUMBERS)
    message = bytes((chance.choice((0, 0, 0, 0, 1, 255)),)) + size.to_bytes(4) + sent
    return [*frames, *(frame(DATA, 0, stream, message[at : at + 16_000]) for at in range(0, len(message), 16_000))]


def odd(chance: Random, stream: int) -> bytes:
    """A frame of any other kind, right or wrong."""
    number = chance.choice(NUMBERS).to_bytes(4)
    setting = chance.randrange(1, 10).to_bytes(2) + number
    return chance.choice(
        (
            frame(SETTINGS, payload=setting * chance.choice((1, 2, 100))),
            frame(SETTINGS, 1, chance.choice((0, stream)), chance.choice((b"", b"x"))),
            frame(PING, chance.choice((0, 1)), payload=chance.randbytes(chance.choice((8, 8, 7)))),
            frame(WINDOW_UPDATE, 0, chance.choice((0, stream)), number),
            frame(RST_STREAM, 0, chance.choice((0, stream, stream + 2)), number),
            frame(PRIORITY, 0, stream, number + b"\x01"),
            frame(GOAWAY, 0, 0, bytes(4) + number),
            frame(DATA, PADDED | END_STREAM, stream, bytes((chance.randrange(256),)) + bytes(20)),
            frame(
                chance.randrange(256), chance.randrange(256), chance.choice((0, stream, 2, (1 << 32) - 1)), number * 4
            ),
        )
    )


def conversation(chance: Random) -> bytes:
    """What one connection says."""
    frames = [frame(SETTINGS)]
    for stream in chance.choice(((1,), (1, 3, 5), range(1, 250, 2), (1, 1), (3, 1), (2,))):
        frames += call(chance, stream)
        if chance.random() < 0.8:
            frames.append(frame(DATA, END_STREAM, stream))
        if chance.random() < 0.3:
            frames.insert(chance.randint(0, len(frames)), odd(chance, stream))
    if chance.random() < 0.5:
        at = chance.randrange(len(frames))
        frames[at] = mutated(chance, frames[at], frames)
    sent = (PREFACE if chance.random() < 0.95 else mutated(chance, PREFACE, frames)) + b"".join(frames)
    return mutated(chance, sent, frames) if chance.random() < 0.2 else sent


async def http2(node: NodePlan, chance: Random) -> list[str]:
    """The frames that come back, but for what every connection begins with."""
    async with connect(node.grpc.port, STRANGER) as raw:
        heard = asyncio.ensure_future(raw.rest())
        raw.send(conversation(chance))
        await asyncio.wait([heard], timeout=chance.choice((0, 0.01, 0.05, 0.2)))
        end(raw, chance)
        return _kinds(await heard) or ["closed"]


def _kinds(heard: bytes) -> list[str]:
    kinds, at = [], 0
    while len(heard) >= at + 9:
        size, kind = int.from_bytes(heard[at : at + 3]), heard[at + 3]
        payload = heard[at + 9 : at + 9 + size]
        at += 9 + size
        if kind == GOAWAY:
            kinds.append(f"GOAWAY {int.from_bytes(payload[4:8])}")
        elif kind == RST_STREAM:
            kinds.append(f"RST_STREAM {int.from_bytes(payload)}")
        elif kind in (HEADERS, DATA):
            kinds.append("HEADERS" if kind == HEADERS else "DATA")
    return kinds
