"""Grapheme clusters, letters with the marks that combine with them: `string:length/1` counts them."""

from collections.abc import Iterator
from itertools import islice


def first_graphemes(text: str, count: int) -> str:
    """The first clusters of a text."""
    return "".join(islice(graphemes(text), count))


def grapheme_at(text: str, place: int) -> str:
    """The cluster that starts at a place."""
    import regex  # as below

    match = regex.match(r"\X", text, pos=place)
    return match[0] if match else ""


def grapheme_count(text: str) -> int:
    """How many clusters a text has."""
    return len(text) if text.isascii() and "\r\n" not in text else sum(1 for _ in graphemes(text))


def graphemes(text: str) -> Iterator[str]:
    """The clusters of a text, one by one."""
    import regex  # here, because few nodes ever need its 3 MB

    return (match[0] for match in regex.finditer(r"\X", text))
