"""The proof of the cookie that a call of `RpcService` needs."""

import click

from erlang_docker.cli.asking import own_cookie, run
from erlang_docker.cli.options import Command, Options, pass_options


@click.command(cls=Command)
@pass_options
def token(options: Options) -> None:
    """Print metadata for one call of RpcService on the node, as options of grpcurl.

    \b
    eval grpcurl -plaintext $(erlang-docker token) ...
    """
    cookie = own_cookie()
    metadata = run(options, lambda client: client.token(cookie))
    click.echo(" ".join(f"-H '{key}: {value}'" for key, value in metadata))
