"""Who answers how often: many calls to the other kind, each to a node that the cluster picks."""

import asyncio
import json
import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from erlang_docker.cli.asking import run
from erlang_docker.cli.options import Command, Options, pass_options
from erlang_docker.cli.output import FAILED, VALUE, status_of
from erlang_docker.cli.screen import Lines

if TYPE_CHECKING:
    from erlang_docker.client import Client

MOST = 100_000
AT_ONCE = 16
BAR = 40


@click.command(cls=Command)
@click.argument("count", type=click.IntRange(1, MOST), metavar="N")
@pass_options
def spread(options: Options, count: int) -> None:
    """Call the other kind N times and count by node.

    \b
    erlang-docker spread 300
    """
    live = sys.stdout.isatty() and not options.as_json
    screen = Lines()

    async def work(client: "Client") -> Counter[str]:
        counts: Counter[str] = Counter()
        left = iter(range(count))

        async def caller() -> None:
            for _ in left:
                response = await client.ask("rpc erlang:node()", options.timeout)
                failed = status_of(response) != VALUE
                counts[response.reply if failed else response.trace.answered.short_name] += 1
                if live:
                    screen.draw(bars(counts, count))

        await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
        return counts

    counts = run(options, work)
    if options.as_json:
        click.echo(json.dumps(dict(sorted(counts.items()))))
    elif not live:
        click.echo("\n".join(bars(counts, count)))
    click.get_current_context().exit(FAILED if any(name.startswith("{") for name in counts) else VALUE)


def bars(counts: Counter[str], count: int) -> list[str]:
    """A line for each who answered, and one for all."""
    width = max(map(len, counts), default=0)
    longest = max(counts.values(), default=1)
    lines = [
        f"{name:<{width}}  {number:>6}  {'█' * (number * BAR // longest)}" for name, number in sorted(counts.items())
    ]
    return [*lines, f"{counts.total()} of {count}"]
