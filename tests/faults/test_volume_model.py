"""The store beside a dictionary: whatever is done to it in whatever order, it says what the dictionary says."""

import asyncio
import logging
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from erlang_docker.errors import VolumeError
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.storage.database import open_database
from erlang_docker.storage.store import Store
from otp.errors import Failure
from otp.terms.types import Term

EXAMPLES = int(os.environ.get("FAULT_KILLS", "2"))
BUDGET = 300_000
KEYS = st.integers(0, 20)
VALUES = st.integers(0, 100_000).map(bytes)


def broken(error: VolumeError) -> None:
    raise error


class StoreMachine(RuleBasedStateMachine):
    """A volume with one store after the other on it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[int, bytes] = {}
        self.starts = 0
        self.runner = asyncio.Runner()
        self.volumes = ExitStack()
        self.opened = ExitStack()

    @initialize()
    def begin(self) -> None:
        self.folder = self.new_folder()
        self.open()

    def new_folder(self) -> Path:
        return Path(self.volumes.enter_context(tempfile.TemporaryDirectory()))

    def open(self) -> None:
        """With little room for SQLite's log, so that it often starts anew."""
        self.starts += 1
        database = self.opened.enter_context(
            open_database(self.folder, NodeName("a", "a-0.localhost"), "c", BUDGET, reserve_bytes=50_000)
        )
        assert database.epoch == self.starts
        self.store = Store(database, Metrics(), logging.getLogger("test"), broken)
        self.runner.run(self.store.__aenter__())
        self.opened.callback(lambda store: self.runner.run(store.__aexit__(None, None, None)), self.store)

    @rule(key=KEYS, value=VALUES)
    def put(self, key: int, value: bytes) -> None:
        """What is refused changes nothing, and is refused only when there is much."""
        if (refused := self.runner.run(self.refused(key, value))) is None:
            self.kept[key] = value
        else:
            assert refused == "enospc"
            assert sum(map(len, self.kept.values())) + len(value) > BUDGET / 2

    async def refused(self, key: int, value: bytes) -> Term | None:
        """Why, or None."""
        try:
            await self.store.put(key, value)
        except Failure as failure:
            reason: Term = failure.reason
            return reason
        return None

    @rule(keys=st.lists(KEYS, max_size=20))
    def delete(self, keys: list[int]) -> None:
        async def all_at_once() -> None:
            await asyncio.gather(*map(self.store.delete, keys))

        self.runner.run(all_at_once())
        for key in keys:
            self.kept.pop(key, None)

    @rule()
    def restart(self) -> None:
        self.opened.close()
        self.open()

    @rule()
    def crash(self) -> None:
        """What kill -9 leaves is what the files are at that moment."""
        killed = self.new_folder() / "volume"
        shutil.copytree(self.folder, killed)
        self.opened.close()
        self.folder = killed
        self.open()

    @invariant()
    def says_the_same(self) -> None:
        if self.starts:
            assert self.runner.run(self.everything()) == self.kept

    async def everything(self) -> dict[Term, Term | None]:
        keys = await self.store.keys()
        return dict(zip(keys, await asyncio.gather(*map(self.store.get, keys)), strict=True))

    def teardown(self) -> None:
        self.opened.close()
        self.volumes.close()
        self.runner.close()


TestStore = StoreMachine.TestCase
TestStore.settings = settings(max_examples=EXAMPLES, stateful_step_count=20, deadline=None)
