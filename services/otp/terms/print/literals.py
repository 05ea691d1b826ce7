"""Single values to text: `io_lib:write_atom/1`, `write_string/2` and `write_char/1`, `float_to_list(F, [short])`."""

import re

from otp.errors import Failure
from otp.terms.lexical import LOWER_CASE, NAME_CHARACTERS, RESERVED_WORDS
from otp.terms.types import SYSTEM_LIMIT

MAX_INTEGER_BITS = 1 << 20

_DIGITS_AT_ONCE = 4_000  # Python itself refuses to write more than 4,300 in one step
_BARE_ATOM = re.compile(f"[{LOWER_CASE}][{NAME_CHARACTERS}]*")
_NAMED = {code: f"\\{name}" for code, name in zip(b"\n\r\t\v\b\f\x1b\x7f", "nrtvbfed", strict=True)}
_ESCAPES = {code: f"\\{code:03o}" for code in (*range(32), *range(127, 160))} | _NAMED | {ord("\\"): "\\\\"}
_ESCAPES_BY_QUOTE = {quote: _ESCAPES | {ord(quote): f"\\{quote}"} for quote in "\"'"}
# Nothing to escape. What is longer is looked through faster by `str.translate`.
_AS_IT_IS = re.compile(r"""[^\x00-\x1f\x7f-\x9f\\'"]{0,99}""")
_PRINTABLE = re.compile(r"[ -~\xa0-\xff\b\t\n\v\f\r\x1b]+")


def atom_text(name: str) -> str:
    """An atom, in quotes where it needs them."""
    if _BARE_ATOM.fullmatch(name) and name not in RESERVED_WORDS:
        return name
    return quoted(name, "'")


def quoted(characters: str, quote: str) -> str:
    """Characters between quotes, with what cannot be printed escaped."""
    if not _AS_IT_IS.fullmatch(characters):
        characters = characters.translate(_ESCAPES_BY_QUOTE[quote])
    return f"{quote}{characters}{quote}"


def is_printable(characters: str) -> bool:
    """Whether these, at least one, print as a string: `io_lib:printable_list/1` with the range latin1."""
    return _PRINTABLE.fullmatch(characters) is not None


def char_text(code: int) -> str:
    """A character as a literal, `$a`."""
    return "$\\s" if code == 32 else "$" + chr(code).translate(_ESCAPES)


def integer_text(number: int) -> str:
    """An integer in decimal; Failure `system_limit` beyond MAX_INTEGER_BITS."""
    bits = number.bit_length()
    if bits < 3 * _DIGITS_AT_ONCE:
        return str(number)
    if bits > MAX_INTEGER_BITS:
        raise Failure("error", SYSTEM_LIMIT)
    parts: list[str] = []
    rest = abs(number)
    while rest:
        rest, part = divmod(rest, 10**_DIGITS_AT_ONCE)
        parts.append(f"{part:0{_DIGITS_AT_ONCE}}")
    return ("-" if number < 0 else "") + "".join(reversed(parts)).lstrip("0")


def float_text(number: float) -> str:
    """The shortest digits that read back the same, in the shorter notation; scientific from 2**53 on."""
    mantissa, _, exponent = f"{number!r}".partition("e")
    sign = "-" if mantissa[0] == "-" else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if not digits:
        return sign + "0.0"
    scientific = f"{digits[0]}.{digits[1:] or '0'}e{point - 1}"
    plain = _plain(digits, point) if abs(number) < 2**53 else scientific
    return sign + (plain if len(plain) <= len(scientific) else scientific)


def _plain(digits: str, point: int) -> str:
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    return f"{digits[:point]:0<{point}}.{digits[point:] or '0'}"
