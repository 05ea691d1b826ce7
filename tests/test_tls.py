"""mTLS between nodes: who shows the right certificate is called, nobody else."""

from pathlib import Path

import grpc
import pytest
import trustme
from grpc import aio

from erlang_docker.client import Client
from erlang_docker.credentials import TLS
from erlang_docker.errors import NodeError, SettingsError
from erlang_docker.v1 import console_pb2, console_pb2_grpc
from harness import LOOPBACK, node, services, socket

HOST = "erlang-docker-{}-sfs-0.localhost"


def tls(authority: trustme.CA, host: str) -> TLS:
    issued = authority.issue_cert(host)
    return TLS(authority.cert_pem.bytes(), issued.cert_chain_pems[0].bytes(), issued.private_key_pem.bytes())


async def test_nodes_call_each_other_and_the_command_line_calls_them(tmp_path: Path) -> None:
    authority = trustme.CA()
    a_tls, b_tls = (tls(authority, HOST.format(kind)) for kind in "ab")
    async with (
        services() as among,
        node("a", tmp_path, among, tls=a_tls) as a,
        node("b", tmp_path, among, tls=b_tls) as b,
        socket(a.ws_port) as user,
    ):
        assert await user.ask("rpc erlang:node()") == f"'{b.identity.name}'"
        async with Client(f"{LOOPBACK}:{b.grpc_port}", b_tls, HOST.format("b")) as client:
            assert await client.run("rpc erlang:node()") == f"'{a.identity.name}'"
        async with Client(f"{LOOPBACK}:{b.grpc_port}") as client:
            with pytest.raises(NodeError):
                await client.run("node")


async def test_a_client_without_a_certificate_is_refused(tmp_path: Path) -> None:
    authority = trustme.CA()
    async with services() as among, node("a", tmp_path, among, tls=tls(authority, HOST.format("a"))) as a:
        credentials = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
        options = [("grpc.default_authority", HOST.format("a"))]
        async with aio.secure_channel(f"{LOOPBACK}:{a.grpc_port}", credentials, options) as channel:
            with pytest.raises(aio.AioRpcError) as refused:
                await console_pb2_grpc.ConsoleServiceStub(channel).Run(console_pb2.RunRequest(command="node"))
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("other", ["another host", "another authority"])
async def test_a_node_with_the_wrong_certificate_is_not_called(other: str, tmp_path: Path) -> None:
    authority = trustme.CA()
    b_tls = tls(authority, HOST.format("c")) if other == "another host" else tls(trustme.CA(), HOST.format("b"))
    async with (
        services() as among,
        node("a", tmp_path, among, tls=tls(authority, HOST.format("a"))) as a,
        node("b", tmp_path, among, tls=b_tls),
        socket(a.ws_port) as user,
    ):
        assert await user.ask("rpc erlang:node()") == "{badrpc,nodedown}"


def test_a_folder_without_a_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("")
    with pytest.raises(SettingsError, match="TLS_DIR"):
        TLS.read(tmp_path)
