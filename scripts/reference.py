"""Write the pages of docs/reference that follow from the code: functions.md and protocol.md. Takes another folder.

PYTHONPATH=services python scripts/reference.py
"""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet

from erlang_docker.functions.builtin import BUILTIN
from erlang_docker.functions.exports import build_table
from erlang_docker.functions.table import Export
from erlang_docker.functions.workers import Workers
from erlang_docker.metrics.node import Metrics
from otp.stdlib import STANDARD

ROOT = Path(__file__).parent.parent
DESCRIPTORS = ROOT / "services/erlang_docker/v1/erlang_docker.binpb"
PACKAGE = "erlang_docker.v1"

FUNCTIONS = """\
# Functions

What every node can be asked for, besides what its release exports. Written by `scripts/reference.py`, from the function
table.

Unless the last column says otherwise, a function changes nothing, so a [login token](../security.md#tokens) for reading
is enough to call it; and it may run twice, so a call whose fate is unknown is made again
([maybe executed](../explanation/maybe-executed.md)). `M:module_info(exports)` lists what a module has.
"""
PROTOCOL = """\
# The protocol

The gRPC services of port 50051, with their messages; reflection shows the same. [Clients](../how-to/clients.md#grpc)
call them. Written by `scripts/reference.py` from [proto](../../proto/erlang_docker/v1). A field that was removed leaves
its number unused, so clients of an older release understand a newer one (`scripts/buf.sh breaking`).
"""

Path_: TypeAlias = tuple[int, ...]
Comments: TypeAlias = Mapping[Path_, str]
"""Where something is in its file, as `SourceCodeInfo` counts, to what is said of it."""
_SERVICE, _METHOD, _MESSAGE, _FIELD, _NESTED, _ENUM, _VALUE = 6, 2, 4, 2, 3, 5, 2
"""Numbers of fields of the descriptors, which such a place is made of."""


def row(*cells: str) -> str:
    """A line of a table; whatever is in a cell, it does not end there."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def head(*cells: str) -> str:
    """The first two lines of a table."""
    return row(*cells) + "|---" * len(cells) + "|\n"


def signature(entry: Export) -> str:
    """`seq(From, To)`, with what a parameter takes where that is said."""
    parameters = (f"{p.name} :: {p.type}" if p.type else p.name for p in entry.parameters)
    return f"`{entry.name}({', '.join(parameters)})`"


def marks(entry: Export) -> str:
    """What is not so of it and of most others."""
    told = ("may change something", entry.read_only), ("at most once", entry.idempotent)
    return ", ".join(text for text, otherwise in told if not otherwise)


def functions() -> str:
    """All functions that are no release's own, by module."""
    table = build_table((*STANDARD, *BUILTIN), (), Workers(Metrics(), logging.getLogger()))
    entries = (entry for entry in table if entry.name != "module_info")
    ordered = sorted(entries, key=lambda entry: (not entry.is_own, entry.module, entry.name, entry.arity))
    by_module: dict[str, list[Export]] = {}
    for entry in ordered:
        by_module.setdefault(entry.module, []).append(entry)
    return FUNCTIONS + "".join(_module(name, entries) for name, entries in by_module.items())


def _module(name: str, entries: Iterable[Export]) -> str:
    rows = (row(signature(entry), entry.help, f"`{entry.example}`", marks(entry)) for entry in entries)
    return f"\n## {name}\n\n" + head("function", "what", "example", "but") + "".join(rows)


def protocol() -> str:
    """All services, messages and enumerations of ours, file by file."""
    files = FileDescriptorSet.FromString(DESCRIPTORS.read_bytes()).file
    return PROTOCOL + "".join(_file(file) for file in files if file.package == PACKAGE)


def _file(file: FileDescriptorProto) -> str:
    comments = {tuple(place.path): place.leading_comments for place in file.source_code_info.location}
    said = {path: " ".join(text.split()) for path, text in comments.items()}
    parts = [f"\n## {Path(file.name).name}\n"]
    for number, service in enumerate(file.service):
        path = (_SERVICE, number)
        rows = (
            row(f"`{method.name}`", _streamed(method.input_type, method.client_streaming),
                _streamed(method.output_type, method.server_streaming), said.get((*path, _METHOD, index), ""))
            for index, method in enumerate(service.method)
        )  # fmt: skip
        table = head("method", "takes", "gives", "what") + "".join(rows)
        parts.append(f"\n### {service.name}\n\n{said.get(path, '')}\n\n{table}")
    parts.extend(_messages(file.message_type, (_MESSAGE,), said, ""))
    for number, enum in enumerate(file.enum_type):
        path = (_ENUM, number)
        rows = (row(f"`{value.name}`", str(value.number), said.get((*path, _VALUE, index), ""))
                for index, value in enumerate(enum.value))  # fmt: skip
        parts.append(f"\n### {enum.name}\n\n{said.get(path, '')}\n\n" + head("value", "number", "what") + "".join(rows))
    return "".join(parts)


def _messages(messages: Sequence[DescriptorProto], place: Path_, said: Comments, within: str) -> Iterator[str]:
    for number, message in enumerate(messages):
        if message.options.map_entry:
            continue
        path, name = (*place, number), f"{within}{message.name}"
        rows = "".join(
            row(f"`{field.name}`", _type(field), str(field.number), said.get((*path, _FIELD, index), ""))
            for index, field in enumerate(message.field)
        )
        table = f"\n{head('field', 'type', 'number', 'what')}{rows}" if rows else ""
        yield f"\n### {name}\n\n{said.get(path, '')}\n{table}"
        yield from _messages(message.nested_type, (*path, _NESTED), said, f"{name}.")


def _type(field: FieldDescriptorProto) -> str:
    scalar = FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    repeated = "repeated " if field.label == FieldDescriptorProto.LABEL_REPEATED else ""
    return repeated + (_linked(field.type_name) if field.type_name else f"`{scalar}`")


def _streamed(name: str, streams: bool) -> str:
    return "stream " * streams + _linked(name)


def _linked(name: str) -> str:
    """The name of a type; where it is one of ours, a link to its section."""
    ours = name.removeprefix(f".{PACKAGE}.")
    shown = f"`{ours.rpartition('.')[2]}`"
    return shown if ours == name else f"[{shown}](#{ours.replace('.', '').lower()})"


def main(folder: Path) -> None:
    """Entry point."""
    (folder / "functions.md").write_text(functions())
    (folder / "protocol.md").write_text(protocol())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/reference")
