"""Any value survives text and wire, and order is Erlang's."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erlang_docker import wire
from erlang_docker.v1 import term_pb2
from otp.errors import Failure
from otp.terms.order import exact_equal, map_key, sort_key
from otp.terms.print.one_line import one_line
from otp.terms.print.pretty import pretty
from otp.terms.read.binary import from_bits
from otp.terms.read.reader import parse_term
from otp.terms.types import Atom, Bitstring, ImproperList, Map, Pid, Term

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
LEAVES = st.one_of(
    st.integers(),
    st.integers(-(10**40), 10**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(CHARACTERS, max_size=9).map(Atom),
    st.binary(max_size=40),
    st.text(max_size=9).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.integers(1, 40).flatmap(lambda bits: st.integers(0, 2**bits - 1).map(lambda value: from_bits(value, bits))),
    st.lists(st.integers(0, 300), max_size=60),
)


def improper(terms: list[Term]) -> ImproperList:
    *items, last = terms
    return ImproperList(tuple(items), (last,) if isinstance(last, list | ImproperList) else last)


def nested(terms: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(terms, max_size=6)
    return st.one_of(
        lists,
        lists.map(tuple),
        st.lists(st.tuples(terms, terms), max_size=4).map(Map),
        st.lists(terms, min_size=2, max_size=4).map(improper),
    )


TERMS = st.recursive(LEAVES, nested, max_leaves=25)


def sent(term: Term) -> Term:
    message = term_pb2.Term()
    wire.encode(term, message)
    return wire.decode(term_pb2.Term.FromString(message.SerializeToString()))


@given(TERMS)
def test_text_reads_back(term: Term) -> None:
    assert exact_equal(parse_term(one_line(term)), term)
    assert exact_equal(parse_term(pretty(term)), term)


@given(TERMS)
def test_lines_hold_the_same_text(term: Term) -> None:
    assert pretty(term).replace("\n", "").replace(" ", "") == one_line(term).replace(" ", "")


@given(TERMS)
def test_wire_is_lossless(term: Term) -> None:
    received = sent(term)
    assert exact_equal(received, term)
    assert one_line(received) == one_line(term)


@pytest.mark.parametrize(
    "term",
    [
        -0.0,
        2**63 - 1,
        2**63,
        -(2**63),
        -(2**63) - 1,
        2**4096,
        [],
        [0xD800, 1],
        [0x110000],
        [-1],
        [1, 1.0],
        Pid(7),
        Map(),
    ],
    ids=str,
)
def test_wire_at_the_edges(term: Term) -> None:
    received = sent(term)
    assert type(received) is type(term)
    assert one_line(received) == one_line(term)


NOTHING = term_pb2.Term()
LIST, MAP = term_pb2.COMPOSITE_LIST, term_pb2.COMPOSITE_MAP


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (term_pb2.Term(float=math.nan), "no nan"),
        (term_pb2.Term(float=-math.inf), "no -inf"),
        (term_pb2.Term(atom="x" * 256), "too long"),
        (term_pb2.Term(bitstring=term_pb2.Bitstring(data=b"\x80", bits=8)), "no bitstring"),
        (term_pb2.Term(bitstring=term_pb2.Bitstring(data=b"", bits=1)), "no bitstring"),
        (term_pb2.Term(bitstring=term_pb2.Bitstring(data=b"\x80\x00", bits=4)), "no bitstring"),
        (term_pb2.Term(bitstring=term_pb2.Bitstring(data=b"\x81", bits=4)), "no bitstring"),
        (term_pb2.Term(composite=LIST, tail=term_pb2.Term(integer=1)), "such a tail"),
        (term_pb2.Term(composite=LIST, items=[NOTHING], tail=term_pb2.Term(composite=LIST)), "such a tail"),
        (term_pb2.Term(composite=MAP, items=[NOTHING]), "shorter"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_erlang_has_not_is_no_term(message: term_pb2.Term, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        wire.decode(message)


def test_wire_at_full_depth() -> None:
    term: Term = Atom("x")
    for _ in range(64):
        term = (term,)
    assert sent(term) == term


def test_too_deep_or_too_large_is_a_system_limit() -> None:
    term: Term = 1
    for _ in range(5_000):
        term = [term]
    for write in (one_line, pretty, sent):
        with pytest.raises(Failure):
            write(term)
    with pytest.raises(Failure):
        one_line(1 << 2**21)


def test_what_a_reply_cannot_hold_is_not_broken_into_lines() -> None:
    assert "\n" in pretty([1000] * 50_000)
    assert pretty([1000] * 60_000) == one_line([1000] * 60_000)


def test_equal_leaves_are_each_at_their_place() -> None:
    assert pretty([10, 1000] * 60).replace("\n ", "") == one_line([10, 1000] * 60)
    assert pretty([0x4E00, 10] * 100).startswith("[19968,10,19968,10")
    assert pretty([(1, 2)] * 200).count("{1,2}") == 200


def test_large_integers_print() -> None:
    assert one_line(10**20_000) == "1" + "0" * 20_000
    assert one_line(-(10**20_000) - 7) == "-1" + "0" * 19_999 + "7"


def test_order_of_types() -> None:
    ascending: list[Term] = [
        *(-1, 1.5, 2, Atom("a"), Atom("b"), Pid(1), (), (1,), (0, 0)),
        *(
            Map(),
            Map([(1, 1)]),
            Map([(1.0, 1)]),
            [],
            ImproperList((1,), 1),
            ImproperList((1,), Atom("a")),
            [1],
            [1, 1],
            [2],
        ),
        *(b"", Bitstring(b"\xa0", 3), b"\xa0", b"\xa0\x00", b"\xff"),
    ]
    assert sorted(ascending, key=sort_key) == ascending


def test_integers_come_before_floats_in_keys_only() -> None:
    assert sort_key([1]) == sort_key([1.0])
    assert map_key([108]) < map_key([-760.5])
    assert one_line(Map([([-760.5], 1), ([108], 2)])) == '#{"l" => 2,[-760.5] => 1}'
