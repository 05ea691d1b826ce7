"""Backups of nodes to files, over gRPC: of one, or of all nodes of StatefulSets, of which the newest are kept."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from erlang_docker.client import Client
from erlang_docker.credentials import TLS
from erlang_docker.errors import NodeError
from erlang_docker.link.proof import Cookie
from erlang_docker.names import NodeName
from erlang_docker.peers.resolve import Resolver
from erlang_docker.peers.stateful_set import nodes_of
from erlang_docker.storage.backup import Backup, read_backup

GRPC_PORT, GRPCS_PORT = 50051, 50052


async def back_up(data: AsyncIterator[bytes], file: Path) -> Backup:
    """Write a backup to a file and check it; the file is there only when all of it is whole.

    NodeError when the node or the backup fails, OSError when the file cannot be written.
    """
    draft = file.with_name(f"{file.name}.part")
    try:
        with draft.open("wb") as target:
            async for piece in data:
                await asyncio.to_thread(target.write, piece)
            target.flush()
            os.fsync(target.fileno())
        backup = await asyncio.to_thread(read_backup, draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return backup


async def back_up_all(sets: Iterable[NodeName], folder: Path, keep: int, cookie: Cookie, tls: TLS | None) -> str:
    """Back up all nodes, one after another, to FOLDER/POD/TIME.db; a line for each.

    NodeError when one of them was not, after all the others were, or when there is none.
    """
    async with Resolver(threads=1) as resolver:
        nodes = [node for pods in sets for node in await nodes_of(pods, resolver.resolve)]
    said, failed = [], not nodes
    for node in nodes:
        try:
            said.append(str(await _back_up_node(node, folder, keep, cookie, tls)))
        except (NodeError, OSError) as error:
            said.append(f"FAIL {node}: {error}")
            failed = True
    if failed:
        raise NodeError("\n".join(said) or "there is no node")
    return "\n".join(said)


async def _back_up_node(node: NodeName, folder: Path, keep: int, cookie: Cookie, tls: TLS | None) -> str:
    place = folder / node.host.partition(".")[0]
    place.mkdir(parents=True, exist_ok=True)
    file = place / time.strftime("%Y%m%dT%H%M%SZ.db", time.gmtime())
    began = time.monotonic()
    port = GRPC_PORT if tls is None else GRPCS_PORT
    async with Client(f"{node.host}:{port}", tls, node.host) as client:
        backup = await back_up(client.backup(cookie), file)
    for old in sorted(place.glob("*.db"))[:-keep]:
        old.unlink()
    return f"{file}: {backup}, {time.monotonic() - began:.1f} s"
