"""Lists that are given in pages (https://google.aip.dev/158)."""

from collections.abc import Sequence
from typing import TypeVar

from erlang_docker.errors import NodeError

T = TypeVar("T")


class PageError(NodeError):
    """No page has this size or this token."""


def page(items: Sequence[T], size: int, token: str) -> tuple[Sequence[T], str]:
    """At most `size` items, all for 0, and the token of the next page, empty for the last; PageError."""
    if size < 0:
        raise PageError("page_size is negative")
    if token and not (token.isascii() and token.isdigit() and int(token) <= len(items)):
        raise PageError("page_token is not one that was given")
    start = int(token or 0)
    end = start + size if size else len(items)
    return items[start:end], str(end) if end < len(items) else ""
