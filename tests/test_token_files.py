"""The files of the tokens: read again when they change, refused at the start where they are of no use."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import WSCloseCode

from erlang_docker.errors import SettingsError
from erlang_docker.settings import Settings
from erlang_docker.tokens import TokenFiles
from harness import FAR_SECONDS, node, services
from locked import TOKENS, browser, by_functions, enters, login, socket, write
from test_secret_files import logged


async def test_tokens_that_are_replaced(tmp_path: Path) -> None:
    """No node starts anew; a slip in the files changes nothing."""
    new = "another-token-of-those-who-run"
    folder = tmp_path / "tokens"
    files = write(folder, run=TOKENS["run"])
    async with services() as among, node("a", tmp_path, among, tokens=files) as running, browser() as session:
        assert await by_functions(running, TOKENS["read"]) == "401"
        await login(session, running, TOKENS["run"])
        write(folder, read=TOKENS["read"])
        assert (await logged(tmp_path, "a-0", "tokens reloaded"))["roles"] == ["read", "run"]
        assert await by_functions(running, TOKENS["read"]) == "in"
        for slips, slip in enumerate(("short", TOKENS["read"]), 1):
            write(folder, run=slip)
            await logged(tmp_path, "a-0", "tokens not reloaded, the last one is kept", slips)
            assert await by_functions(running, TOKENS["run"]) == "in"
        assert await enters(session, running)
        write(folder, run=new)
        await logged(tmp_path, "a-0", "tokens reloaded", 2)
        assert await by_functions(running, new) == "in"
        assert await by_functions(running, TOKENS["run"]) == "401"
        assert not await enters(session, running)


async def test_sockets_end_with_their_token(tmp_path: Path) -> None:
    """After the running command; those of the other role go on."""
    files = write(tmp_path / "tokens", **TOKENS)
    async with (
        services() as among,
        node("a", tmp_path, among, tokens=files) as running,
        socket(running, TOKENS["run"]) as idle,
        socket(running, TOKENS["run"]) as busy,
        socket(running, TOKENS["read"]) as reader,
    ):
        await busy.socket.send_str("mfa timer:sleep(2000)")
        write(tmp_path / "tokens", run="another-token-of-those-who-run")
        assert (await idle.socket.receive(FAR_SECONDS)).data == WSCloseCode.POLICY_VIOLATION
        assert await busy.socket.receive_str(timeout=FAR_SECONDS) == "ok"
        closed = await busy.socket.receive(FAR_SECONDS)
        assert (closed.data, closed.extra) == (WSCloseCode.POLICY_VIOLATION, "the token was replaced")
        assert await reader.ask("node") == str(running.identity.name)


@dataclass
class Slip:
    """What is wrong with the files, and what is said."""

    run: str
    read: str
    said: str


@pytest.mark.parametrize(
    "slip",
    [
        Slip("x" * 15, "", "holds 15 characters, a token needs 16 or more"),
        Slip("two words and more", "", "holds more than letters"),
        Slip("é" * 20, "", "ascii"),
        Slip("x" * 16, "x" * 16, "holds the same as"),
        Slip("", "y" * 16, "holds 0 characters"),
    ],
    ids=lambda slip: slip.said,
)
async def test_unusable_tokens_are_refused_at_the_start(slip: Slip, tmp_path: Path) -> None:
    files = write(tmp_path / "tokens", run=slip.run, **({"read": slip.read} if slip.read else {}))
    with pytest.raises(SettingsError, match=slip.said):
        async with services() as among, node("a", tmp_path, among, tokens=files):
            pass


def test_a_token_for_reading_only_would_leave_the_rest_open(tmp_path: Path) -> None:
    (tmp_path / "cookie").write_text("c" * 32)
    environ = {
        "ERLANG_HOST_NAME": "erlang-docker-a-sfs-0.localhost",
        "A_SERVICE_DOMAIN": "a",
        "B_SERVICE_DOMAIN": "b",
        "COOKIE_FILE": str(tmp_path / "cookie"),
    }
    assert Settings.from_environ("a", environ).tokens is None
    both = {**environ, "RUN_TOKEN_FILE": "/run", "READ_TOKEN_FILE": "/read"}
    assert Settings.from_environ("a", both).tokens == TokenFiles(Path("/run"), Path("/read"))
    with pytest.raises(SettingsError, match="RUN_TOKEN_FILE must be too"):
        Settings.from_environ("a", {**environ, "READ_TOKEN_FILE": "/read"})
