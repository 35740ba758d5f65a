"""Python's search for garbage in cycles, stopped while a whole memory is read into objects."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collecting() -> Iterator[None]:
    """Do not look for cycles meanwhile.

    Among hundreds of thousands of objects that all stay, that is a third of the time, for nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
