"""How large a result may be that its arguments do not hold already: beyond is `system_limit`, as Erlang has it."""

from erlang_docker.functions.arguments import SYSTEM_LIMIT, fail
from erlang_docker.terms.limits import MAX_BINARY_BYTES

MAX_ITEMS = 10_000  # of a list that a number asks for
MAX_SIZE = MAX_BINARY_BYTES  # bytes, or characters, of what is put together from parts
MAX_INTEGER_BYTES = 512


def within(size: int, most: int) -> int:
    """The size of a result, if it may be as large."""
    return size if size <= most else fail(SYSTEM_LIMIT)
