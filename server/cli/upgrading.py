"""A bar while the indexes of an older memory are made anew."""

from contextlib import AbstractContextManager

from store.index.watch import Advance, watched_by


def draw_a_bar() -> None:
    """Draw one from now on, whichever command opens the memory."""
    watched_by.set(_bar)


def _bar() -> AbstractContextManager[Advance]:
    from server.cli.progress import rate_bar

    return rate_bar("Indexing anew for this version")
