"""How fast are calls read, run and printed, and how long do others wait while the worst of them are sent?

The first table is one process's own time, the best of some rounds. For the second two nodes run on the first core; from
the second core 16 sockets send the same text to one of them again and again, and another socket asks it `node`, which
needs no work.
"""

import asyncio
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import aiohttp
import uvloop
from systems import LOAD, SYSTEMS, Site, running

from erlang_docker.functions.exports import build_table
from erlang_docker.functions.table import FunctionTable
from erlang_docker.functions.workers import Workers
from erlang_docker.local.plan import LOOPBACK
from erlang_docker.metrics.node import Metrics
from otp.errors import ParseError
from otp.stdlib import STANDARD
from otp.terms.print.pretty import pretty
from otp.terms.read.mfa import MFA
from otp.terms.types import Term
from ports import free_ports

SECONDS = 3.0
SOCKETS = 16
ROUNDS = 20
SMALL = "lists:seq(1,5)"
NO_TEXT = "ab\0" * 21_000
GRAPHEME = "e\u0301"
CALLS = {
    SMALL: SMALL,
    "64 KiB of text": f'lists:reverse("{"ab" * 32_000}")',
    "4,999 integers": f"lists:reverse([{','.join(map(str, range(4_998)))}])",
    "660 tuples with maps": f"lists:reverse([{','.join(['{a,<<120>>,#{k=>1.5}}'] * 660)}])",
    "64 KiB that is no text": f'lists:reverse("{NO_TEXT}")',
    "a binary that is no text": f'lists:reverse([<<"{NO_TEXT}">>])',
    "80 deep tuples": f"lists:reverse([{','.join(['{t,' * 40 + '1' + '}' * 40] * 80)}])",
    "9,000 signs": f"lists:reverse({'- ' * 9_000}1)",
    "keys of one hash": f"maps:keys(#{{{','.join(f'{n * (2**61 - 1)}=>0' for n in range(1, 2_400))}}})",
    "10,000 copies of a map": "lists:duplicate(10000,#{a=>#{a=>#{a=>1}}})",
    "21,000 graphemes": f'string:to_graphemes("{GRAPHEME * 21_000}")',
    "64 KiB of replacements": f'string:replace("{"ab" * 30_000}","b","c",all)',
}


def best(work: Callable[[], object], times: int) -> float:
    """Microseconds."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append((time.perf_counter() - started) / times * 1e6)
    return min(rounds)


def answer(table: FunctionTable, text: str) -> Term:
    try:
        mfa = MFA.parse(text)
        value: Term = table.find(mfa).call(*mfa.args)
    except ParseError as unreadable:
        value = unreadable.reason
    return value


def show_terms() -> None:
    table = build_table(STANDARD, (), Workers(Metrics(), logging.getLogger(__name__)))
    sys.stdout.write(f"{'term':<28}{'bytes':>9}{'answer us':>11}{'print us':>10}\n")
    for name, text in CALLS.items():
        times = 1_000 if name == SMALL else 1
        value = answer(table, text)
        answering = best(partial(answer, table, text), times)
        printing = best(partial(pretty, value), times)
        sys.stdout.write(f"{name:<28}{len(text.encode()):>9}{answering:>11.1f}{printing:>10.1f}\n")


async def waits(port: int, text: str) -> tuple[float, list[float]]:
    """How many of the worst a second, and how long each `node` took meanwhile, in milliseconds."""
    url = f"http://{LOOPBACK}:{port}/websocket"
    end = time.perf_counter() + SECONDS
    done, latencies = 0, list[float]()

    async def send(socket: aiohttp.ClientWebSocketResponse) -> None:
        nonlocal done
        while time.perf_counter() < end:
            await socket.send_str(f"mfa {text}")
            await socket.receive_str()
            done += 1

    async def ask(socket: aiohttp.ClientWebSocketResponse) -> None:
        while (started := time.perf_counter()) < end:
            await socket.send_str("node")
            await socket.receive_str()
            latencies.append((time.perf_counter() - started) * 1e3)
            await asyncio.sleep(0.005)

    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(url) for _ in range(SOCKETS)]
        work: list[Awaitable[None]] = [send(socket) for socket in sockets]
        await asyncio.gather(ask(await session.ws_connect(url)), *work)
    return done / SECONDS, sorted(latencies)


async def show_waits(port: int) -> None:
    sys.stdout.write(f"\n{f'{SOCKETS} sockets send':<28}{'calls/s':>9}{'node p50 ms':>13}{'p99 ms':>9}{'max ms':>9}\n")
    for name, text in CALLS.items():
        rate, latencies = await waits(port, text)
        middle, late = statistics.median(latencies), latencies[len(latencies) * 99 // 100]
        sys.stdout.write(f"{name:<28}{rate:>9.0f}{middle:>13.1f}{late:>9.1f}{latencies[-1]:>9.1f}\n")


def main() -> None:
    os.sched_setaffinity(0, LOAD)
    show_terms()
    with tempfile.TemporaryDirectory() as folder, free_ports() as base:
        site = Site(Path(folder, "nodes"), base + 10)
        with running(SYSTEMS[0], site):
            uvloop.run(show_waits(site.ports("a").ws))


if __name__ == "__main__":
    main()
