"""What happens in a cluster on one machine, as it is told."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class Source(Enum):
    """Who tells it."""

    CLUSTER = auto()
    """This process: what became of a node."""
    LOG = auto()
    """A line of a node's standard output, which is its log; the node's volume has it too."""
    ERRORS = auto()
    """A line of its standard error: why it cannot start, a traceback."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line, about a node or all of a kind."""

    about: str
    """A node's label, `a-0`, or `kind a`."""
    text: str
    source: Source = Source.CLUSTER

    def __str__(self) -> str:
        return f"{self.about} {self.text}" if self.source is Source.CLUSTER else f"{self.about}: {self.text}"


Report = Callable[[Event], None]
