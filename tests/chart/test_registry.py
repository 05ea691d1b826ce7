"""The clean-up of the machines' registry, scripts/vm/clean-registry.sh, against the real registry."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from oci import Registry
from render import ROOT

BASE, OLD, NOW, BEFORE, OTHER = (name * 1000 for name in (b"base", b"old", b"now", b"before", b"other"))
A, B = "erlang-docker-a", "erlang-docker-b"


@pytest.fixture
def registry(tmp_path: Path, base: int) -> Iterator[Registry]:
    """With images of which a cluster runs `now`, and could go back to `before`."""
    made = Registry.make(tmp_path, base + 1)
    made.start()
    for repository in (A, B):
        for tag, layer in (("old", OLD), ("now", NOW), ("before", BEFORE), ("latest", NOW)):
            made.push(repository, tag, BASE, layer)
    made.push("other/app", "1", BASE, OTHER)
    for kind, image in (("pods", f"{A}:now"), ("statefulsets", f"{B}:now"), ("controllerrevisions", f"{A}:before")):
        (tmp_path / f"{kind}.yaml").write_text(f"image: 10.9.9.9:5000/{image}\n")
    yield made
    made.stop()


def clean(registry: Registry) -> subprocess.CompletedProcess[str]:
    return registry.run(ROOT / "scripts/vm/clean-registry.sh", registry.address)


def test_what_nothing_needs_any_more_is_gone_from_the_disk(registry: Registry) -> None:
    """What runs, what a StatefulSet can go back to, another tag of the same image and other repositories stay."""
    done = clean(registry)
    assert done.returncode == 0, done.stderr
    assert "lost 3 old images" in done.stdout
    registry.wait()
    assert registry.tags(A) == {"now", "before", "latest"}
    assert registry.tags(B) == {"now", "latest"}
    assert [registry.on_disk(layer) for layer in (OLD, BASE, NOW, BEFORE, OTHER)] == [False, True, True, True, True]
    kept = ((A, "now"), (A, "before"), (A, "latest"), (B, "now"), ("other/app", "1"))
    assert all(registry.can_pull(repository, tag) for repository, tag in kept)


def test_what_was_removed_can_be_pushed_again(registry: Registry) -> None:
    """The registry does not take its layers for stored."""
    clean(registry)
    registry.wait()
    registry.push(A, "again", BASE, OLD)
    assert registry.can_pull(A, "again")


def test_nothing_to_remove_interrupts_nothing(registry: Registry) -> None:
    clean(registry)
    registry.wait()
    before = (registry.world / "pid").read_text()
    assert (clean(registry).stdout, (registry.world / "pid").read_text()) == ("", before)


@pytest.mark.parametrize("missing", ["pods.yaml", "config.yml"])
def test_without_cluster_or_registry_nothing_is_removed(registry: Registry, missing: str) -> None:
    (registry.world / missing).unlink()
    clean(registry)
    assert registry.tags(A) == {"old", "now", "before", "latest"}
