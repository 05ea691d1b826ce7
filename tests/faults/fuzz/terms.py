"""Calls of a link whose terms no node would send."""

from random import Random

from erlang_docker.v1 import rpc_pb2, term_pb2
from faults.fuzz.mutation import NUMBERS, NUMBERS_LONG

FUNCTIONS = (
    *(
        ("erlang", "node"),
        ("lists", "reverse"),
        ("lists", "sort"),
        ("lists", "seq"),
        ("erlang", "phash2"),
        ("maps", "get"),
    ),
    *(("erlang", "abs"), ("io_lib", "format"), ("erlang", "integer_to_list"), ("lists", "duplicate"), ("rpc", "call")),
    *(
        ("timer", "sleep"),
        ("store", "put"),
        ("store", "get"),
        ("erlang", "list_to_binary"),
        ("", ""),
        ("a" * 300, "\0"),
    ),
    *(
        ("erlang", "float_to_list"),
        ("erlang", "is_process_alive"),
        ("erlang", "apply"),
        ("unicode", "characters_to_list"),
    ),
)
TEXTS = ("", "a", "é", "\0", "\U0010ffff", "x" * 256, "x" * 10_000, "true", "infinity")
FLOATS = (0.0, -0.0, 1.5, 1e308, 5e-324, float("nan"), float("inf"), float("-inf"))
DEPTHS = (1, 10, 64, 89, 90, 91, 95, 96, 97)
"""Protobuf reads 100 levels, the messages around a term among them."""


def _leaf(chance: Random, message: term_pb2.Term) -> None:
    kind = chance.randrange(9)
    if kind == 0:
        message.integer = chance.choice(NUMBERS) - chance.choice((0, 1 << 32))
    elif kind == 1:
        message.big_integer = chance.choice((b"", b"\xff", chance.randbytes(9), b"\x7f" * 5000))
    elif kind == 2:
        message.float = chance.choice(FLOATS)
    elif kind == 3:
        message.atom = chance.choice(TEXTS)
    elif kind == 4:
        message.binary = chance.randbytes(chance.choice((0, 1, 100)))
    elif kind == 5:
        message.bitstring.data = chance.randbytes(chance.choice((0, 1, 2)))
        message.bitstring.bits = chance.choice((*range(20), *NUMBERS[:-1]))
    elif kind == 6:
        message.charlist = chance.choice(TEXTS)
    elif kind == 7:
        message.pid.number = min(chance.choice(NUMBERS_LONG), (1 << 64) - 1)


def term(chance: Random, message: term_pb2.Term, depth: int = 4) -> None:
    """Any, and what is none: composites without a kind, maps without a value, tails where none may be."""
    if depth == 0 or chance.random() < 0.4:
        _leaf(chance, message)
        return
    message.composite = term_pb2.Composite.ValueType(chance.randrange(5))
    for _ in range(chance.choice((0, 1, 2, 2, 3))):
        term(chance, message.items.add(), depth - 1)
    if chance.random() < 0.2:
        term(chance, message.tail, depth - 1)


def _deep(chance: Random, message: term_pb2.Term) -> None:
    for _ in range(chance.choice(DEPTHS)):
        message.composite = term_pb2.Composite.ValueType(chance.randrange(1, 4))
        message = message.tail if message.composite == 1 and chance.random() < 0.3 else message.items.add()


def link_call(chance: Random) -> rpc_pb2.LinkCall:
    """One, with an id that others may have."""
    call = rpc_pb2.LinkCall(id=min(chance.choice((1, 1, 2, 3, *NUMBERS_LONG)), (1 << 64) - 1))
    call.timeout_ms = chance.choice((0, 1, 50, 50, 5000, (1 << 32) - 1))
    call.request.module, call.request.function = chance.choice(FUNCTIONS)
    call.request.hops, call.request.width = (
        chance.choice((0, 0, 8, 9, (1 << 32) - 1)),
        chance.choice((0, 1, (1 << 32) - 1)),
    )
    for _ in range(chance.choice((0, 1, 1, 2, 2, 3))):
        argument = call.request.arguments.add()
        if chance.random() < 0.1:
            _deep(chance, argument)
        else:
            term(chance, argument)
    return call
