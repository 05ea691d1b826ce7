"""Long work in turns, beside the event loop."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from erlang_docker import wire
from erlang_docker.console.reply import Reply, print_value
from erlang_docker.errors import CallTimeout
from erlang_docker.identity import Identity
from erlang_docker.names import NodeName
from erlang_docker.servers.replies import Replies
from erlang_docker.trace import Trace
from erlang_docker.turns import LONG_CHARACTERS, Turns, is_short
from harness import Pair, socket
from otp.terms.types import Atom, ImproperList, Map, Term

FAR = 10.0


@pytest_asyncio.fixture
async def turns() -> AsyncIterator[Turns]:
    async with Turns() as running:
        yield running


def in_seconds(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_one_after_the_other_beside_the_event_loop(turns: Turns) -> None:
    async def work(number: int) -> tuple[int, int]:
        return await turns.take(lambda item: (item, threading.get_ident()), number, in_seconds(FAR))

    done = await asyncio.gather(*(work(number) for number in range(20)))
    assert [number for number, _ in done] == list(range(20))
    threads = {thread for _, thread in done}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_what_comes_to_no_turn_in_time_is_left_out(turns: Turns) -> None:
    held = threading.Event()
    done: list[str] = []
    first = asyncio.ensure_future(turns.take(lambda _: held.wait(FAR), None, in_seconds(FAR)))
    await asyncio.sleep(0)
    with pytest.raises(CallTimeout):
        await turns.take(done.append, "late", in_seconds(0.05))
    given_up = asyncio.ensure_future(turns.take(done.append, "given up", in_seconds(FAR)))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])  # only now does the thread's queue know; a call to cancel is a request
    next_one = asyncio.ensure_future(turns.take(done.append, "next", in_seconds(FAR)))
    held.set()
    assert await first
    await next_one
    assert done == ["next"]


async def test_an_error_comes_back(turns: Turns) -> None:
    with pytest.raises(ZeroDivisionError):
        await turns.take(lambda number: 1 / number, 0, in_seconds(FAR))


async def test_a_long_value_is_encoded_beside_the_event_loop(turns: Turns) -> None:
    replies = Replies(Identity(NodeName("a", "host.localhost"), 1, "boot"), turns)
    held = threading.Event()
    holding = asyncio.ensure_future(turns.take(lambda _: held.wait(FAR), None, in_seconds(FAR)))
    long = list(range(LONG_CHARACTERS))
    waiting = asyncio.ensure_future(replies.encode(Reply(print_value(long), long), Trace()))
    assert (await replies.encode(Reply("[1]", [1]), Trace())).reply == "[1]"
    assert not waiting.done()
    held.set()
    await holding
    assert wire.decode((await waiting).value) == long


@pytest.mark.parametrize(
    "term",
    [1, Atom("a" * 255), b"x" * 900, [[]] * 400, {}, Map([(1, [2])]), ImproperList((1,), 2)],
    ids=lambda t: str(t)[:20],
)
def test_short(term: Term) -> None:
    assert is_short(term)


def test_long() -> None:
    deep: list[Term] = []
    for _ in range(LONG_CHARACTERS * 100):
        deep = [deep]
    for term in (b"x" * LONG_CHARACTERS, [0] * LONG_CHARACTERS, Map((i, i) for i in range(600)), deep):
        assert not is_short(term)


async def test_long_texts_and_values_are_answered_in_order(pair: Pair) -> None:
    numbers = ",".join(map(str, range(2000)))
    async with socket(pair.a.ws_port) as user:
        for verb in ("mfa", "rpc"):
            assert await user.ask(f"{verb} lists:sum([{numbers}])") == "1999000"
            assert await user.ask(f"{verb} lists:max([{numbers}])") == "1999"
            assert (await user.ask(f"{verb} lists:seq(1,2000)")).count(",") == 1999
