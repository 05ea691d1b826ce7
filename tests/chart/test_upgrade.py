"""What an upgrade finds in the cluster: what must not change is refused, what others decided stays."""

import base64
import itertools
from typing import Any

import pytest
from api import PLACE, api_server, installed
from render import HELMS, Object, of_kind, refusal, render
from values_sets import TLS

STATIC = {"mode": "static-pv", "staticPV": {"machines": ["x", "y", "x"]}}


def upgrade(before: object, after: object, change: Any = None) -> list[Object]:
    """By Helm 3: of what it renders, Helm 4 asks the server more than ours knows."""
    objects = installed(before)
    for item in of_kind(objects, "StatefulSet"):
        item["spec"].update(change or {})
    with api_server(objects) as address:
        return render(after, api=address, by="helm3", **PLACE)


def refused(before: object, after: object, by: str = "helm4") -> str:
    with api_server(installed(before)) as address:
        return refusal(after, api=address, by=by, **PLACE)


@pytest.mark.parametrize("by", HELMS)
@pytest.mark.parametrize("after", [{"nameOverride": "other"}, {"fullnameOverride": "other"}], ids=str)
def test_other_names_are_refused(after: object, by: str) -> None:
    said = refused({}, after, by)
    assert "StatefulSet games-erlang-docker-a-sfs is named by other values" in said
    assert "--set nameOverride=erlang-docker --set fullnameOverride=games-erlang-docker" in said


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"nameOverride": "x"}, {}),
        ({"fullnameOverride": "x"}, {}),
        ({"fullnameOverride": "x"}, {"fullnameOverride": "x", "nameOverride": "y"}),
    ],
    ids=str,
)
def test_so_are_names_that_were_left_out(before: object, after: object) -> None:
    assert "is named by other values" in refused(before, after)


def test_the_mend_keeps_the_names() -> None:
    before = {"nameOverride": "x"}
    mend = refused(before, {}).partition("Keep them: ")[2].split()
    after = dict(word.split("=") for word in mend if "=" in word)
    assert {item["metadata"]["name"] for item in of_kind(upgrade(before, after), "StatefulSet")} == {
        f"games-x-{kind}-sfs" for kind in "ab"
    }


def test_others_in_the_namespace_do_not_matter() -> None:
    """Another release, another chart of the same release, and what has no labels."""
    own = installed({})
    another = render({}, **{**PLACE, "release": "other"})
    part = of_kind(render({"fullnameOverride": "part"}, **PLACE), "StatefulSet")
    for item in part:
        item["metadata"]["labels"]["helm.sh/chart"] = "erlang-docker-two-0.1.0"
    bare = {"kind": "StatefulSet", "apiVersion": "apps/v1", "metadata": {"name": "bare", "namespace": "play"}}
    with api_server([*own, *another, *part, bare]) as address:
        assert len(of_kind(render({}, api=address, by="helm3", **PLACE), "StatefulSet")) == 2


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"storage": {"size": "2Gi"}}, "storage: from 1073741824 bytes to 2147483648 bytes"),
        ({"storage": {"claimLabels": {"x": "y"}}}, 'labels of the volume: from {} to {"x":"y"}'),
    ],
    ids=str,
)
def test_what_cannot_change_is_refused_with_the_mend(after: object, said: str) -> None:
    refusal = refused({}, after)
    assert said in refusal
    assert "kubectl -n play delete statefulset games-erlang-docker-a-sfs --cascade=orphan" in refusal


def test_the_same_size_in_another_form_is_no_change() -> None:
    assert upgrade({"storage": {"size": "1Gi"}}, {"storage": {"size": "1024Mi"}})


def test_replicas_that_are_left_to_others_stay() -> None:
    """Left out they would become one."""
    for others in ({"replicas": None}, {"autoscaling": {"enabled": True}}):
        objects = upgrade({}, {"nodes": {"a": others}}, {"replicas": 5})
        assert [item["spec"]["replicas"] for item in of_kind(objects, "StatefulSet")] == [5, 3]


