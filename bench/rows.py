"""What is measured of each system."""

from dataclasses import dataclass

RPC, LINK = "rpc erlang:node()", "mfa rpc:call('{b}',erlang,node,[])"


@dataclass(frozen=True)
class Row:
    door: str
    """ws, new or kept, as the load has it."""
    command: str
    clients: int
    answers: str
    """The kind of the node whose name is the answer."""

    @property
    def key(self) -> str:
        return f"{self.title}, {self.clients}"

    @property
    def title(self) -> str:
        match self.door:
            case "ws":
                return f"WebSocket `{self.command.format(b='B')}`"
            case "new":
                return "POST /node, new connection"
            case _:
                return "POST /node, kept alive"

    def is_for(self, system: str) -> bool:
        """Without a pick, only the call is another one."""
        return system != "unary" or self.command == RPC


ROWS = (
    *(Row("ws", RPC, clients, "b") for clients in (1, 16, 64)),
    Row("ws", "mfa erlang:node()", 16, "a"),
    *(Row("ws", "node", clients, "a") for clients in (1, 16, 64)),
    *(Row("ws", LINK, clients, "b") for clients in (1, 16, 64)),
    *(Row(door, "", clients, "a") for door in ("new", "kept") for clients in (1, 16)),
)
