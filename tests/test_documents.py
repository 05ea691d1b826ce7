"""The documents: whether each command is run or says why not, and whether each link leads somewhere."""

import posixpath
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from documents import ELSEWHERE, HERE, ROOT, TRANSLATED, blocks, counts, documents, runner, without_code

DECISIONS = sorted((ROOT / "docs/decisions").glob("0*.md"))


@pytest.mark.parametrize("document", counts())
def test_each_block_is_run_or_says_why_not(document: str) -> None:
    own = [block for block in blocks(document) if block.is_own]
    assert not own or runner(document), f"{len(own)} blocks are run by nobody, and do not say why"
    if document in ELSEWHERE:
        assert posixpath.basename(document) in (ROOT / ELSEWHERE[document]).read_text()
        assert own


def test_what_others_run() -> None:
    """Those tests go by the headings, or by all that is not marked."""
    assert {block.heading for block in blocks("docs/kubernetes.md") if block.is_own} == {
        "Kinds in two releases, namespaces or clusters",
        "Autoscaling",
    }
    assert [block.heading for block in blocks("charts/erlang-docker/README.md") if block.is_own] == ["TLS"]
    assert len([block for block in blocks("docs/backup.md") if block.is_own]) == 5


@pytest.mark.parametrize("document", sorted({*counts()} - {*TRANSLATED}))
def test_other_tests_that_blocks_name_have_them(document: str) -> None:
    """All that any document or this one has for them, or those under a heading of it."""
    for block in blocks(document):
        if block.by:
            text = (ROOT / block.by).read_text()
            takes_all = f'run_by("{block.by}").values()' in text or f'["{document}"]' in text
            assert takes_all or (f'"{document}"' in text and f'"{block.heading}"' in text), block


def test_tests_that_reasons_name_are_there() -> None:
    reasons = [block.why_not for document in documents() for block in blocks(document) if block.why_not]
    for name in {name for reason in reasons for name in re.findall(r"tests/[\w/]+(?:\.py)?", reason)}:
        assert (ROOT / name).exists(), name


def commands(document: str) -> Counter[str]:
    """Without the comments, which are translated."""
    return Counter(re.sub(r" +# .*$", "", block.text, flags=re.MULTILINE) for block in blocks(document))


@pytest.mark.parametrize("document", TRANSLATED)
def test_a_translation_has_the_commands_of_what_it_translates(document: str) -> None:
    english = set[str]().union(*(commands(each) for each in TRANSLATED[document]))
    assert set(commands(document)) <= english


def test_a_translation_has_all_of_the_readme_s() -> None:
    assert commands("README.zh.md") == commands("README.md")


def slug(heading: str) -> str:
    """The anchor that GitHub makes of a heading, and mkdocs.yml too."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@cache
def anchors(document: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", without_code(document), re.MULTILINE)
    return {slug(heading) for heading in headings}


@pytest.mark.parametrize("document", list(documents()))
def test_links_lead_somewhere(document: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code(document)):
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(document), path)) if path else document
        assert (ROOT / target).exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) < 200


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_what_a_decision_says(decision: Path) -> None:
    text = decision.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Measured",
        "Consequences",
        "What would change it",
    ]
    assert re.search(r"^Accepted \d{4}-\d\d-\d\d\.$", text, re.MULTILINE)
    assert f"]({decision.name})" in (ROOT / "docs/decisions/index.md").read_text()


def test_what_is_run_here_is_there() -> None:
    assert {*HERE, *TRANSLATED, *ELSEWHERE} <= set(counts())
    assert len(DECISIONS) == 10
