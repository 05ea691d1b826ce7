"""Calls that are late, or fail: the functions that a node finds in its table are others than it has."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from random import random
from typing import Any

from erlang_docker.faults.switches import Switches
from erlang_docker.functions.table import Export, FunctionTable
from otp.errors import Failure
from otp.terms.read.mfa import MFA
from otp.terms.types import Atom


class BreakableTable(FunctionTable):
    """So a late call is one like any other that takes long: it is in flight, has its deadline, and can be given up."""

    def __init__(self, switches: Switches, table: FunctionTable) -> None:
        super().__init__(table)
        self._switches = switches

    def find(self, mfa: MFA) -> Export:
        """As it is, while nothing is switched on."""
        entry = super().find(mfa)
        seconds, rate = self._switches.value("delay_ms") / 1000, self._switches.value("error_rate")
        if seconds:
            return replace(entry, call=_late(entry, seconds, rate), is_async=True)
        return replace(entry, call=_failing(entry, rate)) if rate else entry


def _late(entry: Export, seconds: float, rate: float) -> Callable[..., Any]:
    async def call(*args: Any) -> Any:
        await asyncio.sleep(seconds)
        value = _failing(entry, rate)(*args)
        return await value if entry.is_async else value

    return call


def _failing(entry: Export, rate: float) -> Callable[..., Any]:
    """Whether it does is decided when it is called: a function is looked for more than once for a call."""

    def call(*args: Any) -> Any:
        if random() < rate:
            raise Failure("error", Atom("fault_switch"))
        return entry.call(*args)

    return call
