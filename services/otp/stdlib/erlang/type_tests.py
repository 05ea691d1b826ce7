"""`erlang`: what type a term is of. There are no funs, ports and references here."""

from otp.export import export
from otp.stdlib import arguments
from otp.terms import cons
from otp.terms.types import Atom, Bitstring, Map, Pid, Term


@export("erlang:is_atom(a)", idempotent=True)
def is_atom(term: Term) -> bool:
    """Whether it is an atom."""
    return isinstance(term, Atom)


@export("erlang:is_binary(<<1>>)", idempotent=True)
def is_binary(term: Term) -> bool:
    """Whether it is a binary: whole bytes."""
    return isinstance(term, bytes)


@export("erlang:is_bitstring(<<1:3>>)", idempotent=True)
def is_bitstring(term: Term) -> bool:
    """Whether it is a bitstring; every binary is one."""
    return isinstance(term, bytes | Bitstring)


@export("erlang:is_float(1.5)", idempotent=True)
def is_float(term: Term) -> bool:
    """Whether it is a float."""
    return isinstance(term, float)


@export("erlang:is_function(a)", idempotent=True)
def is_function(term: Term) -> bool:
    """Whether it is a fun: never here."""
    return False


@export("erlang:is_integer(1)", idempotent=True)
def is_integer(term: Term) -> bool:
    """Whether it is an integer."""
    return arguments.is_integer(term)


@export("erlang:is_list([1])", idempotent=True)
def is_list(term: Term) -> bool:
    """Whether it is a list, proper or not."""
    return cons.is_list(term)


@export("erlang:is_map(#{})", idempotent=True)
def is_map(term: Term) -> bool:
    """Whether it is a map."""
    return isinstance(term, Map)


@export("erlang:is_number(1)", idempotent=True)
def is_number(term: Term) -> bool:
    """Whether it is an integer or a float."""
    return arguments.is_number(term)


@export("erlang:is_pid(a)", idempotent=True)
def is_pid(term: Term) -> bool:
    """Whether it is a process identifier."""
    return isinstance(term, Pid)


@export("erlang:is_port(a)", idempotent=True)
def is_port(term: Term) -> bool:
    """Whether it is a port: never here."""
    return False


@export("erlang:is_reference(a)", idempotent=True)
def is_reference(term: Term) -> bool:
    """Whether it is a reference: never here."""
    return False


@export("erlang:is_tuple({1})", idempotent=True)
def is_tuple(term: Term) -> bool:
    """Whether it is a tuple."""
    return isinstance(term, tuple)
