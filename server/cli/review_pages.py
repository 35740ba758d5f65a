"""What is decided on, and the keys that decide, together on one screen of the terminal.

What is longer is turned page by page, and the keys come with the last page: nothing can be accepted
that has not been on the screen.
"""

import shutil
import textwrap
from typing import Final

import click

from server.cli.owner_terminal import OwnerTerminal

# How much there is, above the keys; below them the line on which is typed.
_ROWS_BESIDE: Final = 2
_FEWEST_ROWS: Final = 3
_TURNING: Final = "Enter: the next page  [r]eject  [s]kip  [q]uit"
LEAVING: Final = frozenset({"r", "s", "q"})


def show_whole(
    terminal: OwnerTerminal, title: str, rows: list[str], below: list[str], *, again: bool = False
) -> str:
    """Show rows so that the last of them stand above `below`, which is asked next.

    again: they were shown before, so that the last page is enough.
    Return '' once the last page is there, or the key by which the owner left before that.
    """
    pages = _pages(rows, len(title.split("\n")) + len(below))
    for number, page in enumerate(pages, 1):
        is_last = number == len(pages)
        if again and not is_last:
            continue
        click.echo("\n".join([title, *page]))
        if is_last:
            break
        key = "?"
        while key:
            key = terminal.ask(f"Page {number} of {len(pages)}. {_TURNING}\n> ").casefold()
            if key in LEAVING:
                return key
    if len(pages) > 1:
        before = len(rows) - len(pages[-1])
        click.echo(f"(the last of {len(pages)} pages; {before:,} lines stand before it: key t)")
    return ""


def keys_in_rows(keys: str) -> list[str]:
    """Keys with what they do, in rows that the terminal does not have to break."""
    columns = shutil.get_terminal_size().columns
    kept = keys.replace("  ", "\0").replace(" ", "\xa0").replace("\0", "  ")
    rows = textwrap.wrap(kept, columns - 1, break_long_words=False, break_on_hyphens=False)
    return [row.replace("\xa0", " ") for row in rows]


def _pages(rows: list[str], beside: int) -> list[list[str]]:
    most = max(shutil.get_terminal_size().lines - _ROWS_BESIDE - beside, _FEWEST_ROWS)
    return [rows[start : start + most] for start in range(0, len(rows), most)] or [[]]
