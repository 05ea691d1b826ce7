"""The environment of a pod."""

from pathlib import Path

import pytest

from erlang_docker.addresses import Address, GrpcPorts
from erlang_docker.credentials import TLSMode
from erlang_docker.errors import SettingsError
from erlang_docker.names import NodeName
from erlang_docker.settings import Settings


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    cookie = tmp_path / "cookie"
    cookie.write_text("c" * 32)
    return {
        "ERLANG_HOST_NAME": "erlang-docker-a-sfs-0.erlang-docker-a-hl.default.svc.cluster.local",
        "A_SERVICE_DOMAIN": "erlang-docker-a-svc",
        "B_SERVICE_DOMAIN": "erlang-docker-b-svc:80",
        "COOKIE_FILE": str(cookie),
    }


def test_a_pod(environ: dict[str, str]) -> None:
    settings = Settings.from_environ("a", environ)
    assert settings.name == NodeName("a", "erlang-docker-a-sfs-0.erlang-docker-a-hl.default.svc.cluster.local")
    assert str(settings.name) == f"erlang-docker-a@{environ['ERLANG_HOST_NAME']}"
    assert settings.services == {"a": Address("erlang-docker-a-svc", 8080), "b": Address("erlang-docker-b-svc", 80)}
    assert (settings.http_port, settings.ws_port, settings.grpc_port, settings.admin_port) == (8080, 9090, 50051, 8081)
    assert settings.data_dir == Path("/mnt/erlang-docker-a-volume")
    assert "c" * 32 not in repr(settings)
    assert settings.node_addresses == {}


def test_nodes_whose_names_lead_nowhere(environ: dict[str, str]) -> None:
    listed = "erlang-docker-a@a-0.localhost=127.0.0.1:30102,erlang-docker-b@b-0.localhost=127.0.0.1:30132"
    settings = Settings.from_environ("a", {**environ, "NODE_ADDRESSES": listed})
    assert settings.node_addresses == {
        NodeName("a", "a-0.localhost"): Address("127.0.0.1", 30102),
        NodeName("b", "b-0.localhost"): Address("127.0.0.1", 30132),
    }


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ERLANG_HOST_NAME", ""),
        ("ERLANG_HOST_NAME", "two words"),
        ("NODE_ADDRESSES", "a-0=127.0.0.1:30102"),
        ("NODE_ADDRESSES", "erlang-docker-a@a-0=127.0.0.1:x"),
        ("A_SERVICE_DOMAIN", ""),
        ("B_SERVICE_DOMAIN", "host:port"),
        ("HTTP_PORT", "80a"),
        ("GRPC_PORT", "65536"),
        ("WS_PORT", "-1"),
        ("DRAIN_SECONDS", "soon"),
        ("LOG_LEVEL", "LOUD"),
        ("ACCESS_LOG", "1.1"),
        ("ACCESS_LOG", "nan"),
        ("ACCESS_LOG", "half"),
        ("FAULT_SWITCHES", "yes"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/v1/traces"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
        ("OTEL_TRACES_SAMPLER_ARG", "all"),
        ("STORE_MAX_BYTES", "1Gi"),
        ("STORE_RESERVE_BYTES", "-1"),
        ("COOKIE_FILE", ""),
        ("TLS_MODE", "strict"),
        ("TLS_MODE", "off"),
        ("TLS_DIR", "/nowhere"),
    ],
)
def test_what_is_wrong_is_named(environ: dict[str, str], variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environ("a", {"TLS_MODE": "disable", **environ, variable: value})


def test_tracing(environ: dict[str, str]) -> None:
    settings = Settings.from_environ("a", environ)
    assert (settings.otlp_endpoint, settings.sample_ratio) == ("", 1.0)
    endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://[fd00::1]:4317/", "OTEL_TRACES_SAMPLER_ARG": "0.1"}
    settings = Settings.from_environ("a", environ | endpoint)
    assert (settings.otlp_endpoint, settings.sample_ratio) == ("https://[fd00::1]:4317/", 0.1)


def test_sizes(environ: dict[str, str]) -> None:
    settings = Settings.from_environ("a", environ)
    assert (settings.store_max_bytes, settings.store_reserve_bytes) == (512 << 20, None)
    settings = Settings.from_environ("a", {**environ, "STORE_MAX_BYTES": "1000", "STORE_RESERVE_BYTES": "0"})
    assert (settings.store_max_bytes, settings.store_reserve_bytes) == (1000, 0)


def test_what_is_looked_into(environ: dict[str, str]) -> None:
    settings = Settings.from_environ("a", environ)
    assert (settings.log_level_file, settings.access_log, settings.fault_switches) == (None, 0, False)
    given = {"LOG_LEVEL_FILE": "/log/level", "ACCESS_LOG": "0.01", "FAULT_SWITCHES": "1"}
    settings = Settings.from_environ("a", {**environ, **given})
    found = (settings.log_level_file, settings.access_log, settings.fault_switches)
    assert found == (Path("/log/level"), 0.01, True)


@pytest.mark.parametrize(
    ("environ_of_tls", "mode", "ports"),
    [
        ({}, TLSMode.DISABLE, GrpcPorts(50051, None)),
        ({"TLS_DIR": "/tls"}, TLSMode.STRICT, GrpcPorts(None, 50052)),
        ({"TLS_DIR": "/tls", "TLS_MODE": "permissive", "GRPCS_PORT": "1"}, TLSMode.PERMISSIVE, GrpcPorts(50051, 1)),
    ],
)
def test_tls(environ: dict[str, str], environ_of_tls: dict[str, str], mode: TLSMode, ports: GrpcPorts) -> None:
    settings = Settings.from_environ("a", environ | environ_of_tls)
    assert (settings.tls_mode, settings.grpc_ports) == (mode, ports)


@pytest.mark.parametrize(
    ("text", "host", "port", "printed"),
    [
        ("host", "host", 1, "host:1"),
        ("host:2", "host", 2, "host:2"),
        ("192.0.2.1:2", "192.0.2.1", 2, "192.0.2.1:2"),
        ("fd00::1", "fd00::1", 1, "[fd00::1]:1"),
        ("[fd00::1]", "fd00::1", 1, "[fd00::1]:1"),
        ("[fd00::1]:2", "fd00::1", 2, "[fd00::1]:2"),
    ],
)
def test_addresses_of_both_families(text: str, host: str, port: int, printed: str) -> None:
    assert Address.parse(text, 1) == Address(host, port)
    assert str(Address(host, port)) == printed


def test_nodes_are_called_by_name_where_the_services_are(environ: dict[str, str]) -> None:
    services = {"A_SERVICE_DOMAIN": "a-svc.games.svc.cluster.local:8080", "B_SERVICE_DOMAIN": "b.org"}
    settings = Settings.from_environ("a", {**environ, **services})
    assert settings.domains == {"default.svc.cluster.local", "games.svc.cluster.local"}
