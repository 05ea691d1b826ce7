"""Faults of a cluster whose machines are containers of the Docker here, as kind's are. Each ends with its block."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from e2e.kubernetes import kubectl, run

CHAINS = (("raw", "PREROUTING", "-i", "eth0"), ("mangle", "POSTROUTING", "-o", "eth0"))
"""Where packets of a machine and its pods come in and leave; others write the filter table anew."""


def machines() -> list[str]:
    return kubectl("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}").split()


def are_containers() -> bool:
    """Whether faults of the machines can be made here."""
    return all(run("docker", "container", "inspect", name, check=False).returncode == 0 for name in machines())


def is_ready(machine: str) -> bool:
    """Whether Kubernetes thinks so."""
    return kubectl("get", "node", machine, "-o", 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == "True"


@contextmanager
def cut(machine: str) -> Iterator[None]:
    """It runs on, and its pods reach each other; no packet comes in from outside or leaves."""
    with ExitStack() as undo:
        for chain in CHAINS:
            undo.callback(_iptables, machine, "-D", chain, check=False)  # a machine that was started has none
            _iptables(machine, "-I", chain)
        yield


@contextmanager
def vanished(machine: str) -> Iterator[None]:
    """It is gone without a goodbye, and comes back with its disks."""
    with cut(machine):  # a process that is only killed would still close its connections
        try:
            run("docker", "kill", machine)
            yield
        finally:
            run("docker", "start", machine)


def _iptables(machine: str, action: str, chain: tuple[str, ...], check: bool = True) -> None:
    table, *rule = chain
    run("docker", "exec", machine, "iptables", "-w", "-t", table, action, *rule, "-j", "DROP", check=check)


@contextmanager
def frozen(program: str) -> Iterator[None]:
    """All its processes are stopped, wherever they run: their ports are open, and nobody answers."""
    found = [(name, pid) for name in machines() for pid in _processes(name, program)]
    assert found, f"no {program} runs on a machine of this cluster"
    with ExitStack() as undo:
        for machine, pid in found:
            # One that was killed for not answering needs no waking.
            undo.callback(run, "docker", "exec", machine, "kill", "-CONT", pid, check=False)
            run("docker", "exec", machine, "kill", "-STOP", pid)
        yield


def _processes(machine: str, program: str) -> list[str]:
    return run("docker", "exec", machine, "pgrep", "-x", program, check=False).stdout.split()
