"""The log: one JSON object a line, the same not too often, what libraries say too; and what held the event loop."""

import asyncio
import json
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from erlang_docker.loop_watch import LoopWatch
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.storage import log_limit
from erlang_docker.storage.logs import library_logs, open_log

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
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [took, failed]


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


def test_the_count_is_said_though_nothing_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_limit, "SECONDS", 0.2)
    with open_log(NAME, "INFO", tmp_path, Metrics()) as log:
        for _ in range(15):
            log.info("flood")
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


def test_what_libraries_warn_of(tmp_path: Path) -> None:
    program = f"""
import logging
from pathlib import Path
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.storage.logs import library_logs, open_log
name = NodeName("a", "a-0.localhost")
with open_log(name, "DEBUG", Path({str(tmp_path)!r}), Metrics()) as log, library_logs(log):
    logging.getLogger("asyncio").warning("slow")
    logging.getLogger("aiohttp.server").info("hello")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": "services"}, capture_output=True, check=True
    )
    (line,) = lines(tmp_path)
    assert (line["logger"], line["message"], line["node"]) == ("asyncio", "slow", str(NAME))
    assert (json.loads(done.stdout), done.stderr) == (line, b"")


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


async def test_what_holds_the_event_loop_is_named(tmp_path: Path) -> None:
    metrics = Metrics()
    with open_log(NAME, "INFO", tmp_path, metrics) as log:
        async with LoopWatch(metrics, log):
            await asyncio.sleep(0.1)
            hold()
            await asyncio.sleep(0.1)
    held = [line for line in lines(tmp_path) if "hold" in line["by"]]
    assert len(held) == 1
    assert held[0]["message"] == "event loop held"
    assert held[0]["by"].startswith("tests/test_logs.py:")
    assert 0.2 < held[0]["seconds"] < 5
    assert b"erlang_docker_loop_held_total 1.0" in metrics.render("")[0]


def hold() -> None:
    time.sleep(0.4)
