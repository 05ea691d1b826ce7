"""The level of the log follows a file while the node runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from erlang_docker.errors import SettingsError
from harness import node, services
from test_secret_files import logged


def lines(data_dir: Path) -> list[dict[str, Any]]:
    file = data_dir / "a-0/log/node.log"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


async def test_the_level_is_that_of_the_file(tmp_path: Path) -> None:
    level = tmp_path / "level"
    level.write_text("WARNING\n")
    async with services() as among, node("a", tmp_path, among, log_level_file=level):
        assert lines(tmp_path) == []  # though it is ready
        level.write_text("debug")
        (tmp_path / "a-0/log/node.log").touch()
        assert (await logged(tmp_path, "a-0", "log level reloaded"))["to"] == "DEBUG"
        level.write_text("ERROR")
        assert (await logged(tmp_path, "a-0", "log level reloaded", 2))["to"] == "ERROR"
    assert lines(tmp_path)[-1]["message"] == "log level reloaded"  # and not `stopping`


@pytest.mark.parametrize("text", [None, "", "LOUD"])
async def test_a_file_without_one_is_refused_at_first(text: str | None, tmp_path: Path) -> None:
    level = tmp_path / "level"
    if text is not None:
        level.write_text(text)
    with pytest.raises(SettingsError, match="LOG_LEVEL_FILE: "):
        async with services() as among, node("a", tmp_path, among, log_level_file=level):
            pass
