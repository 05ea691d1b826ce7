"""`Module:module_info(exports)`, which every module has without exporting it."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from erlang_docker.functions.parameters import Parameter
from erlang_docker.functions.table import Export
from otp.stdlib.arguments import fail
from otp.terms.types import BADARG, Atom, Term

NAME = "module_info"
EXPORTS = Atom("exports")


def module_infos(entries: Iterable[Export]) -> Iterator[Export]:
    """One `module_info/1` for each module of a table."""
    by_module = attrgetter("module")
    for module, exports in groupby(sorted(entries, key=by_module), by_module):
        names = sorted([(Atom(NAME), 1), *((Atom(entry.name), entry.arity) for entry in exports)])
        yield _module_info(module, list(names))


def _module_info(module: str, exports: list[Term]) -> Export:
    def call(item: Term) -> Term:
        return exports if item == EXPORTS else fail(BADARG)

    return Export(
        module=module,
        name=NAME,
        arity=1,
        idempotent=True,
        read_only=True,
        help="The functions of a module, as {Function,Arity}.",
        example=f"{module}:{NAME}({EXPORTS})",
        call=call,
        is_async=False,
        parameters=(Parameter("Item", "atom"),),
    )
