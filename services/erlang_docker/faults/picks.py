"""Picks that are refused."""

from dataclasses import dataclass

from erlang_docker.faults.switches import Switches
from erlang_docker.functions.in_flight import Fullness


@dataclass(frozen=True, slots=True)
class BreakableFullness:
    """A node that may seem full to whoever picks; those who have picked it already are served."""

    switches: Switches
    limit: Fullness

    @property
    def full(self) -> bool:
        """Whether the next call would be refused, or a pick is to be."""
        return self.limit.full or bool(self.switches.value("refuse_picks"))
