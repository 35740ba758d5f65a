"""Made-up exports for the tests of the store: an importer that yields what it is given."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from store.engine.connections import Writer
from store.importers import Importer, ReadingContext
from store.importers.records import Account, Card, Conversation, Message, Method, Record, SourceInfo
from store.imports.import_run import ImportSummary, RunHeading, import_batches
from store.imports.parser_child import BATCH_RECORDS
from store.imports.parser_process import Batch
from store.imports.settling import settle_imports
from store.index.message_words import index_messages
from store.memory import open_or_create, open_writer
from store.people.owner import save_owner
from store.people.owner_settings import OwnerSettings

NOW = 1_763_629_200  # 2025-11-20 09:00 UTC
OWNER = OwnerSettings("Nora Lind", "Europe/Lisbon", ("nora@lind.example",), ("+351 922 700 101",))
NORA = Account("telegram", "user1", "Nora Lind")
CHATS = SourceInfo("telegram", "user1", "Telegram")
BOOK = SourceInfo("vcard", "apple", "iCloud contacts")
MAIL = SourceInfo("mail", "", "Mail")


class FakeImporter:
    """Yields records; what is in the file does not matter."""

    format = "fake"
    title = "Fake export"

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = records

    def recognises(self, _path: Path, _head: bytes) -> bool:
        """See `Importer.recognises`."""
        return False

    def extract(self, _stream: BinaryIO, _context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        yield from self._records


@cache
def _new_memory(owner: OwnerSettings) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "memory.db"
        with open_or_create(file) as writer:
            save_owner(writer, owner, NOW)
        return file.read_bytes()


def made_memory(folder: Path, owner: OwnerSettings = OWNER) -> Writer:
    """A new memory with its owner, in a folder that exists.

    It is a copy: making the tables anew for a thousand tests would take a minute.
    """
    file = folder / "memory.db"
    file.touch(mode=0o600, exist_ok=False)
    file.write_bytes(_new_memory(owner))
    return open_writer(file)


def take_in(
    writer: Writer, records: Iterable[Record], owner: OwnerSettings = OWNER
) -> ImportSummary:
    """Import the records as if they stood in a file."""
    file = writer.path.with_name("export.txt")
    file.touch()
    return import_here(writer, FakeImporter(records), file, owner)


def import_here(
    writer: Writer, importer: Importer, path: Path, owner: OwnerSettings = OWNER
) -> ImportSummary:
    """Import one file, parsed in the test's own process."""
    size = path.stat().st_size
    heading = RunHeading(importer.format, importer.title, path.name, "", size)

    def batches(stream: BinaryIO) -> Iterator[Batch]:
        records = importer.extract(stream, ReadingContext(name=path.name, zone=owner.zone))
        while batch := list(islice(records, BATCH_RECORDS)):
            yield Batch(batch, size, size)

    with path.open("rb") as stream:
        summary = import_batches(
            writer, heading, batches(stream), owner, NOW, lambda _done, _all: None
        )
    settle_imports(writer, NOW)
    return summary


def said(
    key: str, text: str, at: str = "2025-03-01T10:00", by: Account | None = NORA, chat: str = "a"
) -> Message:
    """A chat message. at: UTC, ISO."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return Message(key=f"{chat}/{key}", conversation_key=chat, sender=by, sent_at=moment, text=text)


def chat_of(key: str, *others: Account) -> Conversation:
    """A chat of two, or a group when there are more."""
    return Conversation(key, "direct" if len(others) < 2 else "group", key, others)


def card(uid: str, name: str, *methods: tuple[str, str], **more: object) -> Card:
    """An address-book card. methods: (email or phone, value)."""
    ways = tuple(
        Method("email", value) if kind == "email" else Method("phone", value)
        for kind, value in methods
    )
    given, _, family = name.partition(" ")
    fields: dict[str, object] = {"given_name": given, "family_name": family, **more}
    return Card(uid=uid, full_name=name, methods=ways, **fields)  # type: ignore[arg-type]  # any field


def people(writer: Writer) -> dict[str, str]:
    """The contacts that are in use, the owner left out: ref to name."""
    return dict(
        tuple(row)
        for row in writer.all(
            "SELECT ref, display_name FROM contact WHERE merged_into_id IS NULL AND NOT is_owner"
        )
    )


def links(writer: Writer) -> dict[tuple[str, str, str], str | None]:
    """Every identity with the ref of its contact."""
    return {
        (row[0], row[1], row[2]): row[3]
        for row in writer.all(
            "SELECT identity.kind, scope, key, contact.ref FROM identity"
            " LEFT JOIN contact ON contact.id = contact_id"
        )
    }


def contact_named(writer: Writer, name: str) -> str:
    """The ref of the one contact in use with this name."""
    (ref,) = [ref for ref, known in people(writer).items() if known == name]
    return ref


NOTES_ON_RUNS = (
    "import_run",
    "import_omission",
    "run_span",
    "run_link",
    "run_account",
    "conversation_reach",
)


def dump(writer: Writer, without: Iterable[str] = NOTES_ON_RUNS) -> set[str]:
    """Every row of every table, but for the notes on the runs themselves."""
    tables = [
        row[0]
        for row in writer.all(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name NOT LIKE '%_fts_%' AND name NOT IN ('message_fts', 'fact_fts')"
        )
    ]
    rows = set()
    for table in sorted(set(tables) - set(without)):
        for row in writer.all(f"SELECT * FROM {table}"):
            values = {key: row[key] for key in row.keys() if key != "last_run_id"}  # noqa: SIM118 a Row iterates over values
            rows.add(f"{table} {values}")
    return rows


def word_index(writer: Writer) -> list[tuple[object, ...]]:
    """What the word index holds: each term, with its places."""
    writer.run("DROP TABLE IF EXISTS temp.places")
    writer.run("CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, message_fts, instance)")
    return sorted(
        tuple(row) for row in writer.all("SELECT term, doc, col, offset FROM temp.places")
    )


def rebuilt_word_index(writer: Writer) -> list[tuple[object, ...]]:
    """What the word index would hold if everything were indexed at once."""
    writer.run("BEGIN")
    writer.run("DELETE FROM message_fts")
    for row in writer.all("SELECT id FROM conversation"):
        ids = writer.all("SELECT id FROM message WHERE conversation_id = ?", (row[0],))
        index_messages(writer, {row[0]: [int(found[0]) for found in ids]})
    found = word_index(writer)
    writer.run("ROLLBACK")
    return found
