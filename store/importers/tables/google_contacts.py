"""Google Contacts as CSV, with the headings of today and those of before 2024.

Columns are known by name, never by position. ` ::: ` joins several values of one label in a cell.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from store.importers import ReadingContext
from store.importers.cards.dates import DateOrder, order_in
from store.importers.cards.draft import CardDraft
from store.importers.cards.row_keys import with_row_keys
from store.importers.cards.words import SYSTEM_CATEGORIES
from store.importers.reading.table_rows import Row, first_rows, read_table
from store.importers.records import Account, Card, Record, Skipped, SourceInfo

_NUMBERED: Final = re.compile(
    r"(E-mail|Phone|Address|Relation|Website|Event|IM|Custom Field|Organization|Jot) (\d{1,3})"
    r" - ([A-Za-z ]{1,40})"
)
_PLAIN: Final = {
    "Name": "name",
    "First Name": "given name",
    "Given Name": "given name",
    "Middle Name": "middle name",
    "Additional Name": "middle name",
    "Last Name": "family name",
    "Family Name": "family name",
    "Name Prefix": "prefix",
    "Name Suffix": "suffix",
    "Nickname": "nickname",
    "Short Name": "nickname",
    "Maiden Name": "former name",
    "File As": "file as",
    "Organization Name": "organization",
    "Organization Title": "title",
    "Organization Department": "department",
    "Birthday": "birthday",
    "Gender": "gender",
    "Hobby": "interest",
    "Language": "language",
    "Notes": "note",
    "Phonetic First Name": "phonetic given name",
    "Phonetic Middle Name": "phonetic middle name",
    "Phonetic Last Name": "phonetic family name",
    "Yomi Name": "phonetic name",
    "Given Name Yomi": "phonetic given name",
    "Additional Name Yomi": "phonetic middle name",
    "Family Name Yomi": "phonetic family name",
}
_LABELS: Final = ("Labels", "Group Membership")
# These mean nothing outside Google, or only say how another cell is written.
_LEFT_OUT: Final = frozenset({"Photo", "Initials", "Priority", "Sensitivity", "Directory Server"})
_KINDS: Final = {"E-mail": "email", "Phone": "phone", "Website": "url"}
_ADDRESS: Final = {
    "Street": "street",
    "Extended Address": "extended",
    "City": "city",
    "PO Box": "po box",
    "Region": "region",
    "Postal Code": "postal code",
    "Country": "country",
}
_JOB: Final = {"Name": "organization", "Title": "title", "Department": "department"}
_HEADINGS: Final = frozenset(
    {"name", "first name", "given name", "last name", "labels", "group membership", "file as"}
)
_JOINED: Final = " ::: "
# Between the numbers of what stands in one group.
_OTHERS: Final = 1_000
# Addresses that Google collected from mail in both directions.
_COLLECTED: Final = "* other contacts"
_STARRED: Final = "* starred"

# Group, part, number, heading.
Columns = list[tuple[str, str, int, str]]


class GoogleContactsImporter:
    """Contacts of a Google account."""

    format = "google-contacts"
    title = "Google Contacts (CSV)"

    def recognises(self, _path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        return any(_is_heading(cells) for cells in first_rows(head)[:2])

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        table = read_table(stream, context.name, _HEADINGS)
        columns = [_column(heading) for heading in table.headings]
        order = context.date_order or order_in(_dates(columns, table.rows))[0]
        yield SourceInfo("google-contacts", "", "Google Contacts")
        yield from table.problems
        cards: list[Card] = []
        for row in table.rows:
            for record in _read_row(columns, row, order):
                if isinstance(record, Card):
                    cards.append(record)
                else:
                    yield record
        yield from with_row_keys(cards)


def _is_heading(cells: Sequence[str]) -> bool:
    names = {cell.strip() for cell in cells}
    if not names & {"Name", "First Name", "Given Name"}:
        return False
    numbered = any(_NUMBERED.fullmatch(name) for name in names)
    return numbered or {"File As", "Labels"} <= names or "Group Membership" in names


def _column(heading: str) -> tuple[str, str, int, str]:
    """Tell the group of a column (`E-mail`), its part (`Value`), its number and its heading."""
    if match := _NUMBERED.fullmatch(heading):
        return match[1], match[3], int(match[2]), heading
    return "", heading, 1, heading


def _dates(columns: Columns, rows: Sequence[Row]) -> Iterator[str]:
    wanted = [
        index
        for index, (group, part, _, _) in enumerate(columns)
        if part == "Birthday" or (group, part) == ("Event", "Value")
    ]
    return (row.cells[i] for row in rows for i in wanted if i < len(row.cells))


def _read_row(columns: Columns, row: Row, order: DateOrder) -> Iterator[Record]:
    draft = CardDraft(f"line {row.line}", order)
    groups: dict[tuple[str, int], dict[str, str]] = {}
    labels: list[str] = []
    for (group, part, number, heading), cell in zip(columns, row.cells, strict=False):
        value = cell.strip()
        if not value or (not group and part in _LEFT_OUT):
            continue
        if group:
            groups.setdefault((group, number), {})[part] = value
        elif part in _LABELS:
            labels = [label.strip() for label in value.split(_JOINED.strip())]
        else:
            draft.put(_PLAIN.get(part, "extra"), value, heading if part not in _PLAIN else "")
    for (group, number), parts in groups.items():
        _put_group(draft, group, number, parts)
    folded = {label.lower() for label in labels}
    for label in labels:
        if label.lower() == _STARRED:
            draft.put("tag", "starred")
        elif label.lower() not in SYSTEM_CATEGORIES and not label.startswith("*"):
            draft.put("tag", label.replace(",", " ").replace(";", " "))
    card = draft.card()
    yield from draft.problems
    if card is None:
        yield Skipped("a row without any name, address or number", draft.place)
    elif folded == {_COLLECTED}:
        yield _collected(card)
    else:
        yield card


def _collected(card: Card) -> Record:
    """Make an account of an entry that Google made itself: the owner saved nobody."""
    emails = [each.value for each in card.methods if each.kind == "email"]
    phones = [each.value for each in card.methods if each.kind == "phone"]
    name = "" if "@" in card.full_name or card.full_name in phones else card.full_name
    if emails:
        return Account("email", emails[0], name, phones=tuple(phones), emails=tuple(emails[1:]))
    if phones:
        return Account("phone", phones[0], name, phones=tuple(phones[1:]))
    return Skipped("an entry of “Other contacts” without address or number", card.place)


def _put_group(draft: CardDraft, group: str, number: int, parts: dict[str, str]) -> None:
    written = parts.get("Label", parts.get("Type", ""))
    label = written.removeprefix("*").strip()
    values = [each.strip() for each in parts.get("Value", "").split(_JOINED.strip())]
    for value in filter(None, values):
        if group in ("E-mail", "Phone", "Website"):
            draft.put_method(
                _KINDS[group],  # type: ignore[arg-type]  # one of the kinds of methods
                value,
                label.lower(),
                preferred=written.startswith("*"),
            )
        elif group == "IM":
            draft.put("im", value, (parts.get("Service") or label).lower())
        elif group == "Relation":
            draft.put("relation", value.replace(",", " "), label.lower())
        elif group == "Event":
            draft.put("date", value, label)
        else:
            draft.put("extra", value, label or group)
    if group == "Address":
        _put_addresses(draft, number, parts, label.lower())
    elif group == "Organization":
        for at, job in enumerate(_one_by_one({n: parts.get(p, "") for p, n in _JOB.items()})):
            for name, value in job.items():
                draft.put(name, value, number=number + _OTHERS * at)


def _put_addresses(draft: CardDraft, number: int, parts: dict[str, str], label: str) -> None:
    """Put in the addresses of one label: by their parts, or as Google wrote them whole.

    Whole, where they say more, or where it does not show which part belongs to which.
    """
    whole = [each.strip() for each in parts.get("Formatted", "").split(_JOINED.strip())]
    whole = [each for each in whole if each]
    pieces = {name: parts[part] for part, name in _ADDRESS.items() if part in parts}
    single = _one_by_one(pieces)
    told = set(" ".join(pieces.values()).replace(_JOINED, " ").replace(",", " ").split())
    if whole and (
        len(whole) >= len(single) > 1
        or not pieces
        or told < set(" ".join(whole).replace(",", " ").split())
    ):
        for formatted in whole:
            draft.put("address", formatted, label)
        return
    for at, address in enumerate(single):
        for name, value in address.items():
            draft.put(name, value, label, number + _OTHERS * at)


def _one_by_one(parts: dict[str, str]) -> list[dict[str, str]]:
    """Parts that hold several values each, taken together by their places."""
    cut = {name: value.split(_JOINED.strip()) for name, value in parts.items() if value}
    most = max(map(len, cut.values()), default=0)
    return [
        {name: values[at].strip() for name, values in cut.items() if at < len(values)}
        for at in range(most)
    ]


IMPORTER: Final = GoogleContactsImporter()
