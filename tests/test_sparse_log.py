"""What happens to every call is logged once in a while, and counted."""

import logging
import time

import pytest

from erlang_docker.peers.sparse_log import SparseLog


def test_one_line_for_many_events(caplog: pytest.LogCaptureFixture) -> None:
    sparse = SparseLog(logging.getLogger("sparse"), seconds=0.2)
    for _ in range(100):
        sparse.say(logging.WARNING, "call given up", "NotSent")
    sparse.say(logging.WARNING, "call given up", "Busy")
    time.sleep(0.25)
    sparse.say(logging.WARNING, "call given up", "NotSent")
    said = [(record.fields["reason"], record.fields["times"]) for record in caplog.records]  # type: ignore[attr-defined]
    assert said == [("NotSent", 1), ("Busy", 1), ("NotSent", 100)]
