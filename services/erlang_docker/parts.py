"""Packages of which a node needs a part, and whose `__init__` loads the whole."""

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType


class _Package(ModuleType):
    """A package that runs its `__init__` when it is asked for a name that is none of its modules'."""

    def __getattr__(self, name: str) -> object:
        spec = self.__spec__
        if name.startswith("__") or not spec or not spec.loader or find_spec(f"{spec.name}.{name}"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        self.__class__ = ModuleType  # type: ignore[assignment]
        spec.loader.exec_module(self)
        return getattr(self, name)


def load_in_parts(package: str) -> None:
    """From now on `from package.module import name` loads that module; any other name of the package still loads all.

    Nothing changes where the package is loaded already.
    """
    if package in sys.modules:
        return
    spec = find_spec(package)
    assert spec is not None
    module = module_from_spec(spec)
    module.__class__ = _Package
    module.__dict__["__version__"] = ""  # aiohttp's server asks for it, to show it in a header
    sys.modules[package] = module
