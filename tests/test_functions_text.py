"""Limits of the functions on text, and rules that the recorded calls do not show."""

import pytest

from calling import called, standard_table
from erlang_docker.functions.table import FunctionTable
from otp.errors import Failure
from otp.terms.print.one_line import one_line


@pytest.fixture
def table() -> FunctionTable:
    return standard_table()


@pytest.mark.parametrize(
    "call",
    [
        'binary:copy(<<"x">>,1000000000)',
        'string:pad("",1000000000)',
        'string:copies("ab",1000000000)',
        "string:chars($x,1000000000)",
        f'string:to_integer("{"9" * 2000}")',
        f'binary:decode_unsigned(<<"{"x" * 2000}">>)',
        f'binary:replace(<<"{"a" * 9000}">>,<<"a">>,<<"{"b" * 9000}">>,[global])',
    ],
)
def test_a_result_that_would_be_too_large_is_a_system_limit(table: FunctionTable, call: str) -> None:
    with pytest.raises(Failure, match="system_limit"):
        called(table, call)


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("string:length([101,769,97])", "2"),
        ('string:find([101,769,101],"e")', '"e"'),
        ("unicode:characters_to_list([[97,<<195>>],[[98]],99])", '{error,"a",[<<"Ã">>,[["b"],99]]}'),
        ("base64:encode([1,2,300])", '<<"AQMs">>'),
        ("binary:matches(<<>>,<<>>)", "[]"),
        ("binary:copy(<<1:9>>,0)", "<<>>"),
        ('string:slice([97|<<"b">>],1,1)', '<<"b">>'),
        ('string:slice([97|<<"b">>],2,1)', "<<>>"),
        ('string:trim("",leading,[97|98])', "[]"),
        ('string:find(["ab",[<<"c">>]],"b")', '[98|<<"c">>]'),
        ('string:slice([["abcdefgh"],"x"],1)', '[98,99,100,"efgh","x"]'),
        ('string:lexemes(["ab",[<<"c">>]],",")', '[["ab",<<"c">>]]'),
        ("string:length([2325,2381,2340])", "2"),
        ("string:length([128105,8205,8205])", "2"),
        ("string:reverse([97,-1,1114112])", "[1114112,-1,97]"),
    ],
)
def test_rules_found_by_comparing_with_erlang(table: FunctionTable, call: str, value: str) -> None:
    assert one_line(called(table, call)) == value


@pytest.mark.parametrize(
    "call",
    [
        'string:trim("abc",leading,[97|98])',
        'string:trim("abc",both,[97|98])',
        "binary:copy(<<1:9>>,1)",
        'binary:split(<<>>,<<"a">>,[{scope,{0,1}}])',
        'binary:replace(<<>>,<<"a">>,<<"b">>,[{scope,{0,1}}])',
    ],
)
def test_arguments_that_erlang_refuses(table: FunctionTable, call: str) -> None:
    with pytest.raises(Failure, match="badarg"):
        called(table, call)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ('string:equal("a",<<255>>)', '{case_clause,{"a",{error,<<"ÿ">>}}}'),
        ('string:equal([<<"a",255>>],"ab")', '{case_clause,{{error,<<"ÿ">>},"b"}}'),
        ('string:equal(<<"A",255>>,"a",true)', '{badarg,<<"ÿ">>}'),
    ],
)
def test_strings_that_are_no_utf_8_are_not_compared(table: FunctionTable, call: str, reason: str) -> None:
    with pytest.raises(Failure) as caught:
        called(table, call)
    assert one_line(caught.value.reason) == reason
