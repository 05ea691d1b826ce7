"""Login tokens: at every door nobody without one, and whoever may only read changes nothing."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from grpc import aio

from erlang_docker.acceptance.__main__ import run as run_acceptance
from erlang_docker.acceptance.checks import Cluster
from erlang_docker.acceptance.endpoints import Endpoints
from erlang_docker.acceptance.services import health
from erlang_docker.acceptance.services import services as reflected
from erlang_docker.client import Client
from erlang_docker.errors import Unauthenticated
from erlang_docker.node import Node
from erlang_docker.servers import slowdown
from erlang_docker.servers.slowdown import ADDRESS_WAITING
from erlang_docker.v1 import node_pb2
from harness import LOOPBACK, Pair
from locked import TOKENS, by_functions, socket, write
from raw import UPGRADE, connect

WRONG = "a-token-of-somebody-else"


async def by_socket(running: Node, token: str) -> str:
    """What a door says to a token: here the status of the handshake."""
    try:
        async with socket(running, token) as user:
            return "in" if await user.ask("node") == str(running.identity.name) else "silent"
    except aiohttp.WSServerHandshakeError as refused:
        return str(refused.status)


async def by_client(running: Node, token: str, ask: Callable[[Client], Awaitable[object]]) -> str:
    async with Client(f"{LOOPBACK}:{running.grpc_port}", token=token) as client:
        try:
            await ask(client)
        except Unauthenticated:
            return "401"
        return "in"


DOORS: list[Callable[[Node, str], Awaitable[str]]] = [
    by_socket,
    by_functions,
    lambda running, token: by_client(running, token, lambda client: client.run("node")),
    lambda running, token: by_client(running, token, lambda client: anext(client.watch())),
    lambda running, token: by_client(running, token, lambda client: client.peers()),
    lambda running, token: by_client(running, token, lambda client: client.functions()),
]


async def refusals(running: Node) -> Counter[str]:
    """How often each door has refused what."""
    async with aiohttp.ClientSession() as session:
        text = await (await session.get(f"http://{LOOPBACK}:{running.admin_port}/metrics")).text()
    counted = re.findall(r'erlang_docker_refusals_total{door="(\w+)",reason="(\w+)"} (\d+)', text)
    return Counter({f"{door} {reason}": int(count) for door, reason, count in counted})


@pytest.mark.parametrize(
    ("token", "said", "counted"),
    [
        ("", "401", "no_token"),
        (WRONG, "401", "wrong_token"),
        (TOKENS["read"], "in", None),
        (TOKENS["run"], "in", None),
    ],
    ids=str,
)
async def test_every_door(token: str, said: str, counted: str | None, locked: Pair) -> None:
    before = await refusals(locked.a)
    assert await asyncio.gather(*(door(locked.a, token) for door in DOORS)) == [said] * len(DOORS)
    expected = {f"websocket {counted}": 1, f"page {counted}": 1, f"grpc {counted}": 4} if counted else {}
    assert await refusals(locked.a) - before == expected


async def test_what_stays_open(locked: Pair, pair: Pair) -> None:
    """Picks, probes, metrics, the page's files, health and reflection; and all that was, where there are no tokens."""
    async with aiohttp.ClientSession() as session:
        for port, paths in {
            locked.a.http_port: ["ping"],
            locked.a.admin_port: ["livez", "readyz", "metrics"],
            locked.a.ws_port: ["", "page.js", "login"],
        }.items():
            for path in paths:
                assert (await session.get(f"http://{LOOPBACK}:{port}/{path}")).status == 200, path
        assert (await session.post(f"http://{LOOPBACK}:{locked.a.http_port}/node", data=b"{}")).status == 200
    async with aio.insecure_channel(f"{LOOPBACK}:{locked.a.grpc_port}") as channel:
        assert await health(channel, "") == "SERVING"
        assert "erlang_docker.v1.ConsoleService" in await reflected(channel)
    async with Client(f"{LOOPBACK}:{locked.a.grpc_port}") as client:
        assert (await client.node()).name == str(locked.a.identity.name)
    assert await asyncio.gather(*(door(pair.a, "") for door in DOORS)) == ["in"] * len(DOORS)


