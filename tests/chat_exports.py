"""Made-up exports of chats, imported through the parts that `kinkeeper import` uses."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from store.engine.connections import Writer
from store.importers import NeedsAnswer
from store.imports.find_exports import find_exports
from store.imports.import_run import ImportSummary, import_export
from store.imports.parser_process import Answers
from store.imports.settling import settle_imports
from store.people.owner_settings import OwnerSettings
from tests.made_exports import NOW

ROBIN = OwnerSettings("Robin Owner", "Europe/Lisbon", ("robin@owner.example",), ("+351911000000",))
Files = Mapping[str, str]


def write(folder: Path, files: Files) -> Path:
    """Write the files of an export into a folder, and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def import_folder(
    writer: Writer, folder: Path, me: tuple[str, ...] = (ROBIN.name,), **said: object
) -> list[ImportSummary]:
    """Import all that is in a folder."""
    answers = Answers("UTC", me, **said)  # type: ignore[arg-type]  # what a test says
    done = [
        import_export(writer, export, answers, {}, ROBIN, NOW, lambda _done, _all: None)
        for export in find_exports([folder], None).exports
    ]
    settle_imports(writer, NOW)
    return done


def seen(writer: Writer) -> dict[str, object]:
    """What the owner sees of all chats and people, without the ids that depend on the order."""
    people = {
        int(row["id"]): "me" if row["is_owner"] else str(row["display_name"])
        for row in writer.all("SELECT id, display_name, is_owner FROM contact")
    }
    chats = []
    for chat in writer.all("SELECT id, kind, title FROM conversation"):
        messages = [
            (
                people.get(row["contact_id"], f"? {row['name'] or row['key']}")
                if row["sender_id"]
                else "",
                row["sent_at"],
                row["text"],
                row["attachments"],
                row["reactions"],
                row["edited_at"],
                row["bulk"],
            )
            for row in writer.all(
                "SELECT message.*, contact_id, name, identity.key AS key FROM message"
                " LEFT JOIN identity ON identity.id = sender_id"
                " WHERE conversation_id = ? ORDER BY ordered_at, seq",
                (chat["id"],),
            )
        ]
        members = {
            people.get(row["contact_id"], f"? {row['name'] or row['key']}")
            for row in writer.all(
                "SELECT contact_id, name, key FROM participant"
                " JOIN identity ON identity.id = identity_id WHERE conversation_id = ?",
                (chat["id"],),
            )
        }
        chats.append((chat["kind"], chat["title"], sorted(members), messages))
    talks = sorted(
        (row["kind"], row["on_day"], row["started_at"], row["ended_at"], row["title"])
        for row in writer.all("SELECT * FROM interaction")
    )
    names = writer.all("SELECT display_name, is_owner FROM contact WHERE merged_into_id IS NULL")
    return {
        "chats": sorted(chats, key=lambda chat: json.dumps(chat)),
        "people": sorted(str(row["display_name"]) for row in names),
        "talks": talks,
    }


def texts(writer: Writer) -> list[str]:
    """The words of all messages, in order."""
    sql = "SELECT text FROM message ORDER BY conversation_id, ordered_at, seq"
    return [str(row["text"]) for row in writer.all(sql)]


def questions_of(importing: Callable[[], object]) -> NeedsAnswer | None:
    """The question that an import asks, if it does."""
    try:
        importing()
    except NeedsAnswer as need:
        return need
    return None
