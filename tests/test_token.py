"""Login tokens: at every door nobody without one, and whoever may only read changes nothing."""

import asyncio
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import grpc
import pytest
from grpc import aio

import greeter
from erlang_docker.acceptance.__main__ import run as run_acceptance
from erlang_docker.acceptance.checks import Cluster
from erlang_docker.acceptance.endpoints import Endpoints
from erlang_docker.acceptance.services import health
from erlang_docker.acceptance.services import services as reflected
from erlang_docker.client import Client
from erlang_docker.errors import Forbidden, SettingsError, Unauthenticated
from erlang_docker.node import Node
from erlang_docker.release import Release
from erlang_docker.servers import slowdown
from erlang_docker.servers.json_requests import SUBPROTOCOL
from erlang_docker.servers.page_login import COOKIE
from erlang_docker.servers.slowdown import ADDRESS_WAITING
from erlang_docker.settings import Settings
from erlang_docker.tokens import TokenFiles
from erlang_docker.v1 import node_pb2
from harness import LOOPBACK, Pair, Socket, node, services
from raw import UPGRADE, connect

TOKENS = {"run": "the-token-of-those-who-run", "read": "the-token-of-those-who-read"}
WRONG = "a-token-of-somebody-else"
RELEASES = {"a": Release("a", "b", (greeter,)), "b": Release("b", "a", (greeter,))}


def write(folder: Path, **tokens: str) -> TokenFiles:
    """The files of a Secret."""
    folder.mkdir(exist_ok=True)
    for role, token in tokens.items():
        (folder / role).write_text(f"{token}\n")
    return TokenFiles(folder / "run", folder / "read")


@asynccontextmanager
async def two(folder: Path) -> AsyncIterator[Pair]:
    files = write(folder / "tokens", **TOKENS)
    async with (
        services() as among,
        node("a", folder, among, releases=RELEASES, tokens=files) as a,
        node("b", folder, among, releases=RELEASES, tokens=files) as b,
    ):
        yield Pair(a, b, among)


@pytest.fixture(scope="module")
async def locked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """Two nodes that want tokens, and have one function of their own."""
    async with two(tmp_path_factory.mktemp("locked")) as pair:
        yield pair


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


@asynccontextmanager
async def socket(running: Node, token: str, *protocols: str) -> AsyncIterator[Socket]:
    async with (
        aiohttp.ClientSession(headers=bearer(token)) as session,
        session.ws_connect(f"http://{LOOPBACK}:{running.ws_port}/websocket", protocols=protocols) as connected,
    ):
        yield Socket(connected)


async def by_socket(running: Node, token: str) -> str:
    """What a door says to a token: here the status of the handshake."""
    try:
        async with socket(running, token) as user:
            return "in" if await user.ask("node") == str(running.identity.name) else "silent"
    except aiohttp.WSServerHandshakeError as refused:
        return str(refused.status)


async def by_functions(running: Node, token: str) -> str:
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"http://{LOOPBACK}:{running.ws_port}/functions", headers=bearer(token))
        assert ("WWW-Authenticate" in answer.headers) == (answer.status == 401)
        return "in" if answer.status == 200 else str(answer.status)


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


ALLOWED = {
    "node": lambda pair: str(pair.a.identity.name),
    "an echo": lambda pair: "an echo",
    "mfa lists:seq(1,3)": lambda pair: "[1,2,3]",
    "mfa store:get(kept)": lambda pair: "{ok,1}",
    "mfa store:module_info(exports)": None,
    "mfa erlang_docker:spread(2)": lambda pair: f"[{{'{pair.b.identity.name}',2}}]",
    "mfa greeter:hello(x)": lambda pair: '[<<"hello x">>]',
    "rpc erlang:node()": lambda pair: f"'{pair.b.identity.name}'",
    "rpc store:get(nothing)": lambda pair: "error",
    "mfa foo:bar()": lambda pair: "{error,undef,[{foo,bar,[],[]}]}",
    "mfa no call": None,
}
FORBIDDEN = [
    "mfa store:put(kept,2)",
    "mfa store:delete(kept)",
    f'mfa store:put(kept,"{"x" * 9000}")',  # read in turn
    "mfa greeter:nap(1)",
    "mfa rpc:call(n,store,get,[kept])",
    "mfa rpc:cast(n,store,delete,[kept])",
    "mfa rpc:multicall(store,delete,[kept])",
    "rpc store:delete(kept)",
    "rpc greeter:hello(x)",  # the caller cannot know what it is there
    "rpc foo:bar()",
]


