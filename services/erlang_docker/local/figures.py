"""What a node counts, from its admin port: to ask there counts as nothing, unlike a command."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from erlang_docker.addresses import Address
from erlang_docker.local.dropped import drop

_REQUEST = b"GET /metrics HTTP/1.0\r\n\r\n"
_PICKS = 'erlang_docker_picks_total{node="'


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one boot of a node, since its start."""

    boot_epoch: int = 0
    calls_made: int = 0
    """To other nodes."""
    calls_served: int = 0
    """For other nodes and clients."""
    links: int = 0
    memory_bytes: int | None = None
    """None where the system does not tell, as macOS does not."""
    picks: dict[str, int] = field(default_factory=dict)
    """Name to how often this node has picked the node of that name."""


async def read_figures(admin: Address) -> Figures:
    """OSError or EOFError when there is no answer."""
    reader, writer = await asyncio.open_connection(admin.host, admin.port)
    try:
        writer.write(_REQUEST)
        answer = await reader.read(-1)
    finally:
        await drop(writer)
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise ConnectionError(f"no figures: {head[:100]!r}")
    return figures_of(body.decode())


def figures_of(text: str) -> Figures:
    """What the Prometheus text says."""
    numbers: Counter[str] = Counter()
    picks = {}
    for name, value in _samples(text):
        if name.startswith(_PICKS):
            picks[name[len(_PICKS) : -2]] = int(value)
        else:  # whatever its labels
            numbers[name.partition("{")[0]] += int(value)
    return Figures(
        boot_epoch=numbers["erlang_docker_boot_epoch"],
        calls_made=numbers["erlang_docker_calls_made_total"],
        calls_served=numbers["erlang_docker_calls_served_total"],
        links=numbers["erlang_docker_links"],
        memory_bytes=numbers.get("process_resident_memory_bytes"),
        picks=picks,
    )


def _samples(text: str) -> Iterator[tuple[str, float]]:
    for line in text.splitlines():
        # The others are not asked for: a histogram has dozens of lines.
        if line.startswith(("erlang_docker_", "process_resident")) and "_bucket{" not in line:
            name, _, value = line.rpartition(" ")
            yield name, float(value)
