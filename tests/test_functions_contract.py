"""What real Erlang answered, call by call; and the list of all that a node exports."""

import asyncio
import json
import logging
from collections.abc import Awaitable
from pathlib import Path
from tempfile import TemporaryDirectory

import grpc
import pytest

from erlang_docker.functions.export import Export
from erlang_docker.functions.table import FunctionTable
from erlang_docker.functions.workers import Workers
from erlang_docker.v1 import node_pb2, node_pb2_grpc
from harness import LOOPBACK, Pair, two_nodes
from otp.errors import Failure
from otp.stdlib import STANDARD
from otp.terms.print.literals import atom_text
from otp.terms.print.printer import flat, pretty
from otp.terms.read.mfa import MFA

CONTRACT = Path(__file__).with_name("contract")
EXPORTED = CONTRACT / "exported.txt"
EXAMPLES = [json.loads(line) for line in CONTRACT.joinpath("calls.jsonl").read_text(encoding="utf-8").splitlines()]


def standard_table() -> FunctionTable:
    table = FunctionTable(logging.getLogger(__name__), Workers())
    table.fill(STANDARD)
    return table


TABLE = standard_table()


def answer(call: str) -> dict[str, str]:
    try:
        value = TABLE.apply(MFA.parse(call))
    except Failure as failure:
        return {"class": failure.kind, "reason": flat(failure.reason)}  # type: ignore[arg-type]
    assert not isinstance(value, Awaitable)
    return {"print": pretty(value), "flat": flat(value)}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["call"][:60])
def test_answers_as_erlang(example: dict[str, str]) -> None:
    assert {"call": example["call"], **answer(example["call"])} == example


# What scripts/differential_calls.py found: (call, Erlang's class of failure or "value", its flat text).
FOUND = [
    ("lists:sort([{1.0},true,{1},2,{1}])", "value", "[2,true,{1},{1},{1.0}]"),
    ("lists:sort([2,1,1.0,0])", "value", "[0,1.0,1,2]"),
    ("lists:sort([1,1.0,2,0])", "value", "[0,1,1.0,2]"),
    ("lists:sort([1,1.0,0])", "value", "[0,1,1.0]"),
    ("lists:keysort(3,[{[],a},{c,2},a|2.0])", "error", "badarg"),
    ("lists:ukeysort(3,[{true},{2}|2.0])", "error", "badarg"),
    ("lists:keymember(2,18446744073709551616,[{2}])", "error", "badarg"),
    ("lists:keydelete(2,18446744073709551616,[{2}])", "value", "[{2}]"),
    ("ordsets:union([b|-0.0],[a])", "value", "[a,b|-0.0]"),
    ("ordsets:union([a|0],[b])", "error", "function_clause"),
]


@pytest.mark.parametrize(("call", "kind", "text"), FOUND, ids=lambda text: text[:40])
def test_answers_as_erlang_what_was_found_later(call: str, kind: str, text: str) -> None:
    answered = answer(call)
    assert (answered.get("class", "value"), answered.get("reason") or answered["flat"]) == (kind, text)


def test_every_function_of_the_contract_is_there() -> None:
    wanted = set((CONTRACT / "functions.txt").read_text().split())
    assert wanted - {mfa(entry) for entry in TABLE} == set()


@pytest.mark.parametrize("entry", [e for e in TABLE if not e.is_async], ids=lambda e: e.example)
def test_the_example_in_the_help_is_a_call_of_the_function(entry: Export) -> None:
    call = MFA.parse(entry.example)
    assert (call.module, call.function) == (entry.module, entry.name)
    if entry.name not in {"error", "exit", "throw"}:
        assert not isinstance(TABLE.apply(call), Awaitable)


def mfa(entry: Export | node_pb2.Function) -> str:
    return f"{atom_text(entry.module)}:{atom_text(entry.name)}/{entry.arity}"


async def exported(port: int) -> str:
    async with grpc.aio.insecure_channel(f"{LOOPBACK}:{port}") as channel:
        answer = await node_pb2_grpc.NodeServiceStub(channel).ListFunctions(node_pb2.ListFunctionsRequest())
    return "".join(
        sorted(f"{mfa(entry)} {'idempotent' if entry.idempotent else 'once'}\n" for entry in answer.functions)
    )


async def test_a_node_exports_what_the_committed_list_says(pair: Pair) -> None:
    """`PYTHONPATH=services:tests python tests/test_functions_contract.py` writes the list anew."""
    assert await exported(pair.a.grpc_port) == EXPORTED.read_text()


async def write_exported() -> None:
    with TemporaryDirectory() as folder:
        async with two_nodes(Path(folder)) as nodes:
            EXPORTED.write_text(await exported(nodes.a.grpc_port))


if __name__ == "__main__":
    asyncio.run(write_exported())
