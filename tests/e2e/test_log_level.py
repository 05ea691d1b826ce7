"""The level of the log on a cluster: what docs/logs.md has typed reaches nodes that run, and restarts none."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents import blocks
from e2e.kubernetes import KINDS, Pod, Release, restricted_namespace
from e2e.reader import Reader

UPGRADE, LOOK, PATCH, TAKE_BACK = (block.text for block in blocks("docs/logs.md") if block.heading == "The level")
SECONDS = 120.0
"""More than a kubelet takes that looks in its own time, should it have missed the command that hastens it."""
OWN = '''
"""A function of somebody's own."""

import logging

from erlang_docker import Context, export


@export("loud:say(words)")
def say(context: Context, words: str) -> None:
    """Log them at three levels."""
    for level in (logging.DEBUG, logging.INFO, logging.ERROR):
        context.log.log(level, "%s", words)
'''
VALUES = {
    "drainSeconds": 0,
    "nodes": {
        "a": {"replicas": 1, "service": {"nodePorts": dict.fromkeys(("http", "ws", "grpc"))}},
        "b": {
            "replicas": 2,
            "pod": {
                "extraVolumes": [{"name": "own", "configMap": {"name": "own"}}],
                "extraVolumeMounts": [{"name": "own", "mountPath": "/app/node_b/loud.py", "subPath": "loud.py"}],
            },
        },
    },
}


@pytest.fixture
def loud(tags: tuple[str, str]) -> Iterator[Release]:
    """Its nodes of kind b have a function of their own, as the product logs nothing at DEBUG."""
    with restricted_namespace("erlang-e2e-log") as namespace:
        release = Release("erlang-docker", namespace)
        release.kubectl("create", "configmap", "own", f"--from-literal=loud.py={OWN}")
        release.upgrade(tags[0], VALUES)
        yield release
        release.uninstall()


def pods(release: Release) -> dict[str, Pod]:
    return {name: pod for kind in KINDS for name, pod in release.pods(kind).items()}


def logged(release: Release, pod: str, message: str, **fields: object) -> list[str]:
    """The levels of the lines with this message, once there is one with these fields."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        lines = [line for line in release.log(pod) if line["message"] == message]
        if any(fields.items() <= line.items() for line in lines):
            return [line["level"] for line in lines]
        time.sleep(0.5)
    raise AssertionError(f"{pod} did not log {message} {fields}")


def heard(release: Release, words: str) -> set[tuple[str, ...]]:
    """The levels that each node of kind b logs a call of its function at, of three; the last is always there."""
    for pod in release.pods("b"):
        release.ask(pod, "mfa", f'loud:say("{words}")')
    return {tuple(logged(release, pod, words, level="ERROR")) for pod in release.pods("b")}


def test_it_changes_without_a_restart(loud: Release, tmp_path: Path) -> None:
    """To DEBUG by Helm, to WARNING by hand, and back to INFO; kubelets are made to look at once."""
    reader = Reader.of(loud.namespace, tmp_path)
    before = pods(loud)
    assert heard(loud, "at first") == {("INFO", "ERROR")}
    for command, level, levels in (
        (UPGRADE, "DEBUG", ("DEBUG", "INFO", "ERROR")),
        (PATCH, "WARNING", ("ERROR",)),
        (TAKE_BACK, "INFO", ("INFO", "ERROR")),
    ):
        if command == TAKE_BACK:
            assert "conflict" in reader.try_out(UPGRADE).stderr
        reader.type(command)
        reader.type(LOOK)
        for pod in before:
            logged(loud, pod, "log level reloaded", to=level)
        assert heard(loud, f"at {level}") == {levels}
    assert pods(loud) == before
