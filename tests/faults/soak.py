"""A cluster under steady load with a random fault every 10 seconds: `scripts/soak.sh [SECONDS]`.

300 calls a second over WebSockets: calls that may run twice, calls that may not, and writes. At the end every
acknowledged write is read back, every mark that a call left is counted, and one node that met no fault is looked at for
what grows. Exit status 1 when a promise is broken.
"""

import argparse
import asyncio
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from erlang_docker.local.cluster import Cluster, run_cluster
from erlang_docker.local.plan import Plan
from erlang_docker.local.running_node import RunningNode
from harness import Socket, socket

BASE = 28_000
SOCKETS = 30
CALLS_PER_SECOND = 300
FAULT_SECONDS = 10.0
SLOW_SECONDS = 6.0
VOLUME_MIB = 512
"""Of all nodes together, where root can mount it; a full disk is one of the faults then."""


@dataclass
class Outcomes:
    calls: Counter[str] = field(default_factory=Counter)
    """By kind of call and of answer."""
    wrong: list[str] = field(default_factory=list)
    slow: int = 0
    slowest: float = 0.0
    once: dict[str, str] = field(default_factory=dict)
    """Token of a call that may run once, to its answer."""
    kept: dict[tuple[str, int], int] = field(default_factory=dict)
    """Node and key of an acknowledged write, to its value."""
    disconnected: int = 0


Command = Callable[[Socket, Outcomes, Plan], Awaitable[None]]


async def ask(user: Socket, outcomes: Outcomes, kind: str, command: str, expected: str) -> str:
    begun = time.monotonic()
    reply = re.sub(r"\n *", "", await user.ask(command))
    seconds = time.monotonic() - begun
    outcomes.slowest = max(outcomes.slowest, seconds)
    outcomes.slow += seconds > SLOW_SECONDS
    right = re.fullmatch(expected, reply) is not None
    failed = re.match(r"\{(badrpc,(nodedown|timeout|busy)|error,(timeout|busy|enospc)|badrpc,\{'EXIT',\{enospc)", reply)
    if not right and not failed:
        outcomes.wrong.append(f"{command}: {reply[:200]}")
    outcomes.calls[f"{kind} {'right' if right else failed[1] if failed else 'wrong'}"] += 1
    return reply


async def node_name(user: Socket, outcomes: Outcomes, plan: Plan) -> None:
    await ask(user, outcomes, "erlang:node", "rpc erlang:node()", "'erlang-docker-b@[^']+'")


async def seq(user: Socket, outcomes: Outcomes, plan: Plan) -> None:
    number = random.randint(2, 12)
    numbers = re.escape("[" + ",".join(map(str, range(1, number + 1))) + "]")
    await ask(user, outcomes, "lists:seq", f"rpc lists:seq(1,{number})", numbers)


async def once(user: Socket, outcomes: Outcomes, plan: Plan) -> None:
    token = f"t{time.monotonic_ns()}"
    outcomes.once[token] = "unknown"
    reply = await ask(
        user, outcomes, "count:once", f'rpc count:once("{token}",{random.randint(0, 20)})', f'<<"{token}">>'
    )
    outcomes.once[token] = reply


async def put(user: Socket, outcomes: Outcomes, plan: Plan) -> None:
    name = str(random.choice([node for node in plan.nodes if node.name.kind == "b"]).name)
    key, value = time.monotonic_ns(), random.randint(0, 1 << 30)
    if await ask(user, outcomes, "store:put", f"mfa rpc:call('{name}',store,put,[{key},{value}])", "ok") == "ok":
        outcomes.kept[name, key] = value


COMMANDS: tuple[Command, ...] = (node_name, seq, once, put)


async def use(cluster: Cluster, outcomes: Outcomes, until: float) -> None:
    """One user, who comes back when the page's node goes."""
    pause = SOCKETS / CALLS_PER_SECOND
    while time.monotonic() < until:
        try:
            async with socket(cluster.plan.page.port) as user:
                while time.monotonic() < until:
                    begun = time.monotonic()
                    await random.choice(COMMANDS)(user, outcomes, cluster.plan)
                    await asyncio.sleep(max(0.0, begun + pause - time.monotonic()))
        except (aiohttp.ClientError, TypeError, OSError, TimeoutError):  # TypeError: a close instead of a text
            outcomes.disconnected += 1
            await asyncio.sleep(0.1)


async def kill(node: RunningNode, data_dir: Path) -> None:
    node.now.set()  # started again at once, however often it was killed
    os.kill(_pid(node), signal.SIGKILL)


async def stop(node: RunningNode, data_dir: Path) -> None:
    node.now.set()
    os.kill(_pid(node), signal.SIGTERM)


async def freeze(node: RunningNode, data_dir: Path) -> None:
    pid = _pid(node)
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(3)
    os.kill(pid, signal.SIGCONT)


