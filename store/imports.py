"""One import: from the records of a file to the memory, in short batches, repeatable.

Each batch is one transaction with its counts, so that a stopped import keeps what it has and the
same command goes on where it was: what is stored already is met again and left alone.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from store.cards import connect_relations, store_card, store_group_card
from store.contact_links import link_identities
from store.contact_names import index_names
from store.database import Writer
from store.identities import ImportScope, ensure_identity, ensure_source
from store.importers import Importer, ReadingContext, UnreadableExport
from store.interactions import derive_interactions
from store.message_index import index_renamed_speakers, purge_old_words
from store.messages import MessageStore
from store.names import visible
from store.normalise import phone_region
from store.owner import link_owner_account
from store.records import (
    Account,
    Card,
    Conversation,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)
from store.settings import OwnerSettings

BATCH_RECORDS: Final = 500
# SQLite's busy handler is not fair: without a pause an import starves every other writer.
PAUSE_SECONDS: Final = 0.02
MOST_PROBLEMS_KEPT: Final = 200

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class ImportSummary:
    """What one file brought. read = new + updated + unchanged + skipped, always.

    skipped: how many for each reason; problems: (place, reason) of broken records, the first
    `MOST_PROBLEMS_KEPT` of them; broken: how many there were.
    """

    file_name: str
    title: str
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    broken: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[str, str]] = field(default_factory=list)
    messages: int = 0
    contacts: int = 0
    interrupted: bool = False

    @property
    def read(self) -> int:
        """Records read, whatever became of them."""
        return self.new + self.updated + self.unchanged + self.skipped_in_all

    @property
    def skipped_in_all(self) -> int:
        """Records left out: on purpose, or because they are broken."""
        return self.skipped.total() + self.broken


def import_file(
    writer: Writer,
    importer: Importer,
    path: Path,
    owner: OwnerSettings,
    now: int,
    progress: Progress,
) -> ImportSummary:
    """Import one file that `importer` recognises.

    now: UTC seconds. progress: told bytes read and bytes in all.
    A KeyboardInterrupt ends the run cleanly after the current batch; the summary says so.
    Raises: UnreadableExport when nothing in the file can be read; a StoreError of the database.
    """
    summary = ImportSummary(file_name=path.name, title=importer.title)
    context = ReadingContext(
        name=path.name,
        zone=owner.zone,
    )
    size = path.stat().st_size
    with path.open("rb") as stream:
        run = _Run(writer, summary, owner, now)
        run.start(importer.format, path, size)
        try:
            for batch in _batches(importer.extract(stream, context)):
                run.store(batch)
                progress(min(stream.tell(), size), size)
                time.sleep(PAUSE_SECONDS)
        except KeyboardInterrupt:
            summary.interrupted = True
        except UnreadableExport:
            summary.interrupted = True
            run.finish()
            raise
        run.finish()
    progress(size, size)
    return summary


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    iterator = iter(records)
    while batch := list(islice(iterator, BATCH_RECORDS)):
        yield batch


class _Run:
    """The state of one import run."""

    def __init__(
        self, writer: Writer, summary: ImportSummary, owner: OwnerSettings, now: int
    ) -> None:
        self.writer = writer
        self.summary = summary
        self.owner = owner
        self.now = now
        self.run_id = 0
        self.people_before = 0
        self.has_changed_words = False
        self.scope: ImportScope | None = None
        self.messages: MessageStore | None = None
        self.groups: list[Card] = []

    def start(self, format_name: str, path: Path, size: int) -> None:
        """Write down that the run begins.

        A run that still counts as running was killed. Should it live after all, it says so
        again with its next batch.
        """
        with self.writer.transaction():
            self.people_before = int(self.writer.value(_PEOPLE))
            self.writer.run("UPDATE import_run SET state = 'interrupted' WHERE state = 'running'")
            self.run_id = self.writer.run(
                "INSERT INTO import_run(format, file_name, file_sha256, file_bytes, started_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (format_name, path.name, _sha256(path), size, self.now),
            )

    def store(self, batch: list[Record]) -> None:
        """Store one batch in one transaction, searchable when it commits."""
        counts = replace(
            self.summary,
            skipped=self.summary.skipped.copy(),
            problems=self.summary.problems.copy(),
        )
        scope, groups = self.scope, len(self.groups)
        try:
            with self.writer.transaction():
                for record in batch:
                    self._store_one(record)
                if self.messages is not None:
                    for conversation_id, moments in self.messages.finish_batch().items():
                        derive_interactions(
                            self.writer, conversation_id, moments, self.owner.time_zone
                        )
                self._save_counts("running", None)
        except BaseException:
            self._take_back(counts, scope, groups)
            raise
        if self.messages is not None:
            self.has_changed_words = self.messages.has_changed_words

    def _take_back(self, counts: ImportSummary, scope: ImportScope | None, groups: int) -> None:
        """Forget what a batch did that was rolled back: its counts, and the ids that it made."""
        for name in fields(counts):
            setattr(self.summary, name.name, getattr(counts, name.name))
        self.scope = replace(scope, known={}, provenances={}) if scope else None
        self.messages = None
        del self.groups[groups:]

    def finish(self) -> None:
        """Link people, make their names findable, and close the run."""
        with self.writer.transaction():
            if self.scope is not None:
                for group in self.groups:
                    store_group_card(self.scope, group)
                connect_relations(self.scope)
            link_identities(self.writer, self.now)
            index_names(self.writer)
            self.summary.contacts = int(self.writer.value(_PEOPLE)) - self.people_before
            for (broken, reason, place), count in self._omissions().items():
                self.writer.run(
                    "INSERT INTO import_omission(import_run_id, broken, reason, place, count)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (self.run_id, broken, reason, place, count),
                )
        index_renamed_speakers(self.writer)
        if self.has_changed_words:
            purge_old_words(self.writer)
        with self.writer.transaction():
            self._save_counts("interrupted" if self.summary.interrupted else "finished", self.now)

    def _store_one(self, record: Record) -> None:
        match record:
            case SourceInfo():
                self._open_source(record)
            case Skipped(reason=reason):
                self.summary.skipped[reason] += 1
            case Problem(reason=reason, place=place):
                self.summary.broken += 1
                if len(self.summary.problems) < MOST_PROBLEMS_KEPT:
                    self.summary.problems.append((place, reason))
            case _:
                self._store_content(record)

    def _open_source(self, info: SourceInfo) -> None:
        source_id = ensure_source(self.writer, info.kind, info.account, info.title)
        self.writer.run(
            "UPDATE import_run SET source_id = ? WHERE id = ?", (source_id, self.run_id)
        )
        self.summary.title = info.title or self.summary.title
        self.scope = ImportScope(
            writer=self.writer,
            source_id=source_id,
            source_kind=info.kind,
            source_key=f"{info.kind}:{info.account}",
            run_id=self.run_id,
            now=self.now,
            region=next(filter(None, map(phone_region, self.owner.phones)), None),
        )
        self.messages = MessageStore(self.scope)

    def _store_content(
        self, record: Account | OwnerAccount | Card | Conversation | Message
    ) -> None:
        scope, messages = self.scope, self.messages
        if scope is None or messages is None:
            raise AssertionError("an importer yields its SourceInfo first")
        match record:
            case OwnerAccount(account=account):
                link_owner_account(self.writer, ensure_identity(scope, account))
            case Account():
                known = self.writer.value("SELECT max(id) FROM identity") or 0
                self._count("new" if ensure_identity(scope, record) > known else "unchanged")
            case Card(kind="group"):
                self.groups.append(record)
                sql = "SELECT 1 FROM contact_group WHERE name = ?"
                known = self.writer.value(sql, (visible(record.full_name),))
                self._count("unchanged" if known else "new")
            case Card():
                self._count(store_card(scope, record))
            case Conversation():
                messages.store_conversation(record)
            case Message():
                outcome = messages.store_message(record)
                if outcome == "taken back":
                    self.summary.skipped["taken back by the sender"] += 1
                else:
                    self._count(outcome)
                    self.summary.messages += outcome == "new"

    def _count(self, outcome: Literal["new", "updated", "unchanged"]) -> None:
        setattr(self.summary, outcome, getattr(self.summary, outcome) + 1)

    def _omissions(self) -> Counter[tuple[int, str, str]]:
        found = Counter({(0, reason, ""): n for reason, n in self.summary.skipped.items()})
        found.update((1, reason, place) for place, reason in self.summary.problems)
        return found

    def _save_counts(self, state: str, finished_at: int | None) -> None:
        summary = self.summary
        self.writer.run(
            "UPDATE import_run SET state = ?, finished_at = ?, read_count = ?, new_count = ?,"
            " updated_count = ?, unchanged_count = ?, skipped_count = ? WHERE id = ?",
            (
                state,
                finished_at,
                summary.read,
                summary.new,
                summary.updated,
                summary.unchanged,
                summary.skipped_in_all,
                self.run_id,
            ),
        )


_PEOPLE: Final = "SELECT count(*) FROM contact WHERE merged_into_id IS NULL AND NOT is_owner"


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
