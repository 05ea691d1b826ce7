"""Backups on the cluster, by the commands of docs/backup.md: under writes, and back onto a new release."""

import asyncio
import itertools
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents import blocks
from e2e.kubernetes import ROOT, Release, kubectl, restricted_namespace, run
from e2e.reader import Reader
from erlang_docker.client import Client

pytestmark = pytest.mark.long

WRITERS = 3
CHOSEN = {"service": {"nodePorts": dict.fromkeys(("http", "ws", "grpc"))}}
VALUES = {"nodes": {"a": {**CHOSEN, "replicas": 2}, "b": {"replicas": 1}}, "drainSeconds": 0}
VERSITYGW = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"


@pytest.fixture
def release(tags: tuple[str, str]) -> Iterator[Release]:
    with restricted_namespace("erlang-e2e-backup") as namespace:
        release = Release("erlang-docker", namespace)
        release.upgrade(tags[0], VALUES)
        yield release
        release.uninstall()


async def write(client: Client, key: int, kept: dict[int, int]) -> None:
    """Rising numbers under one key."""
    for number in itertools.count(1):
        await client.mfa("store:put", key, number)
        kept[key] = number


def says(release: Release, pod: str, key: int) -> int:
    """The number under a key, 0 for none."""
    found = re.fullmatch(r"\{ok,(\d+)\}|error", release.ask(pod, "mfa", f"store:get({key})"))
    assert found
    return int(found[1] or 0)


def delete_volumes(release: Release) -> None:
    """Those of the nodes; that of the backups stays."""
    nodes = "app.kubernetes.io/component in (node-a,node-b)"
    path = "{.items[*].spec.volumeName}"
    volumes = release.kubectl("get", "pvc", "-l", nodes, "-o", f"jsonpath={path}").split()
    release.kubectl("delete", "pvc", "-l", nodes)
    kubectl("delete", "persistentvolume", *volumes)


async def test_back_onto_a_new_release(release: Release, tags: tuple[str, str], tmp_path: Path) -> None:
    by_hand, nightly, look, restore, adopt = (block.text for block in blocks("docs/backup.md"))
    reader = Reader.of(release.namespace, tmp_path)
    kept: dict[int, int] = {}
    async with Client(release.doors().grpc) as client:
        pod = (await client.node()).name.partition("@")[2].partition(".")[0]
        writers = [asyncio.create_task(write(client, key, kept)) for key in range(WRITERS)]
        while len(kept) < WRITERS:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(reader.type, by_hand.replace("a-0.db", str(tmp_path / "a-0.db")))
        before, began = dict(kept), time.monotonic()
        said = await asyncio.to_thread(reader.type, nightly)
        seconds, meanwhile = time.monotonic() - began, sum(kept.values()) - sum(before.values())
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
    assert said.count(" keys, ") == 3
    await asyncio.to_thread(reader.type, look)

    release.uninstall()
    delete_volumes(release)
    release.upgrade(tags[0], VALUES)
    assert says(release, pod, 0) == 0
    began = time.monotonic()
    reader.type(restore)
    await asyncio.to_thread(release.wait_ready)
    restored = time.monotonic() - began
    assert all(before[key] <= says(release, pod, key) <= kept[key] for key in before)
    assert release.test().returncode == 0

    refused = reader.try_out(adopt.replace("store adopt", "store restore"))
    assert "the backup is of erlang-docker-a@erlang-docker-a-sfs-0." in refused.stderr
    assert "It becomes the store of erlang-docker-a@erlang-docker-a-sfs-1." in reader.type(adopt)
    await asyncio.to_thread(release.wait_ready)
    assert all(says(release, release.pod("a", 1), key) == says(release, release.pod("a", 0), key) for key in before)
    sys.stdout.write(
        f"{sum(before.values())} writes before, {meanwhile} during the backups of three nodes in {seconds:.1f} s, "
        f"restored in {restored:.1f} s\n{said}"
    )
    reader.type("kubectl delete pod backups")


@pytest.fixture
def s3(release: Release) -> str:
    """An image with a server of S3 and a client; the server runs in the namespace as `s3`, with a bucket `backups`."""
    image, folder = f"{os.environ['REGISTRY']}/e2e-s3:{secrets.token_hex(4)}", ROOT / "tests/e2e/s3"
    run("env", f"GOBIN={folder}", "CGO_ENABLED=0", "go", "install", VERSITYGW)
    run("docker", "build", "--quiet", "-t", image, str(folder))
    run("docker", "push", "--quiet", image)
    objects = (folder / "server.yaml").read_text().replace("IMAGE", image)
    done = subprocess.run(
        ["kubectl", "-n", release.namespace, "apply", "-f", "-"], input=objects, text=True, check=False
    )
    assert done.returncode == 0
    release.kubectl("wait", "--for=condition=ready", "pod/s3", "--timeout=120s")
    return image


def test_to_a_bucket(release: Release, s3: str, tmp_path: Path) -> None:
    """Each job sends what the claim has; the values are those of docs/backup.md."""
    (documented,) = (block.text for block in blocks("docs/backup.md", "yaml"))
    values = documented.replace("REGISTRY/s3cmd", s3).replace("BUCKET", "backups").replace("HOST", "s3:7070")
    (tmp_path / "values.yaml").write_text(values.replace("sync,", "--no-ssl, sync,"))
    nightly = blocks("docs/backup.md")[1].text
    said = Reader.of(release.namespace, tmp_path).type(
        nightly.replace("--set backup.enabled=true", f"--values {tmp_path}/values.yaml")
    )
    assert "3 of 3" in said, said
    listed = release.kubectl("exec", "s3", "--", "sh", "-c", "find /tmp/s3/backups -name '*.db' | wc -l")
    assert int(listed) == 3
    found = release.kubectl("exec", "s3", "--", "sh", "-c", "head -c 15 $(find /tmp/s3/backups -name '*.db' | head -1)")
    assert found == "SQLite format 3"
