"""What the workflow of a release runs, scripts/release, and what the docs say of it."""

import os
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
    return laptop.did("release/publish.sh", "v1.2.3", prerelease, "notes.md", "chart.tgz", "licences.md")[-1]


def test_a_prerelease_is_not_the_latest(laptop: Laptop) -> None:
    assert "--prerelease" in shlex.split(published(laptop, "true"))


def test_a_run_that_is_repeated_adds_what_is_missing(laptop: Laptop) -> None:
    first, again = published(laptop, "false"), published(laptop, "false")
    assert first.startswith("gh release create v1.2.3 --verify-tag --latest ")
    assert "--notes-file notes.md chart.tgz licences.md" in first
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


CHANGES = """# Changelog

## Unreleased

### Added

- Something new.

## 1.2.2 - 2026-01-02

- Something old.
"""
CHART = 'name: erlang-docker\nversion: 1.2.2\nappVersion: "1.2.2"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project to be released, whose checks look at nothing but a file, with a repository to push to."""
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "scripts/release", project / "scripts/release")
    for name in ("release.sh", "check-tag.sh"):
        shutil.copy(PROJECT / "scripts" / name, project / "scripts")
    files = {
        "Makefile": "test chart site:\n\t@test ! -e ../broken\n",
        "CHANGELOG.md": CHANGES,
        "charts/erlang-docker/Chart.yaml": CHART,
        "services/erlang_docker/identity.py": 'VERSION = "1.2.2"\n',
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "remote", "add", "origin", "../origin.git")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message=All")
    return project


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def release(project: Path, version: str) -> subprocess.CompletedProcess[str]:
    who = {
        f"GIT_{role}_{part}": "somebody@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
    }
    return subprocess.run(
        [project / "scripts/release.sh", version],
        env={"PATH": os.environ["PATH"], "HOME": str(project.parent), **who},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", ["1.3.0", "2.0.0-rc.1"])
def test_one_command_releases(project: Path, version: str) -> None:
    """The version everywhere, the changes under its name, and both pushed with notes."""
    done = release(project, version)
    assert done.returncode == 0, done.stderr
    pushed = project.parent / "origin.git"
    assert git(pushed, "show", "main:services/erlang_docker/identity.py") == f'VERSION = "{version}"\n'
    assert git(pushed, "show", "main:charts/erlang-docker/Chart.yaml") == CHART.replace("1.2.2", version)
    changes = git(pushed, "show", "main:CHANGELOG.md")
    day = r"\d{4}-\d\d-\d\d"
    assert re.search(rf"## Unreleased\n\n## {re.escape(version)} - {day}\n\n### Added\n\n- Something new", changes)
    assert git(pushed, "rev-parse", f"v{version}^{{commit}}") == git(pushed, "rev-parse", "main")
    assert git(pushed, "tag", "--list", "--format=%(contents)").strip() == "### Added\n\n- Something new."
    assert git(project, "status", "--porcelain") == ""
    notes = subprocess.check_output([project / "scripts/release/notes.sh", version, "python@sha256:1"], text=True)
    assert notes == "### Added\n\n- Something new.\n\nBase image: `python@sha256:1`\n"


def test_a_release_that_fails_leaves_all_as_it_was(project: Path) -> None:
    (project.parent / "broken").touch()
    assert release(project, "1.3.0").returncode != 0
    assert git(project, "status", "--porcelain") == ""
    assert (git(project, "tag"), git(project, "log", "--format=%s")) == ("", "All\n")


@pytest.mark.parametrize(
    ("version", "before", "said"),
    [
        ("1.3", "", "is not 1.2.3"),
        ("1.3.0", "git checkout -b other", "branch main"),
        ("1.3.0", "touch new", "not committed"),
        ("1.3.0", "git tag v1.3.0", "there already"),
        ("1.3.0", "sed -i '/Something new/d' CHANGELOG.md && git commit -am None", "says nothing"),
    ],
)
def test_what_is_not_released(project: Path, version: str, before: str, said: str) -> None:
    git(project, "config", "user.email", "somebody@example.org")
    git(project, "config", "user.name", "Somebody")
    subprocess.run(before, shell=True, cwd=project, check=True, capture_output=True)
    done = release(project, version)
    assert done.returncode == 1
    assert said in done.stderr
    assert "1.2.2" in (project / "services/erlang_docker/identity.py").read_text()
