"""The documents that people read, and the blocks of commands in them.

A block that names no language, or a shell, holds commands. Each is run by the document's own test (`runner`), or says
above it which other runs it, `<!-- run by tests/e2e/test_typed.py -->`, or why none does,
`<!-- not run by a test: REASON -->`. `python tests/documents.py` counts them.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).parent.parent
HERE = (
    "README.md",
    "docs/tutorial/laptop.md",
    "docs/tutorial/functions.md",
    "docs/how-to/clients.md",
    "docs/reference/command-line.md",
    "docs/explanation/fresh-connection.md",
)
"""Their blocks are run on this machine, by tests/test_documents_run.py, in this order."""
TRANSLATED = {
    "README.zh.md": ("README.md",),
    "docs/zh/tutorial.md": ("docs/tutorial/laptop.md", "docs/tutorial/functions.md", "docs/tutorial/cluster.md"),
}
"""Their commands are those of the English documents."""
ELSEWHERE = {
    "UPGRADING.md": "tests/e2e/test_docs.py",
    "docs/backup.md": "tests/e2e/test_backup.py",
    "docs/kubernetes.md": "tests/e2e/test_kinds.py",
    "charts/erlang-docker/README.md": "tests/chart/test_docs.py",
    "docs/operators-day.md": "tests/e2e/test_day.py",
    "docs/chaos-hour.md": "tests/test_chaos_hour.py",
    "docs/logs.md": "tests/e2e/test_log_level.py",
    **{f"examples/{name}/README.md": "tests/e2e/test_examples.py" for name in ("cache", "chat", "thumbnails")},
}
"""Who runs the blocks of the others, but for those that name another test."""

COMMANDS = ("", "bash", "console", "sh", "shell")
_MARK = re.compile(r"<!-- (?:not run(?: by a test)?: (?P<why_not>.+)|run by (?P<by>\S+)) -->\n")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code under a heading."""

    heading: str
    language: str
    text: str
    why_not: str | None = None
    """Why no test runs it, if none does."""
    by: str | None = None
    """The test that runs it, if it is not the document's own."""

    @property
    def is_own(self) -> bool:
        """Whether the document's own test runs it."""
        return self.why_not is None and self.by is None


def documents() -> Iterator[str]:
    """All of them, by their paths."""
    for pattern in ("*.md", "docs/**/*.md", "charts/*/README.md", "examples/**/*.md", ".github/**/*.md"):
        yield from (str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(pattern)))


def all_blocks(document: str) -> Iterator[Block]:
    """All blocks of code, in order."""
    heading, above = "", ""
    lines = iter((ROOT / document).read_text().splitlines(keepends=True))
    for line in lines:
        if line.startswith("```"):
            mark = _MARK.fullmatch(above)
            text = "".join(takewhile(lambda line: line != "```\n", lines))
            yield Block(heading, line.strip("`\n"), text, mark and mark["why_not"], mark and mark["by"])
        elif line.startswith("#"):
            heading = line.strip("# \n")
        above = line


def blocks(document: str, *languages: str) -> list[Block]:
    """Those of these languages, by default those that are commands."""
    return [block for block in all_blocks(document) if block.language in (languages or COMMANDS)]


def run_by(test: str) -> dict[str, list[Block]]:
    """By their document the blocks that say that this test runs them."""
    found = {document: [block for block in blocks(document) if block.by == test] for document in documents()}
    return {document: some for document, some in found.items() if some}


def without_code(document: str) -> str:
    """What is left of a document without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", (ROOT / document).read_text(), flags=re.MULTILINE | re.DOTALL)


def spans(document: str, pattern: str) -> list[str]:
    """Code within the tables that begins with a pattern, each once."""
    rows = re.findall(r"^\|.*\|$", (ROOT / document).read_text(), flags=re.MULTILINE)
    code = [span for row in rows for span in re.findall(r"`([^`]+)`", row)]
    return list(dict.fromkeys(span for span in code if re.match(pattern, span)))


def runner(document: str) -> str:
    """Its own test, which runs the blocks that say nothing else; empty: there is none."""
    return "tests/test_documents_run.py" if document in (*HERE, *TRANSLATED) else ELSEWHERE.get(document, "")


def counts() -> dict[str, tuple[int, int]]:
    """Of each document that has blocks of commands how many are run, and how many say why not."""
    found = {document: blocks(document) for document in documents()}
    marked = {document: sum(block.why_not is not None for block in some) for document, some in found.items() if some}
    return {document: (len(found[document]) - number, number) for document, number in marked.items()}


def main() -> None:
    """Entry point."""
    counted = counts()
    lines = [f"{run:4} run {marked:4} marked  {document}" for document, (run, marked) in counted.items()]
    run, marked = map(sum, zip(*counted.values(), strict=True))
    sys.stdout.write("\n".join([*lines, f"{run:4} run {marked:4} marked  in all", ""]))


if __name__ == "__main__":
    main()
