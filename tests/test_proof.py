"""The cookie's proof: who has it, what was meant, and only once."""

import dataclasses

import pytest

from erlang_docker.link.proof import AuthenticationError, Claim, Cookie

COOKIE = Cookie(b"a" * 32)
OTHER = Cookie(b"b" * 32)


def claim() -> Claim:
    return Claim.make("erlang-docker-a@a", "erlang-docker-b@b", "boot")


def test_both_sides_prove_themselves() -> None:
    asked = claim()
    assert COOKIE.check(dict(COOKIE.prove(asked))) == asked
    COOKIE.check_answer(asked, dict(COOKIE.answer(asked)))


def test_another_cookie_proves_nothing() -> None:
    asked = claim()
    with pytest.raises(AuthenticationError, match="proof is wrong"):
        COOKIE.check(dict(OTHER.prove(asked)))
    with pytest.raises(AuthenticationError, match="not proved"):
        COOKIE.check_answer(asked, dict(OTHER.answer(asked)))


def test_a_call_is_no_answer() -> None:
    asked = claim()
    proof = dict(COOKIE.prove(asked))["x-node-proof"]
    with pytest.raises(AuthenticationError):
        COOKIE.check_answer(asked, {"x-node-answer": proof})


@pytest.mark.parametrize("moment", ["", "now", "1e3", "1.5"])
def test_a_time_that_is_none_proves_nothing(moment: str) -> None:
    with pytest.raises(AuthenticationError, match="is no time"):
        COOKIE.check(dict(COOKIE.prove(dataclasses.replace(claim(), time=moment))))


def test_a_proof_is_good_once() -> None:
    metadata = dict(COOKIE.prove(claim()))
    COOKIE.check(metadata)
    with pytest.raises(AuthenticationError, match="used before"):
        COOKIE.check(metadata)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Claim)])
def test_every_field_is_signed(field: str) -> None:
    metadata = dict(COOKIE.prove(claim()))
    with pytest.raises(AuthenticationError):
        COOKIE.check({**metadata, f"x-node-{field}": metadata[f"x-node-{field}"] + "1"})
    with pytest.raises(AuthenticationError, match=f"no x-node-{field}"):
        COOKIE.check({key: value for key, value in metadata.items() if key != f"x-node-{field}"})


def test_an_old_proof_is_refused() -> None:
    old = dataclasses.replace(claim(), time=str(int(claim().time) - 61))
    with pytest.raises(AuthenticationError, match="seconds old"):
        COOKIE.check(dict(COOKIE.prove(old)))
