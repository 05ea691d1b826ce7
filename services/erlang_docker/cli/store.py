"""What a node keeps on its volume."""

import click

from erlang_docker.cli.calls import ask
from erlang_docker.cli.options import Group, Options, pass_options


@click.group(cls=Group)
def store() -> None:
    """Read and write what a node keeps. Each node has a store of its own: say which, with --node.

    \b
    erlang-docker --node a-1 store put colour '{rgb,0,0,255}'
    erlang-docker --node a-1 store get colour
    """


@store.command()
@click.argument("key")
@pass_options
def get(options: Options, key: str) -> None:
    """Print {ok,VALUE}, or error when there is none."""
    ask(options, f"mfa store:get({key})")


@store.command()
@click.argument("key")
@click.argument("value")
@pass_options
def put(options: Options, key: str, value: str) -> None:
    """Keep a value under a key; both are Erlang terms."""
    ask(options, f"mfa store:put({key},{value})")


@store.command()
@click.argument("key")
@pass_options
def delete(options: Options, key: str) -> None:
    """Forget a key."""
    ask(options, f"mfa store:delete({key})")


@store.command()
@pass_options
def keys(options: Options) -> None:
    """List the keys."""
    ask(options, "mfa store:keys()")


@store.command()
@pass_options
def size(options: Options) -> None:
    """Count the keys."""
    ask(options, "mfa store:size()")
