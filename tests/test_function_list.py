"""What a node says of its functions, over gRPC and on the page's socket: parameters, and where each comes from."""

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from erlang_docker.functions.parameters import type_text
from erlang_docker.release import Release
from erlang_docker.servers.json_requests import SUBPROTOCOL
from harness import LOOPBACK, RELEASES, Pair, socket, two_nodes
from otp.terms.types import Atom, Term
from shop import buying


async def listed(port: int, *origins: str) -> dict[str, dict[str, Any]]:
    async with socket(port, protocols=[SUBPROTOCOL]) as user:
        request = {"origins": [f"FUNCTION_ORIGIN_{origin}" for origin in origins]}
        answer = json.loads(await user.ask(json.dumps({"id": "7", "listFunctions": request})))
    assert answer["id"] == "7"
    functions = answer["listFunctions"]["functions"]
    return {f"{entry['module']}:{entry['name']}/{entry.get('arity', 0)}": entry for entry in functions}


async def test_the_socket_lists_all_or_some(pair: Pair) -> None:
    everything = await listed(pair.a.ws_port)
    node, erlang = await listed(pair.a.ws_port, "NODE"), await listed(pair.a.ws_port, "ERLANG")
    assert everything == {**erlang, **node}
    order = [(entry["module"], entry["name"], entry.get("arity", 0)) for entry in everything.values()]
    assert order == sorted(order)
    assert "store:put/2" in node
    assert everything["lists:seq/2"] == {
        "module": "lists",
        "name": "seq",
        "arity": 2,
        "idempotent": True,
        "readOnly": True,
        "help": "The integers from one to another.",
        "example": "lists:seq(1,5)",
        "parameters": [{"name": "First"}, {"name": "Last"}],
        "origin": "FUNCTION_ORIGIN_ERLANG",
    }


async def test_http_lists_the_same(pair: Pair) -> None:
    """With what is false, which the socket leaves out."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://{LOOPBACK}:{pair.a.ws_port}/functions") as answer,
    ):
        functions = (await answer.json())["functions"]
    names = [f"{entry['module']}:{entry['name']}/{entry['arity']}" for entry in functions]
    assert names == list(await listed(pair.a.ws_port))
    assert (
        next(entry for entry in functions if (entry["module"], entry["name"]) == ("store", "put"))["readOnly"] is False
    )


async def test_a_release_s_own_have_types(tmp_path: Path) -> None:
    async with two_nodes(tmp_path, {**RELEASES, "a": Release("a", "b", exports=(buying,))}) as nodes:
        own = await listed(nodes.a.ws_port, "RELEASE")
    assert {key: entry["parameters"] for key, entry in own.items()} == {
        "shop:best/1": [{"name": "Item", "type": "text"}],
        "shop:best/2": [{"name": "Item", "type": "text"}, {"name": "Count", "type": "integer"}],
    }


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (Term, ""),
        (Any, ""),
        (str, "text"),
        (list[int], "[integer]"),
        (dict[str, Any], "#{text => term}"),
        (tuple[Atom, float], "{atom, number}"),
        (tuple[bytes, ...], "{binary, ...}"),
        (bool | None, "boolean | undefined"),
    ],
)
def test_types_as_text(annotation: Any, text: str) -> None:
    assert type_text(annotation) == text
