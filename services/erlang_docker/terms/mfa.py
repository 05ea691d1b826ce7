"""A call, `Module:Function(Args)`."""

from dataclasses import dataclass

from erlang_docker.terms.types import Term


@dataclass(frozen=True, slots=True)
class MFA:
    """Module, function and arguments, as Erlang calls the three together."""

    module: str
    function: str
    args: tuple[Term, ...]
