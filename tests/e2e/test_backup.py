"""Backups on the cluster: by the command, by the CronJob to its claim and to a bucket, and back onto a new release."""

import asyncio
import itertools
import json
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.kubernetes import Doors, Release, restricted_namespace
from erlang_docker.client import Client

WRITERS = 8
CHOSEN = {"service": {"nodePorts": dict.fromkeys(("http", "ws", "grpc"))}}
S3 = Path(__file__).parent / "s3"


@pytest.fixture(scope="module")
def namespace() -> Iterator[str]:
    with restricted_namespace("erlang-e2e-backup") as name:
        yield name


def values(**more: object) -> dict[str, object]:
    backup = {"enabled": True, "keep": 2, "size": "1Gi", **more}
    return {"nodes": {"a": CHOSEN}, "backup": backup, "cookie": {"value": "c" * 40}}


def run_job(release: Release) -> str:
    """What the CronJob's containers say when it runs now."""
    name = f"now-{secrets.token_hex(4)}"
    release.kubectl("create", "job", name, f"--from=cronjob/{release.prefix}-backup")
    release.kubectl("wait", "--for=condition=complete", f"job/{name}", "--timeout=180s")
    return release.kubectl("logs", f"job/{name}", "--all-containers")


async def write(client: Client, key: int, kept: dict[int, int]) -> None:
    """Rising numbers under one key."""
    for number in itertools.count(1):
        await client.mfa("store:put", key, number)
        kept[key] = number


async def written_before(release: Release, doors: Doors) -> tuple[str, dict[int, int]]:
    """The node that took writes, and what it had acknowledged when the backup began; writing goes on meanwhile."""
    kept: dict[int, int] = {}
    async with Client(doors.grpc) as client:
        node = (await client.node()).name
        writers = [asyncio.create_task(write(client, key, kept)) for key in range(WRITERS)]
        while len(kept) < WRITERS:
            await asyncio.sleep(0.01)
        before, began = dict(kept), time.monotonic()
        said = await asyncio.to_thread(run_job, release)
        taken, more = time.monotonic() - began, sum(kept.values()) - sum(before.values())
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
    sys.stdout.write(f"{said}{more} writes during the backup of {taken:.1f} s\n")
    assert said.count(" keys, ") == 6
    return node, before


def restore(release: Release, pod: str, claim: str) -> None:
    """As docs/kubernetes.md says: from the claim of the backups, by a pod that has it, into the node's own pod."""
    command = f"ls /backup/{pod}/*.db | tail -1 | xargs cat"
    fetch = {"name": "fetch", "image": image(release), "command": ["sh", "-c", command]}
    say = json.dumps(fetch)
    del say, claim


def image(release: Release) -> str:
    path = "{.spec.template.spec.containers[0].image}"
    return release.kubectl("get", "statefulset", f"{release.prefix}-a-sfs", "-o", f"jsonpath={path}")
