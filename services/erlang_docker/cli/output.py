"""What is printed of an answer, and the exit status that it makes."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from erlang_docker.cli.options import Options

if TYPE_CHECKING:
    from erlang_docker.v1 import console_pb2

VALUE, FAILED, USAGE, NOT_REACHED, TIMEOUT = range(5)
"""Exit statuses: a value; a failure or `badrpc`; what is no command; nobody there; no answer in time."""


def show(options: Options, response: "console_pb2.RunResponse") -> int:
    """A value on standard output, a failure on standard error; who answered and how fast, for who looks at it."""
    status = status_of(response)
    if options.as_json:
        click.echo(to_json(response))
        return status
    click.echo(response.reply, err=status != VALUE)
    if sys.stderr.isatty() and not options.quiet:
        trace = response.trace
        note = f"{trace.answered.short_name}  {trace.microseconds.total / 1000:.1f} ms"
        click.secho(f"{note}  not a command: echoed" if response.echoed else note, err=True, dim=True)
    return status


def status_of(response: "console_pb2.RunResponse") -> int:
    """The exit status."""
    from erlang_docker.v1 import console_pb2

    outcome = response.WhichOneof("outcome")
    if outcome == "parse_error":
        return USAGE
    if outcome == "call_error":
        return TIMEOUT if response.call_error == console_pb2.CALL_ERROR_TIMEOUT else FAILED
    items = response.value.items
    is_badrpc = len(items) == 2 and items[0].atom == "badrpc"  # as `rpc:call` gives it: for Erlang it is a value
    return FAILED if outcome == "failure" or is_badrpc else VALUE


def to_json(message: Any) -> str:
    """A protobuf message in one line; what is 0, empty or false is left out."""
    from google.protobuf.json_format import MessageToJson

    text: str = MessageToJson(message, indent=None, ensure_ascii=False)
    return text


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Columns as wide as they need to be; the first row is the heading."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)
