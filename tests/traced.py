"""Calls that are traced, by each door, and the trees that come of them."""

import asyncio
import subprocess

from erlang_docker.servers.json_requests import SUBPROTOCOL
from harness import Pair, socket
from test_cli import COMMAND, environ
from test_trace import ask, run

CALL = "rpc lists:seq(1,3)"
RPC = """\
a-0 rpc
  a-0 queue
  a-0 parse
  a-0 pick
    b-0 POST /node
  a-0 link
    b-0 run
  a-0 print
"""
SIZE = RPC.count("\n")
BY_NAME = """\
a-0 mfa
  a-0 queue
  a-0 parse
  a-0 run
    a-0 call
      a-0 link
        b-0 run
  a-0 print
"""
CALLED_BACK = """\
a-0 rpc
  a-0 queue
  a-0 parse
  a-0 pick
    b-0 POST /node
  a-0 link
    b-0 run
      b-0 call
        b-0 link
          a-0 run
  a-0 print
"""


async def given_as_json(pair: Pair, traceparent: str) -> str:
    """CALL as part of another trace; as all of these, its trace's id."""
    async with socket(pair.a.ws_port, protocols=[SUBPROTOCOL]) as user:
        return (await ask(user, "", CALL, traceparent=traceparent)).run.trace.trace_id


async def given_over_grpc(pair: Pair, traceparent: str) -> str:
    return (await run(pair.a.grpc_port, CALL, traceparent=traceparent)).trace.trace_id


async def over_json(pair: Pair) -> str:
    return await given_as_json(pair, "")


async def over_grpc(pair: Pair) -> str:
    return (await run(pair.a.grpc_port, CALL)).trace.trace_id


async def by_command_line(pair: Pair) -> str:
    done = await asyncio.to_thread(
        subprocess.run,
        [*COMMAND, "trace", CALL],
        env=environ(GRPC_PORT=str(pair.a.grpc_port)),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return done.stdout.partition("trace ")[2].partition("\n")[0]


CALLED = (over_json, over_grpc, by_command_line)
