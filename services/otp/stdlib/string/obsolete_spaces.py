"""`string`: the obsolete functions that cut spaces from lists, or fill up with them."""

from otp.export import export
from otp.stdlib.arguments import integer, is_integer, proper_list
from otp.stdlib.bounds import MAX_ITEMS, check_size
from otp.stdlib.string.obsolete import substr, substr_rest
from otp.terms.types import FUNCTION_CLAUSE, ImproperList, Term

SPACE = ord(" ")


@export('string:words("a b  c")', idempotent=True)
def words(string: Term) -> Term:
    """How many parts there are between spaces; 1 when there is nothing else."""
    spaces = [_is_space(item) for item in proper_list(string, FUNCTION_CLAUSE)]
    starts = sum(before and not space for before, space in zip([True, *spaces], spaces, strict=False))
    return max(1, starts)


@export('string:strip(" abc ")', idempotent=True)
def strip(string: Term) -> Term:
    """The string without spaces at its start and its end."""
    items = proper_list(string, FUNCTION_CLAUSE)
    kept = [place for place, item in enumerate(items) if not _is_space(item)]
    return items[kept[0] : kept[-1] + 1] if kept else []


@export('string:left("abc",5)', idempotent=True)
def left(string: Term, length: Term) -> Term:
    """The string cut or filled with spaces at its right."""
    size = integer(length, FUNCTION_CLAUSE)
    items = proper_list(string)
    return items + _spaces(size - len(items)) if size >= len(items) else substr(items, 1, size)


@export('string:right("abc",5)', idempotent=True)
def right(string: Term, length: Term) -> Term:
    """The string cut or filled with spaces at its left."""
    size = integer(length, FUNCTION_CLAUSE)
    items = proper_list(string)
    return _spaces(size - len(items)) + items if size >= len(items) else substr_rest(items, len(items) - size + 1)


@export('string:centre("abc",7)', idempotent=True)
def centre(string: Term, length: Term) -> Term:
    """The string cut or filled with spaces at both sides."""
    size = integer(length, FUNCTION_CLAUSE)
    if size == 0 and isinstance(string, ImproperList):
        return []
    items = proper_list(string)
    missing = size - len(items)
    if missing < 0:
        return substr(items, -missing // 2 + 1, size)
    return _spaces(missing // 2) + items + _spaces(missing - missing // 2)


def _is_space(item: Term) -> bool:
    return is_integer(item) and item == SPACE


def _spaces(count: int) -> list[Term]:
    return [SPACE] * check_size(count, MAX_ITEMS)
