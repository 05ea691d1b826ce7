"""How a node opens its database beside its event loop."""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager

from erlang_docker.settings import Settings
from erlang_docker.storage.check import Check
from erlang_docker.storage.database import Database, open_database


@asynccontextmanager
async def opening_database(settings: Settings, check: Check, log: logging.Logger) -> AsyncIterator[Database]:
    """In a thread of its own, because it may take minutes; with the errors of `open_database`."""
    sizes = (settings.store_max_bytes, settings.store_reserve_bytes)
    volume = open_database(settings.data_dir, settings.name, settings.cluster_id, *sizes, check)
    # On a stack, so that what the thread has opened is closed also when nobody waits for it any more.
    with ExitStack() as stack:
        with ThreadPoolExecutor(1) as thread:
            database = await asyncio.get_running_loop().run_in_executor(thread, stack.enter_context, volume)
        if database.restored:
            log.info("the store is that of a backup", extra={"fields": {"boot_epoch": database.epoch}})
        yield database
