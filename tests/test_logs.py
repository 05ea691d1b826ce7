"""The log: one JSON object a line, the same not too often, what libraries say too; and what held the event loop."""

import asyncio
import gc
import json
import logging
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from erlang_docker import loop_watch
from erlang_docker.loop_watch import LoopWatch
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.storage import log_limit
from erlang_docker.storage.library_logs import library_logs
from erlang_docker.storage.logs import open_log

NAME = NodeName("a", "a-0.localhost")


def lines(data_dir: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (data_dir / "log/node.log").read_text().splitlines()]


def test_a_line_has_its_fields_and_its_exception(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_log(NAME, "INFO", tmp_path, Metrics()) as log:
        log.info("took %d", 3, extra={"fields": {"seconds": 0.5, "path": tmp_path}})
        try:
            raise ValueError("two\nlines")
        except ValueError:
            log.exception("failed")
        log.debug("not at this level")
    took, failed = lines(tmp_path)
    assert (took["level"], took["message"], took["seconds"], took["path"]) == ("INFO", "took 3", 0.5, str(tmp_path))
    assert (failed["message"], "logger" in failed) == ("failed", False)
    assert failed["exception"].endswith("ValueError: two\nlines")
    assert took["time"].endswith("Z")
    age = datetime.now(UTC) - datetime.fromisoformat(took["time"])
    assert 0 <= age.total_seconds() < 60
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [took, failed]


def test_a_level_that_changes(tmp_path: Path) -> None:
    with open_log(NAME, "WARNING", tmp_path, Metrics()) as log:
        assert not log.isEnabledFor(logging.DEBUG)
        log.setLevel("DEBUG")
        log.debug("loud")
        log.setLevel("ERROR")
        log.warning("quiet")
    assert [line["message"] for line in lines(tmp_path)] == ["loud"]


def test_a_flood_is_counted(tmp_path: Path) -> None:
    metrics = Metrics()
    with open_log(NAME, "INFO", tmp_path, metrics) as log:
        for number in range(100):
            log.warning("flood %d", number)
        for number in range(10):
            log.warning("never too many, %d", number)
        log.info("flood %d", 1)
    assert b'erlang_docker_log_lines_dropped_total{reason="flood"} 90.0' in metrics.render("")[0]
    said = [(line["level"], line["message"].split()[0]) for line in lines(tmp_path)]
    assert said.count(("WARNING", "flood")) == 10
    assert said.count(("WARNING", "never")) == 10
    assert said.count(("INFO", "flood")) == 1
    last = lines(tmp_path)[-1]
    assert {key: last[key] for key in ("level", "message", "lines", "of")} == {
        "level": "WARNING",
        "message": "lines left out",
        "lines": 90,
        "of": "flood %d",
    }


class Clock:
    """In place of the module `time`, turned by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_the_count_is_said_though_nothing_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(log_limit, "time", clock)
    monkeypatch.setattr(log_limit, "SECONDS", 0.2)
    with open_log(NAME, "INFO", tmp_path, Metrics()) as log:
        for _ in range(15):
            log.info("flood")
        clock.now = 0.2
        deadline = time.monotonic() + 10
        written = tmp_path / "log/node.log"  # by a thread, with the first line
        while not written.exists() or "lines left out" not in written.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        log.info("flood")
    assert [line["message"] for line in lines(tmp_path)] == ["flood"] * 10 + ["lines left out", "flood"]


def test_messages_that_are_made_anew_are_limited_too(tmp_path: Path) -> None:
    with open_log(NAME, "INFO", tmp_path, Metrics()) as log:
        for number in range(2000):
            log.info(f"made {number}")
    assert len(lines(tmp_path)) == log_limit.MAX_KEYS + log_limit.LINES + 1
    assert lines(tmp_path)[-1]["lines"] == 2000 - log_limit.MAX_KEYS - log_limit.LINES


LIBRARIES = """
import logging, sys, threading, warnings
from pathlib import Path
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.storage.library_logs import library_logs
from erlang_docker.storage.logs import open_log

class Odd:
    def __del__(self):
        raise ValueError("no end")

def say():
    logging.getLogger("asyncio").warning("slow")
    logging.getLogger("aiohttp.server").info("hello")
    warnings.warn("old")
    thread = threading.Thread(target=lambda: 1 // 0, name="worker")
    thread.start()
    thread.join()
    Odd()

with open_log(NodeName("a", "a-0.localhost"), sys.argv[1], Path(sys.argv[2]), Metrics()) as log, library_logs(log):
    say()
"""


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("DEBUG", ["asyncio", "py.warnings", "threading", "python"]),
        ("ERROR", ["threading", "python"]),
    ],
)
def test_what_libraries_warn_of_and_nobody_catches(level: str, expected: list[str], tmp_path: Path) -> None:
    """Each is a line, and nothing is written past the log."""
    done = subprocess.run(
        [sys.executable, "-c", LIBRARIES, level, str(tmp_path)],
        env={"PYTHONPATH": "services"},
        capture_output=True,
        check=True,
    )
    said = {line["logger"]: line for line in lines(tmp_path)}
    assert list(said) == expected
    assert ([json.loads(line) for line in done.stdout.splitlines()], done.stderr) == (list(said.values()), b"")
    assert {line["node"] for line in said.values()} == {str(NAME)}
    assert said["threading"]["message"] == "a thread has ended: worker"
    assert said["threading"]["exception"].endswith("ZeroDivisionError: integer division or modulo by zero")
    assert said["python"]["exception"].endswith("ValueError: no end")
    assert level == "ERROR" or "UserWarning: old" in said["py.warnings"]["message"]


def test_two_nodes_in_a_process_share_no_logger(tmp_path: Path) -> None:
    before = logging.getLogger().handlers[:]
    with (
        open_log(NAME, "INFO", tmp_path / "one", Metrics()) as one,
        open_log(NAME, "INFO", tmp_path / "two", Metrics()) as two,
    ):
        one.info("one")
        with library_logs(two):
            logging.getLogger("aiohttp.server").warning("two")
    assert [line["message"] for line in lines(tmp_path / "one")] == ["one"]
    assert [line["message"] for line in lines(tmp_path / "two")] == ["two"]
    assert logging.getLogger().handlers == before


async def test_what_holds_the_event_loop_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no garbage is collected while it is looked at.

    Of Python's deadlock (python/cpython#106883) one would wait for long; of what keeps it away, not.
    """
    others, collected = set(threading.enumerate()), list[bool]()
    look = sys._current_frames

    def watched() -> dict[int, FrameType]:
        if threading.current_thread() not in others:  # other nodes of this process look too
            collected.append(gc.isenabled())
        return look()

    def hold() -> None:
        """Until it has been looked at."""
        deadline, before = time.monotonic() + 20, len(collected)
        while len(collected) == before:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(0.1)

    monkeypatch.setattr(sys, "_current_frames", watched)
    metrics, begun = Metrics(), time.monotonic()
    with open_log(NAME, "INFO", tmp_path, metrics) as log:
        async with LoopWatch(metrics, log):
            await asyncio.sleep(0.1)
            hold()
            await asyncio.sleep(0.1)
    held = [line for line in lines(tmp_path) if line["message"] == "event loop held"]
    (named,) = (line for line in held if "hold" in line["by"])
    assert named["by"].startswith("tests/test_logs.py:")
    assert loop_watch.HELD_SECONDS < named["seconds"] < time.monotonic() - begun
    assert f"erlang_docker_loop_held_total {len(held)}.0".encode() in metrics.render("")[0]  # more where it stood still
    assert set(collected) == {False}
    assert gc.isenabled()
