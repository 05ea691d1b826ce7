"""The options that every command takes, before its name or after."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

MAX_SECONDS = 60.0


@dataclass(slots=True)
class Options:
    """Which node is asked, and how its answer is shown."""

    target: str = ""
    """`HOST` or `HOST:PORT`; empty: as the environment says."""
    node: str = ""
    """Short or full name; empty: whichever answers."""
    timeout: float = 10.0
    """Seconds for an answer; longer than any call may take."""
    as_json: bool = False
    quiet: bool = False
    """Nothing on standard error but errors."""


class Command(click.Command):
    """A command with those options."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.params += shared_options()


class Group(click.Group):
    """Commands that take them, too."""

    command_class = Command

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.params += shared_options()


Group.group_class = Group


def shared_options() -> list[click.Parameter]:
    """Each says so to the one Options of the run; what is not given changes nothing."""
    return [
        _option("--target", metavar="HOST[:PORT]", help="The node's gRPC port; default: the node on this machine."),
        _option("--node", metavar="NAME", help="Ask this node, a-1 or its full name."),
        _option("--timeout", type=click.FloatRange(0.1, MAX_SECONDS), metavar="SECONDS", help="For an answer: 10."),
        _option("--json", "as_json", is_flag=True, default=None, help="Print what programs read: one JSON line."),
        _option("--quiet", "-q", is_flag=True, default=None, help="Nothing on standard error but errors."),
    ]


def _option(*names: str, **more: Any) -> click.Option:
    return click.Option(names, expose_value=False, callback=_store, **more)


def _store(context: click.Context, option: click.Parameter, value: object) -> None:
    options = context.ensure_object(Options)
    if value is not None and option.name is not None:
        setattr(options, option.name, value)


pass_options: Callable[..., Any] = click.make_pass_decorator(Options, ensure=True)
