"""What a browser keeps instead of a token."""

import hmac
import re
import time

from erlang_docker.tokens import Role, Tokens

SESSION_SECONDS = 12 * 3600
_SESSION = re.compile(r"(run|read)\.([0-9]{1,12})\.([0-9a-f]{64})")


class Sessions:
    """A role, until when, and a proof of both. Any node with the same tokens can check it, and none remembers it.

    It ends with its token: when that is replaced, the proof is none.
    """

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def make(self, role: Role) -> str:
        """One that begins now."""
        until = str(int(time.time()) + SESSION_SECONDS)
        return f"{role}.{until}.{self._tokens.sign(role, _text(role, until))}"

    def role(self, session: str) -> Role | None:
        """That of a session which has not ended."""
        parts = _SESSION.fullmatch(session)
        if parts is None or int(parts[2]) < time.time():
            return None
        role = Role(parts[1])
        proof = self._tokens.sign(role, _text(role, parts[2]))
        return role if proof is not None and hmac.compare_digest(proof, parts[3]) else None


def _text(role: Role, until: str) -> str:
    return f"session {role} {until}"
