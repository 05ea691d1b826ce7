"""A pytest plugin: two nodes that want login tokens, and how users show theirs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

import greeter
from erlang_docker.node import Node
from erlang_docker.release import Release
from erlang_docker.tokens import TokenFiles
from harness import LOOPBACK, Pair, Socket, node, services

TOKENS = {"run": "the-token-of-those-who-run", "read": "the-token-of-those-who-read"}
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


async def by_functions(running: Node, token: str) -> str:
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"http://{LOOPBACK}:{running.ws_port}/functions", headers=bearer(token))
        assert ("WWW-Authenticate" in answer.headers) == (answer.status == 401)
        return "in" if answer.status == 200 else str(answer.status)


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
