"""What a call may cost: results are bounded by `system_limit`, the longest arguments of a text are not much work."""

import pytest

from calling import called, standard_table
from erlang_docker.functions.table import FunctionTable
from otp.errors import Failure
from otp.terms.types import Term
from work import calls_made

NINES = "9" * 1000
LONG_TEXT = '"' + "ab" * 30_000 + '"'
LONG_BINARY = f"<<{LONG_TEXT}>>"
INTEGERS = "[" + ",".join(map(str, range(2_400))) + "]"
BACKWARDS = "[" + ",".join(map(str, range(2_400, 0, -1))) + "]"
FLOATS = "[" + ",".join(f"{number}.5" for number in range(2_400)) + "]"
PAIRS = "[" + ",".join(f"{{{number},a}}" for number in range(1_600)) + "]"
SINGLES = "[" + ",".join(f"[{number}]" for number in range(2_400)) + "]"
DEEP = "[" * 60 + "]" * 60
MOST_CALLS = 1_000_000
"""Far above what they make; what grows with the square of its arguments makes more."""


@pytest.fixture(scope="module")
def table() -> FunctionTable:
    return standard_table()


def run(table: FunctionTable, call: str) -> Term:
    value: Term = called(table, call)
    return value


@pytest.mark.parametrize(
    "call",
    [
        "lists:seq(1,10001)",
        "lists:seq(1,1000000000000,3)",
        "lists:duplicate(10001,a)",
        f"lists:duplicate(10000,{INTEGERS})",
        f"lists:duplicate(10,{LONG_TEXT})",
        f"lists:join({LONG_BINARY},{'[a,b,c,d,e,f]'})",
        "erlang:make_tuple(10001,a)",
        f"erlang:make_tuple(9,{LONG_BINARY})",
        f"maps:from_keys([1,2,3,4,5,6],{LONG_TEXT})",
        "erlang:'bsl'(1,1000000000)",
        "erlang:'bsr'(1,-1000000000)",
        f"erlang:'bsl'(1,{NINES})",
        f"erlang:'*'({NINES},{NINES})",
        f'erlang:list_to_integer("{"9" * 60_000}")',
        f'erlang:binary_to_integer(<<"{"f" * 60_000}">>,16)',
    ],
    ids=lambda call: call[:40],
)
def test_a_result_that_is_too_large_is_refused(table: FunctionTable, call: str) -> None:
    with pytest.raises(Failure) as refused:
        run(table, call)
    assert (refused.value.kind, refused.value.reason) == ("error", "system_limit")


@pytest.mark.parametrize(
    "call",
    [
        "lists:seq(1,10000)",
        "lists:duplicate(10000,a)",
        "erlang:'bsl'(1,4095)",
        f"erlang:'*'({NINES[:600]},{NINES[:600]})",
        f"erlang:integer_to_list({NINES},7)",
        f'erlang:list_to_integer("{NINES}")',
        f"erlang:'--'({INTEGERS},{BACKWARDS})",
        f"erlang:'--'({LONG_TEXT},{LONG_TEXT[:5000]}\")",
        f"lists:sort({LONG_TEXT})",
        f"lists:usort({BACKWARDS})",
        f"lists:merge({SINGLES})",
        f"lists:umerge({INTEGERS},{FLOATS})",
        f"lists:uniq({LONG_TEXT})",
        f"lists:flatten({DEEP})",
        f"lists:flatten({SINGLES})",
        f"lists:append({SINGLES})",
        f"lists:keysort(1,{PAIRS})",
        f"lists:keyfind(zz,1,{PAIRS})",
        f"ordsets:union({INTEGERS},{FLOATS})",
        f"proplists:get_keys({PAIRS})",
        f"proplists:delete(zz,{PAIRS})",
        f"maps:from_list({PAIRS})",
        f"erlang:phash2({LONG_TEXT})",
        f"erlang:phash2({LONG_BINARY})",
        f"erlang:iolist_to_binary({LONG_TEXT})",
        f"erlang:binary_to_list({LONG_BINARY})",
        f"erlang:list_to_bitstring([<<1:3>>,{LONG_BINARY}])",
    ],
    ids=lambda call: call[:40],
)
def test_long_arguments_are_not_much_work(table: FunctionTable, call: str) -> None:
    assert calls_made(lambda: run(table, call)) < MOST_CALLS


def test_a_wide_range_of_floats_and_integers_fails_as_erlang(table: FunctionTable) -> None:
    for call, reason in (
        ("math:pow(2,10000)", "badarith"),
        ("math:sqrt(-1)", "badarith"),
        (f"erlang:float({NINES})", "badarg"),
        (f"erlang:'+'({NINES},1.0)", "badarith"),
        ("erlang:'*'(1.0e300,1.0e300)", "badarith"),
    ):
        with pytest.raises(Failure) as refused:
            run(table, call)
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("call", "value"),
    [
        (f'string:slice("abc",0,{NINES})', "abc"),
        (f'string:slice("abc",{NINES})', ""),
        (f'string:slice("abc",{NINES},{NINES})', ""),
    ],
    ids=lambda text: text[:24],
)
def test_places_beyond_any_text(table: FunctionTable, call: str, value: str) -> None:
    assert run(table, call) == list(map(ord, value))