async def stall(node: RunningNode, data_dir: Path) -> None:
    async with socket(node.plan.ws.port) as user:
        await user.ask("mfa count:stall(1500)" if node.plan.name.kind == "b" else "rpc count:stall(1500)")


async def fill(node: RunningNode, data_dir: Path) -> None:
    filler = data_dir / "filler"
    await asyncio.to_thread(
        subprocess.run, ["dd", "if=/dev/zero", f"of={filler}", "bs=1M"], capture_output=True, check=False
    )
    await asyncio.sleep(3)
    filler.unlink()


def _pid(node: RunningNode) -> int:
    assert node.process is not None
    return node.process.pid


async def hurt(cluster: Cluster, until: float, faults: Counter[str], mounted: bool) -> None:
    """A fault now and then, on any node but the first."""
    kinds = [kill, stop, freeze, stall, *([fill] if mounted else [])]
    while time.monotonic() + FAULT_SECONDS < until:
        await asyncio.sleep(FAULT_SECONDS)
        fault, node = random.choice(kinds), random.choice(cluster.nodes[1:])
        faults[fault.__name__] += 1
        try:
            await fault(node, cluster.plan.data_dir)
        except (aiohttp.ClientError, OSError, TypeError, TimeoutError):
            continue  # the node was down already


@dataclass
class Grown:
    """What a process has: resident MiB, open files, threads."""

    mib: float
    files: int
    threads: int

    @classmethod
    def of(cls, pid: int) -> "Grown":
        status = Path(f"/proc/{pid}/status").read_text()
        (kib,) = re.findall(r"VmRSS:\s+(\d+)", status)
        (threads,) = re.findall(r"Threads:\s+(\d+)", status)
        return cls(int(kib) / 1024, len(os.listdir(f"/proc/{pid}/fd")), int(threads))


@contextmanager
def volumes() -> Iterator[tuple[Path, bool]]:
    """A directory, and whether it is a file system of its own, which can be filled."""
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={VOLUME_MIB}m", "tmpfs", str(folder)]
    mounted = os.getuid() == 0 and subprocess.run(mount, check=False).returncode == 0
    try:
        yield folder, mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def marks_directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="soak-marks-") as folder:
        os.environ["COUNTING_DIR"] = folder
        yield Path(folder)


async def lost(cluster: Cluster, outcomes: Outcomes) -> list[tuple[str, int]]:
    """Acknowledged writes that are not there."""
    missing = []
    async with socket(cluster.plan.nodes[0].ws.port) as user:
        for (name, key), value in outcomes.kept.items():
            if await user.ask(f"mfa rpc:call('{name}',store,get,[{key}])") != f"{{ok,{value}}}":
                missing.append((name, key))
    return missing


def runs(marks: Path) -> Counter[str]:
    return Counter(line for file in marks.iterdir() for line in file.read_text().splitlines())


async def soak(seconds: float) -> bool:
    outcomes, faults = Outcomes(), Counter[str]()
    with volumes() as (folder, mounted), marks_directory() as marks:
        plan = Plan(folder, BASE, {"a": "node_a", "b": "counting"})
        async with run_cluster(plan, lambda _: None) as cluster:
            await cluster.wait_ready()
            until = time.monotonic() + seconds
            users = [asyncio.create_task(use(cluster, outcomes, until)) for _ in range(SOCKETS)]
            trouble = asyncio.create_task(hurt(cluster, until, faults, mounted))
            await asyncio.sleep(min(60.0, seconds / 4))
            before = Grown.of(_pid(cluster.nodes[0]))
            await asyncio.gather(*users, trouble)
            await asyncio.sleep(2)
            after = Grown.of(_pid(cluster.nodes[0]))
            await cluster.wait_ready()
            ran, missing = runs(marks), await lost(cluster, outcomes)
    twice = [token for token in outcomes.once if ran[token] > 1]
    untrue = [token for token, reply in outcomes.once.items() if reply.startswith("<<") and ran[token] != 1]
    sys.stdout.write(
        f"{sum(outcomes.calls.values())} calls in {seconds:.0f} s, {sum(faults.values())} faults {dict(faults)}\n"
        f"{dict(sorted(outcomes.calls.items()))}\n"
        f"wrong answers {len(outcomes.wrong)}, sockets closed {outcomes.disconnected}\n"
        f"over {SLOW_SECONDS:.0f} s {outcomes.slow}, slowest {outcomes.slowest:.2f} s\n"
        f"acknowledged writes {len(outcomes.kept)}, lost {len(missing)}\n"
        f"calls that may run once {len(outcomes.once)}, run twice {len(twice)}, answered and not run {len(untrue)}\n"
        f"the first node: {before} -> {after}\n" + "".join(f"{line}\n" for line in outcomes.wrong[:5])
    )
    return not (outcomes.wrong or outcomes.slow or missing or twice or untrue)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=1800)
    if not asyncio.run(soak(parser.parse_args().seconds)):
        sys.exit(1)


if __name__ == "__main__":
    main()
