"""The WebSocket at 9090: frames whose bits, lengths, masks, order and texts are not as they should be."""

import asyncio
import json
from functools import cache
from pathlib import Path
from random import Random

from erlang_docker.local.plan import NodePlan
from faults.fuzz.http1 import STRANGER, end
from faults.fuzz.mutation import NUMBERS, mutated
from raw import BINARY, CLOSE, PING, PONG, TEXT, Raw, closing, frame, upgraded

CALLS = Path(__file__).parents[2] / "contract" / "calls.jsonl"
CODES = (0, 999, 1000, 1001, 1003, 1004, 1005, 1006, 1007, 1009, 1015, 2999, 3000, 4999, 5000, 65_535)


@cache
def commands() -> list[bytes]:
    """Valid ones: the contract's calls, here and there, and what is no call."""
    calls = [json.loads(line)["call"] for line in CALLS.read_text(encoding="utf-8").splitlines()]
    texts = [
        "node",
        "echo",
        "mfa ",
        "rpc",
        "rpc erlang:node()",
        *(f"{word} {c}" for c in calls for word in ("mfa", "rpc")),
    ]
    return [text.encode(errors="surrogatepass") for text in texts]


def _header(chance: Random, payload: bytes) -> bytes:
    """A frame of which nothing is certain."""
    first, second = chance.randrange(256), chance.randrange(256)
    length = chance.choice((*NUMBERS, len(payload), 1 << 63)).to_bytes(10)[-{126: 2, 127: 8}.get(second & 127, 1) :]
    return bytes((first, second)) + (length if second & 127 > 125 else b"") + chance.randbytes(4) + payload


def one(chance: Random) -> bytes:
    """A frame, or a few that belong together."""
    text = mutated(chance, chance.choice(commands()), commands())
    middle = chance.randint(0, len(text))
    opcode = chance.choice((TEXT, TEXT, TEXT, 0, BINARY, PING, PONG, CLOSE, 3, 11))
    mask = chance.choice((b"\x01\x02\x03\x04", b"\x01\x02\x03\x04", bytes(4), b"\xff" * 4, None))
    return chance.choice(
        (
            *(frame(TEXT, text),) * 4,
            frame(TEXT, text[:middle], final=False) + frame(PING, text[:125]) + frame(0, text[middle:]),
            frame(TEXT, text[:middle], final=False) + frame(0, b"", final=False) * chance.choice((1, 999, 1001)),
            frame(opcode, text[: chance.choice((0, 1, 2, 125, 126, len(text)))], chance.random() < 0.7, mask),
            closing(chance.choice(CODES), text[: chance.choice((0, 10, 123, 124))]),
            _header(chance, text),
        )
    )


async def socket(node: NodePlan, chance: Random) -> list[str]:
    """What the node closes with, after how many texts."""
    frames = [one(chance) for _ in range(chance.choice((1, 2, 3, 8)))]
    sent = b"".join(mutated(chance, each, frames) if chance.random() < 0.2 else each for each in frames)
    sent += chance.choice((b"", closing(1000), closing(1000)))
    middle = chance.randint(0, len(sent))
    async with upgraded(node.ws.port, STRANGER) as raw:
        heard = asyncio.ensure_future(_listen(raw))
        for piece in (sent,) if chance.random() < 0.7 else (sent[:middle], sent[middle:]):
            raw.send(piece)
            await asyncio.wait([heard], timeout=0.002)
        await asyncio.wait([heard], timeout=chance.choice((0, 0.01, 0.02, 0.2)))
        end(raw, chance)
        return await heard


async def _listen(raw: Raw) -> list[str]:
    kinds = []
    try:
        async with asyncio.timeout(20):
            while True:
                opcode, payload = await raw.frame()
                kinds.append(f"close {int.from_bytes(payload[:2])}" if opcode == CLOSE else f"opcode {opcode}")
    except (asyncio.IncompleteReadError, ConnectionError):
        return kinds or ["closed"]
