"""`store`: terms kept on the node's volume. What was answered `ok` survives the process and the machine's power."""

from collections.abc import Awaitable
from typing import Protocol

from otp.export import export
from otp.terms.types import ERROR, OK, Term


class KeyValues(Protocol):
    """What `store` needs of the state; raises Failure for what it does not take."""

    def put(self, key: Term, value: Term) -> Awaitable[None]: ...

    def get(self, key: Term) -> Awaitable[Term | None]: ...

    def delete(self, key: Term) -> Awaitable[None]: ...

    def keys(self) -> Awaitable[list[Term]]: ...

    def size(self) -> Awaitable[int]: ...


class StoreFunctions:
    """`store:put`, `get`, `delete`, `keys` and `size`."""

    def __init__(self, store: KeyValues) -> None:
        self._store = store

    @export("store:put(colour,blue)", idempotent=True)
    async def put(self, key: Term, value: Term) -> Term:
        """Keep a value under a key: ok once it is on the disk."""
        await self._store.put(key, value)
        return OK

    @export("store:get(colour)", idempotent=True)
    async def get(self, key: Term) -> Term:
        """The value under a key: {ok,Value}, or error when there is none."""
        value = await self._store.get(key)
        return ERROR if value is None else (OK, value)

    @export("store:get(colour,none)", idempotent=True)
    async def get_default(self, key: Term, default: Term) -> Term:
        """The value under a key, or the default."""
        value = await self._store.get(key)
        return default if value is None else value

    @export("store:delete(colour)", idempotent=True)
    async def delete(self, key: Term) -> Term:
        """Forget a key: ok, also when there was none."""
        await self._store.delete(key)
        return OK

    @export("store:keys()", idempotent=True)
    async def keys(self) -> Term:
        """All keys, in the order of their texts."""
        return await self._store.keys()

    @export("store:size()", idempotent=True)
    async def size(self) -> Term:
        """How many keys there are."""
        return await self._store.size()
