"""Each alert fires for what it is meant for, and for nothing that it is not: Prometheus' own tool judges."""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from prometheus import PROMTOOL
from render import ROOT, Object, of_kind, refusal, render

NAMESPACE, POD, SET = "default", "erlang-docker-a-sfs-0", "erlang-docker-a-sfs"
OF_POD = {"namespace": NAMESPACE, "pod": POD}
OF_SET = {"namespace": NAMESPACE, "statefulset": SET}
RUNBOOKS = "https://github.com/Gelomen/erlang_docker/blob/v0.1.0/docs/runbooks.md"
WEEK = 7 * 86400


class Case(NamedTuple):
    """What there was in each minute, and what an alert makes of it at one of them."""

    alert: str
    series: Mapping[str, str]
    minute: int
    labels: Mapping[str, str] | None = None
    """Of the alert that fires, with its severity; None: it is quiet."""
    summary: str = ""


def series(name: str, **labels: str) -> str:
    """As Prometheus writes it; of the pod, or of the StatefulSet if it is of kube-state-metrics."""
    own = OF_SET if name.startswith("kube_") else OF_POD
    matchers = ",".join(f'{key}="{value}"' for key, value in {**own, **labels}.items())
    return f"{name}{{{matchers}}}"


def commands(**by_outcome: str) -> dict[str, str]:
    name = "erlang_docker_command_duration_seconds_count"
    return {series(name, door="grpc", verb="rpc", outcome=of): values for of, values in by_outcome.items()}


def repicks(values: str) -> dict[str, str]:
    return {
        series("erlang_docker_repicks_total", reason="NotSent"): values,
        series("erlang_docker_calls_made_total"): "0+60x60",
    }


def replicas(ready: str, wanted: str) -> dict[str, str]:
    return {
        series("kube_statefulset_status_replicas_ready"): ready,
        series("kube_statefulset_replicas"): wanted,
    }


def lag(seconds: float) -> dict[str, str]:
    """All looks at the loop took as long as the bucket says."""
    bounds = (0.05, 0.2, 0.5)
    counts = {bound: "0+1200x60" if seconds <= bound else "0x60" for bound in (*bounds, float("inf"))}
    return {
        series("erlang_docker_loop_lag_seconds_bucket", le="+Inf" if bound > 1 else f"{bound}"): values
        for bound, values in counts.items()
    }


def volume(free: str) -> dict[str, str]:
    """Of a volume with 1000 bytes."""
    return {
        series("erlang_docker_volume_free_bytes"): free,
        series("erlang_docker_volume_size_bytes"): "1000x500",
    }


def store(used: str) -> dict[str, str]:
    return {series("erlang_docker_store_bytes"): used, series("erlang_docker_store_limit_bytes"): "1000x60"}


def versions(of_the_other: str) -> dict[str, str]:
    name = "erlang_docker_build_info"
    return {series(name, version="1"): "1x100", series(name, version=of_the_other, pod=f"{SET}-1"): "1x100"}


UP = series("up")
STARTING = series("erlang_docker_state", state="starting")
EPOCH = series("erlang_docker_boot_epoch")
REFUSED = series("erlang_docker_store_refused_total", reason="enospc")
EXPIRY = series("erlang_docker_certificate_expiry_timestamp_seconds", file="tls.crt")
NO_LINK = "erlang_docker_link_failures_total"
WARNING, CRITICAL = {**OF_POD, "severity": "warning"}, {**OF_POD, "severity": "critical"}

