"""The access log: a line for a share of the commands, on standard output alone, and of what was typed only names."""

import io
import json
import logging
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.storage import logs
from erlang_docker.storage.logs import access_logger, open_log
from harness import node, services, socket
from test_trace import PARENT, TRACE_ID, run

NAME = NodeName("a", "a-0.localhost")


def access(text: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, text.splitlines()) if line.get("logger") == "access"]


async def test_each_command_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with (
        services() as among,
        node("a", tmp_path, among, access_log=1.0) as a,
        node("b", tmp_path, among) as b,
        socket(a.ws_port) as user,
    ):
        for command in ("rpc erlang:node()", "mfa foo:bar(hunter2)", "my hunter2", "mfa lists:seq(hunter2,", "node"):
            await user.ask(command)
        for command in ("rpc lists:nth(9,[hunter2])", "rpc 'odd name':f()"):
            await run(a.grpc_port, command, traceparent=PARENT)
        own, peer = str(a.identity.name), str(b.identity.name)
    said = capsys.readouterr().out
    lines = access(said)
    keys = ("door", "verb", "function", "outcome", "answered")
    assert [tuple(line[key] for key in keys) for line in lines] == [
        ("websocket", "rpc", "erlang:node", "value", peer),
        ("websocket", "mfa", "foo:bar", "undef", own),
        ("websocket", "echo", "", "value", own),
        ("websocket", "mfa", "lists:seq", "syntax", own),
        ("websocket", "node", "", "value", own),
        ("grpc", "rpc", "lists:nth", "function_clause", peer),
        ("grpc", "rpc", "'odd name':f", "undef", peer),
    ]
    assert [line["trace_id"] for line in lines[-2:]] == [TRACE_ID] * 2
    assert all(len(line["trace_id"]) == 32 and 0 <= line["microseconds"] < 60e6 for line in lines)
    assert lines[0]["microseconds"] > 0
    assert "hunter2" not in said
    assert access((tmp_path / "a-0/log/node.log").read_text()) == []


async def test_a_share(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with services() as among, node("a", tmp_path, among, access_log=0.5) as a, socket(a.ws_port) as user:
        for _ in range(100):
            await user.ask("node")
    assert 0 < len(access(capsys.readouterr().out)) < 100


class SlowReader(io.StringIO):
    """Standard output that nobody reads for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def write(self, text: str) -> int:
        self.begun.wait(20)
        return super().write(text)


def test_more_lines_than_are_read_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowReader()
    monkeypatch.setattr(sys, "stdout", slow)
    monkeypatch.setattr(logs, "MOST_WAITING", 3)
    with open_log(NAME, "ERROR", tmp_path, Metrics()) as log:
        lines = access_logger(log)
        for _ in range(20):
            lines.info("command")
        slow.begun.set()
        deadline = time.monotonic() + 20
        while slow.getvalue().count("\n") < 3:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        lines.info("command")
    said = access(slow.getvalue()) + [line for line in map(json.loads, slow.getvalue().splitlines()) if "of" in line]
    left_out = [line for line in said if line["message"] == "lines left out"]
    written = [line for line in said if line["message"] == "command"]
    assert len(written) + sum(line["lines"] for line in left_out) == 21
    assert {line["of"] for line in left_out} == {"access"}
    assert logging.getLevelName(lines.level) == "INFO"  # whatever the level of the log is
