"""What is released of the chart."""

import os
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml
from oci import Registry
from render import CHART, HELMS, ROOT, helm, render


def package(folder: Path, *repository: str, by: str = "helm4") -> Path:
    """Unpacked again."""
    subprocess.run(
        [str(ROOT / "scripts" / "chart-package.sh"), str(folder), *repository],
        env={**os.environ, "HELM": str(ROOT / ".tools" / by / "helm")},
        check=True,
        capture_output=True,
        timeout=60,
    )
    with tarfile.open(next(folder.glob("erlang-docker-*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "erlang-docker"


@pytest.mark.parametrize("by", HELMS)
def test_licence_and_upgrading_are_part_of_it(tmp_path: Path, by: str) -> None:
    packed = package(tmp_path, by=by)
    for name in ("LICENSE", "UPGRADING.md"):
        assert (packed / name).read_text() == (ROOT / name).read_text()
    assert {path.relative_to(CHART) for path in CHART.rglob("*") if path.is_file()} <= {
        path.relative_to(packed) for path in packed.rglob("*") if path.is_file()
    }


def test_as_released(tmp_path: Path) -> None:
    """It pulls from the registry of its owner, in lower case, as registries want it, and says where it comes from."""
    packed = package(tmp_path, "Some/project")
    sets = [item for item in render(chart=packed) if item["kind"] == "StatefulSet"]
    images = {item["spec"]["template"]["spec"]["containers"][0]["image"].rpartition(":")[0] for item in sets}
    assert images == {f"ghcr.io/some/erlang-docker-{kind}" for kind in "ab"}
    assert '| `image.registry` | `"ghcr.io/some"` |' in (packed / "README.md").read_text()
    chart = yaml.safe_load((packed / "Chart.yaml").read_text())
    assert [chart["home"], *chart["sources"]] == ["https://github.com/Some/project"] * 2


def test_what_a_catalogue_shows() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert {"home", "sources", "icon", "maintainers", "keywords"} <= set(chart)
    for name in ("changes", "links"):
        assert yaml.safe_load(chart["annotations"][f"artifacthub.io/{name}"])


@pytest.mark.parametrize("by", HELMS)
def test_it_is_pushed_and_named_by_its_digest(tmp_path: Path, base: int, by: str) -> None:
    registry = Registry.make(tmp_path, base + 1)
    registry.start()
    try:
        pushed = subprocess.run(
            [ROOT / "scripts/release/push-chart.sh", tmp_path, "Some/project", registry.address, "--plain-http"],
            env={**os.environ, "HELM": str(ROOT / ".tools" / by / "helm")},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout.strip()
        shown = helm("show", "chart", f"oci://{pushed}", "--plain-http", by=by)
        assert yaml.safe_load(shown.stdout)["home"] == "https://github.com/Some/project"
    finally:
        registry.stop()
