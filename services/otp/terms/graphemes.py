"""Grapheme clusters, letters with the marks that combine with them: `string:length/1` counts them.

The rules are those of Unicode 14 (UAX #29), as in Erlang/OTP 25. `\\X` of `regex` goes by a later one, which also joins
the consonants of Indic scripts; of `regex` only the properties are used, and some marks younger than Unicode 14 differ.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regex import Pattern

_CLUSTER = r"""(?sx)
    \r\n
  | \p{GCB=Prepend}*+
    (?: \p{ExtPict} (?: [\p{GCB=Extend}\p{GCB=SpacingMark}]*+ \p{GCB=ZWJ} \p{ExtPict} )*+
        [\p{GCB=Extend}\p{GCB=SpacingMark}]*+ \p{GCB=ZWJ}?
      | (?: \p{GCB=L}*+ (?: \p{GCB=V}++ | \p{GCB=LV} \p{GCB=V}*+ | \p{GCB=LVT} ) \p{GCB=T}*+
          | \p{GCB=L}++
          | \p{GCB=T}++
          | \p{GCB=RI}{2}
          | [^\p{GCB=Prepend}\p{GCB=Control}\r\n] )
        [\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]*+ )
  | \p{GCB=Prepend}++
  | .
"""


def first_graphemes(text: str, count: int) -> str:
    """The first clusters of a text."""
    return "".join(islice(graphemes(text), count))


def grapheme_at(text: str, place: int) -> str:
    """The cluster that starts at a place."""
    match = _cluster().match(text, pos=place)
    return match[0] if match else ""


def grapheme_count(text: str) -> int:
    """How many clusters a text has."""
    return len(text) if text.isascii() and "\r\n" not in text else sum(1 for _ in graphemes(text))


def graphemes(text: str) -> Iterator[str]:
    """The clusters of a text, one by one."""
    if text.isascii() and "\r\n" not in text:
        return iter(text)
    return (match[0] for match in _cluster().finditer(text))


@cache
def _cluster() -> "Pattern[str]":
    import regex  # here, because few nodes ever need its 3 MB

    return regex.compile(_CLUSTER)
