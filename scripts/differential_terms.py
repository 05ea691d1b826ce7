"""Random texts, read and printed by Erlang/OTP 25 and by `otp.terms`: lists what differs.

Usage: PYTHONPATH=services python scripts/differential_terms.py [--count N] [--seed N]
"""

import argparse
import sys
from collections import Counter

import oracle
from random_texts import Texts

from otp.errors import ParseError
from otp.terms.print.one_line import one_line
from otp.terms.print.pretty import pretty
from otp.terms.read.reader import parse_terms

SCRIPT = r"""
answer(Text) ->
    case catch read("[" ++ Text ++ "].") of
        {ok, Terms} -> printed(Terms, catch length(Terms));
        {error, Reason} -> ["error ", hex("~0tp", Reason)];
        {'EXIT', _} -> ["error ", hex("~0tp", {1, erl_parse, "bad term"})]
    end.

read(Text) ->
    case erl_scan:string(Text) of
        {ok, Tokens, _} -> erl_parse:parse_term(Tokens);
        {error, Reason, _} -> {error, Reason}
    end.

printed(Terms, Length) when is_integer(Length) ->
    case has_large_map(Terms) of
        true -> "skip";
        false -> ["value ", hex("~tp", Terms), " ", hex("~0tp", Terms)]
    end;
printed(_, _) ->
    ["error ", hex("~0tp", {1, erl_parse, "bad term"})].

has_large_map([Head | Tail]) -> has_large_map(Head) orelse has_large_map(Tail);
has_large_map(Term) when is_tuple(Term) -> has_large_map(tuple_to_list(Term));
has_large_map(Term) when is_map(Term) -> map_size(Term) > 32 orelse has_large_map(maps:to_list(Term));
has_large_map(_) -> false.
"""


def ours(text: str) -> str:
    """As the oracle answers."""
    try:
        terms = list(parse_terms(text))
        return f"value {pretty(terms)}\0{one_line(terms)}"
    except ParseError as error:
        return f"error {one_line(error.reason)}"


def main() -> int:
    """Exit code 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=25)
    options = parser.parse_args()
    if not oracle.is_here():
        sys.stdout.write("differential_terms: no Erlang here (Debian's erlang-base), nothing compared\n")
        return 0
    made = Texts(options.seed, lambda text: ours(text).startswith("value"))
    texts = [made.text() for _ in range(options.count)]
    counts = Counter[str]()
    for text, expected in zip(texts, oracle.answers(SCRIPT, texts), strict=True):
        actual = ours(text)
        over = actual.startswith("error {limit,") or expected == "skip "
        same = "same" if actual == expected else "skipped" if over else "different"
        counts[f"{same} {expected.split(' ')[0]}"] += 1
        if same == "different":
            sys.stdout.write(f"text     {text!r}\n  Erlang {expected!r}\n  ours   {actual!r}\n")
    summary = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    sys.stdout.write(f"differential_terms: seed {options.seed}, {summary}\n")
    return 1 if any(kind.startswith("different") for kind in counts) else 0


if __name__ == "__main__":
    sys.exit(main())
