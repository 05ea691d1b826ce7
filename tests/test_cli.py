"""The command line, against the cluster."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from erlang_docker.local.cluster import Cluster

SERVICES = Path(__file__).parent.parent / "services"


async def cli(cluster: Cluster, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """In a thread: the cluster's balancers live in this one's event loop."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "erlang_docker.cli", "--target", str(cluster.plan.nodes[0].grpc), *arguments],
        env={**os.environ, "PYTHONPATH": str(SERVICES), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


async def test_the_command_language(cluster: Cluster) -> None:
    name = str(cluster.plan.nodes[0].name)
    assert (await cli(cluster, "node")).stdout == f"{name}\n"
    assert (await cli(cluster, "mfa", "erlang:node()")).stdout == f"'{name}'\n"
    assert (await cli(cluster, "rpc", "erlang:node()")).stdout.startswith("'erlang-docker-b@")
    assert (await cli(cluster, "spread", "30")).stdout.count("erlang-docker-b@") == 3
    assert (await cli(cluster, "peers")).stdout.count("'erlang-docker-b@") == 3


async def test_a_token_needs_the_cookie(cluster: Cluster) -> None:
    token = await cli(cluster, "token", COOKIE_FILE=str(cluster.plan.cookie_file))
    assert token.stdout.startswith("-H 'x-node-caller: cli' -H 'x-node-target: ")
    refused = await cli(cluster, "token", COOKIE_FILE="/nowhere")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "COOKIE_FILE" in refused.stderr


async def test_nobody_there(cluster: Cluster) -> None:
    refused = await cli(cluster, "--target", "127.0.0.1:1", "node")
    assert refused.returncode == 1
    assert refused.stderr.startswith("127.0.0.1:1: ")
