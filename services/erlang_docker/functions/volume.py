"""`erlang_docker:volume()`: the file system that the node's state is on."""

import os
import shutil
from pathlib import Path

from otp.export import export
from otp.terms.types import FALSE, TRUE, Atom, Map, Term


class Volume:
    """What can be said of the volume."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    @export("erlang_docker:volume()", idempotent=True)
    def volume(self) -> Term:
        """The volume: a file system of its own or not, bytes and free bytes of it, its group, whose process writes."""
        usage = shutil.disk_usage(self._data_dir)
        facts: dict[str, Term] = {
            "path": str(self._data_dir).encode(),
            "mounted": TRUE if os.path.ismount(self._data_dir) else FALSE,
            "size": usage.total,
            "free": usage.free,
            "group": self._data_dir.stat().st_gid,
            "user": os.getuid(),
        }
        return Map((Atom(key), value) for key, value in facts.items())
