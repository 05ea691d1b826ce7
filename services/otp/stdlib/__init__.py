"""The functions of Erlang's own modules, by subject; some modules are spread over several."""

from types import ModuleType

from otp.stdlib import (
    arithmetic,
    base64,
    binary,
    binary_search,
    bitstrings,
    bitwise,
    calendar,
    checksums,
    comparison,
    conversions,
    erlang,
    filename,
    filename_parts,
    float_text,
    key_lists,
    list_making,
    lists,
    maps,
    math,
    ordsets,
    proplists,
    sorting,
    string,
    string_list,
    string_number,
    string_search,
    string_sets,
    string_spaces,
    timer,
    tuples,
    type_tests,
    unicode,
)

STANDARD: tuple[ModuleType, ...] = (
    *(arithmetic, bitstrings, bitwise, checksums, comparison, conversions, erlang, float_text, tuples, type_tests),
    *(key_lists, list_making, lists, sorting),
    *(maps, math, ordsets, proplists, timer),
    *(base64, binary, binary_search, calendar, filename, filename_parts),
    *(string, string_list, string_number, string_search, string_sets, string_spaces, unicode),
)
