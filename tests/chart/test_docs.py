"""What is written down is so."""

import json
import os
import re
import subprocess
from pathlib import Path

from cryptography.x509 import DNSName, ExtendedKeyUsage, SubjectAlternativeName, load_pem_x509_certificate
from cryptography.x509.oid import ExtendedKeyUsageOID
from render import CHART, ROOT, Object, of_kind, render

from erlang_docker.credentials import TLS


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
        "erlang-docker-a-tls",
        "erlang-docker-b-tls",
        "erlang-docker-a-volume-erlang-docker-a-sfs",
    }


KUBECTL = """#!/bin/sh
case "$3" in create) mkdir "$6" && cp ca.crt tls.crt tls.key "$6";; esac
"""


def test_certificates_made_by_hand_are_what_cert_manager_would_make(tmp_path: Path) -> None:
    """The commands of the README, with a kubectl that keeps what it is given."""
    readme = (CHART / "README.md").read_text()
    (commands,) = re.findall(r"<!-- certificates -->\n```\n(.*?)```", readme, re.DOTALL)
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(KUBECTL)
    kubectl.chmod(0o755)
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    made = subprocess.run(["sh", "-e", "-c", commands], cwd=tmp_path, env=environ, capture_output=True, check=False)
    assert made.returncode == 0, made.stderr
    issued = {"tls": {"mode": "strict", "certManager": {"enabled": True, "issuerRef": {"name": "ca"}}}}
    for kind, wanted in zip("ab", of_kind(render(issued), "Certificate"), strict=True):
        tls = TLS.read(tmp_path / f"erlang-docker-{kind}-tls")
        assert len(tls.expiry()) == 2
        certificate = load_pem_x509_certificate(tls.certificate)
        certificate.verify_directly_issued_by(load_pem_x509_certificate(tls.authority))
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
        assert names.get_values_for_type(DNSName) == wanted["spec"]["dnsNames"]
        usages = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
        assert set(usages) == {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
