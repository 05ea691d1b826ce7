"""Binaries built from segments, as `erl_bits:set_bit_type/2` and `eval_bits:expr_grp/3` of OTP 25 do it."""

import math
import struct
from collections.abc import Iterable
from typing import Any, NamedTuple

from otp.terms.read.limits import MAX_BINARY_BYTES, exceeded
from otp.terms.types import Atom, Bitstring, Term

_SPECIFIERS: dict[str, dict[str, Any]] = (
    {name: {"type": name} for name in ("integer", "float", "binary", "utf8", "utf16", "utf32")}
    | {"bytes": {"type": "binary", "unit": 8}, "bitstring": {"type": "binary", "unit": 1}}
    | {"bits": {"type": "binary", "unit": 1}}
    | {name: {"endian": name} for name in ("big", "little", "native")}
    | {name: {"sign": name} for name in ("signed", "unsigned")}
)
_UNICODE = {"utf8": "utf-8", "utf16": "utf-16", "utf32": "utf-32"}
_DEFAULT_SIZE: dict[str, int] = {"integer": 8, "float": 64}
_ALL = Atom("all")
_DEFAULT_UNIT = {"binary": 8}
_FLOAT_FORMATS = {16: "e", 32: "f", 64: "d"}

Bits = tuple[int, int]  # a value and how many bits it takes


class Segment(NamedTuple):
    """`Value:Size/Specifiers`; a string literal is a list of code points. A specifier comes with its unit."""

    value: Any
    is_string: bool = False
    size: Term | None = None
    specifiers: tuple[tuple[str, int | None], ...] = ()


def build(segments: Iterable[Segment]) -> bytes | Bitstring:
    """The binary made of the segments; ValueError when Erlang would fail, ParseError when it becomes too long."""
    parts: list[Bits] = []
    total = 0
    for segment in segments:
        for part in _segment(segment):
            parts.append(part)
            total += part[1]
            if total > MAX_BINARY_BYTES * 8:
                exceeded("binary_bytes", MAX_BINARY_BYTES)
    return _join(parts)


def from_bits(value: int, bits: int) -> bytes | Bitstring:
    """The bits of a number, the highest first."""
    padding = -bits % 8
    data = (value << padding).to_bytes((bits + padding) // 8, "big")
    return Bitstring(data, bits) if padding else data


def to_bits(term: bytes | Bitstring) -> Bits:
    """The number that the bits of a bitstring make, and how many they are."""
    if isinstance(term, Bitstring):
        return int.from_bytes(term.data, "big") >> (-term.bits % 8), term.bits
    return int.from_bytes(term, "big"), len(term) * 8


def _join(parts: list[Bits]) -> bytes | Bitstring:
    if all(bits % 8 == 0 for _, bits in parts):
        return b"".join(value.to_bytes(bits // 8, "big") for value, bits in parts)
    digits = "".join(f"{value:0{bits}b}" for value, bits in parts if bits)
    return from_bits(int(digits, 2), len(digits))


def _segment(segment: Segment) -> list[Bits]:
    value, is_string, size, specifiers = segment
    if is_string and size is None and not specifiers:
        return [(code & 0xFF, 8) for code in value]
    form = _form(size, specifiers)
    if not is_string:
        return [_bits(value, *form)]
    if not value:
        _bits(0, *form)  # even an empty string must have a good form
    return [_bits(code, *form) for code in value]


def _form(size: Term | None, specifiers: tuple[tuple[str, int | None], ...]) -> tuple[str, Term, int, str]:
    """Type, size, unit and endianness: what is given, and `erl_bits`' defaults."""
    given: dict[str, Any] = {}
    for specifier in specifiers:
        for field, value in _specifier(*specifier).items():
            if given.setdefault(field, value) != value:
                raise ValueError("bittype_mismatch")
    kind = given.get("type", "integer")
    if "unit" in given and (kind in _UNICODE or (size is None and kind != "binary")):
        raise ValueError("bittype_unit")
    if size is None:
        size = _DEFAULT_SIZE.get(kind, _ALL)
    elif kind in _UNICODE and size != "undefined":
        raise ValueError("utf_bittype_size_or_unit")
    return kind, size, given.get("unit", _DEFAULT_UNIT.get(kind, 1)), given.get("endian", "big")


def _specifier(name: str, unit: int | None) -> dict[str, Any]:
    if unit is None and name in _SPECIFIERS:
        return _SPECIFIERS[name]
    if name == "unit" and unit is not None and 1 <= unit <= 256:
        return {"unit": unit}
    raise ValueError("undefined_bittype")


def _bits(value: Term, kind: str, size: Term, unit: int, endian: str) -> Bits:
    if kind in _UNICODE:
        return _code_point(value, _UNICODE[kind], endian)
    if kind == "binary":
        return _part(value, size, unit)
    if type(size) is not int or size < 0:
        raise ValueError("badarg")
    if size * unit > MAX_BINARY_BYTES * 8:
        exceeded("binary_bytes", MAX_BINARY_BYTES)
    return _number(value, kind, size * unit, endian)


def _code_point(value: Term, encoding: str, endian: str) -> Bits:
    if type(value) is not int or not 0 <= value <= 0x10FFFF:
        raise ValueError("badarg")
    suffix = "" if encoding == "utf-8" else "-be" if endian == "big" else "-le"
    data = chr(value).encode(encoding + suffix)  # a UnicodeEncodeError is a ValueError
    return to_bits(data)


def _part(value: Term, size: Term, unit: int) -> Bits:
    if not isinstance(value, bytes | Bitstring):
        raise ValueError("badarg")
    number, bits = to_bits(value)
    wanted = bits if size == _ALL else size * unit if type(size) is int else -1
    if not 0 <= wanted <= bits or (size == _ALL and bits % unit):
        raise ValueError("badarg")
    return number >> (bits - wanted), wanted


def _number(value: Term, kind: str, bits: int, endian: str) -> Bits:
    if kind == "float":
        number = _float_bits(value, bits)
    elif type(value) is int:
        number = value & ((1 << bits) - 1)
    else:
        raise ValueError("badarg")
    return (number if endian == "big" else _little(number, bits)), bits


def _float_bits(value: Term, bits: int) -> int:
    if type(value) not in (int, float) or bits not in _FLOAT_FORMATS:
        raise ValueError("badarg")
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise ValueError("badarg") from None
    return int.from_bytes(_pack(_FLOAT_FORMATS[bits], number), "big")


def _pack(form: str, number: float) -> bytes:
    """A number that is too large for its bits becomes infinite, as it does in Erlang."""
    try:
        return struct.pack(">" + form, number)
    except OverflowError:
        return struct.pack(">" + form, math.copysign(math.inf, number))


def _little(number: int, bits: int) -> int:
    """Whole bytes first, the lowest before all; what is left of a byte comes last."""
    whole, rest = divmod(bits, 8)
    low = number & ((1 << whole * 8) - 1)
    swapped = int.from_bytes(low.to_bytes(whole, "little"), "big")
    return swapped << rest | number >> (whole * 8)
