"""`otp` stands alone: it imports nothing of the product, and its modules import each other in one direction."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SERVICES = Path(__file__).parent.parent / "services"
ALLOWED = {"otp", "regex", *sys.stdlib_module_names}


def sources() -> dict[str, str]:
    """The source of every module by its name; a package goes by the name of its folder."""
    paths = (SERVICES / "otp").rglob("*.py")
    return {".".join(path.relative_to(SERVICES).with_suffix("").parts): path.read_text() for path in sorted(paths)}


SOURCES = sources()


def imports(source: str) -> Iterator[str]:
    """Every imported name, wherever the import stands: also in functions and under TYPE_CHECKING."""
    for item in ast.walk(ast.parse(source)):
        if isinstance(item, ast.Import):
            yield from (alias.name for alias in item.names)
        elif isinstance(item, ast.ImportFrom):
            assert not item.level
            yield from (f"{item.module}.{alias.name}" for alias in item.names)


def graph(modules: Mapping[str, str]) -> dict[str, set[str]]:
    """The modules that a module imports. What is imported from a module ends in a name that is not a module's."""
    return {
        module: {name if name in modules else name.rpartition(".")[0] for name in imports(source)} & modules.keys()
        for module, source in modules.items()
    }


def room(module: str, modules: Iterable[str]) -> str:
    """The package of a module, where that has no packages in it: `otp.terms.read`; else the module."""
    package = module.rpartition(".")[0]
    inner = {other for other in modules if other.startswith(f"{package}.") and other.endswith(".__init__")}
    return module if inner - {f"{package}.__init__"} else package


def rooms(arrows: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The rooms that a room imports."""
    found = defaultdict[str, set[str]](set)
    for module, imported in arrows.items():
        here = room(module, arrows)
        found[here] |= {room(other, arrows) for other in imported} - {here}
    return found


def circle(arrows: Mapping[str, set[str]]) -> list[str]:
    """The names that a circle of imports goes through; empty when there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def strangers(modules: Mapping[str, str]) -> list[str]:
    """Imports from outside of what `otp` may use, or from a floor above: terms know nothing of functions."""
    return [
        f"{module} imports {name}"
        for module, source in modules.items()
        for name in imports(source)
        if name.partition(".")[0] not in ALLOWED
        or (module.startswith("otp.terms.") and name.startswith(("otp.stdlib", "otp.export")))
    ]


def test_it_imports_nothing_of_the_product() -> None:
    assert strangers(SOURCES) == []


def test_no_circle_of_modules() -> None:
    arrows = graph(SOURCES)
    assert circle(arrows) == []
    assert sum(map(len, arrows.values())) > 200  # it was not blind


def test_no_circle_of_packages() -> None:
    arrows = rooms(graph(SOURCES))
    assert circle(arrows) == []
    assert {"otp.terms.print", "otp.terms.types"} <= arrows["otp.terms.read"]
    assert {"otp.stdlib.erlang", "otp.stdlib.arguments"} <= arrows["otp.stdlib.lists"]


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("otp.errors", "import erlang_docker"),
        ("otp.terms.types", "from erlang_docker.names import NodeName"),
        ("otp.stdlib.maps", "def late() -> None:\n    import aiohttp"),
        ("otp.terms.order", "from otp.stdlib.arguments import fail"),
    ],
)
def test_a_planted_stranger_is_found(module: str, line: str) -> None:
    assert strangers(SOURCES | {module: f"{SOURCES[module]}\n{line}\n"})


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("otp.terms.types", "from otp.terms.order import sort_key"),
        ("otp.terms.read.collections", "if TYPE_CHECKING:\n    from otp.terms.read.grammar import Parser"),
        ("otp.stdlib.arguments", "from otp.stdlib import bounds"),
        ("otp.stdlib.bounds", "def late() -> None:\n    from otp.stdlib.string import search"),
    ],
)
def test_a_planted_circle_is_found(module: str, line: str) -> None:
    found = circle(graph(SOURCES | {module: f"{SOURCES[module]}\n{line}\n"}))
    assert module in found


def test_a_planted_circle_of_packages_is_found() -> None:
    planted = {"otp.terms.print.literals": "from otp.terms.read import limits\n"}
    arrows = graph(SOURCES | planted)
    assert circle(arrows) == []
    assert {"otp.terms.read", "otp.terms.print"} <= set(circle(rooms(arrows)))