async def test_nodes_need_none_among_themselves(locked: Pair) -> None:
    """A link that no pick has led to yet, and what they tell each other for the view."""
    name = str(locked.a.identity.name)
    async with Client(f"{LOOPBACK}:{locked.b.grpc_port}", token=TOKENS["run"]) as client:
        assert await client.run(f"mfa rpc:call('{name}',erlang,node,[])") == f"'{name}'"
        async with asyncio.timeout(10):
            async for seen in client.watch():
                if {node.state for node in seen.nodes} == {node_pb2.NODE_STATE_READY} and len(seen.nodes) == 2:
                    return


async def guess(running: Node, address: str) -> float:
    """How long its refusal takes."""
    async with connect(running.ws_port, address) as raw:
        begun = time.monotonic()
        raw.send(UPGRADE.replace(b"\r\n\r\n", b"\r\nAuthorization: Bearer " + WRONG.encode() + b"\r\n\r\n"))
        assert await raw.status() == 401
        return time.monotonic() - begun


async def test_guesses_lock_nobody_out(locked: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """One address has as many refusals waiting as it may; the owner comes from the same one, and one more goes out."""
    monkeypatch.setattr(slowdown, "REFUSAL_SECONDS", 3600.0)
    before = await refusals(locked.b)
    waiting = [asyncio.create_task(guess(locked.b, LOOPBACK)) for _ in range(ADDRESS_WAITING)]
    while (await refusals(locked.b) - before)["websocket wrong_token"] < ADDRESS_WAITING:
        await asyncio.sleep(0.01)
    async with socket(locked.b, TOKENS["run"]) as owner:
        assert await owner.ask("node") == str(locked.b.identity.name)
    await guess(locked.b, LOOPBACK)
    assert not any(task.done() for task in waiting)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_guesses_are_slow(locked: Pair) -> None:
    """Those of one address come one after another, and hold up nobody elsewhere."""
    ended: list[str] = []

    def begin(name: str, address: str) -> asyncio.Task[float]:
        task = asyncio.create_task(guess(locked.b, address))
        task.add_done_callback(lambda task: ended.append(name))
        return task

    guesses = [begin("guess", "127.0.0.2") for _ in range(ADDRESS_WAITING)]
    elsewhere = begin("elsewhere", "127.0.0.3")
    seconds = sorted(await asyncio.gather(*guesses))
    assert all(took >= 0.4 * place for place, took in enumerate(seconds, 1))
    assert await elsewhere >= 0.4
    assert ended[-1] == "guess"


async def test_the_command_line(locked: Pair, tmp_path: Path) -> None:
    """A file, the environment, or in a pod the node's own token."""
    write(tmp_path, **TOKENS)
    target = ["--target", f"{LOOPBACK}:{locked.a.grpc_port}"]

    async def run(*arguments: str, **environ: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "erlang_docker.cli", *target, *arguments]
        environ = {"PYTHONPATH": os.pathsep.join(sys.path), **environ}
        done = await asyncio.to_thread(
            subprocess.run, command, env=environ, capture_output=True, text=True, check=False, timeout=30
        )
        return done.returncode, done.stdout.strip() or done.stderr.strip()

    name, read, own = str(locked.a.identity.name), str(tmp_path / "read"), str(tmp_path / "run")
    results = await asyncio.gather(
        run("--token-file", read, "node"),
        run("node", ERLANG_DOCKER_TOKEN=f"{TOKENS['run']}\n"),
        run("node", RUN_TOKEN_FILE=own),
        run("node"),
        run("--token-file", read, "mfa", "store:put(a,1)", RUN_TOKEN_FILE=own),
        run("--token-file", "/nowhere", "node"),
    )
    assert list(results[:3]) == [(0, name)] * 3
    assert [status for status, _ in results[3:]] == [1, 1, 2]
    said = [text for _, text in results[3:]]
    assert all(map(re.search, ("a token is needed", "eacces", "/nowhere"), said)), said


async def test_the_acceptance_checks(locked: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    ports = (str(locked.services.addresses["a"]), f"{LOOPBACK}:{locked.a.ws_port}", f"{LOOPBACK}:{locked.a.grpc_port}")
    names = (locked.a.identity.name, locked.b.identity.name)
    assert await run_acceptance(Cluster(Endpoints(*ports, TOKENS["run"]), names, "a", None)), capsys.readouterr().out
    assert not await run_acceptance(Cluster(Endpoints(*ports), names, "a", None))
