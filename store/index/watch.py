"""Who watches while the indexes are made anew: the command line draws a bar."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

Advance = Callable[[int, int], None]


@contextmanager
def _unwatched() -> Iterator[Advance]:
    yield lambda _done, _total: None


# Gives what is told how many messages are done, and how many there are.
watched_by: ContextVar[Callable[[], AbstractContextManager[Advance]]] = ContextVar(
    "watched_by", default=_unwatched
)
