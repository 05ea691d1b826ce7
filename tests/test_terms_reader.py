"""Texts that real Erlang/OTP 25 was asked about, and our own limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otp.errors import ParseError
from otp.terms.print.one_line import one_line
from otp.terms.print.pretty import pretty
from otp.terms.read.flat import MOST_TERMS, read_flat
from otp.terms.read.grammar import parse
from otp.terms.read.reader import parse_term, parse_terms
from otp.terms.types import Atom, Bitstring, ImproperList, Map
from work import calls_made

SYNTAX_ERRORS = {
    "1 $a": '{1,erl_parse,["syntax error before: ","$a"]}',
    'a \n"s"': '{2,erl_parse,["syntax error before: ","\\"s\\""]}',
    "1 %c": '{1,erl_parse,["syntax error before: ",[]]}',
    "a]. b": '{1,erl_parse,["syntax error before: ","b"]}',
    "X": '{1,erl_parse,"bad term"}',
    "1|2": '{1,erl_parse,"bad term"}',
    "a],\n[b": '{2,erl_parse,"bad term"}',
    "1;2": '{1,erl_parse,["syntax error before: ","\';\'"]}',
    "{ok,end}": '{1,erl_parse,["syntax error before: ","\'end\'"]}',
    "{if,\n1}": '{1,erl_parse,["syntax error before: ","\',\'"]}',
    "\nfun lists:reverse/1": '{1,erl_parse,"bad term"}',
    "1 + if X -> 1 end": '{1,erl_parse,"bad term"}',
    "a],\n[begin 1 end": '{2,erl_parse,"bad term"}',
    "1 == 2 == 3": '{1,erl_parse,["syntax error before: ","\'==\'"]}',
    "1 == catch 2 == 3": '{1,erl_parse,"bad term"}',
    "a:b:c": '{1,erl_parse,["syntax error before: ","\':\'"]}',
    "f()()": '{1,erl_parse,["syntax error before: ","\'(\'"]}',
    "case X of 1 when true -> a; Y -> b end": '{1,erl_parse,"bad term"}',
    "try X catch error:R:S -> S after b end": '{1,erl_parse,"bad term"}',
    "receive after 1 -> 2 end": '{1,erl_parse,"bad term"}',
    "[X || << X >> <= Y, X > 1]": '{1,erl_parse,"bad term"}',
    "[X || (<< X >>) <= Y]": '{1,erl_parse,["syntax error before: ","\'<=\'"]}',
    "X#r.f#r{a=1}": '{1,erl_parse,"bad term"}',
    "#r{}#{}": '{1,erl_parse,["syntax error before: ","\'{\'"]}',
    "- -1": '{1,erl_parse,"bad term"}',
    "-<<>>:1": '{1,erl_parse,"bad term"}',
    "1.0e400": "{1,erl_scan,{illegal,float}}",
    "1#0": "{1,erl_scan,{base,1}}",
    "\n16#g": "{2,erl_scan,{illegal,integer}}",
    '"ab\ncd': '{1,erl_scan,{string,34,"ab\\ncd]."}}',
    "中": "{1,erl_scan,{illegal,character}}",
    "a" * 256: "{1,erl_scan,{illegal,atom}}",
    "A" * 256: "{1,erl_scan,{illegal,var}}",
}
LIMITS = {
    '"' + "é" * 32_768 + '"': "{limit,text_bytes,65536}",
    "1," * 5_000 + "1": "{limit,tokens,10000}",
    "[" * 65 + "]" * 65: "{limit,depth,64}",
    "(" * 60_000: "{limit,tokens,10000}",
    "1" * 1_001: "{limit,integer_digits,1000}",
    "16#" + "f" * 1_001: "{limit,integer_digits,1000}",
    "<<0:524289>>": "{limit,binary_bytes,65536}",
    '<<"abc":200000>>': "{limit,binary_bytes,65536}",
}
PIECES = (
    *(
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        "<<",
        ">>",
        "#{",
        "=>",
        ":=",
        "#r{",
        "#",
        ",",
        "|",
        "||",
        "<-",
        "<=",
        "->",
        ";",
        ":",
    ),
    *(
        " begin ",
        " end ",
        " case X of ",
        " fun(",
        " fun f/1",
        " try ",
        " catch ",
        " receive ",
        " after ",
        " when ",
        "\n",
    ),
    *(
        "1",
        "-",
        "+",
        "16#ff",
        "1.5e3",
        "a",
        "'",
        '"',
        "$",
        "\\",
        "\\x{",
        "X",
        "/utf8",
        ":8",
        "-unit:8",
        ".",
        "%",
        "é",
        "中",
    ),
)
SLOW = [
    "- " * 9_999 + "1",
    "a = " * 4_999 + "1",
    "a == " * 4_999 + "1",
    "1 || " * 4_999,
    '"' + "\\x{41}" * 10_000 + '"',
    '"' + "\\^" * 32_000,
    '"' + "e\u0301" * 20_000,
    "1." + "3" * 65_000,
    "1_" * 32_000,
    "%" * 65_000,
    " " * 65_000,
    "<<1:1>>," * 1_600 + "1",
    "<<" + "1:3," * 2_400 + "1>>",
    "#{" * 64 + "}=>1" * 63 + "}",
    "[" * 64 + "]" * 64,
    "{" + "".join(f"#{{{n}=>{n}}}," for n in range(1_400)) + "1}",
]


@pytest.mark.parametrize(("text", "reason"), SYNTAX_ERRORS.items(), ids=lambda text: text[:40])
def test_reason(text: str, reason: str) -> None:
    with pytest.raises(ParseError) as unreadable:
        parse_terms(text)
    assert one_line(unreadable.value.reason) == reason


@pytest.mark.parametrize(("text", "reason"), LIMITS.items(), ids=lambda text: text[:20])
def test_limit(text: str, reason: str) -> None:
    with pytest.raises(ParseError) as unreadable:
        parse_terms(text)
    assert one_line(unreadable.value.reason) == reason


@pytest.mark.parametrize(
    "text", ["1" * 1_000, '"' + "é" * 32_767 + '"', "1," * 4_999 + "1", "<<0:524288>>", "'" + "a" * 255 + "'"]
)
def test_up_to_the_limit(text: str) -> None:
    parse_terms(text)


def answer(text: str) -> None:
    try:
        pretty(list(parse_terms(text)))
    except ParseError as error:
        one_line(error.reason)


@pytest.mark.parametrize("text", SLOW, ids=lambda text: text[:20])
def test_no_text_is_much_work(text: str) -> None:
    """The most are 255,000 calls; a text with 10,000 tokens would need some 50,000,000 if it grew with the square."""
    assert calls_made(lambda: answer(text)) < 500_000


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)))
def test_any_text_is_answered(text: str) -> None:
    answer(text)


def test_values() -> None:
    assert parse_terms("") == ()
    assert parse_terms('1, \'a b\' ,"c" "d"') == (1, Atom("a b"), [99, 100])
    assert parse_term("[1|[2|[3]]]") == [1, 2, 3]
    assert parse_term("[1,2|3]") == ImproperList((1, 2), 3)
    assert parse_term("#{a=>1,a=>2}") == Map([(Atom("a"), 2)])
    assert parse_term("<<1:11/little>>") == Bitstring(b"\x01\x00", 11)
    assert parse_term("-(1)") == -1
    assert type(parse_term("true")) is Atom


def test_one_term_only() -> None:
    with pytest.raises(ParseError):
        parse_term("1,2")
    with pytest.raises(ParseError):
        parse_term("")


FLAT_PIECES = [
    "0",
    "-7",
    "1_0",
    "9" * 18,
    "9" * 19,
    "ok",
    "end",
    "\xe9t\xe9",
    "\xf7",
    "a" * 255,
    "a" * 256,
    "'a b'",
    "''",
    "'\\n'",
    '"s"',
    '""',
    '"a\\"b"',
    '"\xe9"',
    '<<"b">>',
    "<<1>>",
    "[]",
    "[1]",
    "{}",
    "1.5",
    "$a",
    "-",
    " ",
    ",",
    ", ",
    "\n",
    "'",
    '"',
]


@given(st.lists(st.sampled_from(FLAT_PIECES), max_size=7).map("".join))
def test_the_short_way_reads_as_all_the_rules_do(text: str) -> None:
    flat = read_flat(text)
    if flat is not None:
        read = parse(f"[{text}].")
        assert isinstance(read, list)
        assert one_line(list(flat)) == one_line(read)
        assert list(map(type, flat)) == list(map(type, read))


@pytest.mark.parametrize("text", ["'b@c.localhost',erlang,node,[]", '"s", <<"b">>,-1', "", ",".join("1" * MOST_TERMS)])
def test_what_most_calls_hold_goes_the_short_way(text: str) -> None:
    assert read_flat(text) is not None


@pytest.mark.parametrize(
    "text", ["1,", "1 ", "end", "[1]", "1.5", "'a" + "b" * 255 + "'", ",".join("1" * (MOST_TERMS + 1))]
)
def test_what_may_be_wrong_goes_the_long_way(text: str) -> None:
    assert read_flat(text) is None
