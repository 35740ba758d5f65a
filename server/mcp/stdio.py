"""Serving one client over stdin and stdout, and ending when it goes away."""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

from server.mcp.build import build_server
from server.mcp.logs import log_places_only
from server.settings import Settings

_SECONDS_BETWEEN_LOOKS: Final = 1.0
# A search works in several threads: one that comes back from SQLite or the model would wait up to
# 5 ms, Python's own setting, while another one counts.
_SECONDS_BETWEEN_THREADS: Final = 0.0005


def serve_stdio(settings: Settings) -> None:
    """Serve until stdin closes, the client's process is gone, or a signal comes."""
    # The SDK's loop does not end on SIGINT; the default action does. Nothing is lost by it: what
    # was written is committed, and SQLite recovers its log.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # A copy: while it serves, the SDK has standard output point elsewhere.
    watch = (os.getppid(), _look_at(os.dup(1)))
    threading.Thread(target=_end_with_client, args=watch, daemon=True).start()
    sys.setswitchinterval(_SECONDS_BETWEEN_THREADS)
    server = build_server(settings)
    log_places_only()
    server.run("stdio")


def _end_with_client(parent: int, nobody_reads: Callable[[], bool]) -> None:
    """End this process when the client has died, or stopped reading, without closing stdin."""
    while os.getppid() == parent and not nobody_reads():
        pass
    os._exit(0)


def _look_at(output: int) -> Callable[[], bool]:
    """A look that lasts a while, or until nobody can read `output` any more."""
    if not hasattr(select, "poll"):

        def only_wait() -> bool:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
            return False

        return only_wait
    poller = select.poll()
    poller.register(output, 0)  # asks for nothing: a closed pipe is told all the same
    return lambda: bool(poller.poll(_SECONDS_BETWEEN_LOOKS * 1000))
