"""Serving one client over stdin and stdout, and ending when it goes away."""

import os
import signal
import threading
import time
from typing import Final

from server.mcp.build import build_server
from server.mcp.logs import log_places_only
from server.settings import Settings

_SECONDS_BETWEEN_LOOKS: Final = 2.0


def serve_stdio(settings: Settings) -> None:
    """Serve until stdin closes, the client's process is gone, or a signal comes."""
    # The SDK's loop does not end on SIGINT; the default action does. Nothing is lost by it: what
    # was written is committed, and SQLite recovers its log.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    server = build_server(settings)
    log_places_only()
    server.run("stdio")


def _end_with_parent(parent: int) -> None:
    """End this process when its parent has died without closing stdin."""
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(0)
