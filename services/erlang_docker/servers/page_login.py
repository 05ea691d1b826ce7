"""The login of the page and its WebSocket. A browser shows its token once and then its session, in a cookie.

Scripts cannot read the cookie, and no page of another site can have it sent. Without a
`Max-Age` it goes with the browser.
"""

from aiohttp import web

from erlang_docker.errors import Unauthenticated
from erlang_docker.servers.app_server import AppConnection
from erlang_docker.servers.login import Login
from erlang_docker.servers.sessions import Sessions
from erlang_docker.tokens import Role

COOKIE = "erlang_docker_session"
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class PageLogin:
    """A session or a token is asked for where `role` is, and nowhere else."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._sessions = None if login.tokens is None else Sessions(login.tokens)

    async def role(self, request: web.Request) -> Role:
        """The client's; 401 when it shows neither."""
        return self._session(request) or await self._token(request)

    async def state(self, request: web.Request) -> web.Response:
        """`GET /login`: whether a token is needed, and the role that the browser has."""
        return self._answer(self._session(request))

    async def begin(self, request: web.Request) -> web.Response:
        """`POST /login`, with the token in its header: a session."""
        role = await self._token(request)
        response = self._answer(role)
        if self._sessions is not None:
            # TLS ends before the node, if anywhere.
            secure = request.headers.get("X-Forwarded-Proto") == "https"
            response.set_cookie(COOKIE, self._sessions.make(role), httponly=True, samesite="Strict", secure=secure)
        return response

    async def end(self, request: web.Request) -> web.Response:
        """`POST /logout`: the browser forgets its session."""
        response = self._answer(None)
        response.del_cookie(COOKIE, httponly=True, samesite="Strict")
        return response

    def _session(self, request: web.Request) -> Role | None:
        return Role.RUN if self._sessions is None else self._sessions.role(request.cookies.get(COOKIE, ""))

    async def _token(self, request: web.Request) -> Role:
        authorization = request.headers.get("Authorization", "")
        try:
            return await self._login.check(authorization, AppConnection.of(request).address)
        except Unauthenticated as error:
            raise web.HTTPUnauthorized(text=str(error), headers={**_HEADERS, "WWW-Authenticate": "Bearer"}) from error

    def _answer(self, role: Role | None) -> web.Response:
        answer = web.json_response({"needed": self._sessions is not None, "role": role}, headers=_HEADERS)
        # The page asks before each of its sockets: on a kept connection it would ask the node that it has just lost.
        answer.force_close()
        return answer
