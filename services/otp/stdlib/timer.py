"""`timer`: the function that waits."""

import asyncio

from otp.export import export
from otp.stdlib.arguments import integer
from otp.terms.types import INFINITY, OK, Atom, Term

_MOST = (1 << 32) - 1


@export("timer:sleep(100)", idempotent=True)
async def sleep(time: Term) -> Term:
    """Wait the given number of milliseconds, or until the deadline of the call; then ok."""
    milliseconds = _MOST if time == INFINITY else integer(time, Atom("timeout_value"), least=0, most=_MOST)
    await asyncio.sleep(milliseconds / 1000)
    return OK
