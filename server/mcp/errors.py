"""The one place where errors become what an assistant reads."""

import logging
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from mcp.server.mcpserver.exceptions import ToolError

from store.errors import StoreError
from tools.clean import clean_for_assistant

logger = logging.getLogger("kinkeeper")


@contextmanager
def as_tool_errors(tool: str) -> Iterator[None]:
    """Turn a StoreError into a ToolError with its message; anything else into a fault number.

    A fault is logged by its place in the code alone: its message may hold somebody's words, and
    clients keep what a server logs.
    """
    try:
        yield
    except StoreError as error:
        raise ToolError(clean_for_assistant(str(error))) from None
    except Exception as error:  # noqa: BLE001 the boundary: no traceback may leave
        number = secrets.token_hex(4)
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error(
            "fault %s in %s: %s at %s:%s",
            number,
            tool,
            type(error).__name__,
            place.name,
            place.lineno,
        )
        raise ToolError(
            f"Kinkeeper failed to answer (fault {number}). Nothing was changed. Trying again may "
            "help; kinkeeper doctor tells more."
        ) from None
