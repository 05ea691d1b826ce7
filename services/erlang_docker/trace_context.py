"""W3C Trace Context (https://www.w3.org/TR/trace-context/): the trace that a call is part of, and its place there."""

import re
from random import getrandbits
from typing import NamedTuple, Self

_TRACEPARENT = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_HALF = 64
"""Bits of a trace id that say whether it is sampled, and all of a span's."""


def new_span_id() -> str:
    """16 hexadecimal digits, not all of them 0."""
    return f"{getrandbits(_HALF) or 1:016x}"


def sample_bound(ratio: float) -> int:
    """What the last half of a trace id has to be below to be sampled: OpenTelemetry's TraceIdRatioBased."""
    return round(ratio * (1 << _HALF))


class TraceContext(NamedTuple):
    """A span, as those refer to it that are its children."""

    trace_id: str
    """32 hexadecimal digits."""
    span_id: str
    """16 of them."""
    sampled: bool
    """Whether spans of this trace are told to anybody."""

    @classmethod
    def begin(cls, bound: int = 0) -> Self:
        """The first span of a new trace, sampled if its trace id is below `bound`."""
        low = getrandbits(_HALF)
        return cls(f"{new_span_id()}{low:016x}", new_span_id(), low < bound)

    @classmethod
    def begin_sampled(cls, bound: int) -> Self | None:
        """The same, None where it is not sampled: most are not, and cost no more than that."""
        low = getrandbits(_HALF)
        return cls(f"{new_span_id()}{low:016x}", new_span_id(), True) if low < bound else None

    @classmethod
    def parse(cls, traceparent: str) -> Self | None:
        """What a `traceparent` says; None for what is none, and for an empty one."""
        match = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
        # What later versions add comes behind; version 00 has nothing there (section 4.3).
        if match is None or (match[5] and match[1] == "00"):
            return None
        return cls(match[2], match[3], bool(int(match[4], 16) & 1))

    @classmethod
    def parse_sampled(cls, traceparent: str) -> Self | None:
        """The same, and None too where the trace is not sampled."""
        if not traceparent or traceparent.endswith("-00"):
            return None
        found = cls.parse(traceparent)
        return found if found is not None and found.sampled else None

    @property
    def traceparent(self) -> str:
        """For whoever is called from within this span."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"

    def child(self) -> Self:
        """A new span within this one."""
        return type(self)(self.trace_id, new_span_id(), self.sampled)
