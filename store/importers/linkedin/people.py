"""LinkedIn's people: connections as cards, and profile addresses as accounts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO, Final

from store.importers.cards.draft import CardDraft
from store.importers.cards.row_keys import with_row_keys
from store.importers.reading.table_rows import Row, open_table
from store.importers.records import Account, Card, DatedNote, Problem, Record, Skipped, SourceInfo
from store.text.keys import linkedin_slug
from store.text.names import name_key, visible

SOURCE: Final = SourceInfo("linkedin", "", "LinkedIn")
CONNECTIONS: Final = frozenset({"first name", "last name", "connected on"})
_CONNECTION_FIELDS: Final = {
    "first name": "given name",
    "url": "url",
    "email address": "email",
    "company": "organization",
    "position": "title",
}
_READ: Final = frozenset(_CONNECTION_FIELDS) | {"last name", "connected on"}

Rows = Iterator[dict[str, str] | Problem]


def account_of(url: str, name: str = "") -> Account | None:
    """The account behind a profile address, or None when it is not a person's."""
    slug = linkedin_slug(url)
    return Account("linkedin", slug, visible(name)) if slug else None


def named_rows(stream: BinaryIO, name: str, wanted: frozenset[str]) -> Rows:
    """Yield the rows of one of LinkedIn's tables by heading, with `line` as their place.

    Raises: UnreadableExport when it has no line of headings.
    """
    headings, rows = open_table(stream, name, wanted)
    keys = [name_key(heading) for heading in headings]
    for row in rows:
        yield row if isinstance(row, Problem) else _by_heading(keys, row)


def _by_heading(keys: Sequence[str], row: Row) -> dict[str, str]:
    return {**dict(zip(keys, row.cells, strict=False)), "line": f"line {row.line}"}


def connections(rows: Rows, said: Mapping[str, Sequence[DatedNote]]) -> Iterator[Record]:
    """Yield a card for each connection.

    said: what invitations and recommendations tell, by slug, or by name for one who has no
    namesake among the connections.
    """
    cards: list[Card] = []
    slugs: set[str] = set()
    for row in rows:
        if isinstance(row, Problem):
            yield row
        elif not (row.get("first name", "").strip() or row.get("last name", "").strip()):
            yield Skipped("a connection who has closed the account", row["line"])
        elif (slug := linkedin_slug(row.get("url", ""))) and slug in slugs:
            yield Skipped("the same row twice", row["line"])
        elif card := _connection(row, slug):
            slugs.add(slug)
            cards.append(card)
    bearers = Counter(name_key(card.full_name) for card in cards)
    yield from with_row_keys(_with_notes(card, said, bearers) for card in cards)


def _with_notes(
    card: Card, said: Mapping[str, Sequence[DatedNote]], bearers: Mapping[str, int]
) -> Card:
    name = name_key(card.full_name)
    notes = [*said.get(card.uid, ())] if card.uid else []
    notes += said.get(name, ()) if bearers[name] == 1 else ()
    return replace(card, dated_notes=(*card.dated_notes, *notes)) if notes else card


def _connection(row: Mapping[str, str], slug: str) -> Card | None:
    draft = CardDraft(row["line"])
    draft.put("uid", slug)
    # People write degrees after their name: "Mehta, PMP".
    family, _, suffix = row.get("last name", "").partition(",")
    draft.put("family name", family)
    draft.put("suffix", suffix)
    for heading, field in _CONNECTION_FIELDS.items():
        draft.put(field, row.get(heading, ""), "linkedin" if field == "url" else "")
    for heading, value in row.items():
        if heading not in _READ and heading != "line":
            draft.put("extra", value, heading)
    draft.put("how we met", "Connected on LinkedIn")
    draft.put("met on", row.get("connected on", ""))
    return draft.card()
