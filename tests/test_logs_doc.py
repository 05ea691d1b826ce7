"""docs/logs.md has every line that a node's own code writes, by its message, its level and its fields."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = ROOT / "services/erlang_docker"
TEXT = (ROOT / "docs/logs.md").read_text()
LEVELS = {"debug": "DEBUG", "info": "INFO", "warning": "WARNING", "error": "ERROR", "critical": "CRITICAL"}
NOT_OF_A_NODE = {"local", "cli", "acceptance", "v1"}
ANYTHING = "\0"
"""What differs from line to line: a format in the code, a word of capitals in the document."""
LEFT_OUT = {"lines left out"}
"""Made without a logger."""


@dataclass(frozen=True)
class Event:
    levels: frozenset[str]
    fields: frozenset[str]


Functions = dict[str, list[ast.AST]]
Place = tuple[ast.Call, ast.AST]
"""A call of a logger, and the function it is in."""


@cache
def trees() -> list[ast.Module]:
    paths = sorted(path for path in CODE.rglob("*.py") if path.relative_to(CODE).parts[0] not in NOT_OF_A_NODE)
    return [ast.parse(path.read_text()) for path in paths]


def places(tree: ast.Module) -> Iterator[Place]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from ((call, function) for call in ast.walk(function) if isinstance(call, ast.Call) and logs(call))


def logs(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in {*LEVELS, "log"}:
        return False
    whose = ast.unparse(call.func.value)
    return whose.endswith("log") or "getLogger" in whose


def levels(call: ast.Call) -> frozenset[str]:
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr != "log":
        return frozenset({LEVELS[call.func.attr]})
    return frozenset(
        each.attr for each in ast.walk(call.args[0]) if isinstance(each, ast.Attribute) and each.attr.isupper()
    )


def message(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    text = call.args[call.func.attr == "log"]
    if isinstance(text, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else ANYTHING for part in text.values)
    assert isinstance(text, ast.Constant)
    return re.sub(r"%[srd]", ANYTHING, str(text.value))


def functions_of(modules: list[ast.Module]) -> Functions:
    found: Functions = {}
    for tree in modules:
        for each in ast.walk(tree):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(each.name, []).append(each)
    return found


def keys(expression: ast.AST, function: ast.AST, functions: Functions) -> set[str]:
    """Of the dicts that are written there, in what its names were given, or in what the functions it names return."""
    found: set[str] = set()
    for each in ast.walk(expression):
        if isinstance(each, ast.Dict):
            found |= {str(key.value) for key in each.keys if isinstance(key, ast.Constant)}
        elif isinstance(each, ast.keyword) and each.arg:
            found.add(each.arg)
        elif isinstance(each, ast.Name):
            for other in ast.walk(function):
                if isinstance(other, ast.Assign) and each.id in {ast.unparse(target) for target in other.targets}:
                    found |= keys(other.value, ast.Module([], []), functions)
        name = each.attr if isinstance(each, ast.Attribute) else each.id if isinstance(each, ast.Name) else ""
        if name.endswith(("fields", "still_open")):
            for other in functions.get(name, []):
                found |= {
                    key
                    for part in ast.walk(other)
                    if isinstance(part, ast.Return) and part.value
                    for key in keys(part.value, other, {})
                }
    return found - {"fields", "extra", "exc_info"}


@cache
def written() -> dict[str, Event]:
    modules = trees()
    functions = functions_of(modules)
    found: dict[str, Event] = {}
    for tree in modules:
        for call, function in places(tree):
            named: set[str] = set()
            for keyword in call.keywords:
                if keyword.arg == "extra":
                    named |= keys(keyword.value, function, functions)
                elif keyword.arg == "exc_info":
                    named.add("exception")
            before = found.get(message(call), Event(frozenset(), frozenset()))
            found[message(call)] = Event(before.levels | levels(call), before.fields | named)
    return found


def documented() -> dict[str, Event]:
    rows = TEXT.partition("## Every line")[2].split("\n|---|---|---|---|\n")[1].strip().splitlines()
    found = {}
    for row in rows:
        text, level, fields, what = (cell.strip() for cell in row.strip("|").split("|"))
        assert what
        name = re.sub(r"\b[A-Z]+\b", ANYTHING, text.strip("`"))
        found[name] = Event(frozenset(level.split(", ")), frozenset(re.findall(r"`(\w+)`", fields)))
    return found


def test_every_line_is_described_and_no_other() -> None:
    assert documented().keys() - LEFT_OUT == written().keys()


def test_the_levels_are_those_of_the_code() -> None:
    told = documented()
    assert {name: event.levels for name, event in written().items()} == {name: told[name].levels for name in written()}


def test_no_field_is_left_out() -> None:
    told = documented()
    assert {name: event.fields - told[name].fields for name, event in written().items()} == dict.fromkeys(
        written(), frozenset()
    )


def test_no_field_is_made_up() -> None:
    """What the table names is a key of some dict of the code."""
    made = {
        str(key.value)
        for tree in trees()
        for each in ast.walk(tree)
        for key in ([*each.keys] if isinstance(each, ast.Dict) else [])
        if isinstance(key, ast.Constant)
    } | {each.arg for tree in trees() for each in ast.walk(tree) if isinstance(each, ast.keyword)}
    assert {field for event in documented().values() for field in event.fields} - made == {"exception"} - made