async def test_who_reads_changes_nothing(locked: Pair) -> None:
    async with socket(locked.a, TOKENS["run"]) as runner, socket(locked.a, TOKENS["read"]) as reader:
        assert await runner.ask("mfa store:put(kept,1)") == "ok"
        for command, reply in ALLOWED.items():
            said = await reader.ask(command)
            assert said == reply(locked) if reply else said != "{error,eacces}", command
        for command in FORBIDDEN:
            assert await reader.ask(command) == "{error,eacces}", command[:80]
        assert await runner.ask("mfa store:get(kept)") == "{ok,1}"
        assert await runner.ask("rpc greeter:hello(x)") == '[<<"hello x">>]'
        assert await runner.ask("rpc store:delete(kept)") == "ok"


async def test_the_page_s_socket_says_it_by_call_error(locked: Pair) -> None:
    async with socket(locked.a, TOKENS["read"], SUBPROTOCOL) as reader:
        answer = json.loads(await reader.ask(json.dumps({"id": "1", "run": {"command": "mfa store:delete(kept)"}})))
    assert (answer["run"]["reply"], answer["run"]["callError"]) == ("{error,eacces}", "CALL_ERROR_FORBIDDEN")


async def test_grpc_says_it_by_status(locked: Pair) -> None:
    async with Client(f"{LOOPBACK}:{locked.a.grpc_port}", token=TOKENS["read"]) as client:
        assert await client.mfa("lists:seq", 1, 3, returns=list[int]) == [1, 2, 3]
        with pytest.raises(Forbidden) as refused:
            await client.rpc("store:delete", "kept")
        listed = {f"{each.module}:{each.name}": each.read_only for each in await client.functions()}
    cause = refused.value.__cause__
    assert isinstance(cause, aio.AioRpcError)
    assert cause.code() is grpc.StatusCode.PERMISSION_DENIED
    assert str(cause.details()).startswith("{error,eacces}")
    assert {name for name, reads in listed.items() if not reads} == {
        *(f"store:{name}" for name in ("put", "delete")),
        *(f"rpc:{name}" for name in ("call", "cast", "multicall")),
        "greeter:nap",  # not marked, so nobody knows
    }


async def login(session: aiohttp.ClientSession, running: Node, token: str) -> aiohttp.ClientResponse:
    return await session.post(f"http://{LOOPBACK}:{running.ws_port}/login", headers=bearer(token))


@asynccontextmanager
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Keeps cookies also of an address, as browsers do."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def enters(session: aiohttp.ClientSession, running: Node) -> bool:
    """Whether the session opens a socket."""
    try:
        async with session.ws_connect(f"http://{LOOPBACK}:{running.ws_port}/websocket"):
            return True
    except aiohttp.WSServerHandshakeError:
        return False


async def test_a_browser_has_a_session(locked: Pair) -> None:
    """Which every node takes, and which is no token."""
    url = f"http://{LOOPBACK}:{locked.a.ws_port}"
    async with browser() as session:
        assert await (await session.get(f"{url}/login")).json() == {"needed": True, "role": None}
        answer = await login(session, locked.a, TOKENS["read"])
        assert await answer.json() == {"needed": True, "role": "read"}
        cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
        assert not any(word in cookie for word in (TOKENS["read"], "Secure", "Max-Age"))
        assert await (await session.get(f"{url}/login")).json() == {"needed": True, "role": "read"}
        assert await enters(session, locked.a)
        assert await enters(session, locked.b)
        elsewhere = {**bearer(TOKENS["read"]), "X-Forwarded-Proto": "https"}
        assert "Secure" in (await session.post(f"{url}/login", headers=elsewhere)).headers["Set-Cookie"]
    async with browser() as session:
        await login(session, locked.a, TOKENS["run"])
        await session.post(f"{url}/logout")
        assert not await enters(session, locked.a)


