"""The command line: the same commands as every endpoint, and a few more.

In a pod: `kubectl exec POD -- erlang-docker rpc 'erlang:node()'`.
"""

import argparse
import asyncio
import sys

from erlang_docker import store_commands
from erlang_docker.client import Client
from erlang_docker.credentials import read_cookie
from erlang_docker.errors import NodeError
from erlang_docker.link.proof import Cookie
from erlang_docker.settings import ClientSettings

COMMANDS = {
    "node": "node",
    "mfa": "mfa {}",
    "rpc": "rpc {}",
    "spread": "mfa erlang_docker:spread({})",
    "peers": "mfa erlang_docker:peers()",
}


def arguments() -> argparse.ArgumentParser:
    """The command line options."""
    parser = argparse.ArgumentParser(prog="erlang-docker", description="Run a command on a node.")
    parser.add_argument("--target", help="HOST:PORT of the node's gRPC port; default: the node on this machine")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("node", help="print the node's name")
    verbs.add_parser("mfa", help="call a function on the node").add_argument("text", metavar="M:F(Args)")
    verbs.add_parser("rpc", help="call a function on a node of the other kind").add_argument(
        "text", metavar="M:F(Args)"
    )
    verbs.add_parser("spread", help="call the other kind N times, count by node").add_argument("text", metavar="N")
    verbs.add_parser("peers", help="list the nodes it has links to")
    store_commands.add_arguments(verbs.add_parser("store", help="back up, check or restore the node's whole store"))
    verbs.add_parser("token", help="print metadata for one RpcService call, as grpcurl options")
    return parser


async def run(options: argparse.Namespace, settings: ClientSettings) -> str | None:
    """The output to print, None for what has been; NodeError if the node cannot be reached."""
    if options.verb == "store":
        return await store_commands.run(options, settings)
    async with Client(options.target or settings.target, settings.tls, settings.host_name) as client:
        if options.verb != "token":
            return await client.run(COMMANDS[options.verb].format(getattr(options, "text", "")))
        if settings.cookie_file is None:
            raise NodeError("COOKIE_FILE is not set: making a token needs the cookie")
        metadata = await client.token(Cookie(read_cookie(settings.cookie_file)))
        return " ".join(f"-H '{key}: {value}'" for key, value in metadata)


def main() -> None:
    """Entry point; exit status 1 if there is no answer."""
    options = arguments().parse_args()
    try:
        printed = asyncio.run(run(options, ClientSettings.from_environ()))
        sys.stdout.write("" if printed is None else f"{printed}\n")
    except NodeError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
