"""The one place where errors become what an assistant reads."""

import logging
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from pydantic import ValidationError

from store.errors import StoreError
from tools.withholding import error_for_assistant

logger = logging.getLogger("kinkeeper")


class Refusal(ToolError):
    """An error in our own words; what else is a ToolError comes from the SDK."""


@contextmanager
def as_tool_errors(tool: str) -> Iterator[None]:
    """Turn a StoreError into a ToolError with its message; anything else into a fault number."""
    try:
        yield
    except StoreError as error:
        raise Refusal(error_for_assistant(error)) from None
    except Exception as error:  # noqa: BLE001 the boundary: no traceback may leave
        raise fault(tool, error) from None


def fault(tool: str, error: BaseException) -> ToolError:
    """Log a bug of ours and give the error that names it.

    Logged by its place in the code alone: its message may hold somebody's words, and clients keep
    what a server logs.
    """
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "an unknown place"
    logger.error("fault %s in %s: %s at %s", number, tool, type(error).__name__, place)
    return Refusal(
        f"Kinkeeper failed to answer (fault {number}). Nothing was changed. Trying again may "
        "help; kinkeeper doctor tells more."
    )


def plain(tool: str, error: ToolError) -> ToolError:
    """What the SDK made of an error, as the assistant is to read it: no prefix, no address."""
    cause = error.__cause__
    if isinstance(error, UnexpectedToolError):
        return fault(tool, cause or error)
    if isinstance(cause, ValidationError):
        return ToolError(f"{tool} cannot be asked like that. {_wrong_arguments(cause)}")
    if isinstance(cause, ToolError) and not isinstance(cause, Refusal):
        return ToolError(
            "The answer of the client's dialog cannot be used. What was proposed is stored and"
            " pending, nothing is remembered yet. The owner decides with: kinkeeper review"
        )
    return ToolError(str(cause or error))


def _wrong_arguments(error: ValidationError) -> str:
    """Which argument and why; the value itself is the caller's and is not repeated."""
    wrong = {
        str(each["loc"][0]) if each["loc"] else "arguments": each["msg"]
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    }
    return " ".join(f"{name}: {why[:1].lower()}{why[1:]}." for name, why in wrong.items())
