"""Malformed bytes and messages at every door of a node, while a friend uses it: `scripts/fuzz.sh SECONDS [DOOR ...]`.

The same seed sends the same cases. Exit status 1 when the friend was answered wrong, or the node left a connection
open, failed inside, wrote an error into its log, was started again or has grown.
"""

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

from erlang_docker.local.plan import Plan
from faults.fuzz.attack import CASES, DOORS, HUNG, attack_for
from faults.fuzz.friend import Friend
from faults.fuzz.nodes import errors, two_processes
from faults.processes import NodeProcess
from faults.soak import Grown
from ports import free_ports

SETTLE_SECONDS = 15.0
MOST_MIB = 50


async def _settled(node: NodeProcess, files: int) -> Grown:
    """What it has when it has let go of its connections, or has not after a while."""
    until = time.monotonic() + SETTLE_SECONDS
    while (grown := Grown.of(node.process.pid)).files > files and time.monotonic() < until:
        await asyncio.sleep(0.1)
    return grown


async def fuzz(door: str, seed: int, seconds: float, pool: ProcessPoolExecutor, base: int) -> bool:
    """One door; whether all was well. What grows is compared with what was there after a quarter of the time."""
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        async with two_processes(Plan(Path(folder), base)) as (node, peer):
            friend = Friend(node.plan, peer.plan)
            using = asyncio.create_task(friend.use())
            await asyncio.sleep(1)
            begun = Grown.of(node.process.pid)
            answers = await loop.run_in_executor(pool, attack_for, door, node.plan, seed, 0, seconds / 4)
            before = await _settled(node, begun.files)
            answers += await loop.run_in_executor(
                pool, attack_for, door, node.plan, seed, answers[CASES], seconds * 3 / 4
            )
            after = await _settled(node, begun.files)
            using.cancel()
            with suppress(asyncio.CancelledError):
                await using
            alive = node.process.returncode is None
            held = {line["seconds"]: line["by"] for line in node.lines("event loop held")}
            said = Counter([*errors(node), *errors(peer)])
    cases = answers.pop(CASES)
    sys.stdout.write(
        f"{door}: seed {seed}, {cases} cases in {seconds:.0f} s, answers {dict(answers.most_common())}\n"
        f"  friend: {friend.calls} calls, wrong {len(friend.wrong)}, slowest {friend.slowest * 1000:.0f} ms\n"
        f"  node: {'the same process' if alive else 'ENDED'}, {begun} -> {before} -> {after}\n"
        f"  log: {said.total()} errors, event loop held {len(held)} times\n"
        + "".join(f"  {seconds} s by {held[seconds]}\n" for seconds in sorted(held, reverse=True)[:3])
        + "".join(f"  {line}\n" for line in friend.wrong[:5])
        + "".join(f"  {times} times {line[:500]}\n" for line, times in said.most_common(20))
    )
    sys.stdout.flush()
    grown = after.files > begun.files + 5 or after.mib > before.mib + MOST_MIB
    return alive and not (friend.wrong or said or grown or answers[HUNG])


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float)
    parser.add_argument("doors", nargs="*", metavar="door", help=f"of {', '.join(DOORS)}; all of them unless named")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    options = parser.parse_args()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool, free_ports() as base:
        held = [asyncio.run(fuzz(door, options.seed, options.seconds, pool, base)) for door in options.doors or DOORS]
    if not all(held):
        sys.exit(1)


if __name__ == "__main__":
    main()
