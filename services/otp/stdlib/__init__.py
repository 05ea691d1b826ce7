"""The functions of Erlang's own modules: a module here for each of them, or a package that is cut by subject.

`arguments`, `bounds` and `chardata` are what they share.
"""

from types import ModuleType

from otp.stdlib import base64, calendar, maps, math, ordsets, proplists, timer, unicode
from otp.stdlib.binary import bytes as binary_bytes
from otp.stdlib.binary import search as binary_search
from otp.stdlib.erlang import (
    arithmetic,
    bitstrings,
    bitwise,
    checksums,
    comparison,
    conversions,
    failures,
    floats,
    tuples,
    type_tests,
)
from otp.stdlib.erlang import lists as erlang_lists
from otp.stdlib.erlang import maps as erlang_maps
from otp.stdlib.filename import components, joining
from otp.stdlib.lists import items, keys, making, sorting
from otp.stdlib.string import case, equality, letter_sets, letters, numbers, obsolete, obsolete_spaces
from otp.stdlib.string import search as string_search

STANDARD: tuple[ModuleType, ...] = (
    *(arithmetic, bitstrings, bitwise, checksums, comparison, conversions, failures, floats),
    *(erlang_lists, erlang_maps, tuples, type_tests),
    *(items, keys, making, sorting),
    *(maps, math, ordsets, proplists, timer),
    *(base64, binary_bytes, binary_search, calendar, components, joining),
    *(case, equality, letter_sets, letters, numbers, obsolete, obsolete_spaces, string_search, unicode),
)
