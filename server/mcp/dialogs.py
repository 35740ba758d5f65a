"""Questions to the owner through their client: asked once, and only an explicit choice counts.

No message of the protocol proves that a person answered. So the owner has to switch this on, the
first choice and the default is to leave the proposal pending, and the other one ends in a code
made for this one question: an automatic, empty or replayed answer does not hold it. What is
doubtful (`tools/proposal_warnings.py`) is never asked here: a client shows a text as it likes.
"""

import secrets
from typing import Final

from pydantic import BaseModel, Field, create_model

LATER: Final = "leave it pending"


class Answer(BaseModel):
    """The owner's choice, as the client gives it back."""

    choice: str = LATER


class Dialogs:
    """The codes of the questions of this process that are still open."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}

    def asked(self, ref: str) -> bool:
        """Whether a proposal was asked about before."""
        return ref in self._codes

    def may_ask(self, ref: str) -> bool:
        """Whether its question is still open; one that was never asked is opened."""
        return self._codes.setdefault(ref, secrets.token_hex(3)) != ""

    def form(self, ref: str) -> type[Answer]:
        """The form for an open question, the same every time that it is asked for."""
        choices = {"enum": [LATER, self._yes(ref)]}
        choice = Field(default=LATER, title="Remember it?", json_schema_extra=choices)  # type: ignore[arg-type]  # plain JSON
        return create_model("Remember", __base__=Answer, choice=(str, choice))

    def close(self, ref: str, answer: Answer | None) -> bool:
        """End a question for good; whether the answer is the explicit yes to it."""
        if not self._codes.get(ref):
            return False
        explicit = answer is not None and answer.choice == self._yes(ref)
        self._codes[ref] = ""
        return explicit

    def _yes(self, ref: str) -> str:
        return f"remember this ({self._codes[ref]})"
