"""The login tokens of the console's doors, and what who has one may do."""

import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, TypeAlias

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


Keys: TypeAlias = Mapping[Role, bytes]
"""The digests of the tokens, of each role that has one."""


class Tokens:
    """Whose token it is. Tokens may be replaced at any time."""

    def __init__(self) -> None:
        self._keys: Keys = {}
        self._watchers: list[Callable[[Collection[Role]], None]] = []

    def use(self, keys: Keys) -> Mapping[str, object]:
        """These, from now on; says whose there are."""
        replaced = [role for role, key in self._keys.items() if keys.get(role) != key]
        self._keys = keys
        if replaced:
            for watcher in self._watchers:
                watcher(replaced)
        return {"roles": sorted(keys)}

    def watch(self, watcher: Callable[[Collection[Role]], None]) -> None:
        """Have it told of the roles whose token is no longer good, each time there are such."""
        self._watchers.append(watcher)

    def role(self, token: str) -> Role | None:
        """The role of a token. Digests are compared, all of them and in constant time: not even its length shows."""
        digest = _digest(token)
        found = [role for role, key in self._keys.items() if hmac.compare_digest(digest, key)]
        return found[0] if found else None

    def sign(self, role: Role, text: str) -> str | None:
        """A proof, in hexadecimal, that whoever made it had the role's token; None where the role has none."""
        key = self._keys.get(role)
        return None if key is None else hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


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


def read_keys(files: TokenFiles) -> Keys:
    """SettingsError for files without usable tokens."""
    keys = {Role.RUN: _digest(read_token(files.run))}
    if files.read is not None and files.read.exists():
        keys[Role.READ] = _digest(read_token(files.read))
    if len(set(keys.values())) < len(keys):
        raise SettingsError(f"token: {files.read} holds the same as {files.run}")
    return keys


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
