"""The commands of every endpoint: `node`, `mfa`, `rpc`; and what the node can be asked besides."""

from typing import TYPE_CHECKING

import click

from erlang_docker.cli.asking import run
from erlang_docker.cli.options import Command, Options, pass_options
from erlang_docker.cli.output import show, table, to_json
from erlang_docker.names import NodeName

if TYPE_CHECKING:
    from erlang_docker.client import Client
    from erlang_docker.v1 import console_pb2, node_pb2


@click.command(cls=Command)
@pass_options
def node(options: Options) -> None:
    """Print the node's name."""
    ask(options, "node")


@click.command(cls=Command)
@click.argument("call", metavar="M:F(Args)")
@pass_options
def mfa(options: Options, call: str) -> None:
    """Call a function on the node.

    \b
    erlang-docker mfa 'lists:seq(1,5)'
    erlang-docker --node b-0 mfa 'erlang_docker:info()'
    """
    ask(options, f"mfa {without_dot(call)}")


@click.command(cls=Command)
@click.argument("call", metavar="M:F(Args)")
@pass_options
def rpc(options: Options, call: str) -> None:
    """Call a function on a node of the other kind, which the cluster picks.

    \b
    erlang-docker rpc 'erlang:node()'
    erlang-docker rpc 'lists:seq(1,5)' --json
    """
    ask(options, f"rpc {without_dot(call)}")


@click.command(cls=Command)
@pass_options
def peers(options: Options) -> None:
    """List the nodes that the node has links to."""
    found = run(options, lambda client: client.peers())
    if options.as_json:
        for peer in found:
            click.echo(to_json(peer))
        return
    rows = [(NodeName.parse(peer.name).short, peer.boot_id, peer.address, str(peer.call_count)) for peer in found]
    click.echo(table([("node", "boot", "address", "calls"), *rows]))


@click.command(cls=Command)
@click.argument("search", default="")
@pass_options
def functions(options: Options, search: str) -> None:
    """List what can be called, all of it or what has a word in its name or help.

    \b
    erlang-docker functions reverse
    """
    word = search.lower()
    found = [
        function
        for function in run(options, lambda client: client.functions())
        if word in f"{signature(function)} {function.help}".lower()
    ]
    if options.as_json:
        for function in found:
            click.echo(to_json(function))
        return
    click.echo(table([(signature(function), function.help) for function in found] or [("no such function", "")]))


def ask(options: Options, command: str) -> None:
    """Run a command, print what comes of it, and end with its status."""

    async def work(client: "Client") -> "console_pb2.RunResponse":
        return await client.ask(command, options.timeout)

    click.get_current_context().exit(show(options, run(options, work)))


def without_dot(call: str) -> str:
    """As typed in Erlang's shell, where a command ends with a dot."""
    return call.rstrip().removesuffix(".") if call.rstrip().endswith(").") else call


def signature(function: "node_pb2.Function") -> str:
    """`lists:seq/2`."""
    return f"{function.module}:{function.name}/{function.arity}"
