"""What a text may hold at most. Beyond, the reason is `{limit,Name,Max}`; of atoms Erlang's own limit is kept."""

from collections.abc import Iterable
from itertools import accumulate
from typing import NoReturn

from otp.errors import ParseError
from otp.terms.types import Atom

MAX_TEXT_BYTES = 65_536
MAX_TOKENS = 10_000
MAX_DEPTH = 64
MAX_INTEGER_DIGITS = 1_000
MAX_ATOM_CHARACTERS = 255
MAX_BINARY_BYTES = 65_536


def check_text_size(text: str) -> None:
    """Raises ParseError when the text is longer than MAX_TEXT_BYTES in UTF-8."""
    if len(text) * 4 > MAX_TEXT_BYTES and len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        exceeded("text_bytes", MAX_TEXT_BYTES)


def exceeded(limit: str, maximum: int) -> NoReturn:
    """A limit of this package, not of Erlang."""
    raise ParseError((Atom("limit"), Atom(limit), maximum))


def check_digits(number: str) -> None:
    """Raises ParseError when a number has more than MAX_INTEGER_DIGITS."""
    if len(number) - number.count("_") > MAX_INTEGER_DIGITS:
        exceeded("integer_digits", MAX_INTEGER_DIGITS)


def check_depth(steps: Iterable[int]) -> None:
    """Raises ParseError when brackets, 1 for an opening and -1 for a closing one, are more than MAX_DEPTH deep."""
    if max(accumulate(steps)) > MAX_DEPTH + 1:  # in the brackets around the text
        exceeded("depth", MAX_DEPTH)
