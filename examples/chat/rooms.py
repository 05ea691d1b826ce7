"""What nodes of kind b export: rooms, each with its last messages, in order, on the node's volume."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from erlang_docker import Atom, Context, Failure, export

Message: TypeAlias = tuple[int, str, str, str]
"""Its number, who says it, what, and the key that its browser gave it."""
KEPT = 100
"""Messages of a room: with the longest texts of the widest characters below 1 MiB, the limit of a value."""
MAX_CHARACTERS = {"author": 40, "text": 2000, "key": 40}
WAIT_SECONDS = 3.0
"""For the next message: less than the 5 s of a call."""


class Room:
    """Its messages, the oldest first, once they were read from the volume; they change while `changed` is held."""

    def __init__(self) -> None:
        self.changed = asyncio.Condition()
        self.messages: list[Message] | None = None

    async def opened(self, context: Context, name: str) -> list[Message]:
        """Its messages; `changed` is held."""
        if self.messages is None:
            self.messages = await context.store.get(name, returns=list[Message], default=[])
        return self.messages


@asynccontextmanager
async def lifespan() -> AsyncIterator[defaultdict[str, Room]]:
    """The rooms that somebody is in, or was."""
    yield defaultdict(Room)


@export('room:post("lobby","Ann","hello","key-1")', idempotent=True)
async def post(context: Context, name: str, author: str, text: str, key: str) -> int:
    """Add a message, and answer with its number once it is on the disk; the same key again is the same message.

    Numbers are milliseconds, or one more than the last: so they rise also where a room begins anew, on another node.
    """
    given = {"author": author, "text": text, "key": key}
    if not all(1 <= len(given[field]) <= most for field, most in MAX_CHARACTERS.items()):
        raise Failure("error", Atom("badarg"))
    room: Room = context.resources[name]
    # One at a time: that makes the order. Whoever is cancelled in here has told nobody of a message, and the next one
    # writes over what it wrote.
    async with room.changed:
        messages = await room.opened(context, name)
        for message in messages:
            if message[-1] == key:
                return message[0]
        number = max([int(time.time() * 1000), *(message[0] + 1 for message in messages[-1:])])
        added = [*messages, (number, author, text, key)][-KEPT:]
        await context.store.put(name, added)
        room.messages = added
        room.changed.notify_all()
    return number


@export('room:read("lobby",0)', read_only=True)
async def read(context: Context, name: str, after: int) -> list[Message]:
    """The messages after this number; waits a while for one."""
    room: Room = context.resources[name]
    async with room.changed:
        messages = await room.opened(context, name)
        if not messages or messages[-1][0] <= after:
            with suppress(TimeoutError):
                async with asyncio.timeout(WAIT_SECONDS):
                    await room.changed.wait()
        return [message for message in await room.opened(context, name) if message[0] > after]
