"""What real Erlang read, printed and said, line by line."""

import json
from pathlib import Path
from typing import Any

import pytest

from otp.errors import ParseError
from otp.terms.print.literals import quoted
from otp.terms.print.one_line import one_line
from otp.terms.print.pretty import pretty
from otp.terms.read.reader import parse_term

LINES = Path(__file__).with_name("contract").joinpath("terms.jsonl").read_text(encoding="utf-8").splitlines()
TERMS = [json.loads(line) for line in LINES]


def characters(codes: Any) -> str:
    return "".join(code if isinstance(code, str) else chr(code) for code in codes)


def format_error(reason: Any) -> str:
    """`Module:format_error/1` of an error information."""
    _, module, description = reason
    if module == "erl_parse":
        return characters(part for item in description for part in (item if isinstance(item, list) else [item]))
    kind, *details = description
    if kind == "string":
        quote, head = details
        thing = "atom" if chr(quote) == "'" else "string"
        return f"unterminated {thing} starting with {quoted(characters(head), chr(quote))}"
    return f"illegal base '{details[0]}'" if kind == "base" else f"illegal {details[0]}"


@pytest.mark.parametrize("example", [example for example in TERMS if "print" in example], ids=lambda e: e["text"][:40])
def test_prints_as_erlang(example: dict[str, str]) -> None:
    term = parse_term(example["text"])
    assert pretty(term) == example["print"]
    assert one_line(term) == example["flat"]


@pytest.mark.parametrize("example", [example for example in TERMS if "error" in example], ids=lambda e: e["text"][:40])
def test_says_what_is_wrong_as_erlang(example: dict[str, str]) -> None:
    with pytest.raises(ParseError) as unreadable:
        parse_term(example["text"])
    assert format_error(unreadable.value.reason) == example["error"]
