"""kube-score's opinion of the objects, with what it is not asked for and why."""

import subprocess

from render import ROOT, template

IGNORED = {
    "service-type": "who comes from outside comes by kind a's NodePort; the type is a value",
    "container-image-pull-policy": "Always asks the registry at each start; a tag that is pushed once needs no asking",
    "container-ephemeral-storage-request-and-limit": "the root is read-only; to evict a node for its log helps nobody",
    "container-resources": "a limit of CPU throttles a node that has the machine to itself",
    "statefulset-has-host-podantiaffinity": "topologySpreadConstraints do it, and give way to a volume's machine",
    "pod-networkpolicy": "a value: not every cluster enforces one",
}


def test_kube_score_finds_nothing() -> None:
    ignored = [argument for test in IGNORED for argument in ("--ignore-test", test)]
    score = subprocess.run(
        [str(ROOT / ".tools" / "kube-score" / "kube-score"), "score", "--output-format", "ci", *ignored, "-"],
        input=template().stdout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert score.returncode == 0, score.stdout
