"""Calls as typed."""

import json
import re
from pathlib import Path

import pytest

from otp.errors import ParseError
from otp.terms.print.printer import flat
from otp.terms.read.mfa import MFA
from otp.terms.types import Atom

LINES = Path(__file__).with_name("contract").joinpath("ws-errors.jsonl").read_text(encoding="utf-8").splitlines()
REASONS = {
    example["send"].partition(" ")[2]: found[1]
    for example in map(json.loads, LINES)
    if (found := re.fullmatch(r"\{badmatch,\{error,(.*)\}\}", example.get("reason", "")))
}
CALLS = {
    "lists:seq(1,5)": MFA("lists", "seq", (1, 5)),
    "erlang:node()  \n": MFA("erlang", "node", ()),
    'string:concat("a:b","c")': MFA("string", "concat", ([97, 58, 98], [99])),
    'lists:reverse("(x)")': MFA("lists", "reverse", ([40, 120, 41],)),
    "'my mod':f(1)": MFA("my mod", "f", (1,)),
    "erlang:'+'(1,2)": MFA("erlang", "+", (1, 2)),
    " m : % c\n 'f(' ( a ) % d": MFA("m", "f(", (Atom("a"),)),
    "m:f(01,-2)": MFA("m", "f", (1, -2)),
}
MORE_REASONS = {
    "": '{1,erl_parse,["syntax error before: ",[]]}',
    "nocolon": '{1,erl_parse,["syntax error before: ",[]]}',
    "erlang:": '{1,erl_parse,["syntax error before: ",[]]}',
    "erlang:node": '{1,erl_parse,["syntax error before: ",[]]}',
    "a:b:c()": '{1,erl_parse,["syntax error before: ","\':\'"]}',
    "erlang:not(true)": '{1,erl_parse,["syntax error before: ","\'not\'"]}',
    "X:f()": '{1,erl_parse,["syntax error before: ","X"]}',
    "\n a:b(\n1 2)": '{3,erl_parse,["syntax error before: ","2"]}',
    "a:b(1)\n c": '{2,erl_parse,["syntax error before: ","c"]}',
    "'abc:f()": '{1,erl_scan,{string,39,"abc:f()"}}',
    "a:b(1|2)": '{1,erl_parse,"bad term"}',
    f"m:f({'a' * 65_536})": "{limit,text_bytes,65536}",
}


@pytest.mark.parametrize(("text", "call"), CALLS.items())
def test_call(text: str, call: MFA) -> None:
    assert MFA.parse(text) == call


@pytest.mark.parametrize(("text", "reason"), (REASONS | MORE_REASONS).items(), ids=lambda text: text[:40])
def test_reason(text: str, reason: str) -> None:
    with pytest.raises(ParseError) as unreadable:
        MFA.parse(text)
    assert flat(unreadable.value.reason) == reason  # type: ignore[arg-type]
