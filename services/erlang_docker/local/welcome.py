"""What `make run` says first, and what stays of it."""

from erlang_docker.local.plan import Plan
from erlang_docker.names import KINDS

_WELCOME = """\
{nodes} are running; their volumes are in {data}.

  page  http://{page}
  HTTP  http://{http}
  gRPC  {grpc}

Try:
  curl -d '{{}}' http://{http}/node
  scripts/cli rpc 'lists:seq(1,5)'
  open http://{page} and press "Spread"

Ctrl-C stops them."""


def how_many(plan: Plan) -> str:
    """`3 nodes of kind a and 3 of kind b`."""
    a, b = (plan.replicas[kind] for kind in KINDS)
    return f"{a} node{'s' * (a > 1)} of kind a and {b} of kind b"


def welcome(plan: Plan) -> str:
    """Once all nodes are ready, where there is room for it."""
    http = plan.services["a"]
    return _WELCOME.format(nodes=how_many(plan), data=plan.data_dir, page=plan.page, http=http, grpc=plan.grpc)


def in_short(plan: Plan) -> list[str]:
    """The same above a table, in a few lines; the last one is what stays."""
    return [
        f"{how_many(plan)} are running. Try:",
        f"  curl -d '{{}}' http://{plan.services['a']}/node",
        "  scripts/cli rpc 'lists:seq(1,5)'",
        f"The volumes are in {plan.data_dir}.",
        f"page http://{plan.page}  HTTP {plan.services['a']}  gRPC {plan.grpc}",
    ]
