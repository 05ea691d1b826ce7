"""What Helm says after an installation."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from render import CHART, render
from values_sets import VALUES_SETS


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[object], str]:
    """Renders the notes: `helm template` leaves them out, so a copy of the chart has them in a ConfigMap."""
    copy = Path(shutil.copytree(CHART, tmp_path_factory.mktemp("notes") / "chart"))
    (copy / "templates" / "NOTES.txt").rename(copy / "NOTES.txt")
    body = '{kind: ConfigMap, metadata: {name: notes}, data: {text: {{ tpl (.Files.Get "NOTES.txt") . | toJson }}}}'
    (copy / "templates" / "notes.yaml").write_text(body)

    def text(values: object) -> str:
        (shown,) = (item for item in render(values, chart=copy) if item["metadata"]["name"] == "notes")
        return str(shown["data"]["text"])

    return text


@pytest.mark.parametrize("values", VALUES_SETS.values(), ids=VALUES_SETS)
def test_commands_of_the_notes_are_shell(notes: Callable[[object], str], values: object) -> None:
    commands = [
        line
        for line in notes(values).split("\n")
        if re.match(r"  (kubectl|helm|HOST=|TOKEN=|port\(|curl|echo|grpc|ssh)", line)
    ]
    assert len(commands) >= 5
    checked = subprocess.run(["sh", "-n"], input="\n".join(commands), capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_notes_say_what_survives(notes: Callable[[object], str]) -> None:
    assert "kept, and so is the cookie" in notes({})
    assert "deleted: claimRetention.whenDeleted is Delete" in notes(
        {"storage": {"claimRetention": {"whenDeleted": "Delete"}}}
    )
    assert "deleted: reclaimPolicy is Delete" in notes({"storage": {"reclaimPolicy": "Delete"}})
    assert "ssh worker2 sudo mkdir -p /var/lib/erlang-docker/default/" in notes(VALUES_SETS["static-pv"])


def test_notes_say_who_can_break_nodes(notes: Callable[[object], str]) -> None:
    assert "FAULTS" not in notes({})
    assert "every pod of the cluster can" in notes({"faultSwitches": True})
    assert "every pod of the cluster can" not in notes({"faultSwitches": True, "networkPolicy": {"enabled": True}})


def test_notes_say_who_may_use_the_console(notes: Callable[[object], str]) -> None:
    assert "THE CONSOLE IS OPEN" in notes({})
    assert "\n  the NodePort Service erlang-docker-a-svc\nTo want a token: --set console.token.create=true" in notes({})
    assert "\n  nothing of this release\n" in notes(VALUES_SETS["cluster-ip"])
    front = notes(VALUES_SETS["front"])
    assert all(f"\n  {way}\n" in front for way in ("ingress", "httpRoute", "grpcRoute"))
    wanted = notes(VALUES_SETS["load-balancer"])
    assert "OPEN" not in wanted
    assert "get secret tokens -o go-template='{{index .data \"all\" | base64decode}}'" in wanted
    assert '-H "authorization: Bearer $TOKEN"' in wanted
