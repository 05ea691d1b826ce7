"""Where the time of one `rpc` goes, on each of its two nodes: microseconds of processor time per step.

py-spy looks again and again at what the node's event loop does, and the kernel says how much time each thread
has had. So the steps of a node add up to what it took; how well the looks agree with the kernel is told beside them.
Writes docs/performance-budget.md.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from compare import load
from rows import RPC, Row
from systems import BUILT, LOAD, SYSTEMS, Pair, Site, running

from erlang_docker.local.plan import LOOPBACK
from ports import free_ports

PAGE = Path(__file__).parents[1] / "docs" / "performance-budget.md"
SPY = str(BUILT / "spy" / "bin" / "py-spy")
CLIENTS = (1, 64)
SECONDS = 10
RATE = 250
TICKS = os.sysconf("SC_CLK_TCK")
STEPS = {
    "terms: read": r"otp/terms/read/",
    "terms: print": r"otp/terms/print/",
    "terms: to and from protobuf": r"erlang_docker/(wire|link/messages)\.py",
    "the function": r"erlang_docker/functions/|otp/stdlib/",
    "pick, asking": r"erlang_docker/peers/(pick|exchange|answer|service_address|resolve)\.py",
    "call: deadlines, links, tries": r"erlang_docker/(peers/|call\.py)",
    "link, with gRPC's part in the event loop": r"erlang_docker/link/|grpc/",
    "WebSocket": r"erlang_docker/servers/(web_socket|messages|frames|socket\w*)\.py|aiohttp/",
    "pick, answering": r"erlang_docker/servers/",
    # The process is what runs the loop: where it is the innermost of all, the loop itself is at work, or asleep.
    "console: limits, metrics": r"erlang_docker/(?!process\.py)|prometheus_client/",
}
"""By the file of the innermost frame that one of them knows; the first that knows it."""
LOOP = "event loop, and the calls of the system that it makes itself"
TEXT = """\
# Where the time of a call goes

Written by `make bench MODE=budget`: `{command}` over WebSockets, both nodes on the first core. Microseconds of
processor time of one call, the kernel's part included. The steps are shares of what py-spy saw the node's event loop
do, {rate} times a second; its whole, and that of the other threads, is what the kernel counted. With one client the
loop mostly sleeps, and a look that takes its sleep for work counts as the event loop's. With 64 the nodes never rest:
the two sums together are what the core took for a call, 1,000,000 divided by the calls a second.

{tables}
"""


def thread_seconds(pid: int) -> dict[str, float]:
    """Processor time of a process: its event loop's, user and system, and that of all other threads."""
    seconds = dict.fromkeys(("user", "system", "threads"), 0.0)
    for task in Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        for name, field in (("user", 11), ("system", 12)):
            seconds[name if int(task.name) == pid else "threads"] += int(fields[field]) / TICKS
    return seconds


def look(pid: int, raw: Path) -> Counter[str]:
    """How often the event loop was seen at each step."""
    command = [SPY, "record", "--pid", str(pid), "--rate", str(RATE), "--duration", str(SECONDS)]
    subprocess.run(
        [*command, "--nonblocking", "--threads", "--format", "raw", "--output", str(raw)],
        check=True,
        capture_output=True,
    )
    seen: Counter[str] = Counter()
    for line in raw.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        thread, *frames = stack.split(";")
        if "MainThread" in thread and count.isdecimal():  # other lines say that it cannot keep up
            seen[step(frames)] += int(count)
    return seen


def step(frames: list[str]) -> str:
    """Of the event loop, outermost frame first."""
    for frame in reversed(frames):
        for name, files in STEPS.items():
            if re.search(files, frame):
                return name
    return LOOP


def measure(pair: Pair, clients: int, folder: Path) -> str:
    row = Row("ws", RPC, clients, "b")
    address, pids = f"{LOOPBACK}:{pair.site.ports('a').ws}", ",".join(map(str, pair.pids.values()))
    with ThreadPoolExecutor() as beside:
        loaded = beside.submit(load, address, SECONDS * 1.5, row, RPC, pair.system.name("b"), pids)
        time.sleep(SECONDS / 3)  # it has warmed up
        begun = time.perf_counter()
        before = {kind: thread_seconds(pid) for kind, pid in pair.pids.items()}
        looks = {kind: beside.submit(look, pid, folder / f"{kind}{clients}") for kind, pid in pair.pids.items()}
        seen = {kind: one.result() for kind, one in looks.items()}
        spent = {kind: thread_seconds(pid) for kind, pid in pair.pids.items()}
        elapsed = time.perf_counter() - begun
        rate = loaded.result()["per_second"]
    per_call = {
        kind: {name: (seconds - before[kind][name]) / (rate * elapsed) * 1e6 for name, seconds in one.items()}
        for kind, one in spent.items()
    }
    return table(clients, rate, seen, per_call)


def table(clients: int, rate: float, seen: dict[str, Counter[str]], spent: dict[str, dict[str, float]]) -> str:
    loops = {kind: spent[kind]["user"] + spent[kind]["system"] for kind in spent}
    steps = {name: [loops[kind] * seen[kind][name] / seen[kind].total() for kind in loops] for name in (*STEPS, LOOP)}
    steps["other threads, gRPC's above all"] = [one["threads"] for one in spent.values()]
    steps["**all**"] = [sum(one.values()) for one in spent.values()]
    steps["of it in the kernel, for the event loop"] = [one["system"] for one in spent.values()]
    lines = [f"## {clients} client{'s' * (clients > 1)}, {rate:,.0f} calls/s", "", "| step | node a, us | node b, us |"]
    lines += ["| --- | --- | --- |", *(f"| {name} | {a:.1f} | {b:.1f} |" for name, (a, b) in steps.items())]
    return "\n".join(lines)


def main() -> None:
    os.sched_setaffinity(0, LOAD)
    with tempfile.TemporaryDirectory() as name, free_ports() as base:
        folder = Path(name)
        with running(SYSTEMS[0], Site(folder / "nodes", base + 10)) as pair:
            tables = [measure(pair, clients, folder) for clients in CLIENTS]
    PAGE.write_text(TEXT.format(command=RPC, rate=RATE, tables="\n\n".join(tables)))
    sys.stdout.write(PAGE.read_text())


if __name__ == "__main__":
    main()
