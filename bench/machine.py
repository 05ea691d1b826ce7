"""What the figures were measured with."""

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

OTP = 'io:format("~s",[erlang:system_info(otp_release)]),halt().'


def describe() -> dict[str, str]:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    packages = ("grpcio", "aiohttp", "uvloop", "httptools")
    return {
        "cores": f"{os.cpu_count()}, {cpu[1] if cpu else platform.machine()}",
        "system": f"{platform.system()} {platform.release()}",
        "Python": ", ".join([platform.python_version(), *(f"{name} {version(name)}" for name in packages)]),
        "Erlang/OTP": output("erl", "-noshell", "-eval", OTP),
        "Go": output("go", "env", "GOVERSION"),
        "commit": output("git", "describe", "--always", "--dirty"),
        "load before": load_average(),
    }


def load_average() -> str:
    """Of the minute before: what else the machine did, and, after a run, the run."""
    return f"{os.getloadavg()[0]:.1f}"


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
