"""Six processes, as `make run` starts them: how picks spread, and a node that is killed."""

import asyncio
import os
import re
import signal

import aiohttp

from erlang_docker.local.cluster import Cluster
from erlang_docker.local.running_node import RunningNode
from harness import Socket, socket
from otp.terms.read.reader import parse_term
from otp.terms.types import Atom, Map

# Each of three nodes is missed by all of 60 random picks once in ten billion runs.
PICKS = 60
NOTICE_SECONDS = 20.0
HELD_SECONDS = 3.2


async def nodes_seen(session: aiohttp.ClientSession, url: str) -> set[str]:
    answers = []
    for _ in range(PICKS):
        async with session.post(url, json={}) as answer:
            answers.append((await answer.json(content_type=None))["data"]["node"])
    return set(answers)


def names(cluster: Cluster, kind: str) -> set[str]:
    return {str(node.name) for node in cluster.plan.nodes if node.name.kind == kind}


async def test_new_connections_reach_every_node(cluster: Cluster) -> None:
    url = f"http://{cluster.plan.services['a']}/node"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        assert await nodes_seen(session, url) == names(cluster, "a")


async def test_one_connection_reaches_one_node(cluster: Cluster) -> None:
    """What the pick avoids: a connection that is used again leads to the same node."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:
        assert len(await nodes_seen(session, f"http://{cluster.plan.services['a']}/node")) == 1


async def test_a_spread_on_one_kept_connection_reaches_one_node(cluster: Cluster) -> None:
    async with socket(cluster.plan.page.port) as user:
        reply = await user.ask(f"mfa erlang_docker:spread_kept({PICKS})")
    assert re.fullmatch(rf"\[\{{'erlang-docker-b@[^']+',{PICKS}\}}\]", reply)


async def test_one_socket_calls_every_node_of_the_other_kind(cluster: Cluster) -> None:
    for caller, called in (("a", "b"), ("b", "a")):
        page = next(node.ws for node in cluster.plan.nodes if node.name.kind == caller)
        async with socket(page.port) as user:
            replies = {await user.ask("rpc erlang:node()") for _ in range(PICKS)}
        assert {reply.strip("'") for reply in replies} == names(cluster, called)


async def test_a_node_is_found_by_its_name_alone(cluster: Cluster) -> None:
    async with socket(cluster.plan.page.port) as user:
        for name in names(cluster, "a") | names(cluster, "b"):
            assert await user.ask(f"mfa net_adm:ping('{name}')") == "pong"


async def kill(node: RunningNode) -> None:
    assert node.process is not None
    os.kill(node.process.pid, signal.SIGKILL)
    await node.process.wait()
    async with asyncio.timeout(NOTICE_SECONDS):
        while node.ready.is_set():
            await asyncio.sleep(0.01)


async def test_a_node_that_was_held_up_itself_does_not_say_that_others_are_down(cluster: Cluster) -> None:
    """As a machine that is overloaded or moved does to its processes. HELD_SECONDS is longer than any search for a
    node, and than a link may be silent."""
    caller = next(node for node in cluster.nodes if node.plan.name.kind == "a")
    assert caller.process is not None
    replies: list[str] = []

    async def work(done: asyncio.Event) -> None:
        async with socket(caller.plan.ws.port) as user:
            while not done.is_set():
                replies.append(await user.ask("rpc store:put(held,up)"))

    done = asyncio.Event()
    workers = [asyncio.create_task(work(done)) for _ in range(8)]
    await asyncio.sleep(0.5)
    os.kill(caller.process.pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(HELD_SECONDS)
    finally:
        os.kill(caller.process.pid, signal.SIGCONT)
    await asyncio.sleep(0.5)
    done.set()
    await asyncio.gather(*workers)
    assert set(replies) == {"ok"}


def boot_epoch(info: str) -> int:
    term = parse_term(info)
    assert isinstance(term, Map)
    epoch = term[Atom("boot_epoch")]
    assert isinstance(epoch, int)
    return epoch


async def test_a_killed_node_costs_no_call_and_comes_back(cluster: Cluster) -> None:
    """No reply is wrong, none fails: what was lost on the way to the dead node is idempotent and runs again."""
    victim = next(node for node in cluster.nodes if node.plan.name.kind == "b")
    name = str(victim.plan.name)
    replies: list[str] = []

    async def load(user: Socket) -> None:
        while True:
            replies.append((await user.ask("rpc erlang:node()")).strip("'"))

    async with socket(cluster.plan.page.port) as user, socket(cluster.plan.page.port) as other:
        assert await other.ask(f"mfa rpc:call('{name}',store,put,[before,kill])") == "ok"
        before = boot_epoch(await other.ask(f"mfa rpc:call('{name}',erlang_docker,info,[])"))
        loading = asyncio.create_task(load(user))
        await kill(victim)
        await asyncio.wait_for(victim.ready.wait(), NOTICE_SECONDS)
        back = len(replies)
        async with asyncio.timeout(NOTICE_SECONDS):
            while name not in replies[back:]:
                await asyncio.sleep(0.01)
        loading.cancel()
        assert set(replies) == names(cluster, "b")
        assert boot_epoch(await other.ask(f"mfa rpc:call('{name}',erlang_docker,info,[])")) == before + 1
        assert await other.ask(f"mfa rpc:call('{name}',store,get,[before])") == "{ok,kill}"
