"""`erlang`: checksums of iodata, hashes of terms."""

import hashlib
import zlib

from otp.export import export
from otp.stdlib.arguments import integer
from otp.stdlib.erlang.iodata import io_bytes
from otp.terms.hash import portable_hash2
from otp.terms.types import Term

_DEFAULT_RANGE = 1 << 27


@export('erlang:crc32("hello")', idempotent=True)
def crc32(data: Term) -> Term:
    """The CRC-32 of iodata."""
    return zlib.crc32(io_bytes(data))


@export('erlang:adler32("hello")', idempotent=True)
def adler32(data: Term) -> Term:
    """The Adler-32 of iodata."""
    return zlib.adler32(io_bytes(data))


@export('erlang:md5("hello")', idempotent=True)
def md5(data: Term) -> Term:
    """The MD5 of iodata, 16 bytes; not for secrets."""
    return hashlib.md5(io_bytes(data), usedforsecurity=False).digest()


@export("erlang:phash2({a,1})", idempotent=True)
def phash2(term: Term, range: Term = _DEFAULT_RANGE) -> Term:
    """A hash of a term, less than a range; the same on every node and machine."""
    return portable_hash2(term) % integer(range, least=1, most=1 << 32)
