"""Runs checks one after another, and says how many passed."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path

SECONDS = 20.0

ADDRESS, NODE_A, NODE_B = sys.argv[1:]


def contract() -> list[tuple[str, str]]:
    """Commands and replies as they were recorded, with the names of these nodes."""
    recorded = Path("tests/contract/ws.jsonl").read_text().replace("NODE_A", NODE_A).replace("NODE_B", NODE_B)
    lines = map(json.loads, recorded.splitlines())
    return [(line["send"], line["receive"]) for line in lines]


async def run(library: str, *checks: Callable[[], Awaitable[None]]) -> int:
    """1 when a check failed."""
    failed = []
    for check in checks:
        try:
            async with asyncio.timeout(SECONDS):
                await check()
        except Exception as error:
            failed.append(f"  {check.__doc__} {error!r}")
    passed = len(checks) - len(failed)
    print(f"{library} {version(library)}: {passed} of {len(checks)} checks passed", *failed, sep="\n")  # noqa: T201
    return bool(failed)
