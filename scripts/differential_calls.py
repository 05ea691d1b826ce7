"""Random calls of the functions of the contract, run by Erlang/OTP 25 and by `otp.stdlib`: what differs.

Functions that no module exports here are left out. Usage: PYTHONPATH=services python scripts/differential_calls.py
[--count N] [--seed N]
"""

import argparse
import logging
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from erlang_docker.functions.exports import build_table
from erlang_docker.functions.table import FunctionTable
from erlang_docker.functions.workers import Workers
from erlang_docker.metrics.node import Metrics
from otp.errors import Failure
from otp.stdlib import STANDARD
from otp.terms.print.literals import atom_text
from otp.terms.print.one_line import one_line
from otp.terms.read.mfa import MFA

SIGNATURES = Path(__file__).with_suffix(".txt")
"""What the arguments of a function are meant to be: a function, then a method of Generator for each."""
FUNCTIONS = Path(__file__).parent.parent / "tests" / "contract" / "functions.txt"
ORACLE = r"""#!/usr/bin/env escript
main([File]) ->
    {ok, Lines} = file:read_file(File),
    [io:put_chars([answer(unicode:characters_to_list(binary:decode_hex(Line))), $\n])
     || Line <- binary:split(Lines, <<"\n">>, [global, trim])].

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
        Value -> ["value ", hex(Value)]
    catch Class:Reason -> [atom_to_list(Class), " ", hex(Reason)] end.

hex(Term) -> binary:encode_hex(unicode:characters_to_binary(io_lib:format("~0tp", [Term]))).
"""
INTEGERS = "0 1 1 2 2 3 4 5 7 -1 -2 -7 10 16 36 255 256 3000 1000000 134217728 -134217729 18446744073709551616"
FLOATS = "0.0 -0.0 0.5 1.0 2.0 -1.5 2.5 3.7 0.125 100.25 1.0e20 1.0e300 -1.0e-5 9007199254740993.0"
ATOMS = "a b c ok foo true false undefined 'X' 'Ä' '中'"
KEYS = '0 1 1.0 2 2.0 a b c [] true -0.0 <<1>> "a" {1} {1.0} #{1=>1.0}'
POSITIONS = "0 1 1 1 2 2 2 3 3 4 5 7 9 -1 -2 -4 1.0 2.0 a 18446744073709551616"
TEXTS = ("", "a", "ab", "abc", "Hello World", "  pad ", "a,b,c", "12", "-7", "+5", "ff", "1.5", "-2.5e3", "x.erl", "é")
BINARIES = ("<<>>", "<<1,2,3>>", "<<255,0>>", "<<1:3>>", "<<1,2:5>>", "<<200,100,50>>")
OPTIONS = "short compact {decimals,2} {decimals,0} {decimals,18} {scientific,3} {scientific,0} foo {decimals,-1} []"
DIGITS = (
    "0",
    "1",
    "9",
    "12",
    "ff",
    "zz",
    "-",
    "+",
    "_",
    ".",
    ",",
    "e",
    "E",
    " ",
    "e-3",
    "1.5",
    "2.0",
    "00",
    "999999999999",
)


