"""A process whose clock goes wrong, while its machine's and everybody else's are right: by libfaketime."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Clock:
    """That of the processes that get its environment; the monotonic one, which nobody sets, stays as it is."""

    file: Path

    @property
    def environ(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": _library(),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set_ahead(self, seconds: int) -> None:
        """From now on, also of those that run."""
        draft = self.file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}s\n")
        draft.replace(self.file)


def _library() -> str:
    return subprocess.run(
        ["faketime", "-f", "+0s", "printenv", "LD_PRELOAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
