"""A browser shows its token once, and then its session."""

import hashlib
import hmac
import time

import aiohttp

from erlang_docker.servers.page_login import COOKIE
from harness import LOOPBACK, Pair
from locked import TOKENS, bearer, browser, enters, login


async def test_a_browser_has_a_session(locked: Pair) -> None:
    """Which every node takes, and which is no token."""
    url = f"http://{LOOPBACK}:{locked.a.ws_port}"
    async with browser() as session:
        assert await (await session.get(f"{url}/login")).json() == {"needed": True, "role": None}
        answer = await login(session, locked.a, TOKENS["read"])
        assert await answer.json() == {"needed": True, "role": "read"}
        cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
        assert not any(word in cookie for word in (TOKENS["read"], "Secure", "Max-Age"))
        assert await (await session.get(f"{url}/login")).json() == {"needed": True, "role": "read"}
        assert await enters(session, locked.a)
        assert await enters(session, locked.b)
        elsewhere = {**bearer(TOKENS["read"]), "X-Forwarded-Proto": "https"}
        assert "Secure" in (await session.post(f"{url}/login", headers=elsewhere)).headers["Set-Cookie"]
    async with browser() as session:
        await login(session, locked.a, TOKENS["run"])
        await session.post(f"{url}/logout")
        assert not await enters(session, locked.a)


def session_until(moment: int) -> str:
    """What only who has the token can make."""
    key = hashlib.sha256(TOKENS["read"].encode()).digest()
    return f"read.{moment}.{hmac.new(key, f'session read {moment}'.encode(), hashlib.sha256).hexdigest()}"


async def test_a_session_cannot_be_made_up(locked: Pair) -> None:
    async with browser() as session:
        await login(session, locked.a, TOKENS["read"])
        (made,) = (morsel.value for morsel in session.cookie_jar)
    role, until, proof = made.split(".")
    forged = [f"run.{until}.{proof}", f"{role}.{int(until) + 1}.{proof}", f"{role}.1.{proof}", f"{made}x", "", "x.y.z"]
    right = [made, session_until(int(time.time()) + 60)]
    for value in [*forged, session_until(int(time.time()) - 60), *right]:
        async with aiohttp.ClientSession(cookies={COOKIE: value}) as session:
            url = f"http://{LOOPBACK}:{locked.a.ws_port}/functions"
            assert (await session.get(url)).status == (200 if value in right else 401), value


async def test_other_sites_cannot_log_in_or_out(locked: Pair) -> None:
    headers = {**bearer(TOKENS["run"]), "Origin": "http://evil.example"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for path in ("login", "logout"):
            assert (await session.post(f"http://{LOOPBACK}:{locked.a.ws_port}/{path}")).status == 403
