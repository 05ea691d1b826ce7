"""An exported function as a call of terms to a term, as its annotations say."""

from collections.abc import Callable, Sequence
from typing import Any

from erlang_docker.functions.from_term import read, reader_of
from erlang_docker.functions.to_term import same, term_of
from otp.terms.types import Term


def converted(
    parameters: Sequence[Any], returns: Any, call: Callable[..., Any], is_async: bool, trusted: bool
) -> Callable[..., Any]:
    """A call of terms to a term, for one of values of the annotated types.

    The call itself where the function takes terms and is `trusted` to give one.
    """
    readers = list(map(reader_of, parameters))
    if trusted and returns == Term:
        if not any(readers):
            return call
        write: Callable[[Any], Any] = same
    else:
        write = term_of

    def run(*terms: Any) -> Any:
        return write(call(*map(read, readers, terms)))

    async def wait(*terms: Any) -> Any:
        return write(await call(*map(read, readers, terms)))

    return wait if is_async else run
