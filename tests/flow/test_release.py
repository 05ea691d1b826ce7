"""What the workflow of a release runs, scripts/release, and what the docs say of it."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from flow.stand_ins import PROJECT, Laptop

DIGEST = "sha256:" + "0" * 64
WORKFLOW = "Gelomen/erlang_docker/.github/workflows/release.yml@refs/tags/v1.2.3"


def facts(folder: Path, version: str, tag: str) -> subprocess.CompletedProcess[str]:
    """What a release of that tag prints where the code has that version."""
    for name in ("scripts/release", ".github/base"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "scripts/check-tag.sh", folder / "scripts")
    code = folder / "services/erlang_docker/identity.py"
    code.parent.mkdir(parents=True)
    code.write_text(f'"""Who."""\n\nVERSION = "{version}"\n')
    command = [str(folder / "scripts/release/facts.sh"), tag, "Gelomen/erlang_docker"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("version", "prerelease"), [("1.2.3", "false"), ("1.2.0-rc.1", "true")])
def test_a_tag_s_facts(tmp_path: Path, version: str, prerelease: str) -> None:
    """The owner in lower case, as registries want it; the base by its digest."""
    done = facts(tmp_path, version, f"v{version}")
    assert done.returncode == 0, done.stderr
    found = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert re.fullmatch(r"python:\S+@sha256:[0-9a-f]{64}", found.pop("base"))
    assert found == {"prerelease": prerelease, "registry": "ghcr.io/gelomen"}


@pytest.mark.parametrize(("version", "tag"), [("1.2.3", "v1.2.4"), ("1.2.3", "1.2.3"), ("1.2.3+x", "v1.2.3+x")])
def test_a_tag_that_is_not_the_version_or_cannot_be_an_image_s(tmp_path: Path, version: str, tag: str) -> None:
    done = facts(tmp_path, version, tag)
    assert (done.returncode, done.stdout) == (1, "")
    assert version in done.stderr


def published(laptop: Laptop, prerelease: str) -> str:
    return laptop.did("release/publish.sh", "v1.2.3", prerelease, f"python@{DIGEST}", "chart.tgz", "licences.md")[-1]


def test_a_prerelease_is_not_the_latest(laptop: Laptop) -> None:
    assert "--prerelease" in shlex.split(published(laptop, "true"))


def test_a_run_that_is_repeated_adds_what_is_missing(laptop: Laptop) -> None:
    first, again = published(laptop, "false"), published(laptop, "false")
    assert first.startswith("gh release create v1.2.3 --verify-tag --latest ")
    assert f"python@{DIGEST}" in first
    assert again == "gh release upload v1.2.3 --clobber chart.tgz licences.md"


def test_the_docs_verify_as_the_release_does(laptop: Laptop) -> None:
    """Of exactly one workflow in one repository, for images and chart."""
    image = f"ghcr.io/gelomen/erlang-docker-a@{DIGEST}"
    done = laptop.did("release/sign.sh", image, GITHUB_SERVER_URL="https://github.com", GITHUB_WORKFLOW_REF=WORKFLOW)
    assert done[0] == f"cosign sign --yes {image}"
    text = (PROJECT / "docs/kubernetes.md").read_text().replace("\\\n", "")
    shown = [shlex.split(line) for line in text.splitlines() if line.startswith("cosign verify ")]
    assert [words[2] for words in shown] == [
        "ghcr.io/OWNER/erlang-docker-a:1.2.3",
        "ghcr.io/OWNER/charts/erlang-docker:1.2.3",
    ]
    for words in shown:
        told = " ".join(words[3:]).replace("OWNER/REPOSITORY", "Gelomen/erlang_docker")
        assert told == done[1].removeprefix(f"cosign verify {image} ")
