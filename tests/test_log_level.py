"""The level of the log follows a file while the node runs."""

import asyncio
from pathlib import Path

import pytest

from erlang_docker.errors import SettingsError
from harness import lines_of, node, services
from test_secret_files import logged


def said(data_dir: Path) -> list[str]:
    return [line["message"] for line in lines_of(data_dir / "a-0/log/node.log")]


async def test_the_level_is_that_of_the_file(tmp_path: Path) -> None:
    level = tmp_path / "level"
    level.write_text("WARNING\n")
    async with services() as among, node("a", tmp_path, among, log_level_file=level):
        level.write_text("debug")
        assert (await logged(tmp_path, "a-0", "log level reloaded"))["to"] == "DEBUG"
        assert "ready" not in said(tmp_path)
        level.write_text("ERROR")
        assert (await logged(tmp_path, "a-0", "log level reloaded", 2))["to"] == "ERROR"
        await asyncio.sleep(0)  # it holds from the line that tells of it on
    assert said(tmp_path)[-1] == "log level reloaded"  # and not `stopping`


@pytest.mark.parametrize("text", [None, "", "LOUD"])
async def test_a_file_without_one_is_refused_at_first(text: str | None, tmp_path: Path) -> None:
    level = tmp_path / "level"
    if text is not None:
        level.write_text(text)
    with pytest.raises(SettingsError, match="LOG_LEVEL_FILE: "):
        async with services() as among, node("a", tmp_path, among, log_level_file=level):
            pass
