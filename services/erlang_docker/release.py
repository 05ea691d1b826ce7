"""A release: one of the two builds of this codebase."""

from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Release:
    """Its kind, the kind it calls, and the modules only it exports."""

    kind: str
    peer_kind: str
    exports: tuple[ModuleType, ...] = ()
