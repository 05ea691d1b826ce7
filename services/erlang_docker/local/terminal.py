"""The terminal of this process: its keys as they are pressed, its other screen; as it was found once it is left."""

import asyncio
import os
import signal
import termios
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import StringIO
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.text import Text

from erlang_docker.local.keys import keys_of

_ENTER = b"\x1b[?1049h\x1b[?25l\x1b[2J"
_LEAVE = b"\x1b[?25h\x1b[?1049l"
_INPUT_FLAGS = termios.IXON | termios.ICRNL
"""Ctrl-S would hold this process, and with it the services."""
_LOCAL_FLAGS = termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN


class Terminal:
    """A context manager; `on_key` gets the name of each key, `on_change` is called when all must be drawn again.

    Standard input and output are the same terminal. Ctrl-Z gives it back to the shell and stops the process group, as
    in any other program; the nodes run on.
    """

    def __init__(self, on_key: Callable[[str], None], on_change: Callable[[], None]) -> None:
        self._on_key = on_key
        self._on_change = on_change
        self._loop = asyncio.get_running_loop()
        self._found = termios.tcgetattr(0)
        self._rows: list[Text] = []
        self._writing = threading.Lock()
        self._is_taken = False
        self._console = Console(file=StringIO(), force_terminal=True, highlight=False)

    def __enter__(self) -> Self:
        self._take()
        self._loop.add_reader(0, self._read)
        for number, handler in (
            (signal.SIGWINCH, self._forget),
            (signal.SIGCONT, self._take),
            (signal.SIGTSTP, self._suspend),
            (signal.SIGHUP, self._hang_up),
        ):
            self._loop.add_signal_handler(number, handler)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.remove_reader(0)
        for number in (signal.SIGWINCH, signal.SIGCONT, signal.SIGTSTP, signal.SIGHUP):
            self._loop.remove_signal_handler(number)
        self._give_back()

    @property
    def size(self) -> os.terminal_size:
        """Columns and lines, now."""
        return os.get_terminal_size(1)

    async def draw(self, rows: Sequence[Text]) -> None:
        """Write the rows that are not what they were; what is too long for the screen is cut.

        In a thread: a terminal that is slow to take it, as over a bad network, holds up nobody's connections.
        """
        width, height = self.size
        changed = [(y, row) for y, row in enumerate(rows[:height]) if self._rows[y : y + 1] != [row]]
        self._rows = list(rows)
        if changed:
            frame = "".join(f"\x1b[{y + 1};1H{self._written(row.copy(), width)}" for y, row in changed)
            await asyncio.to_thread(self._show, frame.encode())

    def _show(self, frame: bytes) -> None:
        with self._writing:
            if self._is_taken:
                _write(frame)

    def _written(self, row: Text, width: int) -> str:
        row.truncate(width, overflow="ellipsis")
        with self._console.capture() as captured:
            self._console.print(row, end="", soft_wrap=True)
        # A row that fills the screen leaves the cursor on its last character.
        return captured.get() + ("\x1b[K" if row.cell_len < width else "")

    def _take(self) -> None:
        raw = termios.tcgetattr(0)
        raw[0] &= ~_INPUT_FLAGS
        raw[3] &= ~_LOCAL_FLAGS
        termios.tcsetattr(0, termios.TCSADRAIN, raw)
        with self._writing:
            self._is_taken = True
            _write(_ENTER)
        self._forget()

    def _give_back(self) -> None:
        # Behind a frame that is being written, and before one that is not yet.
        with self._writing:
            self._is_taken = False
            _write(_LEAVE)
        # A terminal that is gone takes nothing back.
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSADRAIN, self._found)

    def _forget(self) -> None:
        """Nothing that was drawn is there: the screen is new, or has another size."""
        with self._writing:
            _write(b"\x1b[2J")
        self._rows = []
        self._on_change()

    def _suspend(self) -> None:
        self._give_back()
        self._loop.remove_signal_handler(signal.SIGTSTP)
        os.killpg(0, signal.SIGTSTP)  # returns when the shell lets the group go on
        self._loop.add_signal_handler(signal.SIGTSTP, self._suspend)
        self._take()

    def _read(self) -> None:
        try:
            data = os.read(0, 1024)
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        for key in keys_of(data):
            if key == "ctrl-z":
                self._suspend()
            else:
                self._on_key(key)

    def _hang_up(self) -> None:
        """The terminal is gone, and with it the one who could end this."""
        self._loop.remove_reader(0)
        self._on_key("q")


def _write(data: bytes) -> None:
    with suppress(OSError):  # of a terminal that is gone; its hang-up says so
        while data:
            data = data[os.write(1, data) :]
