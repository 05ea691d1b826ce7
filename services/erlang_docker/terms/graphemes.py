"""Grapheme clusters, which `string:slice/3` and `string:length/1` count: a letter and the marks that combine with it."""

from collections.abc import Iterator
from itertools import islice


def first_graphemes(text: str, count: int) -> str:
    """The first clusters of a text."""
    return "".join(islice(_clusters(text), count))


def grapheme_count(text: str) -> int:
    """How many clusters a text has."""
    return len(text) if text.isascii() and "\r\n" not in text else sum(1 for _ in _clusters(text))


def _clusters(text: str) -> Iterator[str]:
    import regex  # here, because few nodes ever need its 3 MB

    return (match[0] for match in regex.finditer(r"\X", text))
