"""The functions of Erlang's own modules, by subject; those of `erlang` and `lists` are spread over several."""

from types import ModuleType

from erlang_docker.functions import (
    arithmetic,
    bitstrings,
    bitwise,
    checksums,
    comparison,
    conversions,
    erlang,
    float_text,
    key_lists,
    lists,
    maps,
    math,
    ordsets,
    proplists,
    sorting,
    timer,
    tuples,
    type_tests,
)

STANDARD: tuple[ModuleType, ...] = (
    *(arithmetic, bitstrings, bitwise, checksums, comparison, conversions, erlang, float_text, tuples, type_tests),
    *(key_lists, lists, sorting),
    *(maps, math, ordsets, proplists, timer),
)