def test_a_kind_that_sleeps_stays_asleep() -> None:
    objects = upgrade({}, {"nodes": {"a": {"replicas": None}}}, {"replicas": 0})
    assert of_kind(objects, "StatefulSet")[0]["spec"]["replicas"] == 0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"reclaimPolicy": "Delete"}, "reclaimPolicy from Retain to Delete: kubectl delete storageclass games-"),
        ({}, STATIC, "is of rancher.io/local-path, and storage.mode=static-pv would be of kubernetes.io/no-prov"),
        (STATIC, {}, "is of kubernetes.io/no-provisioner, and storage.mode=local-path would be of rancher.io"),
        ({"className": "x"}, {"className": "x", "mode": "existing"}, "StorageClass x is of this release, and storage."),
        (
            STATIC,
            {**STATIC, "staticPV": {"machines": ["x", "z", "y", "x"]}},
            "machines[1] is z, but volume play.erlang-docker-a-volume-games-erlang-docker-a-sfs-1 is on y, and cannot",
        ),
    ],
    ids=str,
)
def test_what_holds_volumes_stays(before: object, after: object, said: str) -> None:
    assert said in refused({"storage": before}, {"storage": after})


def test_machines_are_added_at_the_end() -> None:
    more = {**STATIC, "staticPV": {"machines": ["x", "y", "x", "z"]}}
    assert len(of_kind(upgrade({"storage": STATIC}, {"storage": more}), "PersistentVolume")) == 8


def test_a_storage_class_of_others_is_not_taken_over() -> None:
    """K3s's own, or that of another release; `existing` is for those."""
    class_of_others = render({"storage": {"className": "fast"}}, **PLACE)
    with api_server(of_kind(class_of_others, "StorageClass")) as address:
        said = refusal({"storage": {"className": "fast"}}, api=address, **PLACE)
        assert "StorageClass fast is there already, and not of this release: set storage.mode=existing" in said
        assert render({"storage": {"className": "fast", "mode": "existing"}}, api=address, by="helm3", **PLACE)


def test_the_cookie_stays() -> None:
    before = {"cookie": {"value": "c" * 40}}
    (secret,) = of_kind(upgrade(before, {}), "Secret")
    assert secret["data"] == of_kind(render(before, **PLACE), "Secret")[0]["data"]


@pytest.mark.parametrize(
    ("value", "kept"), [("n" * 32 + "\n" + "c" * 40, True), ("c" * 40 + " ", True), ("n" * 32, False)], ids=str
)
def test_a_cookie_is_changed_by_way_of_both(value: str, kept: bool) -> None:
    """What all nodes have must be among what they get; the refusal tells nobody what it is."""
    before, after = {"cookie": {"value": "o" * 32 + "\n" + "c" * 40}}, {"cookie": {"value": value}}
    if kept:
        (secret,) = of_kind(upgrade(before, after), "Secret")
        assert base64.b64decode(secret["data"]["cookie"]).decode() == value
        return
    said = refused(before, after)
    assert "cookie.value has none of the cookies in Secret games-erlang-docker-cookie" in said
    assert not any(letter * 32 in said for letter in "noc")


@pytest.mark.parametrize("modes", list(itertools.permutations(("disable", "permissive", "strict"), 2)), ids=str)
def test_tls_is_switched_by_way_of_both(modes: tuple[str, str]) -> None:
    before, after = ({"tls": {**TLS, "mode": mode}} for mode in modes)
    if "permissive" in modes:
        assert upgrade(before, after)
        return
    said = refused(before, after)
    assert f"tls.mode of StatefulSet games-erlang-docker-a-sfs is {modes[0]}, and {modes[1]} would follow" in said
    assert f"first --set tls.mode=permissive --wait, then --set tls.mode={modes[1]}" in said