CASES = [
    Case(
        "ErlangDockerCallsFail",
        commands(value="0+90x60", nodedown="0+6x60", busy="0+4x60"),
        15,
        CRITICAL,
        f"No node takes 10% of the commands at {POD}.",
    ),
    # What users mistype, what functions raise, and what takes too long.
    Case("ErlangDockerCallsFail", commands(value="0+1x60", syntax="0+99x60", undef="0+99x60", crash="0+9x60"), 15),
    Case("ErlangDockerCallsFail", commands(value="0+9x60", timeout="0+9x60", refused="0+9x60", cancelled="0+9x60"), 15),
    Case("ErlangDockerCallsFail", commands(value="0+90x60", nodedown="0+60x2 120x60"), 15),
    Case("ErlangDockerRepicksRise", repicks("0+12x60"), 20, WARNING, f"{POD} tries 20% of its calls again."),
    Case("ErlangDockerRepicksRise", repicks("0+3x60"), 20),
    Case(
        "ErlangDockerLinksRefused",
        {series(NO_LINK, reason="refused"): "0+1x60"},
        20,
        WARNING,
        f"{POD} and nodes that it picks do not know each other's cookie or certificate.",
    ),
    Case("ErlangDockerLinksRefused", {series(NO_LINK, reason="unreachable"): "0+1x60"}, 20),
    Case("ErlangDockerLinksRefused", {series(NO_LINK, reason="refused"): "2x60"}, 20),
    Case(
        "ErlangDockerNoneReady",
        replicas("0x60", "3x60"),
        5,
        {**OF_SET, "severity": "critical"},
        f"No node of {SET} is ready.",
    ),
    # Asleep by intention.
    Case("ErlangDockerNoneReady", replicas("0x60", "0x60"), 5),
    Case(
        "ErlangDockerPodsNotReady",
        replicas("2x60", "3x60"),
        20,
        {**OF_SET, "severity": "warning"},
        f"Only 2 nodes of {SET} are ready.",
    ),
    # A rollout.
    Case("ErlangDockerPodsNotReady", replicas("3 2 2 3 2 2 3x60", "3x60"), 20),
    Case(
        "ErlangDockerStarting",
        {STARTING: "1x60"},
        15,
        {**WARNING, "state": "starting"},
        f"{POD} has been starting for more than 10 minutes.",
    ),
    Case("ErlangDockerStarting", {STARTING: "1x3 0x60"}, 15),
    Case("ErlangDockerRestarts", {EPOCH: "1 2 3 4 5x60"}, 10, WARNING, f"{POD} has started 4 times in 30 minutes."),
    Case("ErlangDockerRestarts", {EPOCH: "1 2 3x60"}, 10),
    Case(
        "ErlangDockerVersionSkew",
        versions("2"),
        70,
        {"namespace": NAMESPACE, "severity": "warning"},
        "Nodes of 2 versions have been running side by side for more than an hour.",
    ),
    Case("ErlangDockerVersionSkew", versions("1"), 70),
    Case("ErlangDockerVersionSkew", versions("2"), 50),
    Case("ErlangDockerLoopLag", lag(0.2), 20, WARNING, f"The event loop of {POD} lags by 198.5ms."),
    Case("ErlangDockerLoopLag", lag(0.05), 20),
    Case(
        "ErlangDockerStoreRefuses",
        {REFUSED: "0+1x60"},
        15,
        {**CRITICAL, "reason": "enospc"},
        f"The store of {POD} refuses what is asked: enospc.",
    ),
    Case("ErlangDockerStoreRefuses", {REFUSED: "0+1x3 3x60"}, 15),
    Case("ErlangDockerStoreFullSoon", store("950x60"), 15, WARNING, f"The store of {POD} uses 95% of what it may."),
    Case("ErlangDockerStoreFullSoon", store("500x60"), 15),
    Case(
        "ErlangDockerVolumeFullSoon", volume("50x500"), 40, WARNING, f"The volume of {POD} is 5% free, and full soon."
    ),
    # 480 bytes in eight hours: nearly half of it, with six hours to go.
    Case(
        "ErlangDockerVolumeFullSoon",
        volume("880-1x500"),
        480,
        WARNING,
        f"The volume of {POD} is 40% free, and full soon.",
    ),
    Case("ErlangDockerVolumeFullSoon", volume("400x500"), 480),
    # As fast, but there is much left.
    Case("ErlangDockerVolumeFullSoon", volume("1000-1x500"), 120),
    Case(
        "ErlangDockerCertificateExpires",
        {EXPIRY: f"{WEEK - 86400}x100"},
        70,
        {**WARNING, "file": "tls.crt"},
        f"tls.crt of {POD} ends in 5d 22h 50m 0s.",
    ),
    Case("ErlangDockerCertificateExpires", {EXPIRY: f"{WEEK * 3}x100"}, 70),
    Case("ErlangDockerNoMetrics", {UP: "1 0x60"}, 15, WARNING, f"{POD} does not answer on its admin port any more."),
    # A NetworkPolicy has always kept Prometheus out.
    Case("ErlangDockerNoMetrics", {UP: "0x60"}, 15),
    Case("ErlangDockerNoMetrics", {UP: "1x5 0x3 1x60"}, 15),
]


