"""The environment of a pod."""

from pathlib import Path

import pytest

from erlang_docker.errors import SettingsError
from erlang_docker.names import NodeName
from erlang_docker.settings import Address, Settings


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
        ("STORE_MAX_BYTES", "1Gi"),
        ("STORE_RESERVE_BYTES", "-1"),
        ("COOKIE_FILE", ""),
        ("COOKIE_FILE", "/nowhere/cookie"),
    ],
)
def test_what_is_wrong_is_named(environ: dict[str, str], variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environ("a", {**environ, variable: value})


def test_sizes(environ: dict[str, str]) -> None:
    settings = Settings.from_environ("a", environ)
    assert (settings.store_max_bytes, settings.store_reserve_bytes) == (512 << 20, None)
    settings = Settings.from_environ("a", {**environ, "STORE_MAX_BYTES": "1000", "STORE_RESERVE_BYTES": "0"})
    assert (settings.store_max_bytes, settings.store_reserve_bytes) == (1000, 0)


def test_a_short_cookie_is_refused(environ: dict[str, str]) -> None:
    Path(environ["COOKIE_FILE"]).write_text("123456")
    with pytest.raises(SettingsError, match="holds 6 bytes"):
        Settings.from_environ("a", environ)
