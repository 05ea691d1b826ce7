"""A terminal that a process runs in: what is on its screen, and keys that are pressed."""

import asyncio
import fcntl
import os
import pty
import signal
import struct
import termios
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import pyte

WAIT_SECONDS = 40.0


class Terminal:
    """Its other end. `written` is all that came out of it, byte for byte."""

    def __init__(self, columns: int, lines: int) -> None:
        self.ours, self.theirs = pty.openpty()
        self.written = b""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self.resize(columns, lines)
        asyncio.get_running_loop().add_reader(self.ours, self._read)

    def resize(self, columns: int, lines: int) -> None:
        """As a window is resized: whoever is in front is told."""
        self._screen.resize(lines, columns)
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    @property
    def lines(self) -> list[str]:
        """What is on the screen."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def colours(self) -> list[list[tuple[str, str, bool]]]:
        """Character, colour and weight of each place."""
        places = self._screen.buffer
        columns, lines = self._screen.columns, self._screen.lines
        return [[(c.data, c.fg, c.bold) for c in map(places[y].__getitem__, range(columns))] for y in range(lines)]

    def line(self, start: str) -> str:
        """The first line that starts so, after its mark; empty without one."""
        return next((line for line in self.lines if line.lstrip("> ").startswith(start)), "")

    async def until(self, *texts: str, gone: str | None = None) -> None:
        """Returns once all of them are on the screen at once, and another is not."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while not self._shows(texts, gone):
                    await asyncio.sleep(0.02)
        except TimeoutError as error:
            raise AssertionError(f"no {texts}, or {gone}, on the screen:\n" + "\n".join(self.lines)) from error

    def _shows(self, texts: Sequence[str], gone: str | None) -> bool:
        screen = "\n".join(self.lines)
        return all(text in screen for text in texts) and (gone is None or gone not in screen)

    def settings(self) -> list[object]:
        """What `stty` would show."""
        return list(termios.tcgetattr(self.theirs))

    @property
    def echoes(self) -> bool:
        """As terminals do, unless a program takes each key for itself."""
        return bool(termios.tcgetattr(self.theirs)[3] & termios.ECHO)

    def _read(self) -> None:
        data = os.read(self.ours, 65_536)
        self.written += data
        # pyte has one screen: what is on the other one is gone once it is left.
        self._stream.feed(data.replace(b"\x1b[?1049l", b"\x1b[2J\x1b[H"))

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self.ours)
        os.close(self.ours)
        os.close(self.theirs)


@asynccontextmanager
async def running_in_terminal(
    command: Sequence[str], environ: Mapping[str, str], columns: int = 80, lines: int = 24
) -> AsyncIterator[tuple[Terminal, Process]]:
    """A process whose terminal this is; it is ended with the context."""
    terminal = Terminal(columns, lines)
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=terminal.theirs,
        stdout=terminal.theirs,
        stderr=terminal.theirs,
        env={**environ, "TERM": "xterm-256color"},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    try:
        yield terminal, process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGCONT)
        async with asyncio.timeout(10):
            await process.wait()
        terminal.close()
