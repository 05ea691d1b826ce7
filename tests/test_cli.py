"""The command line, against the cluster."""

import asyncio
import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from google.protobuf.json_format import Parse

from erlang_docker.identity import VERSION
from erlang_docker.local.cluster import Cluster
from erlang_docker.v1 import console_pb2, node_pb2

SERVICES = Path(__file__).parent.parent / "services"
COMMAND = [sys.executable, "-m", "erlang_docker.cli"]
SECONDS = 30
PROMPT = "a-0> "


def environ(cluster: Cluster | None = None, **more: str) -> dict[str, str]:
    target = {} if cluster is None else {"GRPC_PORT": str(cluster.plan.nodes[0].grpc.port)}
    return {**os.environ, "PYTHONPATH": str(SERVICES), **target, **more}


async def cli(cluster: Cluster, *arguments: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """In a thread: the cluster's balancers live in this one's event loop."""
    return await asyncio.to_thread(
        subprocess.run,
        [*COMMAND, *arguments],
        env=environ(cluster, **variables),
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


async def test_the_command_language(cluster: Cluster) -> None:
    name = str(cluster.plan.nodes[0].name)
    node, mfa, rpc, dot = await asyncio.gather(
        cli(cluster, "node"),
        cli(cluster, "mfa", "erlang:node()"),
        cli(cluster, "rpc", "erlang:node()"),
        cli(cluster, "mfa", "lists:seq(1,2)."),
    )
    assert (node.stdout, mfa.stdout, dot.stdout) == (f"{name}\n", f"'{name}'\n", "[1,2]\n")
    assert rpc.stdout.startswith("'erlang-docker-b@")
    assert {done.stderr for done in (node, mfa, rpc, dot)} == {""}


FAILURES = (
    (["rpc", "foo:bar()"], 1, "{badrpc,{'EXIT',{undef,"),
    (["mfa", "rpc:call('nobody@x',a,b,[])"], 1, "{badrpc,nodedown}"),
    (["mfa", "no call"], 2, "{error,{1,erl_parse,"),
    (["mfa"], 2, "Missing argument 'M:F(Args)'"),
    (["--node", "c-7", "node"], 2, "there is no c-7; there are a-0, a-1, a-2, b-0, b-1, b-2"),
    (["--target", "127.0.0.1:x", "node"], 2, "not HOST or HOST:PORT"),
    (["node", "--target", "127.0.0.1:1"], 3, "nothing listens on 127.0.0.1:1: is `make run` running?"),
    (["--timeout", "0.2", "mfa", "timer:sleep(3000)"], 4, "no answer"),
)


async def test_what_fails_has_a_status_of_its_own(cluster: Cluster) -> None:
    """And says why on standard error."""
    for done, (_, status, error) in zip(
        await asyncio.gather(*(cli(cluster, *arguments) for arguments, _, _ in FAILURES)), FAILURES, strict=True
    ):
        assert (done.returncode, done.stdout) == (status, "")
        assert error in done.stderr


async def test_a_node_is_asked_by_its_short_name(cluster: Cluster) -> None:
    """The store is each node's own."""
    asked = (cli(cluster, "node", "--node", plan.label) for plan in cluster.plan.nodes[::3])
    assert [done.stdout for done in await asyncio.gather(*asked)] == [f"{p.name}\n" for p in cluster.plan.nodes[::3]]
    assert (await cli(cluster, "--node", "a-1", "store", "put", "here", "{a,1}")).stdout == "ok\n"
    here, there = await asyncio.gather(
        *(cli(cluster, "--node", name, "store", "get", "here") for name in ("a-1", "a-2"))
    )
    assert (here.stdout, there.stdout) == ("{ok,{a,1}}\n", "error\n")


async def test_json_is_what_every_door_says(cluster: Cluster) -> None:
    run, status = await asyncio.gather(cli(cluster, "rpc", "erlang:node()", "--json"), cli(cluster, "status", "--json"))
    response: console_pb2.RunResponse = Parse(run.stdout, console_pb2.RunResponse())
    assert response.value.atom == response.trace.answered.name
    snapshot: node_pb2.WatchClusterResponse = Parse(status.stdout, node_pb2.WatchClusterResponse())
    assert [node.short_name for node in snapshot.nodes] == [plan.label for plan in cluster.plan.nodes]


async def test_commands_from_standard_input(cluster: Cluster) -> None:
    """All are run; the status is that of the first that failed."""
    given = "mfa lists:seq(1,2).\n\n% nothing\nmfa no call\nmfa foo:bar()\necho\n"
    done = await cli(cluster, given=given)
    assert (done.returncode, done.stdout) == (2, "[1,2]\necho\n")
    assert done.stderr.count("{error,") == 2


async def test_what_shows_the_cluster(cluster: Cluster) -> None:
    trace = await cli(cluster, "trace", "rpc timer:sleep(20)")
    spread = await cli(cluster, "spread", "60", "--json")  # each of three nodes is missed in one of ten billion runs
    status, functions, peers = await asyncio.gather(
        cli(cluster, "status"), cli(cluster, "functions", "reverse"), cli(cluster, "peers")
    )
    assert re.findall(r"^([ab]-\d) +[a-z]+ ", status.stdout, re.MULTILINE) == [
        plan.label for plan in cluster.plan.nodes
    ]
    ran = re.search(r"^b-\d +run +([\d.]+) ms", trace.stdout, re.MULTILINE)
    assert ran is not None
    assert 18 < float(ran[1]) < 5000  # uvloop's timers count whole milliseconds
    assert "lists:reverse/1" in functions.stdout
    assert "lists:seq" not in functions.stdout
    assert "b-" in peers.stdout
    counts = json.loads(spread.stdout)
    assert (counts.keys(), sum(counts.values())) == ({"b-0", "b-1", "b-2"}, 60)


async def test_changes_are_told_line_by_line(cluster: Cluster) -> None:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "watch", env=environ(cluster), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(SECONDS):
            lines: list[list[str]] = []
            while len({line[1] for line in lines}) < 6:
                lines.append((await process.stdout.readline()).decode().split())
    finally:
        process.kill()
        await process.wait()
    assert {line[1] for line in lines} == {plan.label for plan in cluster.plan.nodes}
    assert all(line[3:] == ["boot", line[-1]] for line in lines)


async def test_a_token_needs_the_cookie(cluster: Cluster) -> None:
    token, refused = await asyncio.gather(
        cli(cluster, "token", COOKIE_FILE=str(cluster.plan.cookie_file)), cli(cluster, "token", COOKIE_FILE="/nowhere")
    )
    assert token.stdout.startswith("-H 'x-node-caller: cli' -H 'x-node-target: ")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "COOKIE_FILE" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--help"], "Exit status: 0 a value"),
        (["--version"], VERSION),
        (["completion", "bash"], "complete -o nosort -F"),
        (["completion", "zsh"], "#compdef erlang-docker"),
        (["completion", "fish"], "complete --no-files --command erlang-docker"),
    ],
)
def test_what_needs_no_node_does_not_load_grpc(arguments: list[str], said: str) -> None:
    command = [sys.executable, "-X", "importtime", *COMMAND[1:], *arguments]
    done = subprocess.run(command, env=environ(), capture_output=True, text=True, check=True, timeout=SECONDS)
    assert said in done.stdout
    assert "click" in done.stderr
    assert "grpc" not in done.stderr


