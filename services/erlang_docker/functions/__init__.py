from erlang_docker.functions import (
    base64,
    binary,
    binary_search,
    calendar,
    filename,
    string,
    string_list,
    string_number,
    string_search,
    unicode,
)

STANDARD: tuple[object, ...] = (
    *(base64, binary, binary_search, calendar, filename),
    *(string, string_list, string_number, string_search, unicode),
)
