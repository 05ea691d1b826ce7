"""Wrong tokens are refused slowly."""

import asyncio
from collections import Counter

REFUSAL_SECONDS = 0.5
ADDRESS_WAITING = 5
ALL_WAITING = 100


class Slowdown:
    """Refusals of one address go out one after another, half a second apart.

    Right tokens never wait, and so nobody is locked out by a stranger behind the same address, as all clients of a
    NodePort seem to be. Nor may refusals that wait take all places: one too many goes out at once.
    """

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()

    async def wait(self, address: str) -> None:
        """Until a refusal may go out."""
        if self._waiting[address] >= ADDRESS_WAITING or self._waiting.total() >= ALL_WAITING:
            return
        self._waiting[address] += 1
        try:
            await asyncio.sleep(REFUSAL_SECONDS * self._waiting[address])
        finally:
            self._waiting[address] -= 1
            self._waiting += Counter()  # without the addresses of which none waits
