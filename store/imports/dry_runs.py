"""What an import would bring, worked out without storing anything."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from store.importers.records import (
    Account,
    Card,
    Conversation,
    Event,
    Message,
    Problem,
    Skipped,
    SourceInfo,
)
from store.imports.parser_process import Batch


@dataclass(slots=True)
class Survey:
    """What is in one export. people: accounts that wrote, took part or are listed in it.

    first, last: UTC; the earliest and the latest time of anything that has one.
    """

    name: str
    title: str
    cards: int = 0
    messages: int = 0
    conversations: int = 0
    events: int = 0
    people: int = 0
    problems: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing that an import would take."""
        return not (self.cards or self.messages or self.events or self.people)


def survey(name: str, title: str, batches: Iterable[Batch]) -> Survey:
    """Count the records. Raises UnreadableExport and NeedsAnswer as the batches do."""
    found = Survey(name, title)
    accounts: set[tuple[str, str, str]] = set()
    for batch in batches:
        for record in batch.records:
            named: tuple[Account | None, ...] = ()
            moment: datetime | None = None
            match record:
                case SourceInfo():
                    found.title = record.title or title
                case Account():
                    named = (record,)
                case Card():
                    found.cards += 1
                case Conversation():
                    found.conversations += 1
                    named = record.participants
                case Message():
                    found.messages += 1
                    named = (record.sender, *record.recipients)
                    moment = record.sent_at
                case Event():
                    found.events += 1
                    named = record.attendees
                    moment = record.starts_at
                case Skipped():
                    found.skipped[record.reason] += 1
                case Problem():
                    found.problems += 1
            accounts.update((each.kind, each.scope, each.value) for each in named if each)
            if moment is not None:
                found.first = min(moment, found.first or moment)
                found.last = max(moment, found.last or moment)
    found.people = len(accounts)
    return found
