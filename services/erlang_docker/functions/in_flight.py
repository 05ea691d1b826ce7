"""How many calls a node has in flight, and its refusal to take more."""

from types import TracebackType

from erlang_docker.errors import Busy

MAX_CALLS = 1000


class Admission:
    """A context manager for one call after another; Busy at once when too many are inside."""

    def __init__(self, limit: int = MAX_CALLS) -> None:
        self._limit = limit
        self._calls = 0

    @property
    def full(self) -> bool:
        """Whether the next call would be refused."""
        return self._calls >= self._limit

    def __enter__(self) -> None:
        if self.full:
            raise Busy
        self._calls += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._calls -= 1
