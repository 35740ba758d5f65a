"""The fields of a contact that the owner types, with all that the code needs to know about each.

The command that types them, what is shown of a contact, briefings and merging all read this
tuple. A new field is one entry here, its column in the schema and in the assistant's view, and its
line in the documentation.
"""

from dataclasses import dataclass
from typing import Final, Literal

CLOSENESS: Final = ("inner circle", "close", "wider")


@dataclass(frozen=True, slots=True)
class ContactField:
    """A field of a contact.

    column: in the table `contact`.
    shown_as: a `name` is part of what they are called; a `fact` is listed about them; a `line` is
        a fact that has its own line in briefings; a `rhythm` says when they are due; the rest
        is for the `owner alone`.
    option, help: of the commands that describe a person; '' where another command types it.
    choices: all that it may say, or empty for words of the owner's own.
    may_be_null: a field that says nothing is NULL, and not `unsaid`.
    unsaid: the value while nothing was said.
    on_cards: whether cards may say it too; what is typed then belongs to the owner's own identity.
    kept_when_retired: whether the field follows the contact when it is merged into another;
        otherwise it belongs to an identity, which moves anyway.
    """

    column: str
    shown_as: Literal["name", "fact", "line", "rhythm", "owner alone"]
    option: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    may_be_null: bool = False
    unsaid: str = ""
    on_cards: bool = False
    kept_when_retired: bool = True

    @property
    def label(self) -> str:
        """What it is called for people."""
        return self.column.replace("_", " ")

    @property
    def is_fact(self) -> bool:
        """Whether it is listed among what is known about a contact."""
        return self.shown_as in {"fact", "line"}


# Contradictions after a merge are told in this order.
FIELDS: Final = (
    ContactField("how_we_met", "line", "how_we_met", "How you met, in your words."),
    ContactField("why_they_matter", "line", "why", "Why they matter to you."),
    ContactField("preferred_channel", "fact", "channel", "How they like to be reached."),
    ContactField("pronouns", "fact", "pronouns", "she/her, he/him, …", on_cards=True),
    ContactField("consent", "owner alone"),
    ContactField("closeness", "fact", "closeness", "How close.", CLOSENESS, may_be_null=True),
    ContactField("status", "fact", unsaid="active"),
    ContactField("cadence", "rhythm", may_be_null=True),
    ContactField("cadence_days", "rhythm", may_be_null=True),
    ContactField("snoozed_until_on", "rhythm", may_be_null=True),
    ContactField("access", "owner alone", unsaid="full"),
    ContactField(
        "given_name",
        "name",
        "given",
        "The given name; what they are called in a line of text.",
        on_cards=True,
        kept_when_retired=False,
    ),
    ContactField(
        "family_name",
        "name",
        "family",
        "The family name.",
        on_cards=True,
        kept_when_retired=False,
    ),
)
