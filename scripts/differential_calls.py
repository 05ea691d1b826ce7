"""Random calls of the functions of the contract, run by Erlang/OTP 25 and by `otp.stdlib`: what differs.

Functions that no module exports here are left out. Usage: PYTHONPATH=services python scripts/differential_calls.py
[--count N] [--seed N]
"""

import argparse
import logging
import sys
from collections import Counter
from pathlib import Path

import oracle
from random_calls import Calls

from erlang_docker.functions.exports import build_table
from erlang_docker.functions.table import FunctionTable
from erlang_docker.functions.workers import Workers
from erlang_docker.metrics.node import Metrics
from otp.errors import Failure
from otp.stdlib import STANDARD
from otp.terms.print.literals import atom_text
from otp.terms.print.one_line import one_line
from otp.terms.read.mfa import MFA

FUNCTIONS = Path(__file__).parent.parent / "tests" / "contract" / "functions.txt"
SCRIPT = r"""
answer(Text) ->
    {ok, Tokens, _} = erl_scan:string(Text ++ "."),
    {ok, {M, F, Args}} = erl_parse:parse_term(Tokens),
    {Pid, Ref} = spawn_opt(fun() -> exit({done, called(M, F, Args)}) end,
                           [monitor, {max_heap_size, #{size => 4000000, error_logger => false}}]),
    receive {'DOWN', Ref, _, _, {done, Answer}} -> Answer;
            {'DOWN', Ref, _, _, _} -> "skip"
    after 2000 -> exit(Pid, kill), "skip" end.

called(M, F, Args) ->
    try apply(M, F, Args) of
        Value -> ["value ", hex("~0tp", Value)]
    catch Class:Reason -> [atom_to_list(Class), " ", hex("~0tp", Reason)] end.
"""


def ours(table: FunctionTable, module: str, name: str, args: str) -> str:
    """As the oracle answers."""
    try:
        mfa = MFA.parse(f"{module}:{name}({args})")
        return f"value {one_line(table.find(mfa).call(*mfa.args))}"
    except Failure as failure:
        return f"{failure.kind} {one_line(failure.reason)}"


def functions(table: FunctionTable) -> list[tuple[str, str, int]]:
    """Those of the contract that are here, as Erlang writes them."""
    here = {f"{atom_text(e.module)}:{atom_text(e.name)}/{e.arity}" for e in table}
    listed = (line.partition(":") for line in FUNCTIONS.read_text().split() if _plain(line) in here)
    return [(module, rest.rpartition("/")[0], int(rest.rpartition("/")[2])) for module, _, rest in listed]


def _plain(line: str) -> str:
    module, _, rest = line.partition(":")
    name, _, arity = rest.rpartition("/")
    return f"{module}:{atom_text(name.strip(chr(39)))}/{arity}"


def main() -> int:
    """Exit code 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=25)
    parser.add_argument("--modules", nargs="*", help="only these")
    options = parser.parse_args()
    if not oracle.is_here():
        sys.stdout.write("differential_calls: no Erlang here (Debian's erlang-base), nothing compared\n")
        return 0
    table = build_table(STANDARD, (), Workers(Metrics(), logging.getLogger(__name__)))
    listed = [entry for entry in functions(table) if not options.modules or entry[0] in options.modules]
    made = Calls(options.seed, listed)
    calls = [made.call() for _ in range(options.count)]
    expectations = oracle.answers(SCRIPT, (f"{{{module},{name},[{args}]}}" for module, name, args in calls))
    counts = Counter[str]()
    for call, expected in zip(calls, expectations, strict=True):
        actual = ours(table, *call)
        same = "skipped" if expected == "skip " else "same" if actual == expected else "different"
        counts[same] += 1
        if same == "different":
            sys.stdout.write(f"{call[0]}:{call[1]}({call[2]})\n  Erlang {expected}\n  ours   {actual}\n")
    summary = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    sys.stdout.write(f"differential_calls: seed {options.seed}, {len(made.functions)} functions, {summary}\n")
    return 1 if counts["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
