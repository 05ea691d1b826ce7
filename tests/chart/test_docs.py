"""What is written down is so."""

import json
import re

from render import CHART, ROOT, Object


def paths(schema: Object, node: Object, path: str = "") -> set[str]:
    """All the keys a schema names that have no keys of their own."""
    node = node["allOf"][0] if "allOf" in node else node
    node = schema["definitions"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    below = {key: item for key, item in node.get("properties", {}).items() if item}
    if not below:
        return {path.removeprefix(".")}
    return {leaf for key, item in below.items() for leaf in paths(schema, item, f"{path}.{key}")}


def test_every_key_of_the_schema_is_described() -> None:
    """In values.yaml, and so in the README: by itself, or with what it is part of."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    described = set(re.findall(r"^\| `([^`]+)` \|", (CHART / "README.md").read_text(), re.MULTILINE))
    # Of charts that have this one as a part.
    named = paths(schema, schema) - {"enabled"}
    assert {name for name in named if not any(f"{name}.".startswith(f"{known}.") for known in described)} == set()


def test_strict_at_every_level() -> None:
    """Each object of the schema that names its keys takes no others."""
    schema = json.loads((CHART / "values.schema.json").read_text())

    def open_objects(node: object, path: str = "") -> list[str]:
        if isinstance(node, list):
            return [found for item in node for found in open_objects(item, path)]
        if not isinstance(node, dict):
            return []
        found = (
            [path]
            if "properties" in node and "additionalProperties" not in node and node.get("type") == "object"
            else []
        )
        return found + [each for key, below in node.items() for each in open_objects(below, f"{path}/{key}")]

    assert open_objects(schema) == []


def test_upgrading_speaks_of_objects_that_are_there() -> None:
    text = (ROOT / "UPGRADING.md").read_text()
    assert set(re.findall(r"erlang-docker-[ab]-\w+(?:-erlang-docker-[ab]-sfs)?", text)) == {
        "erlang-docker-a-sfs",
        "erlang-docker-a-volume-erlang-docker-a-sfs",
    }
