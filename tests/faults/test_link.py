"""Peers that accept and never answer, answer garbage, answer slowly or refuse: at the pick and at every step of a link.

Beside each of them stands a node that is well, and no call fails.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from erlang_docker import Client
from erlang_docker.addresses import Address
from erlang_docker.link import link
from faults.bad_peers import (
    NO_CLASS,
    NO_TERM,
    Deaf,
    Gone,
    Handler,
    Late,
    Lying,
    closing,
    drop_by_drop,
    endless,
    garbage,
    grpc_server,
    listening,
    picked,
    silent,
)
from harness import COOKIE, LOOPBACK, node, services

CALLS = 12


async def ask(data_dir: Path, evil: Address, client_of: Callable[[Client], Awaitable[None]]) -> None:
    """Ask a node whose other kind is three nodes that are well and one that is not.

    With as many, all of a call's tries meet the one that is not in one of 50,000 calls.
    """
    async with (
        services() as among,
        node("a", data_dir, among) as a,
        node("b", data_dir, among),
        node("b", data_dir, among, 1),
        node("b", data_dir, among, 2),
    ):
        among.behind["b"].append(evil)
        async with Client(f"{LOOPBACK}:{a.grpc_port}") as client:
            await client_of(client)


async def all_answered(client: Client) -> None:
    for _ in range(CALLS):
        assert await client.rpc("lists:seq", 1, 3, returns=list[int]) == [1, 2, 3]


@pytest.mark.parametrize("handler", [silent, closing, garbage, drop_by_drop, endless])
@pytest.mark.promise("a peer that hangs, closes, babbles, drips or never ends, at the pick", "0 failed calls")
async def test_at_the_pick(handler: Handler, tmp_path: Path) -> None:
    async with listening(handler) as evil:
        await ask(tmp_path, evil, all_answered)


@pytest.mark.parametrize("handler", [silent, closing, garbage, drop_by_drop, endless])
@pytest.mark.promise("the same at the peer's gRPC port", "0 failed calls")
async def test_at_http_2(handler: Handler, tmp_path: Path) -> None:
    async with listening(handler) as grpc, listening(picked(grpc.port)) as evil:
        await ask(tmp_path, evil, all_answered)


@pytest.mark.parametrize("servicer", [Deaf(b"another cookie, of 32 bytes also!", True), Deaf(COOKIE, False)])
@pytest.mark.promise("a peer without the cookie at the link's handshake", "0 failed calls, nothing sent to it")
async def test_at_the_handshake(servicer: Deaf, tmp_path: Path) -> None:
    """One that proves another cookie, and one that proves nothing."""

    async def asked(client: Client) -> None:
        while not servicer.links:  # who is picked is random
            await all_answered(client)

    async with grpc_server(servicer) as port, listening(picked(port)) as evil:
        await ask(tmp_path, evil, asked)


@pytest.mark.parametrize("servicer", [Late(), Gone()])
@pytest.mark.promise("a node that is lost before it has said what may run twice", "no call was sent to it")
async def test_before_the_first_message(servicer: Late, tmp_path: Path) -> None:
    """A call that was could not be made again, even if its function is idempotent."""

    async def asked(client: Client) -> None:
        while not servicer.links:  # who is picked is random
            await all_answered(client)

    async with grpc_server(servicer) as port, listening(picked(port)) as evil:
        await ask(tmp_path, evil, asked)
    assert servicer.got == []


@pytest.mark.parametrize("servicer", [Lying(NO_TERM), Lying(NO_CLASS)])
@pytest.mark.promise("a peer whose answers are none", "0 failed calls")
async def test_at_the_answer(servicer: Lying, tmp_path: Path) -> None:
    """What it ran may run twice, and does on another node."""

    async def asked(client: Client) -> None:
        while not servicer.links:  # who is picked is random
            await all_answered(client)

    async with grpc_server(servicer) as port, listening(picked(port)) as evil:
        await ask(tmp_path, evil, asked)


@pytest.mark.promise("a link whose other end is deaf", "given up in 3 s, said in the log; idempotent calls answered")
async def test_in_the_middle(tmp_path: Path) -> None:
    """A deaf link is given up and said so; what is idempotent is answered by another node before its deadline."""
    deaf = Deaf(COOKIE, True)

    async def asked(client: Client) -> None:
        while not deaf.links:  # who is picked is random
            answers = await asyncio.gather(*(client.rpc("lists:seq", 1, 3, returns=list[int]) for _ in range(CALLS)))
            assert answers == [[1, 2, 3]] * CALLS

    async with grpc_server(deaf) as port, listening(picked(port)) as evil:
        await ask(tmp_path, evil, asked)
    log = (tmp_path / "a-0" / "log" / "node.log").read_text()
    assert '"message": "link closed"' in log
    assert "silent for" in log


async def test_a_long_call_is_not_taken_for_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five times as long as a link may be silent, which here is shorter: a call itself has no more than 5 s."""
    monkeypatch.setattr(link, "TICK_SECONDS", 0.1)
    monkeypatch.setattr(link, "DEAF_SECONDS", 0.8)
    async with (
        services() as among,
        node("a", tmp_path, among) as a,
        node("b", tmp_path, among),
        Client(f"{LOOPBACK}:{a.grpc_port}") as client,
    ):
        assert await client.run("rpc timer:sleep(4000)") == "ok"
        (peer,) = await client.peers()
        assert peer.call_count == 1


@pytest.mark.promise("a wrong cookie on one node of three", "0 failed calls; both logs say why")
async def test_a_node_with_another_cookie_costs_no_call_and_says_so(tmp_path: Path) -> None:
    async with (
        services() as among,
        node("a", tmp_path, among) as a,
        node("b", tmp_path, among),
        node("b", tmp_path, among, 1, cookie=b"another cookie, of 32 bytes also!"),
        Client(f"{LOOPBACK}:{a.grpc_port}") as client,
    ):
        await all_answered(client)
    refused = (tmp_path / "b-1" / "log" / "node.log").read_text()
    assert '"message": "caller refused"' in refused
    assert "another cookie?" in refused
    assert '"message": "link not opened"' in (tmp_path / "a-0" / "log" / "node.log").read_text()
