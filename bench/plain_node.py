"""The obvious Python: aiohttp's server and client with a new session for each pick, and one unary gRPC call.

With `--through` it calls without any pick: over one gRPC channel to that address, the other kind's balancer, as
programs on Kubernetes do that know of no picks. It reads only the calls that are measured and limits nothing, so
it does less than a node does.
"""

import argparse
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import grpc.aio
import uvloop
from aiohttp import web

from erlang_docker.local.plan import LOOPBACK
from erlang_docker.v1 import console_pb2, console_pb2_grpc

CALL = re.compile(r"(\w+:\w+)\((.*)\)")
REMOTE = re.compile(r"'([^']+)',(\w+),(\w+),\[(.*)\]")
SECONDS = 5.0

Call = Callable[[str], Awaitable[str]]


class Node(console_pb2_grpc.ConsoleServiceServicer):
    """Both kinds; a node of kind b is never told to call."""

    def __init__(self, name: str, service: str, through: str | None, peers: dict[str, str]) -> None:
        self._name = name
        self._service = service
        self._through = through
        self._peers = peers
        self._stubs: dict[str, Any] = {}
        self._functions: dict[str, Call] = {"erlang:node": self._node, "rpc:call": self._remote}

    async def Run(  # noqa: N802
        self, request: console_pb2.RunRequest, context: object
    ) -> console_pb2.RunResponse:
        return console_pb2.RunResponse(reply=await self.run(request.command))

    async def run(self, command: str) -> str:
        verb, _, text = command.partition(" ")
        match verb:
            case "node":
                return self._name
            case "mfa":
                return await self._apply(text)
            case "rpc":
                return await self._ask(self._through or self._peers[await self._pick()], text)
            case _:
                return command

    async def _apply(self, text: str) -> str:
        call = CALL.fullmatch(text)
        if call is None or call[1] not in self._functions:
            raise ValueError(text)
        return await self._functions[call[1]](call[2])

    async def _node(self, _: str) -> str:
        return f"'{self._name}'"

    async def _remote(self, text: str) -> str:
        call = REMOTE.fullmatch(text)
        if call is None:
            raise ValueError(text)
        name, module, function, arguments = call.groups()
        return await self._ask(self._peers[name], f"{module}:{function}({arguments})")

    async def _pick(self) -> str:
        async with aiohttp.ClientSession() as session, session.post(self._service, json={}) as response:
            return str((await response.json())["data"]["node"])

    async def _ask(self, address: str, text: str) -> str:
        if address not in self._stubs:
            self._stubs[address] = console_pb2_grpc.ConsoleServiceStub(grpc.aio.insecure_channel(address))
        response = await self._stubs[address].Run(console_pb2.RunRequest(command=f"mfa {text}"), timeout=SECONDS)
        return str(response.reply)

    async def ping(self, _: web.Request) -> web.Response:
        return web.json_response({"code": 0, "data": "pong", "msg": ""})

    async def who(self, _: web.Request) -> web.Response:
        return web.json_response({"code": 0, "data": {"node": self._name}, "msg": ""})

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(await self.run(message.data))
        return socket


async def serve(node: Node, http: int, websocket: int, rpc: int) -> None:
    server = grpc.aio.server()
    console_pb2_grpc.add_ConsoleServiceServicer_to_server(node, server)
    server.add_insecure_port(f"{LOOPBACK}:{rpc}")
    await server.start()
    await listen([web.get("/websocket", node.socket)], websocket)
    await listen([web.get("/ping", node.ping), web.post("/node", node.who)], http)
    await server.wait_for_termination()


async def listen(routes: list[web.RouteDef], port: int) -> None:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port, backlog=1024).start()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--ports", required=True, nargs=3, type=int, help="of HTTP, WebSocket and gRPC")
    parser.add_argument("--peer", required=True, nargs=3, help="the other node's name, its /node, its gRPC address")
    parser.add_argument("--through", help="a gRPC address to call without a pick")
    given = parser.parse_args()
    peer, service, address = given.peer
    uvloop.run(serve(Node(given.name, service, given.through, {peer: address}), *given.ports))


if __name__ == "__main__":
    main()
