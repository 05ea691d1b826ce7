"""What the labels of the metrics can be: every label has a bound, so that nobody can make a node count without end."""

from dataclasses import dataclass

from erlang_docker.errors import Busy, NodeDown, NotPicked, NotSent, WrongNode
from erlang_docker.identity import NodeState
from erlang_docker.metrics.outcomes import OUTCOMES
from erlang_docker.names import KINDS
from erlang_docker.trace import STEPS


@dataclass(frozen=True, slots=True)
class Label:
    """A label, and either all of its values or, where they are not known beforehand, what bounds them."""

    name: str
    values: tuple[str, ...] = ()
    bound: str = ""


OTHER = "other"
"""The value for all that no other is for."""
WEBSOCKET, GRPC = "websocket", "grpc"

DOOR = Label("door", ("http", "page", WEBSOCKET, GRPC, "admin"))
COMMAND_DOOR = Label("door", (WEBSOCKET, GRPC))
VERB = Label("verb", ("node", "mfa", "rpc", "echo"))
OUTCOME = Label("outcome", OUTCOMES)
STEP = Label("step", STEPS)
CALLER = Label("caller", (*KINDS, OTHER))
PICKED_NODE = Label("node", bound="the nodes of the other kind that have answered a pick")
PICK_FAILURE = Label("reason", ("unresolved", "timeout", "no_answer", "refused", "no_node"))
REPICK = Label("reason", tuple(error.__name__ for error in (NotPicked, NotSent, WrongNode, NodeDown, Busy)))
ROUTE = Label("route", ("name", "address"))
SECURITY = Label("security", ("plaintext", "tls"))
LINK_FAILURE = Label("reason", ("unreachable", "refused", "wrong_node"))
LINK_END = Label("reason", ("drained", "ended", "silent", "lost"))
CALLER_REFUSAL = Label("code", ("permission_denied", "unauthenticated", "failed_precondition"))
REFUSAL = Label(
    "reason",
    (
        # Connections and streams: too many of them, or of one address.
        *("cap", "address_cap", "streams"),
        # Too slow or too long.
        *("request_seconds", "idle", "unread", "body_bytes", "header_bytes"),
        # No request: no HTTP, no gRPC message, frames that break RFC 6455.
        *("no_http", "no_message", "early_frames", "binary_frame", "unmasked_frame", "empty_fragments"),
        *("close_code", "close_1002", "close_1007", "close_1009"),
        # Who may not.
        *("no_token", "wrong_token", "host", "origin"),
    ),
)
CLOSE_CODE = Label(
    "code",
    (*map(str, (1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)), OTHER),
)
STORE_REFUSAL = Label("reason", ("enospc", "eio", "busy"))
STATE = Label("state", tuple(state.value for state in NodeState))
CERTIFICATE_FILE = Label("file", ("tls.crt", "ca.crt"))
FAULT = Label("fault", ("delay_ms", "error_rate", "refuse_picks", "drop_links", "stall_loop_s", "fail_store"))
LOG_LOSS = Label("reason", ("flood", "volume"))
BUILD = tuple(Label(name, bound="one") for name in ("version", "kind", "python"))
