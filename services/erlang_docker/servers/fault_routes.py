"""`/faults` on the admin port, where a node allows it: `GET` shows what is on, `POST` switches, `DELETE` clears."""

import asyncio
import json
from collections.abc import Mapping

from aiohttp import web

from erlang_docker.faults.switches import MOST, MOST_SECONDS, SECONDS, Switches

READ_SECONDS = 5.0
"""For a request's body."""
_WHETHER = ("refuse_picks", "drop_links", "fail_store")


def add_fault_routes(app: web.Application, switches: Switches) -> None:
    """Each answers with what is on then: `{"delay_ms": {"value": 300.0, "seconds_left": 58.3}}`.

    400 for what cannot be set. 403 for what a page of another site has a browser send.
    """

    def shown() -> web.Response:
        on = {
            name: {"value": each.value, "seconds_left": round(each.seconds_left, 1)}
            for name, each in switches.on().items()
        }
        return web.Response(text=f"{json.dumps(on)}\n", content_type="application/json")

    async def show(request: web.Request) -> web.Response:
        return shown()

    async def set_(request: web.Request) -> web.Response:
        _refuse_pages(request)
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await request.read()
            switches.set(*_wanted(body))
        except TimeoutError as error:
            raise web.HTTPRequestTimeout from error
        except (ValueError, RecursionError) as error:
            raise web.HTTPBadRequest(text=f"{error}\n") from error
        return shown()

    async def clear(request: web.Request) -> web.Response:
        _refuse_pages(request)
        switches.clear()
        return shown()

    app.add_routes([web.get("/faults", show), web.post("/faults", set_), web.delete("/faults", clear)])


def _refuse_pages(request: web.Request) -> None:
    """A browser names the page's site with whatever may change something (Fetch, section 3.2)."""
    if "Origin" in request.headers:
        raise web.HTTPForbidden(text="not for pages\n")


def _wanted(body: bytes) -> tuple[Mapping[str, float], float]:
    """Faults to values, and for how long; ValueError says what is wrong."""
    wanted = json.loads(body)
    if not isinstance(wanted, dict):
        raise ValueError("not a JSON object")
    seconds = _number("seconds", wanted.pop("seconds", SECONDS), MOST_SECONDS)
    if not seconds:
        raise ValueError("seconds: 0")
    return {name: _value(name, value) for name, value in wanted.items()}, seconds


def _value(name: str, value: object) -> float:
    if name not in MOST:
        raise ValueError(f"no fault {name!r}; there are {', '.join(MOST)}")
    if name not in _WHETHER:
        return _number(name, value, MOST[name])
    if not isinstance(value, bool):
        raise ValueError(f"{name}: not true or false")
    return float(value)


def _number(name: str, value: object, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"{name}: not a number from 0 to {most:g}")
    return float(value)
