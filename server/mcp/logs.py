"""What a serving process writes to stderr, which clients keep: places in the code, no words.

A library's message or traceback may hold what somebody wrote to the owner.
"""

import logging
import sys


def log_places_only() -> None:
    """Send warnings and errors of every library to stderr, reduced to where they come from."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_PlacesOnly())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _PlacesOnly(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        if record.name == "kinkeeper":
            return f"kinkeeper: {record.getMessage()}"
        kind = record.exc_info[0] if record.exc_info else None
        what = f" ({kind.__name__})" if kind else ""
        return f"{record.levelname.lower()}{what} in {record.name}:{record.lineno}"
