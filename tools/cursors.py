"""Cursors: an opaque place in a list, bound to the question that it belongs to."""

import base64
import hashlib
import json

from store.errors import StoreError


class UnusableCursor(StoreError):
    """The cursor is damaged, or belongs to another question."""

    def __init__(self) -> None:
        super().__init__(
            "That cursor does not belong to this question. Leave it out to start from the top."
        )


def make_cursor(offset: int, *question: object) -> str:
    """A cursor for the place `offset` in the answer to a question."""
    return base64.urlsafe_b64encode(f"{offset}:{_digest(question)}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *question: object) -> int:
    """The place that a cursor stands for; 0 without one. Raises UnusableCursor."""
    if not cursor:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        offset, _, digest = base64.urlsafe_b64decode(padded).decode().partition(":")
        if digest == _digest(question) and 0 <= int(offset) < 10_000:
            return int(offset)
    except ValueError:
        pass
    raise UnusableCursor


def _digest(question: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps(question, default=str).encode()).hexdigest()[:8]
