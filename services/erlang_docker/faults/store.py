"""A store that fails, and does not end its node as a failed disk does: what it holds is not touched."""

from pathlib import Path
from typing import Any

from erlang_docker.faults.switches import Switches
from erlang_docker.storage.commits import Operation
from erlang_docker.storage.store import Store


class BreakableStore(Store):
    """Whatever is asked of it is refused while the switch is on."""

    def __init__(self, switches: Switches, *parts: Any) -> None:
        super().__init__(*parts)
        self._switches = switches

    async def copy(self, path: Path) -> None:
        """As it is, or Failure `eio`."""
        self._check()
        await super().copy(path)

    async def _do(self, operation: Operation, *, writes: bool = False, adds: int = 0) -> Any:
        self._check()
        return await super()._do(operation, writes=writes, adds=adds)

    def _check(self) -> None:
        if self._switches.value("fail_store"):
            raise self._refusal("eio")
