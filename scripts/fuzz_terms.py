"""Calls that a coverage-guided fuzzer makes: read, run, printed, sent. Nothing may crash, nothing may be slow.

Usage: PYTHONPATH=services python scripts/fuzz_terms.py [--minutes N] [--folder FOLDER]

Needs requirements-fuzz.txt. The folder keeps the inputs from run to run, `crash-*` among them, and `slow-*`: those that
took longer than all before. As the fuzzer slows down what it watches, these are timed again in the end, without it.
"""

import argparse
import json
import logging
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from hashlib import sha1
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["erlang_docker"]) if "--watch" in sys.argv else nullcontext():
    from erlang_docker import wire
    from erlang_docker.functions.exports import build_table
    from erlang_docker.functions.workers import Workers
    from erlang_docker.metrics.node import Metrics
    from erlang_docker.v1 import term_pb2
    from otp.errors import Failure, ParseError
    from otp.stdlib import STANDARD
    from otp.terms.order import exact_equal
    from otp.terms.print.one_line import one_line
    from otp.terms.print.pretty import pretty
    from otp.terms.read.limits import MAX_TEXT_BYTES
    from otp.terms.read.mfa import MFA
    from otp.terms.read.reader import parse_term
    from otp.terms.types import Term

CONTRACT = Path(__file__).parent.parent / "tests" / "contract"
MAX_SECONDS = 0.2
RAISE = ("error", "exit", "throw")
WORDS = (
    *("<<", ">>", "#{", "=>", ":=", "||", "<-", "<=", "->", "--", "++", "=:=", "/integer", "-unit:", "/utf8", "16#"),
    *("begin ", " end", "case ", " of ", "fun(", "try ", "catch ", "receive ", "after ", " when ", "\\x{", "\\^"),
)


class Target:
    """What a node does with the text of a call."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._slowest = 0.05
        self._table = build_table(STANDARD, (), Workers(Metrics(), logging.getLogger(__name__)))
        self._async = {(entry.module, entry.name, entry.arity) for entry in self._table if entry.is_async}

    def __call__(self, data: bytes) -> None:
        """Raises when something is wrong."""
        seconds = self.seconds(data)
        if seconds > self._slowest:
            self._slowest = seconds
            (self._folder / f"slow-{sha1(data).hexdigest()}").write_bytes(data)

    def seconds(self, data: bytes) -> float:
        """The processor's time for one text."""
        text = data.decode("utf-8", "replace")
        started = time.process_time()
        try:
            mfa = MFA.parse(text)
        except ParseError as unreadable:
            one_line(unreadable.reason)
            return time.process_time() - started
        value = self._value(mfa)
        pretty(value)
        seconds = time.process_time() - started
        _check(mfa)
        return seconds

    def _value(self, mfa: MFA) -> Term:
        """What the function gives, or fails with."""
        if (mfa.module, mfa.function, len(mfa.args)) in self._async:
            return []
        try:
            value: Term = self._table.find(mfa).call(*mfa.args)
            return value
        except Failure as failure:
            reason: Term = failure.reason
            return reason


def _check(mfa: MFA) -> None:
    """The arguments survive text and wire."""
    args = list(mfa.args)
    text = one_line(args)
    assert pretty(args).replace("\n", "").replace(" ", "") == text.replace(" ", "")
    assert exact_equal(_read(text, args), args)
    message = term_pb2.Term()
    wire.encode(args, message)
    received = wire.decode(term_pb2.Term.FromString(message.SerializeToString()))
    assert exact_equal(received, args)
    assert one_line(received) == text


def _read(text: str, args: list[Term]) -> Term:
    """What a text says; the arguments themselves where their text got too long to be read."""
    try:
        return parse_term(text)
    except ParseError as unreadable:
        if unreadable.reason[0] != "limit":
            raise
        return args


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Once in a while a piece is repeated until the text is as long as it may be: what grows too fast gets slow."""
    chance = random.Random(seed)
    if len(data) < 2 or chance.random() < 0.9:
        return bytes(atheris.Mutate(data, max_size))
    start, end = sorted(chance.sample(range(len(data) + 1), 2))
    times = chance.choice((2, 30, 60, MAX_TEXT_BYTES)) if chance.random() < 0.5 else 1_000
    piece = data[start:end]
    room = (max_size - len(data)) // len(piece)
    return data[:start] + piece * min(times, max(room, 1)) + data[end:]


def seeds() -> Iterator[str]:
    """The contract's terms and calls."""
    for line in (CONTRACT / "terms.jsonl").read_text(encoding="utf-8").splitlines():
        yield f"erlang:phash2({json.loads(line)['text']})"
    for line in (CONTRACT / "calls.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)["call"]


def fuzz(folder: Path, seconds: int) -> None:
    """Runs until something is wrong or time is up; does not return."""
    words = folder / "words.dict"
    words.write_text("".join(json.dumps(word) + "\n" for word in WORDS))
    for text in seeds():
        (folder / f"seed-{sha1(text.encode()).hexdigest()}").write_text(text, encoding="utf-8")
    limits = (f"-max_total_time={seconds}", f"-max_len={MAX_TEXT_BYTES}", "-timeout=10", "-rss_limit_mb=1024")
    arguments = (f"-dict={words}", f"-artifact_prefix={folder}/", "-print_final_stats=1", "-verbosity=0", str(folder))
    atheris.Setup([sys.argv[0], *limits, *arguments], Target(folder), custom_mutator=mutate)
    atheris.Fuzz()


def show_slow(folder: Path) -> bool:
    """Whether all is fast enough without the fuzzer."""
    target = Target(folder)
    times = sorted(((target.seconds(file.read_bytes()), file) for file in folder.glob("slow-*")), reverse=True)
    for seconds, file in times[:10]:
        sys.stdout.write(f"{seconds * 1e3:6.1f} ms  {file.stat().st_size:6} bytes  {file.read_bytes()[:60]!r}\n")
    return not times or times[0][0] < MAX_SECONDS


def main() -> int:
    """Exit code 1 when something crashed or was slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir(), "fuzz_terms"))
    parser.add_argument("--watch", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    if options.watch:
        fuzz(options.folder, round(options.minutes * 60))
    done = subprocess.run([sys.executable, *sys.argv, "--watch"], check=False)
    return 0 if show_slow(options.folder) and done.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
