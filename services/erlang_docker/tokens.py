"""The login tokens of the console's doors, and what who has one may do."""

import hashlib
import hmac
import logging
import re
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from erlang_docker.errors import SettingsError

MIN_TOKEN_CHARACTERS = 16
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""What `Authorization: Bearer` can carry (RFC 6750, section 2.1)."""


class Role(StrEnum):
    """`read`: functions that change nothing. `run`: all."""

    READ = "read"
    RUN = "run"


class TokenFiles(NamedTuple):
    """Where the token of each role is; the second file may be missing."""

    run: Path
    read: Path | None


class Tokens:
    """Whose token it is; SettingsError, at the start, for files without usable tokens.

    The files are read again when they have changed, as those of a mounted Secret do. What cannot be used then is
    logged, and the tokens stay as they were: a slip must neither open the doors nor shut out who has a token.
    """

    def __init__(self, files: TokenFiles, log: logging.Logger) -> None:
        self._files = files
        self._log = log
        self._stamps = self._look()
        self._keys = _read(files)

    def role(self, token: str) -> Role | None:
        """The role of a token. Digests are compared, all of them and in constant time: not even its length shows."""
        digest = _digest(token)
        found = [role for role, key in self._current().items() if hmac.compare_digest(digest, key)]
        return found[0] if found else None

    def sign(self, role: Role, text: str) -> str | None:
        """A proof, in hexadecimal, that whoever made it had the role's token; None where the role has none."""
        key = self._current().get(role)
        return None if key is None else hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def _current(self) -> dict[Role, bytes]:
        # Looked at before it is read: what changes in between is read once more.
        stamps = self._look()
        if stamps != self._stamps:
            self._stamps = stamps
            try:
                self._keys = _read(self._files)
            except SettingsError as error:
                self._log.error("tokens not read, the old ones stay", extra={"fields": {"reason": str(error)}})
            else:
                self._log.info("tokens read again")
        return self._keys

    def _look(self) -> list[object]:
        return [_stamp(path) for path in self._files if path is not None]


def read_token(path: Path) -> str:
    """SettingsError for one that is missing, short, or cannot be sent in a header."""
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"token: {path}: {error}") from error
    if len(token) < MIN_TOKEN_CHARACTERS:
        raise SettingsError(
            f"token: {path} holds {len(token)} characters, a token needs {MIN_TOKEN_CHARACTERS} or more"
        )
    if not _TOKEN.fullmatch(token):
        raise SettingsError(f"token: {path} holds more than letters, digits and -._~+/")
    return token


def _read(files: TokenFiles) -> dict[Role, bytes]:
    keys = {Role.RUN: _digest(read_token(files.run))}
    if files.read is not None and files.read.exists():
        keys[Role.READ] = _digest(read_token(files.read))
    if len(set(keys.values())) < len(keys):
        raise SettingsError(f"token: {files.read} holds the same as {files.run}")
    return keys


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """With its size: what was seen half written may be whole within the same tick of the clock that the kernel has."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_ino, seen.st_size