def test_a_shell_completes_commands() -> None:
    variables = {"_ERLANG_DOCKER_COMPLETE": "bash_complete", "COMP_WORDS": "erlang-docker sp", "COMP_CWORD": "1"}
    done = subprocess.run(COMMAND, env=environ(None, **variables), capture_output=True, text=True, timeout=SECONDS)
    assert done.stdout == "plain,spread\n"


def until(terminal: int, pattern: str) -> None:
    """Read what a terminal shows, up to this."""
    shown, deadline = "", time.monotonic() + SECONDS
    while not re.search(pattern, shown, re.DOTALL):
        assert select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0], shown
        shown += os.read(terminal, 4096).decode(errors="replace")


def talk(cluster: Cluster, home: Path, *typed: tuple[str, str]) -> int:
    """Type each first text and wait for the second; the exit status after Ctrl-D."""
    ours, theirs = pty.openpty()
    variables = environ(cluster, XDG_STATE_HOME=str(home), TERM="dumb")
    process = subprocess.Popen(
        COMMAND, env=variables, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    try:
        until(ours, PROMPT)
        for text, answer in typed:
            os.write(ours, text.encode())
            until(ours, answer)
        os.write(ours, b"\x04")
        return process.wait(SECONDS)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


async def test_commands_typed_one_after_another(cluster: Cluster, tmp_path: Path) -> None:
    """Who answered is told; Tab completes; what was typed is there the next time."""
    typed = (
        ("rpc lists:rev\t", r"rpc lists:reverse\("),
        ("[1])\n", rf" ms.*{PROMPT}"),
        ("nonsense\n", f"not a command: echoed.*{PROMPT}"),
        ("help\n", f"Ctrl-D ends.*{PROMPT}"),
    )
    assert await asyncio.to_thread(talk, cluster, tmp_path, *typed) == 0
    assert "rpc lists:reverse([1])" in (tmp_path / "erlang-docker/history").read_text()
    assert await asyncio.to_thread(talk, cluster, tmp_path, ("\x1b[A\x1b[A\n", f"nonsense.*{PROMPT}")) == 0
