"""The machine on which the figures were measured."""

from importlib.metadata import version
import os
from pathlib import Path
import platform


def describe_machine() -> dict[str, str]:
    """Return the properties that a reader needs to compare figures."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "Home Assistant": version("homeassistant"),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
