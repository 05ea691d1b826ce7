"""The level of the log, as a file says it: so it changes while the node runs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from erlang_docker.errors import SettingsError
from erlang_docker.reloaded import Reloaded, following
from erlang_docker.settings import LOG_LEVELS


@asynccontextmanager
async def following_level(file: Path | None, log: logging.Logger) -> AsyncIterator[None]:
    """Keep the level as the file says, if there is one; SettingsError when it says none at first."""
    if file is None:
        yield
        return
    async with following([Reloaded("log level", partial(_read, file), partial(_use, log), log)]):
        yield


def _read(file: Path) -> str:
    try:
        level = file.read_text().strip().upper()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"LOG_LEVEL_FILE: {error}") from error
    if level not in LOG_LEVELS:
        raise SettingsError(f"LOG_LEVEL_FILE: not a level: {level[:20]!r}")
    return level


def _use(log: logging.Logger, level: str) -> Mapping[str, object]:
    """Whichever is the more talkative of the two levels counts for the line that tells of the change."""
    if logging.getLevelNamesMapping()[level] < log.level:
        log.setLevel(level)
    else:
        asyncio.get_running_loop().call_soon(log.setLevel, level)
    return {"to": level}
