"""What a node is made of: as it is, or so that it can be broken. Nothing else of it knows of switches."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from erlang_docker.faults.calls import BreakableTable
from erlang_docker.faults.links import BreakableRpc
from erlang_docker.faults.loop import Stall
from erlang_docker.faults.picks import BreakableFullness
from erlang_docker.faults.store import BreakableStore
from erlang_docker.faults.switches import Switched, Switches
from erlang_docker.functions.in_flight import Fullness
from erlang_docker.functions.table import FunctionTable
from erlang_docker.link.servicer import RpcServicer
from erlang_docker.storage.store import Store

T = TypeVar("T")


def _as_it_is(part: T) -> T:
    return part


@dataclass(frozen=True, slots=True)
class Parts:
    """How the parts are made that a switch concerns; by default such that none does."""

    store: Callable[..., Store] = Store
    table: Callable[[FunctionTable], FunctionTable] = _as_it_is
    fullness: Callable[[Fullness], Fullness] = _as_it_is
    rpc: Callable[..., RpcServicer] = RpcServicer
    switched_on: Callable[[], dict[str, Switched]] = dict


def parts_of(switches: Switches | None) -> Parts:
    """None: nothing can be broken."""
    if switches is None:
        return Parts()
    Stall(switches)  # kept by the switches, which tell it when to begin
    return Parts(
        partial(BreakableStore, switches),
        partial(BreakableTable, switches),
        partial(BreakableFullness, switches),
        partial(BreakableRpc, switches),
        switches.on,
    )
