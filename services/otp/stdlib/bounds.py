"""What results may hold: functions run in the event loop, so what their arguments could ask for is bounded."""

from otp.stdlib.arguments import fail
from otp.terms.types import SYSTEM_LIMIT, Atom, Bitstring, ImproperList, Map, Term

MAX_ITEMS = 10_000
MAX_INTEGER_BITS = 4_096
MAX_SIZE = 256 << 10
"""Of what is put together from parts, in bytes or characters: what a reply prints at most."""


def check_size(size: int, most: int) -> int:
    """The size of a result; `system_limit` beyond `most`."""
    return size if size <= most else fail(SYSTEM_LIMIT)


def check_count(items: int) -> int:
    """A number of items to make; `system_limit` beyond MAX_ITEMS."""
    return check_size(items, MAX_ITEMS)


def check_bits(number: int) -> int:
    """How many bits an integer may grow to; `system_limit` beyond MAX_INTEGER_BITS."""
    return check_size(number, MAX_INTEGER_BITS)


def check_copies(number: int, term: Term) -> int:
    """A number of copies of a term; `system_limit` when together they would print more than MAX_SIZE."""
    return number if check_count(number) * printed_size(term) <= MAX_SIZE else fail(SYSTEM_LIMIT)


def printed_size(term: Term) -> int:
    """How many characters a term takes at least to print; `system_limit` for one that is too deep to tell."""
    try:
        return _size(term)
    except RecursionError:
        fail(SYSTEM_LIMIT)


def _size(term: Term) -> int:
    if isinstance(term, Atom | bytes):
        return 1 + len(term)
    if isinstance(term, list | tuple):
        return 1 + sum(map(_size, term))
    if isinstance(term, ImproperList):
        return _size(term.items) + _size(term.tail)
    if isinstance(term, Map):
        return 1 + sum(_size(key) + _size(value) for key, value in term.items())
    return 1 + (
        term.bit_length() >> 2 if isinstance(term, int) else term.bits >> 3 if isinstance(term, Bitstring) else 1
    )
