"""`make run`: run the whole cluster until Ctrl-C."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from rich.console import Console

from erlang_docker.errors import NodeError
from erlang_docker.local.cluster import run_cluster
from erlang_docker.local.plan import MODULES, Plan
from erlang_docker.local.view import View
from erlang_docker.names import KINDS
from erlang_docker.signals import StopSignals

WELCOME = """\
Three nodes of kind a and three of kind b are running; their volumes are in {data}.

  page  http://{page}
  HTTP  http://{http}
  gRPC  {grpc}

Try:
  curl -d '{{}}' http://{http}/node
  scripts/cli rpc 'lists:seq(1,5)'
  open http://{page} and press "Spread"

Ctrl-C stops them."""


def arguments() -> argparse.ArgumentParser:
    """The command line options."""
    parser = argparse.ArgumentParser(prog="python -m erlang_docker.local", description="Run the whole cluster locally.")
    parser.add_argument("--data", type=Path, default=Path("data"), help="directory of the volumes (default: ./data)")
    parser.add_argument("--base", type=int, default=30000, help="first of 200 ports (default: 30000)")
    for kind, module in MODULES.items():
        about = f"the module that nodes of kind {kind} run (default: {module})"
        parser.add_argument(f"--{kind}", metavar="MODULE", default=module, help=about)
    return parser


async def run(plan: Plan, console: Console) -> None:
    """Run until a signal arrives; show events live in a terminal, as plain lines elsewhere."""
    view = View(console)
    report = view.report if console.is_terminal else partial(print, flush=True)
    with StopSignals() as signals:
        async with AsyncExitStack() as stack:
            cluster = await stack.enter_async_context(run_cluster(plan, report))
            if console.is_terminal:
                await stack.enter_async_context(background(view.run(cluster)))
            starting = asyncio.ensure_future(cluster.wait_ready())
            await asyncio.wait([starting, signals.first], return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                welcome = WELCOME.format(data=plan.data_dir, page=plan.page, http=plan.services["a"], grpc=plan.grpc)
                view.heading = welcome
                if not console.is_terminal:
                    report(welcome)
            starting.cancel()
            await signals.first


@asynccontextmanager
async def background(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run work in the background; cancel it when the context ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def main() -> None:
    """Entry point; exit status 1 and a one-line error if the cluster cannot start."""
    options = arguments().parse_args()
    plan = Plan(options.data, options.base, {kind: getattr(options, kind) for kind in KINDS})
    try:
        # Not uvloop: it starts processes by fork, which a process with gRPC in it does not survive.
        asyncio.run(run(plan, Console()))
    except NodeError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
