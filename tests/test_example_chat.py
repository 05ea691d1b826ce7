"""The example of a chat: over the WebSockets of two nodes, while nodes are killed, and on its page."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from chat_browser import agree, all_say, browsers
from chromium import WAIT_MS, chromium
from erlang_docker import Atom, Client
from erlang_docker.local.running_node import RunningNode
from running_example import Example, running_example

HELLO = {"author": "Ann", "text": "hello", "key": "1"}


@pytest.fixture(scope="module")
async def example(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Example]:
    async with running_example("chat", tmp_path_factory.mktemp("chat"), a=2, b=2, CHAT_NODES="2") as running:
        yield running


def doors(example: Example) -> list[str]:
    return [example.app(0), example.app(1)]


async def test_the_readme_s_command(example: Example) -> None:
    (command,) = example.commands
    assert await example.type(command) == "<title>Chat</title>\n"


async def test_all_hear_all_in_one_order_through_different_nodes(example: Example) -> None:
    texts = [str(number) for number in range(10)]
    async with browsers(doors(example), "order", "Ann", "Bob", "Cem") as there:
        await all_say(there, *texts)
        await agree(there, *texts)
    async with browsers(doors(example)[1:], "order", "late") as (late,):
        await late.hears(30)
        assert late.heard == there[0].heard


async def test_nothing_is_lost_when_a_room_s_node_and_a_browser_s_node_are_killed(example: Example) -> None:
    async with browsers(doors(example), "killed", "Ann", "Bob") as there:
        await all_say(there, "1", "2")
        await agree(there, "1", "2")
        talking = asyncio.create_task(all_say(there, "3", "4", "5", "6"))
        (await owner(example, "killed")).kill()
        example.cluster.of_kind("a")[0].kill()
        await talking
        await agree(there, "1", "2", "3", "4", "5", "6")
    await example.cluster.wait_ready()


async def owner(example: Example, room: str) -> RunningNode:
    """The node whose volume has it."""
    async with Client(example.grpc(1)) as client:
        for running in example.cluster.of_kind("b"):
            asked = (Atom(str(running.plan.name)), Atom("store"), Atom("get"), [room])
            if await client.mfa("rpc:call", *asked) != Atom("error"):
                return running
    raise AssertionError(f"nobody has {room}")


async def test_the_same_key_is_the_same_message(example: Example) -> None:
    async with aiohttp.ClientSession() as session:
        for door in doors(example):
            async with session.ws_connect(f"{door}/rooms/twice/0") as socket:
                await socket.send_json(HELLO)
                await socket.send_json(HELLO)
                await socket.send_json({**HELLO, "text": "bye", "key": door[-5:]})
                heard = [(await socket.receive_json(timeout=10))["text"] for _ in range(2)]
            assert heard == ["hello", "bye"]


async def test_who_comes_back_hears_what_is_new(example: Example) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{example.app(0)}/rooms/back/0") as socket:
            await socket.send_json(HELLO)
            number = (await socket.receive_json(timeout=10))["number"]
            await socket.send_json({**HELLO, "text": "new", "key": "2"})
            await socket.receive_json(timeout=10)
        async with session.ws_connect(f"{example.app(1)}/rooms/back/{number}") as socket:
            assert (await socket.receive_json(timeout=10))["text"] == "new"


@pytest.mark.parametrize(
    "frame",
    ["no JSON", "[]", "1", "{}", json.dumps({**HELLO, "author": ""}), json.dumps({**HELLO, "text": "x" * 2001})],
)
async def test_what_is_no_message_ends_its_socket(frame: str, example: Example) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{example.app()}/rooms/wrong/0") as socket,
    ):
        await socket.send_str(frame)
        closed = await socket.receive(timeout=10)
    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, aiohttp.WSCloseCode.POLICY_VIOLATION)


async def test_the_page(example: Example) -> None:
    """Of two people at two nodes; what they say is text, whatever it looks like, and said again if need be."""
    async with chromium() as browser:
        pages = [await browser.new_page() for _ in range(2)]
        for page, door, author in zip(pages, doors(example), ("Ann", "Bob"), strict=True):
            await page.goto(f"{door}/#pages")
            await page.fill("#author", author)
            await page.fill("#text", f"<i>{author}</i>")
            await page.press("#text", "Enter")
        for page in pages:
            for author in ("Ann", "Bob"):
                await page.get_by_text(f"{author} <i>{author}</i>", exact=True).wait_for(timeout=WAIT_MS)
            assert await page.locator("li i").count() == 0
        await pages[0].evaluate("socket.close()")
        await pages[0].fill("#text", "still here")
        await pages[0].press("#text", "Enter")
        for page in pages:
            await page.get_by_text("Ann still here", exact=True).wait_for(timeout=WAIT_MS)
            assert await page.locator("li").count() == 3
