"""What each key does."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Self

from rich.text import Text

from erlang_docker.addresses import Address
from erlang_docker.errors import NodeError
from erlang_docker.local.cluster import Cluster
from erlang_docker.local.running_node import RunningNode
from erlang_docker.local.spread import COUNT, bars, spread
from erlang_docker.local.view import View

KEYS = (
    ("↑↓", "select", "a node, also by 1 to 9, whose log is shown; 0 or Esc: all of them"),
    ("l", "log", "alone on the screen, and back; Page Up, Page Down, Home, End scroll it"),
    ("k", "kill", "the node, by SIGKILL; it is started again"),
    ("s", "stop", "the node, by SIGTERM; it stays down until r"),
    ("p", "pause", "the node, by SIGSTOP, and let it go on, by SIGCONT"),
    ("r", "restart", "the node: SIGTERM, if it runs, and a start at once"),
    ("o", "page", "in the browser"),
    ("S", "spread", f"{COUNT} calls over the nodes of the other kind, from the node or from a picked a"),
    ("?", "help", "this list"),
    ("q", "quit", "and stop all nodes, as Ctrl-C does"),
)
"""Key, word, and what it does."""
_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"


def key_row() -> Text:
    """All keys in one line."""
    return Text(" ").join(Text.assemble((key, "bold"), " ", (word, "dim")) for key, word, _ in KEYS)


class Controls:
    """An async context manager around what keys have begun."""

    def __init__(self, cluster: Cluster, view: View, changed: Callable[[], None], quit_: Callable[[], None]) -> None:
        self._cluster = cluster
        self._view = view
        self._changed = changed
        self._tasks: set[asyncio.Task[None]] = set()
        self._on_node: dict[str, Callable[[RunningNode], None]] = {
            "k": RunningNode.kill,
            "s": RunningNode.stop,
            "p": RunningNode.pause,
            "r": RunningNode.restart,
        }
        self._others: dict[str, Callable[[], None]] = {
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "0": lambda: self._select(None),
            "escape": lambda: self._select(None),
            "l": self._toggle_log,
            "o": lambda: self._begin(self._open_page()),
            "S": lambda: self._begin(self._spread(self._view.node)),
            "?": self._help,
            "q": quit_,
            "ctrl-c": quit_,
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def press(self, key: str) -> None:
        """Do what the key says; nothing for one that says nothing."""
        view = self._view
        view.notice = ""
        if key in self._on_node:
            self._act(key)
        elif key in self._others:
            self._others[key]()
        elif key in ("page up", "page down", "home", "end"):
            view.log.scroll(key)
        elif key in "123456789" and int(key) <= len(self._cluster.nodes):
            self._select(int(key) - 1)
        self._changed()

    def _act(self, key: str) -> None:
        node, word = self._view.node, next(word for each, word, _ in KEYS if each == key)
        if node is None:
            self._view.notice = f"{word} which? Select a node by arrows or by its number"
            return
        self._on_node[key](node)
        self._view.notice = f"{word} {node.plan.label}"

    def _move(self, by: int) -> None:
        selected = self._view.selected
        last = len(self._cluster.nodes) - 1
        self._select((0 if by > 0 else last) if selected is None else max(0, min(last, selected + by)))

    def _select(self, index: int | None) -> None:
        view = self._view
        # Escape leaves one thing at a time.
        if index is not None or view.over is None:
            view.selected = index
        view.over = None
        view.log.follow()

    def _toggle_log(self) -> None:
        self._view.over = None
        self._view.log_only = not self._view.log_only

    def _help(self) -> None:
        view = self._view
        rows = [Text.assemble((f"  {key:<3}", "bold"), (f"{word:<8}", "cyan"), about) for key, word, about in KEYS]
        is_shown = view.over is not None and view.over_title == "help"
        view.over, view.over_title = (None, "") if is_shown else (rows, "help")

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open_page(self) -> None:
        page = f"http://{self._cluster.plan.page}"
        # In a session of its own: a browser of text would take this terminal.
        browser = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _OPEN, page, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
        failed = await browser.wait()
        self._view.notice = f"there is no browser here; the page is {page}" if failed else f"opened {page}"
        self._changed()

    async def _spread(self, node: RunningNode | None) -> None:
        view, plan = self._view, self._cluster.plan
        target: Address = plan.grpc if node is None else node.plan.grpc
        origin = "a picked a" if node is None else node.plan.label
        view.over, view.over_title = [], f"spread {COUNT} from {origin} ..."
        try:
            view.over = bars(await spread(plan, target), 80)
            view.over_title = f"spread {COUNT} from {origin}"
        except NodeError as error:
            view.over, view.notice = None, f"spread failed: {error}"
        self._changed()
