"""When a WebSocket's messages came, for who wants to know how long each has waited."""

from collections import deque

from aiohttp.base_protocol import BaseProtocol

from erlang_docker.servers.messages import Messages
from erlang_docker.trace import clock

MOST_ARRIVALS = 100
"""Of bytes that are told apart while others wait. What comes beyond counts as come with the last of them."""


class TimedMessages(Messages):
    """The same messages. A message came with the last byte that had to be parsed to find it."""

    def __init__(self, protocol: BaseProtocol) -> None:
        super().__init__(protocol)
        self._arrived = clock()
        self._fed = 0
        self._later: deque[tuple[int, float]] = deque()
        """Of bytes that came while others waited: how many had come before them, and when they did."""

    def feed(self, data: bytes) -> None:
        """What has come."""
        if not self._parsed and not self._waiting:  # mostly: then nothing is counted
            self._fed, self._arrived = 0, clock()
            self._later.clear()
        elif len(self._later) < MOST_ARRIVALS:
            self._later.append((self._fed, clock()))
        self._fed += len(data)
        super().feed(data)

    @property
    def arrived(self) -> float:
        """When the message that was last taken came, by the clock of traces."""
        parsed = self._fed - len(self)
        while self._later and self._later[0][0] < parsed:
            self._arrived = self._later.popleft()[1]
        return self._arrived
