"""The proof of the cookie that a call of `RpcService` needs."""

import click

from erlang_docker.cli.asking import run
from erlang_docker.cli.options import Command, Options, pass_options
from erlang_docker.credentials import read_cookie
from erlang_docker.errors import SettingsError
from erlang_docker.settings import ClientSettings


@click.command(cls=Command)
@pass_options
def token(options: Options) -> None:
    """Print metadata for one call of RpcService on the node, as options of grpcurl.

    \b
    eval grpcurl -plaintext $(erlang-docker token) ...
    """
    from erlang_docker.link.proof import Cookie

    cookie_file = ClientSettings.from_environ().cookie_file
    if cookie_file is None:
        raise SettingsError("COOKIE_FILE is not set: making a token needs the cookie")
    cookie = Cookie(read_cookie(cookie_file))
    metadata = run(options, lambda client: client.token(cookie))
    click.echo(" ".join(f"-H '{key}: {value}'" for key, value in metadata))
