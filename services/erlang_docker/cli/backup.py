"""The store of a node as a whole: back it up, check it, restore it, adopt another's."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from erlang_docker.cli.asking import NotReached, own_cookie, run
from erlang_docker.cli.options import Command, Options, pass_options
from erlang_docker.client_settings import ClientSettings
from erlang_docker.environment import process_environ
from erlang_docker.errors import NodeError
from erlang_docker.names import NodeName

if TYPE_CHECKING:
    from erlang_docker.client import Client

_READ = click.Path(exists=True, dir_okay=False, path_type=Path)
_READ_OR_STDIN = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
_STDIO = Path("-")


@click.command(cls=Command)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@pass_options
def backup(options: Options, file: Path) -> None:
    """Copy the node's whole store to FILE while it runs; - is standard output."""
    cookie = own_cookie()

    async def work(client: "Client") -> None:
        from erlang_docker.backups import back_up

        if file != _STDIO:
            click.echo(f"{file}: {await back_up(client.backup(cookie), file)}")
            return
        async for piece in client.backup(cookie):
            sys.stdout.buffer.write(piece)

    with _files():
        run(options, work)


@click.command(cls=Command)
@click.argument("file", type=_READ, required=False)
@pass_options
def check(options: Options, file: Path | None) -> None:
    """Check the backup in FILE, or without one the store of the running node."""
    from erlang_docker.storage.backup import read_backup

    if file is not None:
        with _files():
            click.echo(f"{file} is whole: {read_backup(file)}")
        return
    cookie = own_cookie()
    found = run(options, lambda client: client.check_store(cookie))
    click.echo(f"the store is whole: {found.keys} keys, {found.bytes} bytes")


def _pods(context: click.Context, option: click.Parameter, names: tuple[str, ...]) -> list[NodeName]:
    try:
        return [NodeName.parse(name) for name in names]
    except NodeError as error:
        raise click.BadParameter(str(error)) from error


@click.command("backup-all", cls=Command)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--pods",
    multiple=True,
    required=True,
    metavar="NAME",
    callback=_pods,
    help="All of a StatefulSet, as above; may be said again.",
)
@click.option("--keep", type=click.IntRange(min=1), default=7, metavar="N", help="Of each node, the newest: 7.")
def backup_all(folder: Path, pods: list[NodeName], keep: int) -> None:
    """Back up all nodes of StatefulSets, each to a folder of its own in FOLDER; older backups are deleted.

    \b
    erlang-docker store backup-all FOLDER --pods erlang-docker-a@SET.HEADLESS_SERVICE
    """
    from erlang_docker.backups import back_up_all

    with _files():
        tls = ClientSettings.from_environ(process_environ()).tls
        click.echo(asyncio.run(back_up_all(pods, folder, keep, own_cookie(), tls)))


def _put_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--data-dir", type=click.Path(file_okay=False, path_type=Path), help="The volume; default: DATA_DIR."
        ),
        click.option("--cluster", metavar="ID", help="Default: CLUSTER_ID."),
        click.argument("file", type=_READ_OR_STDIN),
    ):
        command = option(command)
    return command


@click.command(cls=Command)
@_put_options
@pass_options
def restore(options: Options, file: Path, cluster: str | None, data_dir: Path | None) -> None:
    """Have the node take a backup of its own when it next starts; - is standard input.

    Where no node runs, --node says whose volume it is, by its full name.
    """
    _put(options, file, cluster, data_dir, adopt=False)


@click.command(cls=Command)
@_put_options
@pass_options
def adopt(options: Options, file: Path, cluster: str | None, data_dir: Path | None) -> None:
    """Have the node take the store of another when it next starts: a backup, or state.db on a volume that nobody uses.

    Where no node runs, --node says whose volume it is, by its full name; - is standard input.
    """
    _put(options, file, cluster, data_dir, adopt=True)


def _put(options: Options, file: Path, cluster: str | None, data_dir: Path | None, adopt: bool) -> None:
    from erlang_docker.storage.backup import put_backup

    settings = ClientSettings.from_environ(process_environ())
    volume, cluster = data_dir or _volume(settings), cluster or settings.cluster_id
    node = _node(options)
    with _files():
        backup = put_backup(sys.stdin.buffer if file == _STDIO else file, volume, node, cluster, adopt=adopt)
    becomes = f"\nIt becomes the store of {node} of cluster {cluster}." if adopt else ""
    click.echo(f"{backup}{becomes}\nThe node takes it when it next starts; what it has now is then gone.")


def _volume(settings: ClientSettings) -> Path:
    if not settings.data_dir:
        raise click.UsageError("DATA_DIR is not set: say --data-dir")
    return Path(settings.data_dir)


def _node(options: Options) -> NodeName:
    """Whose volume it is: by its full name nobody need be asked."""
    if "@" in options.node:
        return NodeName.parse(options.node)
    try:
        return NodeName.parse(run(options, lambda client: client.node()).name)
    except NotReached as error:
        raise NotReached(f"{error}; where no node runs, say --node with its full name") from error


@contextmanager
def _files() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NodeError(str(error)) from error
