"""Lines of a terminal that are drawn over again."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Lines:
    """Each draw takes the place of the one before."""

    def __init__(self) -> None:
        self._drawn = 0

    def draw(self, lines: Sequence[str]) -> None:
        """Now."""
        up = f"\033[{self._drawn}A" if self._drawn else ""
        sys.stdout.write(up + "".join(f"\r\033[K{line}\n" for line in lines) + "\033[J")
        sys.stdout.flush()
        self._drawn = len(lines)


@contextmanager
def full_screen() -> Iterator[None]:
    """The terminal's other screen, without a cursor; what was there before is there again after."""
    sys.stdout.write("\033[?1049h\033[?25l\033[H")
    try:
        yield
    finally:
        sys.stdout.write("\033[?25h\033[?1049l")
        sys.stdout.flush()