class Generator:
    """Calls from one seed: arguments that fit often, and some of any kind."""

    def __init__(self, seed: int, functions: list[tuple[str, str, int]]) -> None:
        self.random = random.Random(seed)
        self.functions = functions
        self.signatures = {function: kinds for function, *kinds in map(str.split, SIGNATURES.read_text().splitlines())}

    def call(self) -> tuple[str, str, str]:
        """Module, function and arguments, as Erlang writes them."""
        module, name, arity = self.random.choice(self.functions)
        signature = self.signatures.get(f"{module}:{name}/{arity}")
        if signature and self.random.random() < 0.8:
            return module, name, ",".join(getattr(self, kind)() for kind in signature)
        kinds = self.random.choice(KINDS.get(module, [ANY]) if self.random.random() < 0.9 else [ANY])
        chosen = [self.random.choice(kinds) for _ in range(arity)]
        if self.random.random() < 0.15:
            chosen[-1:] = ["any"] * min(arity, 1)
        return module, name, ",".join(getattr(self, kind)() for kind in chosen)

    def integer(self) -> str:
        return self.random.choice(INTEGERS.split(" "))

    def small(self) -> str:
        return str(self.random.choice((0, 1, 1, 2, 2, 3, 4, -1)))

    def float(self) -> str:
        return self.random.choice(FLOATS.split(" "))

    def number(self) -> str:
        return self.random.choice((self.integer, self.float))()

    def atom(self) -> str:
        return self.random.choice(ATOMS.split(" "))

    def boolean(self) -> str:
        return self.random.choice(("true", "false"))

    def text(self) -> str:
        return f'"{self.random.choice(TEXTS)}"'

    def binary(self) -> str:
        return self.random.choice((*BINARIES, *(f'<<"{text}"/utf8>>' for text in TEXTS)))

    def options(self) -> str:
        some = self.random.choices(OPTIONS.split(" "), k=self.random.choice((0, 1, 1, 2, 3)))
        some += [f"{{{self.random.choice(('decimals', 'scientific'))},{self.random.randint(0, 255)}}}"] * (
            len(some) < 2
        )
        return f"[{','.join(some)}]"

    def leaf(self) -> str:
        return self.random.choice((self.integer, self.float, self.atom, self.text, self.binary))()

    def items(self, kind: str) -> str:
        return ",".join(getattr(self, kind)() for _ in range(self.random.choice((1, 2, 3, 4, 6, 9))))

    def list(self) -> str:
        kind = self.random.choice(("leaf", "integer", "number", "pair", "any"))
        tail = f"|{self.leaf()}" if self.random.random() < 0.05 else ""
        return self.random.choice(("[]", *[f"[{self.items(kind)}{tail}]"] * 5))

    def lists(self) -> str:
        return f"[{self.items('numbers')}]"

    def numbers(self) -> str:
        return f"[{self.items('number')}]"

    def set(self) -> str:
        return str(sorted({self.random.randint(0, 15) for _ in range(6)})).replace(" ", "")

    def pair(self) -> str:
        return f"{{{self.random.choice((self.atom, self.number))()},{self.leaf()}}}"

    def pairs(self) -> str:
        return f"[{self.items(self.random.choice(('pair', 'property')))}]"

    def property(self) -> str:
        return self.random.choice((self.atom, self.pair, self.tuple))()

    def tuple(self) -> str:
        return self.random.choice(("{}", f"{{{self.items('leaf')}}}"))

    def map(self) -> str:
        pairs = (f"{self.random.choice((self.atom, self.number))()}=>{self.leaf()}" for _ in range(5))
        return f"#{{{','.join(pairs)}}}"

    def any(self) -> str:
        return self.random.choice((self.leaf, self.list, self.tuple, self.map, self.pairs))()

    # For the signatures: few values, so that they meet.

    def key(self) -> str:
        return self.random.choice(KEYS.split(" "))

    def position(self) -> str:
        return self.random.choice(POSITIONS.split(" "))

    def some(self, kind: str) -> str:
        items = ",".join(getattr(self, kind)() for _ in range(self.random.choice((0, 1, 2, 3, 4, 5, 8, 20))))
        return f"[{items}|{self.key()}]" if items and self.random.random() < 0.08 else f"[{items}]"

    def run(self) -> str:
        if self.random.random() < 0.05:
            return self.any()
        kind = self.random.choice(("key", "key", "digit", "leaf", "row", "near"))
        return (
            self.some(kind)
            if self.random.random() < 0.7
            else "[" + ",".join(sorted(self.random.choices("0123456789abcd", k=9))) + "]"
        )

    def digit(self) -> str:
        return str(self.random.randint(0, 9))

    def runs(self) -> str:
        return self.some("run")

    def row(self) -> str:
        if self.random.random() < 0.05:
            return self.key()
        return "{" + ",".join(self.key() for _ in range(self.random.choice((0, 1, 2, 2, 2, 2, 3, 3)))) + "}"

    def rows(self) -> str:
        if self.random.random() < 0.05:
            return self.any()
        size = self.random.choice((1, 2, 2, 3))
        if self.random.random() < 0.5:
            return self.some("row")
        return "[" + ",".join("{" + ",".join(self.key() for _ in range(size)) + "}" for _ in range(size * 4)) + "]"

    def properties(self) -> str:
        return self.some(self.random.choice(("row", "key", "row_or_key")))

    def row_or_key(self) -> str:
        return self.random.choice((self.row, self.key, self.atom))()

    def keyed(self) -> str:
        if self.random.random() < 0.05:
            return self.any()
        return "#{" + ",".join(f"{self.key()}=>{self.key()}" for _ in range(self.random.randint(0, 8))) + "}"

    def deep(self, depth: int = 4) -> str:
        kinds = (self.key, self.leaf, self.wide, self.bits, self.text, self.atom)
        if depth == 0 or self.random.random() < 0.2:
            return self.random.choice(kinds)()
        items = ",".join(self.deep(depth - 1) for _ in range(self.random.choice((0, 1, 2, 3))))
        if self.random.random() < 0.1:
            return f"#{{{self.deep(depth - 1)}=>{self.deep(depth - 1)},{self.key()}=>{self.key()}}}"
        if items and self.random.random() < 0.05:
            return f"[{items}|{self.deep(depth - 1)}]"
        return f"{{{items}}}" if self.random.random() < 0.2 else f"[{items}]"

    def near(self) -> str:
        """Numbers where floats get coarse, and what holds them."""
        number = 2 ** self.random.choice((0, 1, 53, 59, 60, 63, 64, 70, 200)) + self.random.choice((-1, 0, 0, 1))
        number *= self.random.choice((1, 1, -1))
        text = self.random.choice((str(number), _float_text(float(number)), self.key()))
        return self.random.choice(("%s", "%s", "{%s}", "[%s]", "[a|%s]", "#{%s=>1}", "#{1=>%s}")) % text

    def wide(self) -> str:
        if self.random.random() < 0.05:
            return self.any()
        sign = self.random.choice((1, 1, -1))
        number = sign * self.random.getrandbits(self.random.choice((1, 3, 8, 31, 60, 64, 65, 128, 400)))
        return self.random.choice((str(number), str(number), self.wide_float()))

    def shift(self) -> str:
        return str(self.random.choice((0, 1, 3, 31, 59, 60, 63, 64, 65, 200, -1, -3, -64, -200, "1.0", "a")))

    def base(self) -> str:
        return str(self.random.choice((0, 1, 2, 3, 8, 10, 10, 16, 16, 36, 37, -2, "a", "10.0")))

    def wide_float(self) -> str:
        value = self.random.uniform(-10, 10) * 10.0 ** self.random.choice(
            (0, 0, 1, 3, 15, 17, 22, 100, -2, -5, -20, -300)
        )
        whole = float(self.random.randint(-(10**6), 10**6)) / self.random.choice((1, 2, 4, 8, 10, 100))
        return _float_text(self.random.choice((value, whole)))

    def digits(self) -> str:
        return f'"{"".join(self.random.choices(DIGITS, k=self.random.choice((0, 1, 1, 2, 3, 4))))}"'

    def digit_bytes(self) -> str:
        return f"<<{self.digits()}>>"

    def bits(self) -> str:
        if self.random.random() < 0.05:
            return self.any()
        data = [str(self.random.randint(0, 255)) for _ in range(self.random.choice((0, 1, 3, 4, 9, 12, 13, 30)))]
        rest = [f"{self.random.randint(0, 7)}:{self.random.randint(1, 7)}"] if self.random.random() < 0.4 else []
        return f"<<{','.join(data + rest)}>>"

    def iodata(self, depth: int = 3) -> str:
        if depth == 0 or self.random.random() < 0.1:
            return self.random.choice((self.digit, self.digit, self.text, self.binary, self.bits, self.key))()
        items = ",".join(self.iodata(depth - 1) for _ in range(self.random.choice((1, 1, 2, 3))))
        return f"[{items}|{self.iodata(0)}]" if self.random.random() < 0.1 else f"[{items}]"


