"""When a WebSocket's messages came, for who wants to know how long each has waited."""

from collections import deque

from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import WSMessage

from erlang_docker.servers.messages import Messages
from erlang_docker.trace import clock

MOST_ARRIVALS = 100
"""Of bytes that are told apart. What comes beyond counts as come with the last of them, however it is cut."""


class TimedMessages(Messages):
    """The same messages. A message came with the last byte that had to be parsed to find it."""

    def __init__(self, protocol: BaseProtocol) -> None:
        super().__init__(protocol)
        self.arrived = clock()
        """When the message that was last taken came, by the clock of traces."""
        self._fed = 0
        self._arrivals: deque[tuple[int, float]] = deque()
        """How many bytes had come, and when, of those that wait."""

    def feed(self, data: bytes) -> None:
        """What has come."""
        self._fed += len(data)
        if len(self._arrivals) < MOST_ARRIVALS:
            self._arrivals.append((self._fed, clock()))
        else:
            self._arrivals[-1] = (self._fed, self._arrivals[-1][1])
        super().feed(data)

    def next(self) -> WSMessage | None:
        """The next message; None while none is whole."""
        message = super().next()
        if message is not None:
            parsed = self._fed - len(self)
            while self._arrivals[0][0] < parsed:
                self._arrivals.popleft()
            self.arrived = self._arrivals[0][1]
        return message
