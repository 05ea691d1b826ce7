"""What a release loads that is its user's own: a process that loads it as a node does, says which files, and ends.

Whatever a node would fail with while it loads, this fails with: its traceback is the standard error.
"""

import importlib
import json
import runpy
import sys
import sysconfig
import traceback
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

SERVICES = Path(__file__).parents[2]
_NOT_THE_USERS = (
    *(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    SERVICES / "erlang_docker",
    SERVICES / "otp",
)
"""Of the interpreter, installed, or the product's own."""


def own_files() -> Iterator[Path]:
    """The files of the modules that are loaded, and the folders of packages."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file is None or (path := Path(file)).suffix != ".py":
            continue
        if not any(path.is_relative_to(folder) for folder in _NOT_THE_USERS):
            yield path
            yield from map(Path, getattr(module, "__path__", ()))


def main_file(name: str) -> Path:
    """What `python -m NAME` runs."""
    spec = find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = find_spec(f"{name}.__main__")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no module to run: {name}")
    return Path(spec.origin)


def _told(error: BaseException) -> Iterator[str]:
    """Its traceback, without what imports."""
    told = traceback.TracebackException.from_exception(error)
    how = (__file__, importlib.__file__)
    told.stack[:] = [f for f in told.stack if f.filename not in how and not f.filename.startswith("<frozen ")]
    yield from told.format()


def main() -> None:
    """Load the module that is named, without running it as the main one."""
    paths = set[Path]()
    try:
        paths.add(main_file(sys.argv[1]))
        runpy.run_module(sys.argv[1], run_name="__loaded__")
    except BaseException as error:
        sys.stderr.writelines(_told(error))
        sys.exit(1)
    finally:
        # Of what does not load too: where it is, it will be mended.
        paths.update(own_files())
        sys.stdout.write(f"\n{json.dumps(sorted(map(str, paths)))}\n")


if __name__ == "__main__":
    main()