def session_until(moment: int) -> str:
    """What only who has the token can make."""
    key = hashlib.sha256(TOKENS["read"].encode()).digest()
    return f"read.{moment}.{hmac.new(key, f'session read {moment}'.encode(), hashlib.sha256).hexdigest()}"


async def test_a_session_cannot_be_made_up(locked: Pair) -> None:
    async with browser() as session:
        await login(session, locked.a, TOKENS["read"])
        (made,) = (morsel.value for morsel in session.cookie_jar)
    role, until, proof = made.split(".")
    forged = [f"run.{until}.{proof}", f"{role}.{int(until) + 1}.{proof}", f"{role}.1.{proof}", f"{made}x", "", "x.y.z"]
    right = [made, session_until(int(time.time()) + 60)]
    for value in [*forged, session_until(int(time.time()) - 60), *right]:
        async with aiohttp.ClientSession(cookies={COOKIE: value}) as session:
            url = f"http://{LOOPBACK}:{locked.a.ws_port}/functions"
            assert (await session.get(url)).status == (200 if value in right else 401), value


async def test_other_sites_cannot_log_in_or_out(locked: Pair) -> None:
    headers = {**bearer(TOKENS["run"]), "Origin": "http://evil.example"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for path in ("login", "logout"):
            assert (await session.post(f"http://{LOOPBACK}:{locked.a.ws_port}/{path}")).status == 403


async def test_tokens_that_are_replaced(tmp_path: Path) -> None:
    """No node starts anew; a slip in the files changes nothing."""
    new = "another-token-of-those-who-run"
    folder = tmp_path / "tokens"
    files = write(folder, run=TOKENS["run"])
    async with services() as among, node("a", tmp_path, among, tokens=files) as running, browser() as session:
        assert await by_functions(running, TOKENS["read"]) == "401"
        await login(session, running, TOKENS["run"])
        write(folder, read=TOKENS["read"])
        assert await by_functions(running, TOKENS["read"]) == "in"
        write(folder, run="short")
        assert await by_functions(running, TOKENS["run"]) == "in"
        write(folder, run=TOKENS["read"])
        assert await by_functions(running, TOKENS["run"]) == "in"
        assert await enters(session, running)
        seen = (folder / "run").stat()
        write(folder, run=new)
        os.utime(folder / "run", ns=(seen.st_atime_ns, seen.st_mtime_ns))  # as within one tick of the kernel's clock
        assert await by_functions(running, new) == "in"
        assert await by_functions(running, TOKENS["run"]) == "401"
        assert not await enters(session, running)


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


@dataclass
class Slip:
    """What is wrong with the files, and what is said."""

    run: str
    read: str
    said: str


@pytest.mark.parametrize(
    "slip",
    [
        Slip("x" * 15, "", "holds 15 characters, a token needs 16 or more"),
        Slip("two words and more", "", "holds more than letters"),
        Slip("é" * 20, "", "ascii"),
        Slip("x" * 16, "x" * 16, "holds the same as"),
        Slip("", "y" * 16, "holds 0 characters"),
    ],
    ids=lambda slip: slip.said,
)
async def test_unusable_tokens_are_refused_at_the_start(slip: Slip, tmp_path: Path) -> None:
    files = write(tmp_path / "tokens", run=slip.run, **({"read": slip.read} if slip.read else {}))
    with pytest.raises(SettingsError, match=slip.said):
        async with services() as among, node("a", tmp_path, among, tokens=files):
            pass


def test_a_token_for_reading_only_would_leave_the_rest_open(tmp_path: Path) -> None:
    (tmp_path / "cookie").write_text("c" * 32)
    environ = {
        "ERLANG_HOST_NAME": "erlang-docker-a-sfs-0.localhost",
        "A_SERVICE_DOMAIN": "a",
        "B_SERVICE_DOMAIN": "b",
        "COOKIE_FILE": str(tmp_path / "cookie"),
    }
    assert Settings.from_environ("a", environ).tokens is None
    both = {**environ, "RUN_TOKEN_FILE": "/run", "READ_TOKEN_FILE": "/read"}
    assert Settings.from_environ("a", both).tokens == TokenFiles(Path("/run"), Path("/read"))
    with pytest.raises(SettingsError, match="RUN_TOKEN_FILE must be too"):
        Settings.from_environ("a", {**environ, "READ_TOKEN_FILE": "/read"})
