"""The kinds of facts about people, each described once.

Code that treats them alike reads this table: the word index, search, opening, deleting, undoing.
A new kind needs an entry here and a table in `store/migrations`. One that is found by its words
also needs three triggers there, which hold its number.
"""

from dataclasses import dataclass
from typing import Final

# The rows of all findable kinds share the numbers of the word index; the triggers rely on it too.
_NUMBERS: Final = 4
# How a fact came here, of a row of `provenance`: what a script typed says so wherever it is shown.
HOW: Final = "iif(provenance.by_script, 'typed by a script', provenance.confirmed_how)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    """One kind of fact.

    name: for people. letter: what its refs begin with, or ''. words: what a fact says, as SQL over
    its table, called `fact`. on_identity: whether it belongs to one account and has a provenance;
    an interaction has participants instead. may_be_opened: whether the owner can open one that is
    withheld. may_be_proposed: whether a proposal may become one.
    """

    name: str
    table: str
    letter: str = ""
    words: str = "fact.text"
    on_identity: bool = True
    may_be_opened: bool = False
    may_be_proposed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindableKind(FactKind):
    """A kind that is found by its words: a row of `fact_fts` is id * 4 + the kind's number.

    day: the column with the day that it is about. beside: SQL for what stands beside its words and
    may say that they never leave. messages: SQL for those that its words were made of, as
    `store.sensitive.given_away.quoted` takes them.
    """

    number: int
    day: str
    beside: str = "''"
    messages: str = "'[]'"

    def entry(self, row_id: int) -> int:
        """The row of the word index for a fact of this kind. row_id: of its own table."""
        return row_id * _NUMBERS + self.number

    @staticmethod
    def of_entry(entry: int) -> tuple["FindableKind", int]:
        """The kind of a row of the word index, and the row's id in that kind's table."""
        row_id, number = divmod(entry, _NUMBERS)
        return next(kind for kind in FINDABLE if kind.number == number), row_id

    def entry_sql(self, row_id: str) -> str:
        """Like `entry`, in SQL. row_id: a column."""
        return f"{row_id} * {_NUMBERS} + {self.number}"

    def row_id_sql(self, entry: str) -> str:
        """The id in this kind's table, in SQL. entry: a column with rows of this kind."""
        return f"{entry} / {_NUMBERS}"

    def is_entry_sql(self, entry: str) -> str:
        """Whether a row of the word index is of this kind, in SQL. entry: a column."""
        return f"{entry} % {_NUMBERS} = {self.number}"


NOTE: Final = FindableKind(
    name="note",
    table="note",
    letter="n",
    number=0,
    day="about_on",
    may_be_opened=True,
    may_be_proposed=True,
)
FOLLOW_UP: Final = FindableKind(
    name="follow-up",
    table="follow_up",
    letter="f",
    number=1,
    day="due_on",
    beside="fact.after_event",
    messages="(SELECT json_group_array(json_array(said.text, said.subject, said.given_away))"
    " FROM message AS said WHERE said.id = fact.message_id)",
    may_be_opened=True,
    may_be_proposed=True,
)
LIFE_EVENT: Final = FindableKind(
    name="life event",
    table="life_event",
    letter="e",
    words="trim(fact.kind || ' ' || fact.label)",
    number=2,
    day="date_on",
    beside="fact.kind",
    may_be_opened=True,
    may_be_proposed=True,
)
INTERACTION: Final = FindableKind(
    name="interaction",
    table="interaction",
    letter="i",
    words="fact.summary",
    beside="fact.title",
    on_identity=False,
    number=3,
    day="on_day",
    may_be_opened=True,
)
GIFT: Final = FactKind(name="gift", table="gift", letter="g", may_be_opened=True)
INTEREST: Final = FactKind(name="interest", table="interest")

FINDABLE: Final = (NOTE, FOLLOW_UP, LIFE_EVENT, INTERACTION)
FACT_KINDS: Final[tuple[FactKind, ...]] = (*FINDABLE, GIFT, INTEREST)
ON_IDENTITIES: Final = tuple(kind for kind in FACT_KINDS if kind.on_identity)
PROPOSABLE: Final = tuple(kind for kind in FACT_KINDS if kind.may_be_proposed)