def rule_groups(values: Mapping[str, object] = {}) -> list[Object]:
    (rule,) = of_kind(render({"prometheusRule": {"enabled": True, **values}}), "PrometheusRule")
    groups: list[Object] = rule["spec"]["groups"]
    return groups


def alerts(groups: list[Object]) -> dict[str, Object]:
    return {each["alert"]: each for group in groups for each in group["rules"] if "alert" in each}


def expectation(case: Case) -> Object:
    """In promtool's words. No alert fires after a minute: what passes by itself wakes nobody."""
    annotations = {"summary": case.summary, "runbook_url": f"{RUNBOOKS}#{case.alert.lower()}"}
    fires = [] if case.labels is None else [{"exp_labels": case.labels, "exp_annotations": annotations}]
    looks: list[tuple[int, list[Object]]] = [(1, []), (case.minute, fires)]
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
        "alert_rule_test": [
            {"eval_time": f"{minute}m", "alertname": case.alert, "exp_alerts": expected} for minute, expected in looks
        ],
    }


def promtool(folder: Path, groups: list[Object], *arguments: str, **files: Any) -> None:
    """JSON is YAML."""
    (folder / "rules.yaml").write_text(json.dumps({"groups": groups}))
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(json.dumps(content))
    done = subprocess.run([str(PROMTOOL), *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def groups() -> list[Object]:
    return rule_groups()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.alert}-{'fires' if case.labels else 'quiet'}")
def test_an_alert(case: Case, groups: list[Object], tmp_path: Path) -> None:
    tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [expectation(case)]}
    promtool(tmp_path, groups, "test", "rules", "tests.yaml", tests=tests)


def test_every_alert_is_tried_both_ways(groups: list[Object]) -> None:
    for fires in (True, False):
        assert {case.alert for case in CASES if (case.labels is not None) == fires} == set(alerts(groups))


def test_rules_of_ones_own_and_thresholds(tmp_path: Path) -> None:
    own = {"alert": "Mine", "expr": "up == 0", "annotations": {"summary": "{{ $labels.pod }}"}}
    recorded = {"record": "erlang_docker:calls:rate5m", "expr": "sum(rate(erlang_docker_calls_made_total[5m]))"}
    values = {
        "extraRules": [own, recorded],
        "thresholds": {"certificateDays": 21},
        "runbooks": "https://wiki.example/x",
    }
    groups = rule_groups(values)
    assert groups[0]["rules"][-2:] == [own, recorded]
    (expires,) = (alert for name, alert in alerts(groups).items() if name == "ErlangDockerCertificateExpires")
    assert "< 21 * 86400" in expires["expr"]
    assert expires["annotations"]["runbook_url"] == "https://wiki.example/x#erlangdockercertificateexpires"
    promtool(tmp_path, groups, "check", "rules", "--lint-fatal", "rules.yaml")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"thresholds": {"failedShare": 5}}, "at '/prometheusRule/thresholds/failedShare': maximum: got 5, want 1"),
        (
            {"thresholds": {"restart": 5}},
            "at '/prometheusRule/thresholds': additional properties 'restart' not allowed",
        ),
        ({"extraRules": [{"alert": "x"}]}, "at '/prometheusRule/extraRules/0': missing property 'expr'"),
        ({"runbooks": "wiki"}, "at '/prometheusRule/runbooks': 'wiki' does not match pattern"),
    ],
)
def test_values_that_are_no_rules_are_refused(values: object, said: str) -> None:
    assert said in refusal({"prometheusRule": values})


def test_every_alert_has_its_runbook_and_its_severity(groups: list[Object]) -> None:
    text = (ROOT / "docs/runbooks.md").read_text()
    found = dict(re.findall(r"^## (ErlangDocker\w+)\n\n(critical|warning)\. ", text, re.MULTILINE))
    rules = alerts(groups)
    assert found == {name: rule["labels"]["severity"] for name, rule in rules.items()}
    assert [name for name in rules if rules[name]["annotations"]["runbook_url"] != f"{RUNBOOKS}#{name.lower()}"] == []