def _float_text(value: float) -> str:
    """As Erlang reads it."""
    mantissa, _, exponent = repr(value).partition("e")
    return mantissa + ("" if "." in mantissa else ".0") + (f"e{exponent}" if exponent else "")


ANY = ["any"]
TEXT = [["text"], ["binary"], ["text", "small"], ["binary", "small"]]
KINDS = {
    "erlang": [["number"], ["integer"], ["integer", "small"], ["any"], ["boolean"], ["atom"], ["text", "integer"],
               ["binary", "small"], ["tuple", "small"], ["list"], ["atom", "map"], ["float", "options"]],
    "lists": [["list"], ["list", "small"], ["small"], ["atom", "small", "pairs"], ["lists"], ["numbers"],
              ["pairs", "small"], ["text"], ["set"], ["integer"], ["tuple", "small", "pairs"]],
    "maps": [["map"], ["atom", "map"], ["list", "map"], ["pairs"], ["atom", "atom", "map"]],
    "math": [["number"], ["float"]],
    "ordsets": [["set"], ["set", "small"], ["list", "number"], ["numbers"]],
    "proplists": [["pairs"], ["atom", "pairs"], ["number", "pairs"]],
    "calendar": [["small"], ["integer"], ["tuple"]],
    "string": TEXT, "unicode": TEXT, "binary": TEXT, "base64": TEXT, "filename": TEXT,
}  # fmt: skip


