"""What a reader needs to know of the machine and the versions."""

import os
import platform
import subprocess
from pathlib import Path

from courseapp.config import CHECKOUT


def environment() -> dict[str, str]:
    """Name -> what this machine and this checkout are, for people."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    git = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty"]
    commit = subprocess.run(git, capture_output=True, text=True).stdout.strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processors": f"{os.cpu_count()} x {model}",
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": platform.platform(),
        "Python": platform.python_version(),
        "commit": commit or "not a checkout",
    }
