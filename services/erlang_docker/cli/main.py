"""The entry point: all commands, and the exit status of what goes wrong."""

import sys

import click

from erlang_docker.cli.asking import NotReached
from erlang_docker.cli.calls import functions, mfa, node, peers, rpc
from erlang_docker.cli.options import Group, Options, pass_options
from erlang_docker.cli.output import FAILED, NOT_REACHED, TIMEOUT
from erlang_docker.cli.repl import from_stdin, interactive
from erlang_docker.cli.spread import spread
from erlang_docker.cli.status import status, top, watch
from erlang_docker.cli.store import store
from erlang_docker.cli.token import token
from erlang_docker.cli.trace import trace
from erlang_docker.errors import CallTimeout, NodeError
from erlang_docker.identity import VERSION

PROGRAM = "erlang-docker"


@click.group(cls=Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name=PROGRAM)
@click.pass_context
@pass_options
def commands(options: Options, context: click.Context) -> None:
    """Call functions on the nodes of a cluster, and look at it.

    Without a command: commands typed one after another, or read from standard input.

    \b
    erlang-docker rpc 'lists:seq(1,5)'         a node of kind a has one of kind b run it
    erlang-docker --node b-1 mfa 'erlang:node()'
    erlang-docker trace 'rpc erlang:node()'    its steps, with their times
    erlang-docker spread 300                   who answers how often
    erlang-docker status
    echo 'rpc erlang:node()' | erlang-docker --json

    \b
    Exit status: 0 a value, 1 a failure or {badrpc,Reason}, 2 what is no command,
    3 nobody there, 4 no answer in time.
    """
    if context.invoked_subcommand is None:
        if sys.stdin.isatty():
            interactive(options)
        else:
            context.exit(from_stdin(options))


@commands.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes a shell complete this command.

    \b
    eval "$(erlang-docker completion bash)"     in ~/.bashrc; likewise zsh in ~/.zshrc
    erlang-docker completion fish | source      in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(commands, {}, PROGRAM, "_ERLANG_DOCKER_COMPLETE").source())


for command in (node, mfa, rpc, trace, spread, status, top, watch, functions, peers, store, token):
    commands.add_command(command)


def main() -> None:
    """Run what the arguments say, and end the process."""
    try:
        commands.main(prog_name=PROGRAM)
    except NodeError as error:
        click.echo(f"{PROGRAM}: {error}", err=True)
        sys.exit(_status(error))


def _status(error: NodeError) -> int:
    if isinstance(error, CallTimeout):
        return TIMEOUT
    return NOT_REACHED if isinstance(error, NotReached) else FAILED
