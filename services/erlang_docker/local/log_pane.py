"""The lines of a log, as many as fit, and which of them."""

from collections.abc import Iterable

from rich.cells import chop_cells
from rich.text import Text

from erlang_docker.local.journal import Line


class LogPane:
    """Follows the end; once it is scrolled back, it stays with what it shows."""

    def __init__(self) -> None:
        self._back = 0
        self._page = 1
        self._held: list[Line] = []

    def scroll(self, key: str) -> None:
        """By a page, or to an end."""
        moves = {"page up": self._page, "page down": -self._page, "home": 1_000_000, "end": -self._back}
        self._back = max(0, self._back + moves[key])
        if not self._back:
            self.follow()

    def follow(self) -> None:
        """Go to the end."""
        self._back = 0
        self._held = []

    @property
    def is_back(self) -> bool:
        return self._back > 0

    def rows(self, lines: Iterable[Line], width: int, height: int) -> list[Text]:
        """Long lines go on in the next row."""
        if self._back and not self._held:
            self._held = list(lines)
        wrapped = [Text(part, style) for style, line in self._held or lines for part in _parts(line, width)]
        self._page = max(1, height - 1)
        self._back = max(0, min(self._back, len(wrapped) - height))
        shown = wrapped[max(0, len(wrapped) - height - self._back) : len(wrapped) - self._back]
        return [*shown, *(Text() for _ in range(height - len(shown)))]


def _parts(line: str, width: int) -> list[str]:
    if not line.isascii():
        return chop_cells(line, width)
    return [line[start : start + width] for start in range(0, len(line), width)] or [""]
