"""Grapheme clusters: what `string:slice/3` and `string:length/1` count."""


def first_graphemes(text: str, count: int) -> str:
    """The first clusters of a text."""
    return text[:count]


def grapheme_count(text: str) -> int:
    """How many clusters a text has."""
    return len(text)
