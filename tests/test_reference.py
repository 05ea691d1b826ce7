"""The pages of docs/reference: generated from the code, or compared with it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents import ROOT
from erlang_docker import errors
from erlang_docker.call import MAX_HOPS, MAX_WIDTH
from erlang_docker.cli import output
from erlang_docker.cli.main import commands
from erlang_docker.cli.store import store
from erlang_docker.client_settings import ClientSettings
from erlang_docker.console.reply import MAX_REPLY_CHARACTERS
from erlang_docker.functions.builtin.rpc import MAX_NODES
from erlang_docker.functions.worker import MAX_RESULT_BYTES, MEMORY_BYTES
from erlang_docker.functions.workers import MAX_CALLS
from erlang_docker.limits import Limits
from erlang_docker.link.framing import MAX_CONTENT_BYTES
from erlang_docker.process import EXIT_REFUSED
from erlang_docker.settings import STORE_MAX_BYTES, Settings
from erlang_docker.storage.rows import MAX_KEY_CHARACTERS, MAX_VALUE_BYTES
from harness import Pair, socket
from otp.stdlib import bounds
from otp.terms import types
from otp.terms.read import limits

REFERENCE = ROOT / "docs/reference"
ERRORS = (REFERENCE / "errors.md").read_text()
COMMAND_LINE = (REFERENCE / "command-line.md").read_text()
SETTINGS, CLIENT_SETTINGS = (REFERENCE / "settings.md").read_text().split("## The command line")


def test_generated_pages_are_fresh(tmp_path: Path) -> None:
    """After a change of the function table or of proto: PYTHONPATH=services python scripts/reference.py"""
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "services")}
    subprocess.run([sys.executable, ROOT / "scripts/reference.py", tmp_path], check=True, env=environ)
    for page in ("functions.md", "protocol.md"):
        assert (REFERENCE / page).read_text() == (tmp_path / page).read_text(), page


class Environ(dict[str, str]):
    """Notes which variables are asked for, and the defaults."""

    def __init__(self, **variables: str) -> None:
        super().__init__(variables)
        self.defaults: dict[str, str] = {}

    def get(self, name: str, default: str | None = None) -> str:  # type: ignore[override]
        self.defaults[name] = default or ""
        return super().get(name, default or "")


REQUIRED = {"ERLANG_HOST_NAME": "a.b", "A_SERVICE_DOMAIN": "a", "B_SERVICE_DOMAIN": "b", "COOKIE_FILE": "cookie"}


def described(page: str) -> dict[str, str]:
    """Each variable of a table to its default."""
    rows = re.findall(r"^\| (`[A-Z].+?) \| (.+?) \|", page, re.MULTILINE)
    return {name: default.strip("`") for names, default in rows for name in re.findall(r"`([A-Z_]+)`", names)}


def test_settings() -> None:
    environ = Environ(**REQUIRED)
    Settings.from_environ("a", environ)
    page = described(SETTINGS)
    assert set(environ.defaults) == set(page)
    for name, default in environ.defaults.items():
        assert default.replace("-a-volume", "-KIND-volume") in page[name], name
        assert (name in REQUIRED) is (page[name] == "required"), name
    assert page["STORE_MAX_BYTES"] == str(STORE_MAX_BYTES)


def test_settings_of_the_command_line() -> None:
    environ = Environ()
    ClientSettings.from_environ(environ)
    assert set(environ.defaults) - {"HOME"} <= set(described(CLIENT_SETTINGS)) | {"GRPCS_PORT"}


def examples() -> Iterator[tuple[str, str]]:
    """A command, and what is shown of its reply."""
    for line in ERRORS.splitlines():
        cells = line.split(" | ")
        if line.startswith("| `") and len(cells) == 4 and cells[1].startswith("`"):
            yield cells[1].strip("`"), cells[0].removeprefix("| ").strip("`")


@pytest.mark.parametrize(("command", "reply"), list(examples()))
async def test_examples_of_errors(command: str, reply: str, pair: Pair) -> None:
    async with socket(pair.a.ws_port) as user:
        answered = await user.ask(command.replace("NODE_B", f"'{pair.b.identity.name}'"))
    assert re.fullmatch(re.escape(reply).replace("…", ".*"), answered, re.DOTALL), answered


def subclasses(kind: type[errors.CallError]) -> Iterator[type[errors.CallError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from subclasses(below)


def atoms_of(*folders: str) -> set[str]:
    """Those that the code there writes down."""
    files = (path for folder in folders for path in (ROOT / "services" / folder).rglob("*.py"))
    return {name for path in files for name in re.findall(r'Failure\("error", \(?Atom\("(\w+)"\)', path.read_text())}


def test_every_reason_is_told() -> None:
    reasons = {kind.reason for kind in subclasses(errors.CallError)} - {errors.CallError.reason}
    reasons |= atoms_of("erlang_docker") - {"undef"}
    reasons |= {types.BADARG, types.BADARITH, types.BADMATCH, types.BAD_GENERATOR}
    reasons |= {types.CASE_CLAUSE, types.FUNCTION_CLAUSE, types.SYSTEM_LIMIT, types.UNDEF}
    assert {reason for reason in reasons if not re.search(rf"\b{reason}\b", ERRORS)} == set()


LIMITS = {
    "text_bytes": limits.MAX_TEXT_BYTES,
    "tokens": limits.MAX_TOKENS,
    "depth": limits.MAX_DEPTH,
    "integer_digits": limits.MAX_INTEGER_DIGITS,
    "binary_bytes": limits.MAX_BINARY_BYTES,
}


def test_limits_of_a_text() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", ERRORS, re.MULTILINE))
    assert rows == {name: f"{most:,}" for name, most in LIMITS.items()}
    read = (path.read_text() for path in (ROOT / "services/otp/terms/read").glob("*.py"))
    assert {name for source in read for name in re.findall(r'exceeded\("(\w+)"', source)} == set(LIMITS)


@pytest.mark.parametrize(
    ("what", "most"),
    [
        ("items that a function makes", bounds.MAX_ITEMS),
        ("an integer that a function makes", bounds.MAX_INTEGER_BITS),
        ("what is put together from parts", bounds.MAX_SIZE),
        ("arguments, and a value, between two nodes", MAX_CONTENT_BYTES),
        ("a key of the store", MAX_KEY_CHARACTERS),
        ("a value in the store", MAX_VALUE_BYTES),
        ("the result of a worker process", MAX_RESULT_BYTES),
        ("the memory of a worker process", MEMORY_BYTES),
        ("calls from command to call", MAX_HOPS),
        ("calls side by side from one command", MAX_WIDTH),
        ("nodes of one `rpc:multicall`", MAX_NODES),
    ],
)
def test_other_limits(what: str, most: int) -> None:
    assert re.search(rf"^\| {re.escape(what)} \| {most:,}\b", ERRORS, re.MULTILINE)


def test_figures_in_words() -> None:
    words = " ".join(ERRORS.split())
    assert f"{Limits().calls:,} calls in flight, or {MAX_CALLS} calls wait for its worker processes" in words
    assert f"cut after {MAX_REPLY_CHARACTERS:,} characters" in words


def test_commands_of_the_command_line() -> None:
    rows = re.findall(r"^\| (`[a-z].+?) \| (.+) \|$", COMMAND_LINE, re.MULTILINE)
    assert {name for names, _ in rows for name in re.findall(r"`([a-z]+)", names)} == set(commands.commands)
    (told,) = (what for names, what in rows if names == "`store`")
    assert set(re.findall(r"`([a-z][a-z-]+)", told)) == set(store.commands)


def test_exit_statuses() -> None:
    command, process = COMMAND_LINE.partition("The process of a node has its own:")[::2]
    codes = [output.VALUE, output.FAILED, output.USAGE, output.NOT_REACHED, output.TIMEOUT]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", command, re.MULTILINE)] == codes
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", process, re.MULTILINE)] == [0, 1, EXIT_REFUSED]
