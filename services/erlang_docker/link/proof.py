"""The cookie: a secret all nodes share. It never travels; each side proves that it has it.

A caller signs who it is, which node and which boot of it is meant, a nonce and the time (HMAC-SHA256). The called node
answers with a signature over the same, so it has proved itself too. A proof is good once, for `PROOF_SECONDS`.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Self

from erlang_docker.errors import NodeError

PROOF_SECONDS = 60.0
ANSWER_KEY = "x-node-answer"
_MAX_FIELD_CHARACTERS = 300


class AuthenticationError(NodeError):
    """Expected: the other side has not shown that it knows the cookie."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a caller signs; every field as it travels in the metadata."""

    caller: str
    target: str
    boot: str
    nonce: str
    time: str

    @classmethod
    def make(cls, caller: str, target: str, boot: str) -> Self:
        """A claim of this moment."""
        return cls(caller, target, boot, secrets.token_hex(16), str(int(time.time())))

    @classmethod
    def read(cls, metadata: Mapping[str, str]) -> Self:
        """The claim in the metadata of a call; AuthenticationError when it is not whole."""
        try:
            claim = cls(*(metadata[f"x-node-{name}"] for name in cls.__dataclass_fields__))
        except KeyError as error:
            raise AuthenticationError(f"no {error.args[0]} in the metadata") from error
        if any(len(field) > _MAX_FIELD_CHARACTERS for field in astuple(claim)):
            raise AuthenticationError("a field of the proof is too long")
        return claim

    def metadata(self) -> list[tuple[str, str]]:
        """The fields as gRPC metadata, without the proof."""
        return [(f"x-node-{name}", value) for name, value in zip(self.__dataclass_fields__, astuple(self), strict=True)]


class Cookie:
    """Makes proofs and checks them."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._used: dict[str, float] = {}

    def prove(self, claim: Claim) -> list[tuple[str, str]]:
        """The metadata of a call: the claim and its proof."""
        return [*claim.metadata(), ("x-node-proof", self._sign("call", claim))]

    def check(self, metadata: Mapping[str, str]) -> Claim:
        """The claim of a caller who knows the cookie; AuthenticationError for others, and for a proof used before."""
        claim = Claim.read(metadata)
        if not hmac.compare_digest(self._sign("call", claim).encode(), metadata.get("x-node-proof", "").encode()):
            raise AuthenticationError("the proof is wrong: another cookie?")
        age = _age(claim)
        if abs(age) > PROOF_SECONDS:
            raise AuthenticationError(f"the proof is {age:.0f} seconds old: do the clocks agree?")
        self._use(claim.nonce)
        return claim

    def answer(self, claim: Claim) -> list[tuple[str, str]]:
        """The metadata with which the called node proves itself."""
        return [(ANSWER_KEY, self._sign("answer", claim))]

    def check_answer(self, claim: Claim, metadata: Mapping[str, str]) -> None:
        """AuthenticationError when whoever answered does not know the cookie."""
        if not hmac.compare_digest(self._sign("answer", claim).encode(), metadata.get(ANSWER_KEY, "").encode()):
            raise AuthenticationError("the answer is not proved: another cookie?")

    def _sign(self, role: str, claim: Claim) -> str:
        text = "\n".join((role, *astuple(claim)))
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()

    def _use(self, nonce: str) -> None:
        """Remember a nonce for as long as its proof could be shown again: from a minute early to a minute late."""
        now = time.monotonic()
        while self._used and next(iter(self._used.values())) < now:
            del self._used[next(iter(self._used))]
        if nonce in self._used:
            raise AuthenticationError("the proof was used before")
        self._used[nonce] = now + 2 * PROOF_SECONDS


def _age(claim: Claim) -> float:
    try:
        return time.time() - int(claim.time)
    except ValueError as error:
        raise AuthenticationError("the time of the proof is no time") from error
