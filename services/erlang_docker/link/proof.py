"""The cookie: a secret all nodes share. It never travels; each side proves that it has it.

A caller signs who it is, which node and which boot of it is meant, a nonce and the time (HMAC-SHA256). The called node
answers with a signature over the same, so it has proved itself too. A proof is good once, for `PROOF_SECONDS`.

While the cookie is changed a node has two, the new and the old, and signs with both: two nodes that have any in common
agree at the first attempt. So it does not matter which of them has read the change, nor which cookie comes first, and
a change takes two steps of whoever makes it: give both, and once all nodes have read that, leave out the old. Were only
the first one proved, it would take three: accept the new, use it, drop the old.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Self

from erlang_docker.errors import NodeError

PROOF_SECONDS = 60.0
ANSWER_KEY = "x-node-answer"
_PROOF_KEY = "x-node-proof"
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
    """Makes proofs and checks them, with one secret or several."""

    def __init__(self, *secrets: bytes) -> None:
        self._secrets: Sequence[bytes] = secrets
        self._used: dict[str, float] = {}

    def use(self, secrets: Sequence[bytes]) -> Mapping[str, object]:
        """Have others from now on; links that stand are not asked again. Gives what the log says of it."""
        kept = sum(secret in secrets for secret in self._secrets)
        self._secrets = secrets
        return {"cookies": len(secrets), "kept": kept}

    def prove(self, claim: Claim) -> list[tuple[str, str]]:
        """The metadata of a call: the claim and its proof by each secret."""
        return [*claim.metadata(), (_PROOF_KEY, ",".join(self._sign("call", claim)))]

    def check(self, metadata: Mapping[str, str]) -> Claim:
        """The claim of a caller who knows the cookie; AuthenticationError for others, and for a proof used before."""
        claim = Claim.read(metadata)
        if not self._is_proved("call", claim, metadata.get(_PROOF_KEY, "")):
            raise AuthenticationError("the proof is wrong: another cookie?")
        age = _age(claim)
        if abs(age) > PROOF_SECONDS:
            raise AuthenticationError(f"the proof is {age:.0f} seconds old: do the clocks agree?")
        self._use(claim.nonce)
        return claim

    def answer(self, claim: Claim) -> list[tuple[str, str]]:
        """The metadata with which the called node proves itself."""
        return [(ANSWER_KEY, ",".join(self._sign("answer", claim)))]

    def check_answer(self, claim: Claim, metadata: Mapping[str, str]) -> None:
        """AuthenticationError when whoever answered does not know the cookie."""
        if not self._is_proved("answer", claim, metadata.get(ANSWER_KEY, "")):
            raise AuthenticationError("the answer is not proved: another cookie?")

    def _sign(self, role: str, claim: Claim) -> list[str]:
        text = "\n".join((role, *astuple(claim))).encode()
        return [hmac.new(secret, text, hashlib.sha256).hexdigest() for secret in self._secrets]

    def _is_proved(self, role: str, claim: Claim, proofs: str) -> bool:
        """Whether one of the proofs is by one of our secrets."""
        given = proofs.encode().split(b",")
        return any(hmac.compare_digest(own.encode(), each) for own in self._sign(role, claim) for each in given)

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
