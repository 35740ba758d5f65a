"""Progress on the terminal: a bar with rate and time left; silence when nobody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text


class Advance(Protocol):
    """Told how much is done and how much there is in all."""

    def __call__(self, done: int, total: int) -> None: ...


def error_console() -> Console:
    """The console for everything that is no answer: progress and remarks, on stderr."""
    return Console(stderr=True, highlight=False)


@contextmanager
def bytes_bar(title: str) -> Iterator[Advance]:
    """A bar that counts bytes of a file."""
    with _bar(title, TransferSpeedColumn()) as advance:
        yield advance


@contextmanager
def count_bar(title: str) -> Iterator[Advance]:
    """A bar that counts things or steps."""
    with _bar(title, MofNCompleteColumn()) as advance:
        yield advance


@contextmanager
def rate_bar(title: str) -> Iterator[Advance]:
    """A bar that counts many things, and how many a second."""
    with _bar(title, MofNCompleteColumn(), _RateColumn()) as advance:
        yield advance


class _RateColumn(ProgressColumn):
    """How many a second, over the last seconds."""

    def render(self, task: Task) -> Text:
        """See `ProgressColumn.render`."""
        return Text(f"{task.finished_speed or task.speed or 0:,.0f}/s")


@contextmanager
def _bar(title: str, *measures: ProgressColumn) -> Iterator[Advance]:
    console = error_console()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *measures,
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task(title, total=None)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield advance
