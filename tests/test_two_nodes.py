"""Two nodes in one process, on free ports: calls both ways, and what becomes of them when a node goes."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from erlang_docker.client import Client
from harness import LOOPBACK, Pair, node, services, socket, until


async def ask(port: int, command: str) -> str:
    async with socket(port) as user:
        return await user.ask(command)


async def test_each_kind_calls_the_other(pair: Pair) -> None:
    assert await ask(pair.a.ws_port, "rpc erlang:node()") == f"'{pair.b.identity.name}'"
    assert await ask(pair.b.ws_port, "rpc erlang:node()") == f"'{pair.a.identity.name}'"


async def test_erlang_s_rpc(pair: Pair) -> None:
    a, b = pair.a.identity.name, pair.b.identity.name
    port = pair.a.ws_port
    assert await ask(port, f"mfa rpc:call('{b}',lists,seq,[1,3])") == "[1,2,3]"
    assert await ask(port, f"mfa rpc:call('{a}',erlang,node,[])") == f"'{a}'"
    assert await ask(port, f"mfa rpc:call('{b}',erlang,exit,[gone])") == "{badrpc,{'EXIT',gone}}"
    assert await ask(port, f"mfa rpc:call('{b}',timer,sleep,[5000],20)") == "{badrpc,timeout}"
    assert await ask(port, "mfa rpc:call('nobody@nowhere',erlang,node,[])") == "{badrpc,nodedown}"
    assert await ask(port, f"mfa rpc:cast('{b}',store,put,[cast,done])") == "true"
    assert await ask(port, f"mfa net_adm:ping('{b}')") == "pong"
    assert await ask(port, "mfa net_adm:ping('nobody@nowhere')") == "pang"
    assert await ask(port, "mfa erlang:nodes()") == f"['{b}']"
    multicall = await ask(port, f"mfa rpc:multicall(['{b}','nobody@nowhere'],erlang,node,[])")
    assert multicall.replace("\n ", "") == f"{{['{b}'],[nobody@nowhere]}}"
    assert await ask(port, "rpc store:get(cast)") == "{ok,done}"


async def test_what_is_this_product_s_own(pair: Pair) -> None:
    assert await ask(pair.a.ws_port, "mfa erlang_docker:spread(20)") == f"[{{'{pair.b.identity.name}',20}}]"
    assert await ask(pair.a.ws_port, "mfa erlang_docker:spread_kept(20)") == f"[{{'{pair.b.identity.name}',20}}]"
    assert (await ask(pair.a.ws_port, "mfa erlang_docker:spread_kept(0)")).startswith("{error,badarg,")
    assert "kind => a" in await ask(pair.a.ws_port, "mfa erlang_docker:info()")
    assert f"name => '{pair.b.identity.name}'" in (await ask(pair.a.ws_port, "mfa erlang_docker:peers()")).replace(
        "\n     ", " "
    )
    assert "{erlang_docker,info,0}" in await ask(pair.a.ws_port, "mfa erlang_docker:functions()")


async def test_many_calls_share_one_link(pair: Pair) -> None:
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        replies = await asyncio.gather(*(client.run(f"rpc lists:seq(1,{n})") for n in range(1, 65)))
        assert replies[4] == "[1,2,3,4,5]"
        assert await client.run("mfa erlang:nodes()") == f"['{pair.b.identity.name}']"


async def test_a_node_that_starts_again_is_called_at_once(tmp_path: Path) -> None:
    async with services() as among, node("a", tmp_path, among) as a, socket(a.ws_port) as user:
        async with node("b", tmp_path, among) as b:
            assert await user.ask("rpc store:put(colour,blue)") == "ok"
            first = b.identity
        async with node("b", tmp_path, among) as b:
            assert await user.ask("rpc store:get(colour)") == "{ok,blue}"
            assert b.identity.name == first.name
            assert b.identity.boot_epoch == first.boot_epoch + 1
            assert b.identity.boot_id != first.boot_id


async def test_calls_wait_out_a_stop_and_none_fails(tmp_path: Path) -> None:
    """A call that runs when its node stops is answered; the next goes to the other node."""
    async with (
        services() as among,
        node("a", tmp_path, among) as a,
        socket(a.ws_port) as slow,
        socket(a.ws_port) as user,
    ):
        async with node("b", tmp_path, among) as b:
            await slow.socket.send_str("rpc timer:sleep(300)")
            await until(lambda: b.still_open()["calls"])
        assert await slow.socket.receive_str() == "ok"
        async with node("b", tmp_path, among, 1) as other:
            assert await user.ask("rpc erlang:node()") == f"'{other.identity.name}'"


async def test_nobody_of_the_other_kind(tmp_path: Path) -> None:
    async with services() as among, node("a", tmp_path, among) as a, socket(a.ws_port) as user:
        assert await user.ask("rpc erlang:node()") == "{badrpc,nodedown}"
        assert await user.ask("node") == str(a.identity.name)


async def test_another_cookie_is_not_served(tmp_path: Path) -> None:
    async with services() as among, node("a", tmp_path, among) as a, node("b", tmp_path, among, cookie=b"other" * 8):
        assert await ask(a.ws_port, "rpc erlang:node()") == "{badrpc,nodedown}"


async def test_sockets_are_told_goodbye(tmp_path: Path) -> None:
    """After the command that runs, and with a reason."""
    async with services() as among, AsyncExitStack() as stack:
        async with node("a", tmp_path, among) as a:
            user = await stack.enter_async_context(socket(a.ws_port))
            await user.socket.send_str("mfa timer:sleep(200)")
            await until(lambda: a.still_open()["calls"])
            told = asyncio.create_task(user.listen())
        assert await told == ["ok", (1001, "the node is stopping")]
