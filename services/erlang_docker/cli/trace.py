"""The steps of one call, as a waterfall."""

from typing import TYPE_CHECKING

import click

from erlang_docker.cli.asking import run
from erlang_docker.cli.calls import without_dot
from erlang_docker.cli.options import Command, Options, pass_options
from erlang_docker.cli.output import status_of, to_json

if TYPE_CHECKING:
    from erlang_docker.client import Client
    from erlang_docker.v1 import console_pb2

WIDTH = 50
STEPS = {
    "queue": "waits for its turn",
    "parse": "reads the call",
    "wait": "between attempts",
    "pick": "asks the service which node takes it",
    "link": "to the node and back",
    "run": "runs the function",
    "print": "prints the reply",
}
"""In the order in which they come, but for `link`, which has both ways."""


@click.command(cls=Command)
@click.argument("command")
@pass_options
def trace(options: Options, command: str) -> None:
    """Run a command, and show its steps and who answered.

    \b
    erlang-docker trace 'rpc lists:seq(1,5)'
    """

    async def work(client: "Client") -> "console_pb2.RunResponse":
        return await client.ask(without_dot(command), options.timeout)

    response = run(options, work)
    click.echo(to_json(response) if options.as_json else "\n".join([response.reply, "", *waterfall(response.trace)]))
    click.get_current_context().exit(status_of(response))


def waterfall(found: "console_pb2.Trace") -> list[str]:
    """A line for each attempt that failed, and for each step that took time."""
    from erlang_docker.v1 import console_pb2

    spent, lines, start = found.microseconds, [f"trace {found.trace_id}"], 0
    for number, attempt in enumerate(found.attempts, 1):
        if attempt.call_error:
            reason = console_pb2.CallError.Name(attempt.call_error).removeprefix("CALL_ERROR_").lower()
            where = attempt.node.short_name or "no pick"
            lines.append(f"attempt {number}  {where}  {reason} after {attempt.microseconds / 1000:.2f} ms")
    for step, about in STEPS.items():
        if micros := getattr(spent, step):
            node = found.answered if step == "run" else found.asked
            lines.append(
                f"{node.short_name:<5} {step:<6} {micros / 1000:>9.2f} ms  {_bar(start, micros, spent.total)}  {about}"
            )
            start += micros
    answered = f"{found.answered.short_name}, boot {found.answered.boot_epoch} ({found.answered.boot_id})"
    return [*lines, f"{'':<5} {'total':<6} {spent.total / 1000:>9.2f} ms  answered by {answered}"]


def _bar(start: int, micros: int, total: int) -> str:
    left = start * WIDTH // total
    long = max(1, round(micros * WIDTH / total))
    return f"{' ' * left}{'█' * long}".ljust(WIDTH + 1)
