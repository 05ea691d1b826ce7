"""Draw docs/trace.svg: the spans of one call, as a collector got them of two nodes that ran for it.

PYTHONPATH=services:tests .venv/bin/python scripts/trace_picture.py
"""

import asyncio
import os
import tempfile
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from collector import Told, collecting, tree
from harness import Pair, two_nodes
from test_trace import run

PICTURE = Path(__file__).parents[1] / "docs" / "trace.svg"
WIDTH, LABELS, ROW, TOP, INDENT, VALUE = 900, 250, 24, 56, 18, 90
COLOURS = {"a-0": "#0b6e99", "b-0": "#c1621d"}
HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">
<style>text {{ fill: #222 }} .line {{ stroke: #ddd }} @media (prefers-color-scheme: dark) {{ text {{ fill: #ddd }}
.line {{ stroke: #444 }} }}</style>
<text x="10" y="22" font-size="14">{title}</text>
"""


async def call(pair: Pair) -> tuple[str, str]:
    """A command whose function on b calls a in its turn, and its trace; the second time, when the links are open."""
    command = f"rpc rpc:call('{pair.a.identity.name}',lists,seq,[1,5])"
    for _ in range(2):
        response = await run(pair.a.grpc_port, command)
    return command.replace(str(pair.a.identity.name), "erlang-docker-a@…"), response.trace.trace_id


async def traced() -> tuple[str, list[tuple[int, Told]]]:
    os.environ["OTEL_BSP_SCHEDULE_DELAY"] = "50"
    with tempfile.TemporaryDirectory() as folder:
        async with collecting() as collector, two_nodes(Path(folder), otlp_endpoint=collector.endpoint) as pair:
            command, trace_id = await call(pair)
            await collector.tree(trace_id, size=11)
            return command, list(tree(collector.of(trace_id)))


def drawn(command: str, spans: list[tuple[int, Told]]) -> str:
    first = min(told.span.start_time_unix_nano for _, told in spans)
    whole = max(told.span.end_time_unix_nano for _, told in spans) - first
    title = escape(f"{command}: {whole / 1e6:.2f} ms, one trace over two nodes")
    rows = (line for number, span in enumerate(spans) for line in row(number, *span, first, whole))
    return "\n".join(
        [HEAD.format(width=WIDTH, height=TOP + ROW * len(spans), title=title) + legend(), *rows, "</svg>\n"]
    )


def row(number: int, depth: int, told: Told, first: int, whole: int) -> Iterable[str]:
    y, scale = TOP + ROW * number, (WIDTH - LABELS - VALUE) / whole
    x = LABELS + (told.span.start_time_unix_nano - first) * scale
    spent = told.span.end_time_unix_nano - told.span.start_time_unix_nano
    width = max(1.5, spent * scale)
    yield f'<path class="line" d="M 10 {y - 4} H {WIDTH - 10}"/>'
    yield f'<text x="{10 + INDENT * depth}" y="{y + 12}">{escape(told.span.name)}</text>'
    yield f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="15" rx="2" fill="{COLOURS[told.text.split()[0]]}"/>'
    yield f'<text x="{x + width + 6:.1f}" y="{y + 12}">{spent / 1e3:,.0f} µs</text>'


def legend() -> str:
    def parts() -> Iterator[str]:
        for place, (node, colour) in enumerate(COLOURS.items()):
            yield f'<rect x="{10 + 70 * place}" y="32" width="12" height="12" rx="2" fill="{colour}"/>'
            yield f'<text x="{28 + 70 * place}" y="42">{node}</text>'

    return "\n".join(parts())


if __name__ == "__main__":
    PICTURE.write_text(drawn(*asyncio.run(traced())))
