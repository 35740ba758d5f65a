"""vCard 2.1, 3.0 and 4.0: the address books of phones, mail programs and online services.

It reads card by card, so that a big address book needs little memory, and keeps what it can of a
damaged card. Pictures are never read and nothing is ever fetched.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from store.importers import ReadingContext, UnreadableExport
from store.importers.cards.property import Property
from store.importers.cards.row_keys import with_row_keys
from store.importers.cards.words import TITLES, likeliest, product_signs
from store.importers.reading.charsets import Guess
from store.importers.reading.storable import decoded
from store.importers.reading.text_lines import LINE_BYTES, utf16_name
from store.importers.records import Card, Problem, Record, Skipped, SourceInfo
from store.importers.vcard.android import as_others_write
from store.importers.vcard.card import card_of
from store.importers.vcard.lines import Line, logical_lines, property_of

CARD_BYTES = 1024 * 1024
# How many cards are read before deciding which program the address book is from.
CARDS_THAT_TELL = 200
UNKNOWN_PRODUCT = "other"
PROBLEMS_PER_CARD = 10

_BEGIN = re.compile(rb"\s*BEGIN\s*:\s*VCARD\s*", re.IGNORECASE)
_END = re.compile(rb"\s*END\s*:\s*VCARD\s*", re.IGNORECASE)
_FIRST_LINE = re.compile(r"\s*begin[ \t]*:[ \t]*vcard[ \t]*[\r\n]", re.IGNORECASE)
_ANY_LINE = re.compile(r"(?:^|[\r\n])begin:vcard[ \t]*[\r\n]", re.IGNORECASE)
_AGENT_NAME = re.compile(r"^FN[^:\n]*:(.+)$", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class _OpenCard:
    """The card that is being read."""

    number: int
    first_line: int
    last_line: int
    size: int = 0
    # Cards inside this card that have begun and not ended.
    agents: int = 0
    properties: list[Property] = field(default_factory=list)
    # By the note that they continue.
    raw_lines: dict[int, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"card {self.number}, line {self.first_line}"

    def report(self, reason: str, line: int) -> None:
        if len(self.problems) < PROBLEMS_PER_CARD:
            self.problems.append(Problem(reason, f"card {self.number}, line {line}"))
        elif len(self.problems) == PROBLEMS_PER_CARD:
            self.problems.append(Problem("more lines of the card could not be read", self.place))


class VCardImporter:
    """Address books in vCard form."""

    format = "vcard"
    title = "vCard address book"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        name = utf16_name(head)
        text = head.decode(name, "replace") if name else decoded(head)
        text = text.lstrip("\ufeff") + "\n"
        if _FIRST_LINE.match(text):
            return True
        return path.suffix.lower() in (".vcf", ".vcard") and _ANY_LINE.search(text) is not None

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        signs: Counter[str] = Counter()
        held: list[Record] = []
        guess = Guess()
        records = _records(stream, signs, guess)
        cards = 0
        for record in records:
            held.append(record)
            cards += isinstance(record, Card | Skipped)
            if cards == CARDS_THAT_TELL:
                break
        if not any(isinstance(record, Card | Skipped) for record in held):
            raise UnreadableExport(
                f"{context.name} holds no vCard: no line says BEGIN:VCARD with a card below it. "
                "Export the contacts again as vCard (.vcf)."
            )
        product = likeliest(signs)
        yield SourceInfo("vcard", product or UNKNOWN_PRODUCT, TITLES.get(product, "Address book"))
        yield from _known_by_name(chain(held, records))
        if guess.doubt:
            yield Problem(guess.doubt, "the whole file")


def _known_by_name(records: Iterator[Record]) -> Iterator[Record]:
    """Give cards without a UID one that is made of the name, once the names of all are known."""
    nameless: list[Card] = []
    for record in records:
        if isinstance(record, Card) and not record.uid:
            nameless.append(record)
        else:
            yield record
    yield from with_row_keys(nameless, "card")


def _records(stream: BinaryIO, signs: Counter[str], guess: Guess) -> Iterator[Record]:
    """Yield cards and what could not be read; count in `signs` what points to a program."""
    names: dict[str, list[str]] = {}
    card: _OpenCard | None = None
    number = strays = 0
    for line in logical_lines(stream, guess):
        has_name = b":" in line.data
        if has_name and _BEGIN.fullmatch(line.data):
            if card and card.properties and card.properties[-1].name == "AGENT":
                card.agents += 1
                continue
            if card:
                yield from _closed(card, names, is_ended=False)
            number, strays = number + 1, 0
            card = _OpenCard(number, line.number, line.number)
        elif card is None:
            strays += 1
            if strays == 1:
                yield Problem("text outside any card was left out", f"line {line.number}")
        elif has_name and _END.fullmatch(line.data):
            if card.agents:
                card.agents -= 1
                continue
            yield from _closed(card, names, is_ended=True)
            card = None
        else:
            found = _add(card, line, guess.name)
            if found:
                signs.update(product_signs(found.name, found.value))
    if card:
        yield from _closed(card, names, is_ended=False)


def _add(card: _OpenCard, line: Line, guess: str) -> Property | None:
    """Add a line to the card and return its property, if it holds a readable one.

    guess: the encoding of the file, if it is no UTF-8.
    """
    card.last_line = line.number
    if card.size > CARD_BYTES:
        return None
    card.size += len(line.data)
    if card.size > CARD_BYTES:
        card.report("the card is larger than 1 MB; what follows in it was left out", line.number)
        return None
    if len(line.data) >= LINE_BYTES:
        card.report("a line longer than 256 KB was cut", line.number)
    found = property_of(line, guess)
    if card.agents:
        if found and found.name == "FN":
            card.properties[-1] = replace(card.properties[-1], value=f"FN:{found.value}")
        return None
    last = card.properties[-1] if card.properties else None
    if found:
        card.properties.append(found)
    elif last and last.name == "NOTE":
        # A note whose line breaks were written as they are.
        card.raw_lines.setdefault(len(card.properties) - 1, []).append(
            decoded(line.data, guess=guess)
        )
    else:
        card.report("a line that is no property was left out", line.number)
    return found


def _closed(card: _OpenCard, names: dict[str, list[str]], *, is_ended: bool) -> Iterator[Record]:
    """Yield the finished card with its problems. `names`: those already seen under each UID."""
    if not is_ended:
        card.report(
            f"the card has no END:VCARD; its fields up to line {card.last_line} were kept",
            card.first_line,
        )
    yield from card.problems
    for index, lines in card.raw_lines.items():
        note = card.properties[index]
        card.properties[index] = replace(note, value="\n".join((note.value, *lines)))
    made = card_of(as_others_write([_agent(each) for each in card.properties]), card.place)
    if made is None:
        yield Skipped("a card without any name, address or note", card.place)
        return
    if not made.uid:
        yield made
        return
    uid = made.uid
    holders = names.setdefault(uid, [])
    if made.full_name not in holders:
        holders.append(made.full_name)
    position = holders.index(made.full_name)
    # Some programs give every card the same UID; different names under it are different people.
    yield replace(made, uid=f"{uid}#{position + 1}" if position else uid)


def _agent(found: Property) -> Property:
    """Turn a card inside a card (`AGENT`) into a relation to the person that it names."""
    if found.name != "AGENT":
        return found
    name = _AGENT_NAME.search(found.text)
    return replace(found, name="X-ASSISTANT", value=name[1].replace("\\", "") if name else "")


IMPORTER = VCardImporter()
