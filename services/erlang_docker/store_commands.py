"""`erlang-docker store ...`: the store of a node as a whole: back it up, check it, restore it, adopt another's."""

import argparse
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from erlang_docker.backups import back_up, back_up_all
from erlang_docker.client import Client
from erlang_docker.credentials import read_cookie
from erlang_docker.errors import NodeError
from erlang_docker.link.proof import Cookie
from erlang_docker.names import NodeName
from erlang_docker.settings import ClientSettings
from erlang_docker.storage.backup import Backup, put_backup, read_backup


def add_arguments(verb: argparse.ArgumentParser) -> None:
    """The commands and their options."""
    commands = verb.add_subparsers(dest="command", required=True)
    backup = commands.add_parser("backup", help="copy the node's whole store to a file, while it runs")
    backup.add_argument("file", metavar="FILE", help="- for standard output")
    check = commands.add_parser("check", help="check a backup, or without FILE the store of the running node")
    check.add_argument("file", metavar="FILE", nargs="?", type=Path)
    every = commands.add_parser("backup-all", help="back up all nodes of StatefulSets, each to a folder of its own")
    every.add_argument("folder", metavar="FOLDER", type=Path)
    every.add_argument(
        "--pods",
        action="append",
        required=True,
        type=NodeName.parse,
        metavar="NAME",
        help="erlang-docker-a@SET.HEADLESS_SERVICE for all nodes of that StatefulSet",
    )
    every.add_argument("--keep", type=int, default=7, metavar="N", help="backups of each node; older ones are deleted")
    for name, what in (
        ("restore", "have the node take a backup of its own when it next starts"),
        ("adopt", "the same with the store of another node: a backup, or state.db on a volume that nobody uses"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("file", metavar="FILE", help="- for standard input")
        command.add_argument("--node", type=NodeName.parse, metavar="NAME", help="default: the node that runs here")
        command.add_argument("--cluster", metavar="ID", help="default: CLUSTER_ID")
        command.add_argument("--data-dir", type=Path, metavar="FOLDER", help="the node's volume; default: DATA_DIR")


async def run(options: argparse.Namespace, settings: ClientSettings) -> str | None:
    """The output to print, None for what has been; NodeError when it could not be done."""
    try:
        if options.command in ("restore", "adopt"):
            return await _restore(options, settings)
        if options.command == "check" and options.file is not None:
            return f"{options.file} is whole: {read_backup(options.file)}"
        cookie = _cookie(settings)
        if options.command == "backup-all":
            return await back_up_all(options.pods, options.folder, options.keep, cookie, settings.tls)
        async with _client(options, settings) as client:
            if options.command == "backup":
                return await _backup(client.backup(cookie), options.file)
            found = await client.check_store(cookie)
            return f"the store is whole: {found.keys} keys, {found.bytes} bytes"
    except OSError as error:
        raise NodeError(str(error)) from error


async def _backup(data: AsyncIterator[bytes], file: str) -> str | None:
    if file != "-":
        return f"{file}: {await back_up(data, Path(file))}"
    async for piece in data:
        sys.stdout.buffer.write(piece)
    return None


async def _restore(options: argparse.Namespace, settings: ClientSettings) -> str:
    folder = options.data_dir or (settings.data_dir and Path(settings.data_dir))
    if not folder:
        raise NodeError("DATA_DIR is not set: say --data-dir")
    node = options.node or await _node_here(options, settings)
    cluster = options.cluster or settings.cluster_id
    adopt = options.command == "adopt"
    file = sys.stdin.buffer if options.file == "-" else Path(options.file)
    backup = put_backup(file, folder, node, cluster, adopt=adopt)
    return _said(backup, node, cluster, adopt)


def _said(backup: Backup, node: NodeName, cluster: str, adopt: bool) -> str:
    becomes = f"\nIt becomes the store of {node} of cluster {cluster}." if adopt else ""
    return f"{backup}{becomes}\nThe node takes it when it next starts; what it has now is then gone."


async def _node_here(options: argparse.Namespace, settings: ClientSettings) -> NodeName:
    async with _client(options, settings) as client:
        try:
            return NodeName.parse((await client.node()).name)
        except NodeError as error:
            raise NodeError(f"{error}; where no node runs, say --node") from error


def _client(options: argparse.Namespace, settings: ClientSettings) -> Client:
    return Client(options.target or settings.target, settings.tls, settings.host_name)


def _cookie(settings: ClientSettings) -> Cookie:
    if settings.cookie_file is None:
        raise NodeError("COOKIE_FILE is not set: a backup needs the cookie")
    return Cookie(read_cookie(settings.cookie_file))