def ours(table: FunctionTable, module: str, name: str, args: str) -> str:
    """As the oracle answers."""
    try:
        mfa = MFA.parse(f"{module}:{name}({args})")
        return f"value {one_line(table.find(mfa).call(*mfa.args))}"
    except Failure as failure:
        return f"{failure.kind} {one_line(failure.reason)}"


def theirs(calls: list[tuple[str, str, str]]) -> list[str]:
    """What Erlang answers to each."""
    with tempfile.TemporaryDirectory() as folder:
        script, data = Path(folder, "oracle.escript"), Path(folder, "calls")
        script.write_text(ORACLE)
        data.write_text("".join(f"{{{m},{f},[{args}]}}".encode().hex() + "\n" for m, f, args in calls))
        output = subprocess.run(["escript", script, data], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [_readable(line) for line in output.splitlines()]


def _readable(line: str) -> str:
    kind, _, data = line.partition(" ")
    return f"{kind} {bytes.fromhex(data).decode()}"


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
    if shutil.which("escript") is None:
        sys.stdout.write("differential_calls: no Erlang here (Debian's erlang-base), nothing compared\n")
        return 0
    table = build_table(STANDARD, (), Workers(Metrics(), logging.getLogger(__name__)))
    listed = [entry for entry in functions(table) if not options.modules or entry[0] in options.modules]
    generator = Generator(options.seed, listed)
    calls = [generator.call() for _ in range(options.count)]
    counts = Counter[str]()
    for call, expected in zip(calls, theirs(calls), strict=True):
        actual = ours(table, *call)
        same = "skipped" if expected == "skip " else "same" if actual == expected else "different"
        counts[same] += 1
        if same == "different":
            sys.stdout.write(f"{call[0]}:{call[1]}({call[2]})\n  Erlang {expected}\n  ours   {actual}\n")
    summary = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    sys.stdout.write(f"differential_calls: seed {options.seed}, {len(generator.functions)} functions, {summary}\n")
    return 1 if counts["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
