"""The machine that a run was made on, without anything that would tell whose it is."""

import os
import platform
import re
from pathlib import Path
from typing import Final

_MEMORY: Final = re.compile(r"^MemTotal:\s+(\d+) kB", re.MULTILINE)
_PROCESSOR: Final = re.compile(r"^model name\s*:\s*(.+)", re.MULTILINE)


def machine() -> dict[str, str]:
    """Returns its processor, cores, memory, kernel and Python."""
    return {
        "processor": _found(_PROCESSOR, "/proc/cpuinfo") or platform.processor() or "unknown",
        "cores": str(os.cpu_count() or "unknown"),
        "memory": f"{int(_found(_MEMORY, '/proc/meminfo') or 0) / 2**20:.0f} GiB",
        "kernel": f"{platform.system()} {_numbers(platform.release())}, {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _found(pattern: re.Pattern[str], path: str) -> str | None:
    file = Path(path)
    match = pattern.search(file.read_text(encoding="utf-8")) if file.is_file() else None
    return match[1].strip() if match else None


def _numbers(release: str) -> str:
    # What follows the numbers is whoever built it.
    match = re.match(r"[\d.]+", release)
    return match[0].rstrip(".") if match else "unknown"
