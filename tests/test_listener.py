"""New connections when no file is left for them."""

import asyncio
import os
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from erlang_docker.servers.listener import Listener
from harness import FAR_SECONDS, LOOPBACK


@contextmanager
def no_file_left() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    next_file = os.dup(0)
    os.close(next_file)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_file, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_without_files_a_connection_waits_and_nothing_spins() -> None:
    greeted: asyncio.Queue[socket.socket] = asyncio.Queue()
    with (
        Listener(LOOPBACK, 0, lambda connection, _: greeted.put_nowait(connection)) as listener,
        socket.socket() as client,
    ):
        with no_file_left():
            client.connect((LOOPBACK, listener.port))
            begun = time.thread_time()
            await asyncio.sleep(0.05)
            spent = time.thread_time() - begun
            assert greeted.empty()
        with await asyncio.wait_for(greeted.get(), FAR_SECONDS) as connection:
            assert connection.getpeername() == client.getsockname()
    assert spent < 0.02
