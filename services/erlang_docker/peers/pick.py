"""The pick: which node of a kind takes the next call is the cluster's choice, made for each new connection.

So every pick is one `POST /node` on a connection of its own, closed after. A connection that is used again would
always lead to the same node (kubernetes/kubernetes#38456).
"""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Self, TypeAlias

from erlang_docker.addresses import Address
from erlang_docker.errors import NotPicked, NotSent
from erlang_docker.peers.answer import Pick, read_answer
from erlang_docker.peers.exchange import exchange
from erlang_docker.peers.kept import exchange_kept
from erlang_docker.peers.resolve import Resolver
from erlang_docker.peers.service_address import ServiceAddress
from erlang_docker.plain_sockets import PlainSockets

FIRST_SECONDS = 0.1
"""For the first try; then several race, because a machine that vanished or a node that froze does not answer at all."""
RACE_SECONDS = (0.15, 0.75)
"""How long the first racers have before as many join them, and how long all have then."""
RACERS = 3
KNOWN_ANSWERS = 100
"""A boot of a node gives the same answer, byte for byte, to every pick, so it is parsed once."""

Answer: TypeAlias = Pick | NotPicked


class Picker:
    """Asks the services of the kinds; a context manager."""

    def __init__(self, services: Mapping[str, Address], resolver: Resolver, log: logging.Logger) -> None:
        self._services = services
        self._addresses = {
            kind: ServiceAddress(service.host, resolver.resolve, log) for kind, service in services.items()
        }
        self._requests = {kind: _request(service) for kind, service in services.items()}
        self._traced = {kind: _request(service, traceparent="%b") for kind, service in services.items()}
        self._read = lru_cache(KNOWN_ANSWERS)(read_answer)
        self._sockets = PlainSockets()
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> Self:
        self._sockets.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._sockets.__exit__(kind, error, traceback)

    async def pick(self, kind: str, deadline: float, traceparent: str = "") -> Pick:
        """One pick, by a deadline in the event loop's time; part of a span, if there is a traceparent.

        NotPicked when nobody answered in a second, or a node that is stopping or of another kind did.
        """
        service = self._services[kind]
        try:
            host = await self._addresses[kind].get(deadline)
            request = self._traced[kind] % traceparent.encode() if traceparent else self._requests[kind]
            answer = await self._answer(Address(host, service.port), request, deadline)
        except NotSent as error:
            raise NotPicked("unresolved", str(error)) from error
        except OSError as error:
            why = "timeout" if isinstance(error, TimeoutError) else "no_answer"
            raise NotPicked(why, f"no answer from {service}: {error!r}") from error
        # Only a node of the kind that was asked for is believed.
        if isinstance(answer, NotPicked) or answer.node.kind != kind:
            why = answer.why if isinstance(answer, NotPicked) else "no_node"
            raise NotPicked(why, f"asked {service} for kind {kind}: {answer}")
        return answer

    async def pick_kept(self, kind: str, count: int, deadline: float) -> list[Answer]:
        """As many answers of a service, all on one connection: what was balanced once stays so.

        NotSent when the connection ended before the last, or the deadline came, in the event loop's time.
        """
        service = self._services[kind]
        try:
            host = await self._addresses[kind].get(deadline)
            request = _request(service, connection="keep-alive")
            return await exchange_kept(Address(host, service.port), request, self._read, count, deadline)
        except OSError as error:
            raise NotSent(f"no answer from {service}: {error!r}") from error

    async def _answer(self, address: Address, request: bytes, deadline: float) -> Answer:
        try:
            return await self._ask(address, request, min(deadline, self._loop.time() + FIRST_SECONDS))
        # Its answer may still be on the way; but where one does not answer in 0.1 s, three others sooner do.
        except TimeoutError:
            return await self._race(address, request, deadline)

    def _ask(self, address: Address, request: bytes, deadline: float) -> Coroutine[None, None, Answer]:
        return exchange(self._sockets, address, request, self._read, deadline)

    async def _race(self, address: Address, request: bytes, deadline: float) -> Answer:
        """The first answer on several connections, each of which may lead to another node; TimeoutError without one."""
        racers: set[asyncio.Task[Answer]] = set()
        try:
            for seconds in RACE_SECONDS:
                asked = (self._ask(address, request, deadline) for _ in range(RACERS))
                racers |= {asyncio.create_task(racer) for racer in asked}
                done, racers = await asyncio.wait(racers, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
                answered = [racer for racer in done if racer.exception() is None]
                if answered:
                    return answered[0].result()
            raise TimeoutError
        finally:
            for racer in racers:
                racer.cancel()
            # Awaited, so that their connections are closed before the pick ends: none is used, none is left.
            await asyncio.gather(*racers, return_exceptions=True)


def _request(service: Address, connection: str = "close", traceparent: str = "") -> bytes:
    head = f"POST /node HTTP/1.1\r\nHost: {service}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    more = f"traceparent: {traceparent}\r\n" if traceparent else ""
    return f"{head}{more}Connection: {connection}\r\n\r\n{{}}".encode()
