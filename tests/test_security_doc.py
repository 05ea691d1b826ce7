"""What docs/security.md says is so."""

import re
from pathlib import Path

import pytest

from erlang_docker.servers.sessions import SESSION_SECONDS
from erlang_docker.servers.slowdown import ADDRESS_WAITING, ALL_WAITING, REFUSAL_SECONDS
from erlang_docker.tokens import MIN_TOKEN_CHARACTERS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text()


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/\S+::\w+)`", TEXT))))
def test_the_tests_of_the_threats_are_there(named: str) -> None:
    path, _, function = named.partition("::")
    assert re.search(rf"^(?:async )?def {function}\(", (ROOT / path).read_text(), re.MULTILINE)


def test_every_threat_has_a_test() -> None:
    rows = TEXT.partition("## Threats")[2].split("\n|---")[1].split("\n")[1:]
    threats = [row for row in rows if row.startswith("| ")]
    assert len(threats) > 10
    assert all("`tests/" in row.rsplit("|", 2)[1] for row in threats)


def test_figures() -> None:
    assert (SESSION_SECONDS, REFUSAL_SECONDS) == (12 * 3600, 0.5)
    assert (ADDRESS_WAITING, ALL_WAITING, MIN_TOKEN_CHARACTERS) == (5, 100, 16)
    words = " ".join(TEXT.split())
    for said in ("12 hours", "half a second", "five at most, and a hundred in all", "at least 16 characters"):
        assert said in words
