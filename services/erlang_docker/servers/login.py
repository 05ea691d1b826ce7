"""Who may use the console at a door: whoever shows a token, or everybody where none is set."""

from erlang_docker.errors import Unauthenticated
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.slowdown import Slowdown
from erlang_docker.tokens import Role, Tokens


class Login:
    """Checks what a client shows as `Authorization: Bearer TOKEN`, at one door."""

    def __init__(self, tokens: Tokens | None, slowdown: Slowdown, refusals: Refusals) -> None:
        self.tokens = tokens
        self._slowdown = slowdown
        self._refusals = refusals

    async def check(self, authorization: str, address: str) -> Role:
        """The client's role; Unauthenticated, after a while if it was a guess."""
        if self.tokens is None:
            return Role.RUN
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            self._refusals.note("no_token", address)
            raise Unauthenticated("a token is needed: Authorization: Bearer TOKEN")
        role = self.tokens.role(token.strip())
        if role is None:
            self._refusals.note("wrong_token", address)
            await self._slowdown.wait(address)
            raise Unauthenticated("wrong token")
        return role
