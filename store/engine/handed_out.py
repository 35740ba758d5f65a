"""What an assistant's connection hands out, noted where it leaves the memory.

The views of `assistant_views.py` let every text pass through a function of ours. Noted there, a
text is known to have been read whatever tool asked for it, so that no tool can forget to say whose
words it gives.
"""

from collections.abc import Callable, Mapping
from typing import Final

# By the reference of what they stand in: a message, a note, a contact, whatever has one.
HandedOut = dict[str, set[str]]
# Functions of `view_functions.FUNCTIONS` that get a text and the reference of what it stands in.
_WITH_A_REF: Final = (
    "text_for_assistant", "turn_for_assistant", "quoting_for_assistant", "list_for_assistant",
)  # fmt: skip


class Notebook:
    """Notes on the page of whoever reads at the moment; one statement runs at a time."""

    def __init__(self) -> None:
        self.page: HandedOut = {}

    def noting(self, functions: Mapping[str, Callable[..., str]]) -> dict[str, Callable[..., str]]:
        """The functions of an assistant's views, so that what they hand out is noted."""
        return {
            **functions,
            **{name: self._noted(functions[name]) for name in _WITH_A_REF},
        }

    def _noted(self, function: Callable[..., str]) -> Callable[..., str]:
        def hand_out(text: str | None, ref: str | None, *more: int | str | None) -> str:
            given = function(text, ref, *more)
            if ref and given:
                self.page.setdefault(ref, set()).add(given)
            return given

        return hand_out
