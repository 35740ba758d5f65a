"""Notes about people in Markdown, as Obsidian and other notebooks keep them.

A note is about a person when its front matter says so, by a tag, a type or ways to reach them, or
when it is in a folder called People. The rest of a notebook is never read.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from store.importers import ExportFolder, FolderExport, ReadingContext
from store.importers.notes.front_matter import read_note, skim_note
from store.importers.notes.note import is_person, note_card
from store.importers.records import Card, CardRelation, Problem, Record, Skipped, SourceInfo
from store.text.names import name_key

NOTE_BYTES: Final = 1024 * 1024
MOST_NOTES: Final = 50_000
_SUFFIXES: Final = frozenset({".md", ".markdown"})
_SOURCE: Final = SourceInfo("people-notes", "", "Notes about people")


class PersonNoteImporter:
    """One note about a person."""

    format = "person-note"
    title = "Note about a person (Markdown)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        return _is_note(path.name) and is_person(skim_note(head), path.parent.as_posix())

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        yield _SOURCE
        yield from _read(context.name, stream.read(NOTE_BYTES + 1))


class PeopleNotesImporter:
    """The people in a folder of notes."""

    format = "people-notes"
    title = "Notes about people (Markdown)"

    def find(self, folder: ExportFolder) -> Sequence[FolderExport]:
        """See `FolderImporter.find`."""
        notes = [file for file in folder.files() if _is_note(file)][:MOST_NOTES]
        people = [
            file
            for file in notes
            if is_person(skim_note(folder.head(file)), str(PurePosixPath(file).parent))
        ]
        return [FolderExport("", tuple(people))] if people else []

    def extract(self, folder: ExportFolder, _context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        yield _SOURCE
        files = folder.files()
        stems = Counter(name_key(PurePosixPath(file).stem) for file in files)
        cards: list[Card] = []
        for file in files:
            with folder.open(file) as stream:
                records = list(_read(file, stream.read(NOTE_BYTES + 1)))
            for record in records:
                if not isinstance(record, Card):
                    yield record
                elif stems[record.uid] > 1:
                    # Two notes in two folders have this name, so links to it mean neither.
                    cards.append(replace(record, uid=name_key(file)))
                else:
                    cards.append(record)
        known = {card.uid for card in cards}
        by_alias = _aliases(cards) | _titles(cards)
        for card in cards:
            yield replace(
                card, relations=tuple(_found(each, known, by_alias) for each in card.relations)
            )


def _is_note(file: str) -> bool:
    path = PurePosixPath(file)
    hidden = any(part.startswith(".") for part in path.parts)
    return path.suffix.lower() in _SUFFIXES and not hidden


def _read(file: str, data: bytes) -> Iterator[Record]:
    if len(data) > NOTE_BYTES:
        yield Problem("the note is larger than 1 MB; its beginning was kept", file)
    note = read_note(data[:NOTE_BYTES])
    if note.fault:
        yield Problem(note.fault, file)
    card, unread = note_card(note, PurePosixPath(file).stem, file)
    for reason in unread:
        yield Problem(reason, file)
    if card is None:
        yield Skipped("a note without a name", file)
    else:
        yield card


def _aliases(cards: Sequence[Card]) -> dict[str, str]:
    """UIDs by the other names of a note, where only one note has them."""
    bearers = Counter(name_key(name) for card in cards for name in card.nicknames)
    return {
        key: card.uid
        for card in cards
        for name in card.nicknames
        if bearers[key := name_key(name)] == 1
    }


def _titles(cards: Sequence[Card]) -> dict[str, str]:
    """UIDs by the names of people, where only one note is about somebody of that name."""
    bearers = Counter(name_key(card.full_name) for card in cards)
    return {key: card.uid for card in cards if bearers[key := name_key(card.full_name)] == 1}


def _found(relation: CardRelation, known: set[str], by_alias: dict[str, str]) -> CardRelation:
    key = name_key(relation.name)
    uid = key if key in known else by_alias.get(key, "")
    return CardRelation(relation.type, uid=uid) if uid else relation


IMPORTER: Final = PersonNoteImporter()
FOLDER_IMPORTER: Final = PeopleNotesImporter()
