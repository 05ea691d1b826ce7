"""A day of an operator: what was typed, how long it took, and which calls failed meanwhile.

The commands are those of the documents where they have them. Writes docs/operators-day.md.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from documents import blocks
from e2e.kubernetes import KINDS, ROOT, Release, kubectl, restricted_namespace, run
from e2e.load import Load, load
from e2e.machines import are_containers, cut, machines
from e2e.reader import Reader

pytestmark = [pytest.mark.long, pytest.mark.timeout(2400)]

PAGE = ROOT / "docs" / "operators-day.md"
INTRODUCTION = """\
# A day of an operator

Written by `E2E=long make e2e` (`tests/e2e/test_day.py`), on a cluster whose four machines are containers of one with
{cores} cores. The release has the chart's own values, so three nodes of each kind. During each step 20 sockets make 100
`rpc` a second, and new connections 100 `POST /node` a second; while a machine is lost, only sockets of nodes elsewhere,
as those of its own nodes end with it. `FOLDER` is an empty folder, `REGISTRY`, `TAG` and `NEXT_TAG` name images; the
pod `backups` is that of [Backups](backup.md#every-night), and [upgrading](../UPGRADING.md) explains the steps.

| step | seconds | calls meanwhile |
| --- | --- | --- |
{rows}
"""
INSTALL = """\
helm install erlang-docker charts/erlang-docker --wait --set image.registry=REGISTRY,image.tag=TAG
helm test erlang-docker"""
MARK = """\
for pod in $(kubectl get pods -l 'app.kubernetes.io/component in (node-a,node-b)' -o name); do
  kubectl exec $pod -- erlang-docker mfa "store:put(day,\\"$pod\\")"
done"""
LOGGED = """\
logs="kubectl logs -l app.kubernetes.io/instance=erlang-docker --tail=-1"
until test $($logs | grep -c '{message}') -ge {count}; do sleep 1; done"""
SIDECAR = """\
cat > FOLDER/sidecar.yaml <<EOF
pod:
  extraContainers:
    - name: sidecar
      image: REGISTRY/erlang-docker-a:TAG
      command: [python, -m, http.server, "8888", --directory, /tmp]
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
EOF
helm upgrade erlang-docker charts/erlang-docker --reset-then-reuse-values --wait --values FOLDER/sidecar.yaml"""
RESTORE = """\
kubectl exec backups -- sh -c "cat \\$(ls /backup/{pod}/*.db | tail -n 1)" |
  kubectl exec -i {pod} -- erlang-docker store restore -
kubectl delete pod {pod}"""
UPGRADE = "helm upgrade erlang-docker charts/erlang-docker --reset-then-reuse-values --wait --set image.tag=NEXT_TAG"


@dataclass
class Day:
    """What has been done so far."""

    release: Release
    reader: Reader
    names: dict[str, str]
    """What the placeholders of commands stand for here."""
    rows: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)

    async def do(
        self, title: str, *commands: str, only: Collection[str] = (), fault: Callable[[], object] = lambda: None
    ) -> str:
        """What they print, after a fault; calls go on meanwhile, through these nodes or all."""
        async with load(self.release.doors(), only) as seen:
            await asyncio.to_thread(fault)
            said = await asyncio.to_thread(self.type, title, *commands, during=seen)
        self.loads.append(seen)
        return said

    def type(self, title: str, *commands: str, during: Load | None = None) -> str:
        """One step, and what it prints."""
        text, began = "\n".join(commands).strip(), time.monotonic()
        said = self.reader.type(text, **self.names)
        seconds = time.monotonic() - began
        self.rows.append(f"| {title} | {seconds:.0f} | {during or 'none are made'} |")
        sys.stdout.write(f"{self.rows[-1]}\n")
        self.sections.append(f"## {title}\n\n```\n{text}\n```")
        return said

    def write(self) -> None:
        table = INTRODUCTION.format(cores=os.cpu_count(), rows="\n".join(self.rows))
        PAGE.write_text("\n".join((table, *(f"{section}\n" for section in self.sections))))


@pytest.fixture
def day(tags: tuple[str, str], tmp_path: Path) -> Iterator[Day]:
    if not are_containers():
        pytest.skip("the machines of this cluster are not containers of this Docker")
    with restricted_namespace("erlang-e2e-day") as namespace:
        names = {"REGISTRY": os.environ["REGISTRY"], "TAG": tags[0], "NEXT_TAG": tags[1], "FOLDER": str(tmp_path)}
        release = Release("erlang-docker", namespace)
        yield Day(release, Reader.of(namespace, tmp_path), names)
        run("helm", "uninstall", release.name, "-n", namespace, "--wait", check=False)


def block(document: str, heading: str, number: int = 0) -> str:
    """A block of commands under a heading."""
    return [found.text for found in blocks(document) if found.heading == heading][number].strip()


@contextmanager
def lost(name: str) -> Iterator[None]:
    """Killed without a goodbye. After the test it joins again, as a new machine."""
    with cut(name):
        run("docker", "kill", name)
        try:
            yield
        finally:
            run("docker", "start", name)
            kubectl("wait", "--for=create", f"node/{name}", "--timeout=60s")
            kubectl("wait", "--for=condition=Ready", f"node/{name}", "--timeout=60s")


def losable(release: Release) -> str:
    """The machine with the most nodes, but that of the backups and the one that calls come in by."""
    kept = {release.kubectl("get", "pod", "backups", "-o", "jsonpath={.spec.nodeName}"), machines()[0]}
    hosts = [pod.machine for kind in KINDS for pod in release.pods(kind).values() if pod.machine not in kept]
    return max(hosts, key=hosts.count)


def replace_lost(pods: Collection[str], name: str) -> str:
    """docs/operations.md shows it for b-1."""
    *forget, claim, pod, ready = block("docs/operations.md", "A machine is lost").replace("MACHINE", name).splitlines()
    anew = [
        line.replace("erlang-docker-b-sfs-1", gone).replace("erlang-docker-b-", gone.partition("sfs")[0])
        for gone in pods
        for line in (claim, pod)
    ]
    return "\n".join([*forget, *anew, ready, ready.replace("-b-", "-a-")])


async def test_a_day(day: Day) -> None:
    release = day.release
    day.type("Install", INSTALL, MARK)
    certificates = block("charts/erlang-docker/README.md", "TLS", 1).replace("=default", f"={release.namespace}")
    made = f"cd FOLDER\n{certificates}"
    to_permissive, look, to_strict = (block("UPGRADING.md", "TLS on and off", number) for number in range(3))
    await day.do("TLS is switched on", f"({made}\n)", to_permissive)
    assert day.reader.try_out(look).stdout == ""
    await day.do("Plaintext is switched off", to_strict)
    await day.do("Certificates are renewed", made, LOGGED.format(message="certificate reloaded", count=6))
    both, alone = (block("UPGRADING.md", "Another cookie", number) for number in range(2))
    reloaded = LOGGED.format(message='cookie reloaded.*"cookies": 2', count=6)
    await day.do("The cookie is changed", f"cd FOLDER\n{both}", reloaded, alone)
    await day.do("A sidecar is added", SIDECAR)
    nightly, shell = (block("docs/backup.md", "Every night", number) for number in range(2))
    assert (await day.do("Backups every night, and one now", nightly)).count(" keys, ") == 6
    day.reader.type(shell)

    name = losable(release)
    gone = [pod.name for kind in KINDS for pod in release.pods(kind).values() if pod.machine == name]
    living = release.names("a") - {release.node(pod) for pod in gone}
    with ExitStack() as stack:
        commands = replace_lost(gone, name)
        await day.do("A machine is lost for good", commands, only=living, fault=lambda: stack.enter_context(lost(name)))
        restores = [RESTORE.format(pod=pod) for pod in gone]
        await day.do("What its nodes kept is restored", *restores, only=living)
        await asyncio.to_thread(release.wait_ready)
        for pod in gone:
            assert f'{{ok,"pod/{pod}"}}' == release.ask(pod, "mfa", "store:get(day)")
    await day.do("Upgrade", UPGRADE)
    await day.do("Roll back", "helm rollback erlang-docker --wait")
    day.type("Uninstall", "helm uninstall erlang-docker --wait", block("UPGRADING.md", "Uninstalling"))
    day.write()
    assert [(seen.failed, seen.wrong) for seen in day.loads] == [([], [])] * len(day.loads)
