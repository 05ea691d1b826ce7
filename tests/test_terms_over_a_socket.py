"""Calls that ask for more than there is: an error each, memory stays flat, others are served meanwhile."""

import asyncio

import pytest

from erlang_docker.local.cluster import Cluster
from harness import Pair, resident_mib, socket

LIMIT = "{error,system_limit,"
NINES = "9" * 1_000
DEEP_LIST = "[" * 62 + "]" * 62
DEEP_MAP = "#{a=>" * 62 + "1" + "}" * 62
NINE_TO_THE = {  # 9^9^9 in its spellings
    "erlang:'bsl'(9,387420489)": LIMIT,
    "erlang:'bsr'(9,-387420489)": LIMIT,
    f"erlang:'bsl'(9,{NINES})": LIMIT,
    f"erlang:'bsl'(-1,{NINES})": LIMIT,
    "math:pow(9,387420489)": "{error,badarith,",
    "math:pow(9.0,3.87420489e8)": "{error,badarith,",
    "math:exp(1.0e9)": "{error,badarith,",
    f"erlang:'*'({NINES},{NINES})": LIMIT,
    f"lists:sum([{NINES},1.0e300])": "{error,badarith,",
    f'erlang:list_to_integer("{"9" * 60_000}")': LIMIT,
    f'erlang:list_to_integer("{"z" * 60_000}",36)': LIMIT,
    f'erlang:binary_to_integer(<<"{"9" * 60_000}">>)': LIMIT,
    f'erlang:binary_to_integer(<<"{"f" * 60_000}">>,16)': LIMIT,
    f"erlang:integer_to_list({'9' * 60_000},7)": "{error,{limit,integer_digits,1000}}",
    f"erlang:abs(16#{'f' * 60_000})": "{error,{limit,integer_digits,1000}}",
    f"erlang:abs(36#{'z' * 60_000})": "{error,{limit,integer_digits,1000}}",
    f"erlang:abs({'9_' * 30_000}9)": "{error,{limit,integer_digits,1000}}",
    f"erlang:abs({'9' * 60_000}.0)": "{error,{1,erl_scan,{illegal,float}}}",
    f'erlang:list_to_float("{"9" * 60_000}.0")': "{error,badarg,",
    "erlang:abs(<<1:387420489>>)": "{error,{limit,binary_bytes,65536}}",
    "erlang:abs(9 bsl 387420489)": '{error,{1,erl_parse,"bad term"}}',
}
TOO_LARGE = {
    "lists:seq(1,1000000000)": LIMIT,
    "lists:seq(1,1000000000,3)": LIMIT,
    f"lists:seq(1,{NINES})": LIMIT,
    "lists:duplicate(100000,lists:seq(1,10000))": '{error,{1,erl_parse,"bad term"}}',
    "lists:duplicate(100000,[1,2,3])": LIMIT,
    f"lists:duplicate(10000,{DEEP_LIST})": LIMIT,
    "erlang:make_tuple(16777215,a)": LIMIT,
    'binary:copy(<<"x">>,1000000000)': LIMIT,
    'string:copies("x",1000000000)': LIMIT,
    "string:chars($x,1000000000)": LIMIT,
    'string:pad("",1000000000)': LIMIT,
    'string:centre("",1000000000)': LIMIT,
}
DEEP = {
    f"lists:flatten({DEEP_LIST})": "[]",
    f"lists:flatlength({DEEP_LIST})": "0",
    f"maps:size(maps:merge({DEEP_MAP},{DEEP_MAP}))": '{error,{1,erl_parse,"bad term"}}',
    f"maps:keys({DEEP_MAP})": "[a]",
    f"maps:size({DEEP_MAP})": "1",
    f"erlang:'=='({DEEP_MAP},{DEEP_MAP})": "true",
    f"lists:flatten({'[' * 30_000})": "{error,{limit,tokens,10000}}",
    f"lists:flatten({'{' * 4_000}{'}' * 4_000})": "{error,{limit,depth,64}}",
}
COMMANDS = NINE_TO_THE | TOO_LARGE | DEEP


@pytest.mark.parametrize(("call", "expected"), COMMANDS.items(), ids=lambda text: text[:40])
async def test_is_answered_and_others_are_served(call: str, expected: str, pair: Pair) -> None:
    async with socket(pair.a.ws_port) as greedy, socket(pair.a.ws_port) as other:
        reply, name = await asyncio.gather(greedy.ask(f"mfa {call}"), other.ask("node"))
    assert reply == expected or (expected.endswith(",") and reply.replace("\n    ", " ").startswith(expected))
    assert name == str(pair.a.identity.name)


async def test_calls_inside_of_calls_end_after_eight_hops(pair: Pair) -> None:
    """Each of them inside of the one before, to one node or to two in turn; a text cannot hold any number of them."""
    names = [f"'{pair.a.identity.name}'", f"'{pair.b.identity.name}'"]
    for turns in (names[:1], names):
        call = "erlang,node,[]"
        async with socket(pair.a.ws_port) as user:
            for hops in range(1, 9):
                name = turns[hops % len(turns)]
                assert await user.ask(f"mfa rpc:call({name},{call})") == names[0 if len(turns) == 1 else 1]
                call = f"rpc,call,[{name},{call}]"
            reply = await user.ask(f"mfa rpc:call({name},{call})")
            assert reply == "{badrpc,{'EXIT',{system_limit,[{erlang,node,[],[]}]}}}"
            for _ in range(100):
                call = f"rpc,call,[{name},{call}]"
            assert await user.ask(f"mfa rpc:call({name},{call})") == "{error,{limit,depth,64}}"


async def test_memory_stays_flat(cluster: Cluster) -> None:
    """All of it again and again adds less than 50 MiB to a node in a process of its own."""
    node = cluster.nodes[0]
    assert node.process is not None

    async def round_(verb: str) -> None:
        async with socket(node.plan.ws.port) as user:
            for call in COMMANDS:
                await user.ask(f"{verb} {call}")

    await round_("mfa")
    await round_("rpc")
    before = resident_mib(node.process.pid)
    for _ in range(5):
        await asyncio.gather(*(round_(verb) for verb in ("mfa", "rpc") * 4))
    assert resident_mib(node.process.pid) - before < 50
