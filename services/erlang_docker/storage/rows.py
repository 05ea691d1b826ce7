"""Terms as rows of the database: a key as text and as bytes, a value as bytes, all of limited size."""

from erlang_docker import wire
from erlang_docker.v1 import term_pb2
from otp.errors import Failure
from otp.terms.print.one_line import one_line
from otp.terms.types import SYSTEM_LIMIT, Term

MAX_KEY_CHARACTERS = 4096
MAX_VALUE_BYTES = 1 << 20


def key_text(key: Term) -> str:
    """A key as it is printed on one line: the same for equal keys, and readable with any SQLite tool."""
    text = one_line(key)
    limit(len(text), MAX_KEY_CHARACTERS)
    return text


def to_bytes(term: Term) -> bytes:
    """A term as protobuf has it; Failure `system_limit` when that is more than 1 MiB."""
    message = term_pb2.Term()
    wire.encode(term, message)
    data: bytes = message.SerializeToString()
    limit(len(data), MAX_VALUE_BYTES)
    return data


def from_bytes(data: bytes) -> Term:
    """The term that `to_bytes` wrote."""
    return wire.decode(term_pb2.Term.FromString(data))


def limit(size: int, most: int) -> None:
    """Failure `system_limit` beyond the most."""
    if size > most:
        raise Failure("error", SYSTEM_LIMIT)
