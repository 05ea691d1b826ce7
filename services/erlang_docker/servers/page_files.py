"""The files of the page as they are sent: few and small, made of many and readable ones.

No tool builds them: the modules are one script, put together at its first request, and kept. Each becomes a function
that is called once, and gives what it exports; whoever imports that comes after it.
"""

import gzip
import mimetypes
import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

_IMPORT = re.compile(r'^import (\{[^}]+\}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|const|function) (\w+))", re.MULTILINE)
_UNSAID = re.compile(r"^(?:\s*//.*|\s*/\*(?:.|\n)*?\*/\n|\s+)", re.MULTILINE)
"""Comments that begin a line, and what stands before a line: no string of the page goes over a line's end."""


_SPACED = re.compile(r"(?<=[{};,:]) | (?=[{}])|;(?= ?\})")
"""In a style sheet, where no string has them."""


class File(NamedTuple):
    """What is sent, as it is and with gzip; `tag` is its ETag."""

    body: bytes
    compressed: bytes
    tag: str
    content_type: str


def read_file(path: Path) -> File:
    """A file as it is sent; a script with all modules that it imports."""
    text = _bundle(path) if path.suffix == ".js" else path.read_text(encoding="utf-8")
    text = _UNSAID.sub("", text)
    body = (_SPACED.sub("", text) if path.suffix == ".css" else text).encode()
    content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(body, gzip.compress(body, 9, mtime=0), f'"{blake2b(body, digest_size=8).hexdigest()}"', content_type)


def _bundle(entry: Path) -> str:
    """A module after those that it imports; all but the last as functions."""
    *modules, last = _modules(entry, set())
    return "\n".join([*map(_function, modules), _take_imports(last.read_text(encoding="utf-8"))])


def _modules(path: Path, seen: set[Path]) -> Iterator[Path]:
    seen.add(path)
    for imported in _IMPORT.finditer(path.read_text(encoding="utf-8")):
        other = path.with_name(f"{imported[2]}.js")
        if other not in seen:
            yield from _modules(other, seen)
    yield path


def _function(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    exported = ", ".join(match[1] for match in _EXPORT.finditer(text))
    return f"const ${path.stem} = (() => {{\n{_EXPORT.sub('', _take_imports(text))}return {{ {exported} }};\n}})();"


def _take_imports(text: str) -> str:
    return _IMPORT.sub(r"const \1 = $\2;", text)
