"""Every run counts: whatever a text asks for, it ends soon, and others are served meanwhile."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from erlang_docker import Client
from erlang_docker.call import MAX_HOPS, MAX_WIDTH
from erlang_docker.limits import Limits
from harness import LOOPBACK, Pair, node, services, socket, until

LEAF = "erlang,node,[]"
FEW = Limits(calls=20)


def nested(call: str, times: int, leaf: str = LEAF) -> str:
    """A call inside of a call inside of a call."""
    for _ in range(times):
        leaf = call.replace("...", leaf)
    return leaf


def bombs(a: str, b: str) -> dict[str, str]:
    """Each would be some 10^9 calls or more."""
    copies, both = f"[{','.join([a] * 32)}]", f"[{a},{b}]"
    return {
        "copies of one name": f"rpc:multicall({copies},{nested(f'rpc,multicall,[{copies},...]', 18)})",
        "both names": f"rpc:multicall({both},{nested(f'rpc,multicall,[{both},...]', 30)})",
        "all that are linked": f"rpc:multicall({nested('rpc,multicall,[...]', 30)})",
        "casts": f"rpc:multicall({both},{nested(f'rpc,multicall,[{both},rpc,cast,[{a},...]]', 14)})",
        "slow leaves": f"rpc:multicall({both},{nested(f'rpc,multicall,[{both},...]', 7, 'timer,sleep,[300]')})",
    }


async def served(pair: Pair) -> float:
    """Calls that both nodes have run for each other."""
    total = 0.0
    async with aiohttp.ClientSession() as session:
        for port in (pair.a.admin_port, pair.b.admin_port):
            async with session.get(f"http://{LOOPBACK}:{port}/metrics") as answer:
                lines = (await answer.text()).splitlines()
            total += sum(
                float(line.split()[1]) for line in lines if line.startswith("erlang_docker_calls_served_total{")
            )
    return total


@pytest.mark.parametrize("bomb", bombs("a", "b"))
async def test_one_text_makes_only_so_many_calls(bomb: str, pair: Pair) -> None:
    a, b = f"'{pair.a.identity.name}'", f"'{pair.b.identity.name}'"
    before = await served(pair)
    async with socket(pair.a.ws_port) as user, socket(pair.a.ws_port) as other:
        await user.socket.send_str(f"mfa {bombs(a, b)[bomb]}")
        exploding = asyncio.create_task(user.socket.receive_str())
        answered = 0
        while not exploding.done():
            assert await other.ask("node") == str(pair.a.identity.name)
            answered += 1
            await asyncio.sleep(0.01)
    # Or its 5 s are up: on a machine that is busy with other things they may come first.
    ended = "system_limit", "{error,timeout,"
    assert any(word in exploding.result() for word in ended) or bomb in ("casts", "slow leaves")
    assert answered > 0
    assert await served(pair) - before <= MAX_WIDTH * MAX_HOPS


async def test_casts_and_calls_to_oneself_count(tmp_path: Path) -> None:
    async with services() as among, node("a", tmp_path, among, limits=FEW) as a, socket(a.ws_port) as user:
        cast = f"mfa rpc:cast('{a.identity.name}',timer,sleep,[60000])"
        taken = 0
        while (reply := await user.ask(cast)) == "true":
            taken += 1
        assert reply.startswith("{error,busy")
        assert taken == FEW.calls - 1  # the last place is that of the command
        # A call to oneself needs a second place.
        assert await user.ask(f"mfa rpc:call('{a.identity.name}',erlang,node,[])") == "{badrpc,busy}"
        assert await user.ask("mfa erlang:abs(-1)") == "1"


async def test_a_node_that_is_full_is_passed_over(tmp_path: Path) -> None:
    """Its peers have room: nobody sees that it is busy."""
    async with (
        services() as among,
        node("a", tmp_path, among) as a,
        node("b", tmp_path, among, limits=FEW) as full,
        node("b", tmp_path, among, 1) as idle,
        Client(f"{LOOPBACK}:{a.grpc_port}") as client,
        Client(f"{LOOPBACK}:{full.grpc_port}") as filling,
    ):
        assert await client.run(f"mfa net_adm:ping('{full.identity.name}')") == "pong"
        held = [asyncio.create_task(filling.run("mfa timer:sleep(1500)")) for _ in range(FEW.calls - 1)]
        await until(lambda: full.still_open()["calls"] == FEW.calls - 1)
        names = {await client.run("rpc erlang:node()") for _ in range(20)}
        assert "{error,busy}" not in names
        assert f"'{idle.identity.name}'" in names
        assert set(await asyncio.gather(*held)) == {"ok"}
