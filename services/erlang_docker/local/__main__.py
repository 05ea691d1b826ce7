"""`make run`: run the whole cluster until Ctrl-C."""

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console

from erlang_docker.errors import NodeError
from erlang_docker.local.live import run_live
from erlang_docker.local.plain import run_plain
from erlang_docker.local.plan import FIRST_PORTS, MODULES, REPLICAS, Plan
from erlang_docker.names import KINDS


def arguments() -> argparse.ArgumentParser:
    """The command line options."""
    parser = argparse.ArgumentParser(prog="python -m erlang_docker.local", description="Run the whole cluster locally.")
    parser.add_argument("--data", type=Path, default=Path("data"), help="directory of the volumes (default: ./data)")
    parser.add_argument("--base", type=int, default=30000, help="first of 200 ports (default: 30000)")
    for kind, module in MODULES.items():
        most = len(FIRST_PORTS[kind])
        about = f"how many nodes of kind {kind}, 1 to {most} (default: {REPLICAS})"
        parser.add_argument(
            f"--{kind}", metavar="COUNT", default=REPLICAS, type=int, choices=range(1, most + 1), help=about
        )
        about = f"the module that nodes of kind {kind} run (default: {module})"
        parser.add_argument(f"--module-{kind}", metavar="MODULE", default=module, help=about)
    return parser


def main() -> None:
    """Entry point; exit status 1 and a one-line error if the cluster cannot start."""
    options = vars(arguments().parse_args())
    modules = {kind: options[f"module_{kind}"] for kind in KINDS}
    # Nodes that are for trying, on loopback: who can reach their switches can stop them too.
    replicas = {kind: options[kind] for kind in KINDS}
    plan = Plan(options["data"], options["base"], modules, replicas, fault_switches=True)
    in_terminal = sys.stdin.isatty() and sys.stdout.isatty() and not Console().is_dumb_terminal
    try:
        # Not uvloop: it starts processes by fork, which a process with gRPC in it does not survive.
        asyncio.run(run_live(plan) if in_terminal else run_plain(plan))
    except NodeError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
