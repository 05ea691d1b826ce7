"""`string`: the obsolete functions, on lists of code points; some of them take lists of anything."""

from collections.abc import Callable
from itertools import chain

from otp.export import export
from otp.stdlib.arguments import fail, integer, is_integer, is_number, proper_list
from otp.stdlib.bounds import MAX_ITEMS, MAX_SIZE, check_size
from otp.terms import cons
from otp.terms.types import (
    BAD_GENERATOR,
    BADARG,
    BADARITH,
    CASE_CLAUSE,
    FUNCTION_CLAUSE,
    ImproperList,
    Term,
    exact_key,
)

_UPPER = {*range(ord("A"), ord("Z") + 1), *range(192, 215), *range(216, 223)}
_CASE = 32


@export('string:concat("ab","cd")', idempotent=True)
def concat(left: Term, right: Term) -> Term:
    """Two strings as one."""
    return cons.join(proper_list(left), right)


@export('string:join(["a","b"],", ")', idempotent=True)
def join(strings: Term, separator: Term) -> Term:
    """Strings as one, with a separator between."""
    if strings == []:
        return proper_list(separator, FUNCTION_CLAUSE)[:0]
    if not isinstance(strings, (list, ImproperList)):
        fail(FUNCTION_CLAUSE)
    first, *others = strings if isinstance(strings, list) else strings.items
    if others:
        proper_list(separator)
    if isinstance(strings, ImproperList):
        fail((BAD_GENERATOR, strings.tail))
    if not others:
        return cons.join(proper_list(first), []) if isinstance(first, list) else fail(BADARG)
    check_size(len(proper_list(separator)) * len(others), MAX_SIZE)
    *middle, last = [first, *others]
    return cons.join([*chain.from_iterable([*proper_list(item), *separator] for item in middle)], last)  # type: ignore[misc]


@export('string:str("hello","l")', idempotent=True)
def str_(string: Term, part: Term) -> Term:
    """Where a part is first, counted from 1; 0 when it is not there."""
    return _index(string, part, str.find)


@export('string:rstr("hello","l")', idempotent=True)
def rstr(string: Term, part: Term) -> Term:
    """Where a part is last, counted from 1; 0 when it is not there."""
    return _index(string, part, str.rfind)


@export('string:substr("hello",2)', idempotent=True)
def substr_rest(string: Term, start: Term) -> Term:
    """The string from a position on; positions count from 1."""
    place = integer(start, FUNCTION_CLAUSE, least=1)
    if isinstance(string, ImproperList) and place == 1:
        return string
    items = proper_list(string, FUNCTION_CLAUSE)
    return items[integer(place, FUNCTION_CLAUSE, most=len(items) + 1) - 1 :]


@export('string:substr("hello",2,3)', idempotent=True)
def substr(string: Term, start: Term, length: Term) -> Term:
    """The given number of characters from a position that counts from 1."""
    place, count = integer(start, FUNCTION_CLAUSE, least=1), integer(length, FUNCTION_CLAUSE, least=0)
    if isinstance(string, ImproperList) and place - 1 + count < len(string.items):
        return list(string.items[place - 1 : place - 1 + count])
    items = proper_list(string, FUNCTION_CLAUSE)
    return items[integer(place, FUNCTION_CLAUSE, most=len(items) + 1) - 1 :][:count]


@export('string:tokens("a b  c"," ")', idempotent=True)
def tokens(string: Term, separators: Term) -> Term:
    """The parts between characters of a set, empty ones left out."""
    if separators == []:
        if string == []:
            return []
        return [string] if isinstance(string, (list, ImproperList)) else fail((CASE_CLAUSE, string))
    if not isinstance(separators, (list, ImproperList)):
        fail((CASE_CLAUSE, separators))
    if isinstance(string, ImproperList):
        fail(BADARG if len(string.items) > 1 else FUNCTION_CLAUSE)
    parts: list[list[Term]] = [[]]
    wanted = {exact_key(item) for item in (separators if isinstance(separators, list) else separators.items)}
    for item in proper_list(string, FUNCTION_CLAUSE):
        if exact_key(item) in wanted:
            parts.append([])
        elif isinstance(separators, ImproperList):
            fail(BADARG)
        else:
            parts[-1].append(item)
    return [part for part in parts if part]


@export('string:copies("ab",3)', idempotent=True)
def copies(string: Term, count: Term) -> Term:
    """The string repeated the given number of times."""
    if not isinstance(string, (list, ImproperList)):
        fail(FUNCTION_CLAUSE)
    times = integer(count, FUNCTION_CLAUSE, least=0)
    if times == 0 or string == []:
        return []
    items = proper_list(string)
    return items * check_size(times, max(1, MAX_ITEMS // len(items)))


@export("string:chars($x,3)", idempotent=True)
def chars(character: Term, count: Term) -> Term:
    """One character repeated the given number of times."""
    if not is_number(count):
        fail(BADARITH)
    times = integer(count, FUNCTION_CLAUSE, least=0)
    return [integer(character, FUNCTION_CLAUSE)] * check_size(times, MAX_ITEMS)


@export('string:to_upper("abc")', idempotent=True)
def to_upper(string: Term) -> Term:
    """A string, or one character, in upper case, as Latin-1 has it."""
    return _each(string, lambda item: item - _CASE if is_integer(item) and item - _CASE in _UPPER else item)


@export('string:to_lower("ABC")', idempotent=True)
def to_lower(string: Term) -> Term:
    """A string, or one character, in lower case, as Latin-1 has it."""
    return _each(string, lambda item: item + _CASE if is_integer(item) and item in _UPPER else item)


def _each(string: Term, change: Callable[[Term], Term]) -> Term:
    if isinstance(string, ImproperList):
        fail((BAD_GENERATOR, string.tail))
    if is_integer(string):
        return change(string)
    return list(map(change, proper_list(string, FUNCTION_CLAUSE)))


def _index(string: Term, part: Term, search: Callable[[str, str], int]) -> Term:
    """Equal items become equal characters, so that Python's search in strings does the work."""
    if not isinstance(part, (list, ImproperList)):
        fail(FUNCTION_CLAUSE)
    items = proper_list(string, FUNCTION_CLAUSE)
    if part == [] or isinstance(part, ImproperList):
        return 0
    codes: dict[object, str] = {}
    whole, wanted = (
        "".join(codes.setdefault(exact_key(item), chr(len(codes))) for item in term) for term in (items, part)
    )
    return search(whole, wanted) + 1
