"""What a benchmark tells of the machine beside its figures."""

import os
import sys


def load() -> str:
    """How many processes wanted to run over the last minute, where the system tells."""
    if sys.platform == "win32":
        return "unknown load"
    return f"load {os.getloadavg()[0]:.1f}"
