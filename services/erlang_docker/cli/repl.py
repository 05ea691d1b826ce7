"""Commands one after another: typed, with history and completion, or from standard input."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from types import ModuleType
from typing import TYPE_CHECKING

import click

from erlang_docker.cli.asking import connect, run
from erlang_docker.cli.calls import without_dot
from erlang_docker.cli.options import Options
from erlang_docker.cli.output import VALUE, show
from erlang_docker.client_settings import ClientSettings
from erlang_docker.environment import process_environ
from erlang_docker.errors import CallTimeout

if TYPE_CHECKING:
    from erlang_docker.client import Client

VERBS = ("node", "mfa ", "rpc ", "help", "exit")
HELP = """\
node                 the name of the node that you talk to
mfa lists:seq(1,5)   call a function on it
rpc lists:seq(1,5)   call it on a node of the other kind, picked for this call
Tab completes, the arrows go through what was typed before, Ctrl-D ends. Anything else is echoed."""
REMEMBERED = 1000


def interactive(options: Options) -> None:
    """Ask for commands on a terminal until Ctrl-D."""
    with asyncio.Runner() as runner, _history() as readline:
        stack = AsyncExitStack()
        client = runner.run(stack.enter_async_context(connect(options)))
        try:
            node = runner.run(client.node())
            if readline is not None:
                readline.set_completer(_Completer(runner, client))
            while (line := _read(f"{node.short_name}> ")) not in (None, "exit", "quit"):
                _answer(runner, client, options, line or "")
        finally:
            runner.run(stack.aclose())


def from_stdin(options: Options) -> int:
    """Each line is a command; empty lines and those that begin with % are none. The first exit status that is not 0."""

    async def work(client: "Client") -> int:
        first = VALUE
        for line in map(str.strip, sys.stdin):
            if line and not line.startswith("%"):
                status = show(options, await client.ask(without_dot(line), options.timeout))
                first = first or status
        return first

    return run(options, work)


def _read(prompt: str) -> str | None:
    """A line; None at the end, empty after Ctrl-C."""
    try:
        return input(prompt).strip()
    except KeyboardInterrupt:
        click.echo()
        return ""
    except EOFError:
        click.echo()
        return None


def _answer(runner: asyncio.Runner, client: "Client", options: Options, line: str) -> None:
    if line in ("help", "?"):
        click.echo(HELP)
    elif line:
        try:
            show(options, runner.run(client.ask(without_dot(line), options.timeout)))
        except KeyboardInterrupt:
            click.echo("given up; it may have run", err=True)
        except CallTimeout as error:
            click.echo(str(error), err=True)


@contextmanager
def _history() -> Iterator[ModuleType | None]:
    """Readline with what was typed before; None where Python has none."""
    try:
        import readline
    except ImportError:
        yield None
        return
    path = ClientSettings.from_environ(process_environ()).history
    readline.set_history_length(REMEMBERED)
    # `(` stays part of a word: what is completed is `lists:seq(`.
    readline.set_completer_delims(" \t\n")
    readline.parse_and_bind("tab: complete")
    with suppress(OSError):
        readline.read_history_file(path)
    try:
        yield readline
    finally:
        with suppress(OSError):  # a pod's file system is read-only
            path.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(path)


class _Completer:
    """Of readline: verbs, and behind them what can be called."""

    def __init__(self, runner: asyncio.Runner, client: "Client") -> None:
        self._runner = runner
        self._client = client
        self._words: list[str] = []
        self._found: list[str] = []

    def __call__(self, text: str, state: int) -> str | None:
        import readline

        if state == 0:
            words = VERBS if readline.get_begidx() == 0 else self._functions()
            self._found = [word for word in words if word.startswith(text)]
        return self._found[state] if state < len(self._found) else None

    def _functions(self) -> list[str]:
        if not self._words:
            functions = self._runner.run(self._client.functions())
            self._words = sorted({f"{function.module}:{function.name}(" for function in functions})
        return self._words
