"""The latest lines of the log of each node, and those of all: bounded, however much a node writes."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from erlang_docker.local.events import Event, Source

LINES = 1000
CHARACTERS = 4000
"""Of one line; the rest is cut."""
ALL = ""
_STYLES = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red", "DEBUG": "dim"}
_HEAD = ("time", "level", "node", "message", "exception")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Line = tuple[str, str]
"""A style and a text."""


class Journal:
    """A pane for each label, and `ALL` for what became of all nodes and what they have logged."""

    def __init__(self, labels: Iterable[str]) -> None:
        self._panes: dict[str, deque[Line]] = {label: deque(maxlen=LINES) for label in (ALL, *labels)}

    def add(self, event: Event) -> None:
        """What is no line of the log, such as a traceback, is in the node's own pane alone."""
        everything = self._panes[ALL]
        own = self._panes.get(event.about, everything)
        logged = _read(event.text) if event.source is Source.LOG else None
        if logged is not None:
            lines = [(style, f"{clock}{text}") for style, clock, text in _shown(logged)]
            everything.extend((style, f"{clock}{event.about} {text}") for style, clock, text in _shown(logged))
        elif event.source is Source.CLUSTER:
            lines = [("bold", f"{_clock(datetime.now())} {_plain(str(event))}")]
            everything.extend(lines if own is not everything else [])
        else:
            lines = [("", _plain(event.text))]
        own.extend(lines)

    def lines(self, label: str) -> deque[Line]:
        """Oldest first."""
        return self._panes[label]


def _read(text: str) -> dict[str, Any] | None:
    """A line of a node's log, which is JSON; None for anything else."""
    if not text.startswith("{"):
        return None
    try:
        fields = json.loads(text)
        return {**fields, "time": datetime.fromisoformat(fields["time"]), "message": str(fields["message"])}
    except (ValueError, TypeError, KeyError):
        return None


def _shown(logged: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Style, time of day and text, in a line for each of its own."""
    style = _STYLES.get(logged.get("level", ""), "")
    fields = "".join(f" {key}={value}" for key, value in logged.items() if key not in _HEAD)
    yield style, f"{_clock(logged['time'])} ", _plain(f"{logged['message']}{fields}")
    for line in str(logged.get("exception", "")).splitlines():
        yield style, "", _plain(line)


def _clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M:%S")


def _plain(text: str) -> str:
    """Nothing that a node writes moves the cursor or turns the text around."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text.expandtabs()[:CHARACTERS])
