"""The node's store with Python values, as a Context gives it."""

from typing import Any, TypeVar

from erlang_docker.functions.from_term import value_of
from erlang_docker.functions.to_term import term_of
from erlang_docker.storage.store import Store

T = TypeVar("T")


class StoredValues:
    """Values under keys on the node's volume. Failure `system_limit` for a key or value that is too large."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, key: Any, value: Any) -> None:
        """Returns once the value is on the disk."""
        await self._store.put(term_of(key), term_of(value))

    async def get(self, key: Any, returns: type[T] | None = None, default: Any = None) -> T | Any:
        """The value as `returns` annotates it, a term as it is where that is None; the default where there is none."""
        term = await self._store.get(term_of(key))
        return default if term is None else value_of(term, returns)

    async def delete(self, key: Any) -> None:
        """Returns once the key is gone from the disk, also when it was not there."""
        await self._store.delete(term_of(key))

    async def keys(self, returns: type[T] | None = None) -> list[T | Any]:
        """All keys, in the order of their texts, each as `returns` annotates it."""
        return [value_of(term, returns) for term in await self._store.keys()]

    async def size(self) -> int:
        """The number of keys."""
        return await self._store.size()
