"""One import: from the records of a file to the memory, in short batches, repeatable.

Each batch is one transaction with its counts. So a stopped import keeps what it has, and the same
command goes on where it stopped: records already stored are found again and left alone.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final, Literal

from store.engine.connections import Writer
from store.engine.rows import RowQueue
from store.importers import UnreadableExport
from store.importers.records import (
    Account,
    Card,
    Conversation,
    Event,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)
from store.imports.address_books import (
    hold_the_same_people,
    is_made_up,
    names_in,
    settled_source,
)
from store.imports.find_exports import Export
from store.imports.parser_process import Answers, Batch, read_apart
from store.imports.run_marks import RunMarks
from store.imports.second_label import check_second_label
from store.imports.store_accounts import ImportScope, ensure_identity, ensure_source
from store.imports.store_cards import connect_relations, store_card, store_group_card
from store.imports.store_events import store_event
from store.imports.store_interactions import add_listeners, derive_interactions
from store.imports.store_messages import MessageStore
from store.index.message_words import make_searchable
from store.people.owner import link_owner_account
from store.people.owner_settings import OwnerSettings
from store.text.names import visible

# SQLite's busy handler is not fair: without a pause an import starves every other writer.
PAUSE_SECONDS: Final = 0.02
MOST_PROBLEMS_KEPT: Final = 200

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class ImportSummary:
    """What one file brought. read = new + updated + unchanged + skipped, always.

    skipped: how many for each reason; problems: (place, reason) of broken records, the first
    `MOST_PROBLEMS_KEPT` of them; broken: how many there were. failure: why reading ended before the
    export did, or empty.
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
    events: int = 0
    interrupted: bool = False
    failure: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the export was read to its end."""
        return not (self.interrupted or self.failure)

    @property
    def read(self) -> int:
        """Records read, whatever became of them."""
        return self.new + self.updated + self.unchanged + self.skipped_in_all

    @property
    def skipped_in_all(self) -> int:
        """Records left out: on purpose, or because they are broken."""
        return self.skipped.total() + self.broken


@dataclass(frozen=True, slots=True)
class RunHeading:
    """What is recorded about a run as it begins.

    file_name: of the export, for people. size: in bytes.
    """

    format: str
    title: str
    file_name: str
    sha256: str
    size: int


def import_export(
    writer: Writer,
    export: Export,
    answers: Answers,
    environment: Mapping[str, str],
    owner: OwnerSettings,
    now: int,
    progress: Progress,
) -> ImportSummary:
    """Import one export, parsed in a process of its own; `settle_imports` then links its people.

    environment: what that process gets to see. now: UTC seconds. progress: called with bytes read
    and bytes in all.
    A KeyboardInterrupt ends the run cleanly after the current batch; the summary says so.
    Raises: UnreadableExport when nothing in it can be read; NeedsAnswer, before anything is
    stored; a StoreError of the database.
    """
    heading = RunHeading(export.format, export.title, export.name, *export.fingerprint())
    with read_apart(export, answers, environment) as batches:
        return import_batches(writer, heading, batches, owner, now, progress, answers.me)


def import_batches(
    writer: Writer,
    heading: RunHeading,
    batches: Iterable[Batch],
    owner: OwnerSettings,
    now: int,
    progress: Progress,
    me: Sequence[str] = (),
) -> ImportSummary:
    """Store the records, batch by batch; see `import_export`. me: what the owner is called.

    The run begins with the first batch, so an export that cannot be read, or needs an answer first,
    leaves nothing behind.
    """
    summary = ImportSummary(file_name=heading.file_name, title=heading.title)
    run = _Run(writer, summary, owner, now)
    stored_at = -PAUSE_SECONDS
    try:
        for batch in batches:
            # Work that needs no memory comes first, so that other writers get their turn.
            make_searchable(each.text for each in batch.records if isinstance(each, Message))
            time.sleep(max(0.0, stored_at + PAUSE_SECONDS - time.monotonic()))
            if not run.run_id:
                check_second_label(writer, batch.records, (owner.name, *me), heading.file_name)
                run.start(heading)
            run.store(batch.records)
            stored_at = time.monotonic()
            progress(batch.done, batch.total)
    except KeyboardInterrupt:
        summary.interrupted = True
    except UnreadableExport as error:
        if not run.run_id:
            raise
        summary.failure = str(error)
    if run.run_id:
        run.finish()
    return summary


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
        self.scope: ImportScope | None = None
        self.messages: MessageStore | None = None
        self.groups: list[Card] = []
        # Perhaps known cards under another name: stored when all others are.
        self.renamed: list[Card] = []

    def start(self, heading: RunHeading) -> None:
        """Record that the run begins.

        A run that still counts as running was killed. If it is alive after all, it says so again
        with its next batch.
        """
        with self.writer.transaction():
            self.writer.run("UPDATE import_run SET state = 'interrupted' WHERE state = 'running'")
            self.run_id = self.writer.run(
                "INSERT INTO import_run(format, file_name, file_sha256, file_bytes, started_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    heading.format,
                    heading.file_name,
                    heading.sha256,
                    heading.size,
                    self.now,
                ),
            )

    def store(self, batch: list[Record]) -> None:
        """Store one batch in one transaction, searchable when it commits."""
        counts = replace(
            self.summary,
            skipped=self.summary.skipped.copy(),
            problems=self.summary.problems.copy(),
        )
        scope, groups, renamed = self.scope, len(self.groups), len(self.renamed)
        try:
            with self.writer.transaction():
                if self.messages is not None:
                    self._look_up(batch)
                for record in batch:
                    self._store_one(record, batch)
                    if isinstance(record, SourceInfo):
                        self._open_source(record, [e for e in batch if isinstance(e, Card)])
                        self._look_up(batch)
                if self.messages is not None:
                    self._finish_batch(self.messages)
                if self.scope is not None:
                    self.scope.rows.write()
                    self.scope.marks.save()
                self._save_counts("running", None)
        except BaseException:
            self._take_back(counts, scope)
            del self.groups[groups:], self.renamed[renamed:]
            raise

    def _take_back(self, counts: ImportSummary, scope: ImportScope | None) -> None:
        """Forget what a batch did that was rolled back: its counts, and the ids that it created."""
        for name in fields(counts):
            setattr(self.summary, name.name, getattr(counts, name.name))
        marks = RunMarks(self.writer, self.run_id)
        rows = RowQueue(self.writer)
        self.scope = (
            replace(scope, marks=marks, rows=rows, known={}, provenances={}) if scope else None
        )
        self.messages = None

    def finish(self) -> None:
        """Store what needs all cards, and close the run; `settle_imports` links its people."""
        with self.writer.transaction():
            if self.messages is not None:
                updated = self.messages.finish()
                self.summary.updated += updated
                self.summary.unchanged -= updated
                self._finish_batch(self.messages)
            if self.scope is not None:
                for card in self.renamed:
                    self._store_card(self.scope, card, may_wait=False)
                self.scope.rows.write()
                for group in self.groups:
                    store_group_card(self.scope, group)
                self.scope.marks.save()
                connect_relations(self.scope)
            for (broken, reason, place), count in self._omissions().items():
                self.writer.run(
                    "INSERT INTO import_omission(import_run_id, broken, reason, place, count)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (self.run_id, broken, reason, place, count),
                )
            self._save_counts("finished" if self.summary.is_whole else "interrupted", self.now)

    def _finish_batch(self, messages: MessageStore) -> None:
        moments, joined = messages.finish_batch()
        derive_interactions(self.writer, moments, self.owner.time_zone)
        add_listeners(self.writer, joined)

    def _store_one(self, record: Record, batch: list[Record]) -> None:
        match record:
            case SourceInfo():
                pass
            case Skipped(reason=reason):
                self.summary.skipped[reason] += 1
            case Problem(reason=reason, place=place):
                self.summary.broken += 1
                if len(self.summary.problems) < MOST_PROBLEMS_KEPT:
                    self.summary.problems.append((place, reason))
            case _:
                self._store_content(record, batch)

    def _open_source(self, said: SourceInfo, cards: list[Card]) -> None:
        """Begin with a source; cards: the first of the export, which tell whose book it is."""
        info = settled_source(self.writer, said, cards)
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
            region=self.owner.region,
            marks=RunMarks(self.writer, self.run_id),
            rows=RowQueue(self.writer),
        )
        if any(is_made_up(card.uid) for card in cards):
            known = names_in(self.writer, self.scope.source_key)
            self.scope.knows_cards = bool(known)
            self.scope.is_same_book = hold_the_same_people(known, cards)
        self.messages = MessageStore(self.scope, RowQueue(self.writer))

    def _look_up(self, batch: list[Record]) -> None:
        if self.messages is not None:
            self.messages.look_up([each for each in batch if isinstance(each, Message)])

    def _store_content(
        self,
        record: Account | OwnerAccount | Card | Conversation | Message | Event,
        batch: list[Record],
    ) -> None:
        scope, messages = self.scope, self.messages
        if scope is None or messages is None:
            raise AssertionError("an importer yields its SourceInfo first")
        match record:
            case OwnerAccount(account=account):
                identity_id = ensure_identity(scope, account)
                messages.own.add(account)
                scope.marks.link("owner", 0, identity_id)
                link_owner_account(self.writer, identity_id)
            case Account():
                scope.rows.write()
                known = self.writer.value("SELECT max(id) FROM identity") or 0
                self._count("new" if ensure_identity(scope, record) > known else "unchanged")
            case Card(kind="group"):
                self.groups.append(record)
                sql = "SELECT 1 FROM contact_group WHERE name = ?"
                known = self.writer.value(sql, (visible(record.full_name),))
                self._count("unchanged" if known else "new")
            case Card():
                self._store_card(scope, record, may_wait=True)
            case Conversation():
                messages.store_conversation(record)
                if not record.has_ids:
                    self._look_up(batch)
            case Message():
                outcome = messages.store_message(record)
                if outcome == "taken back":
                    self.summary.skipped["taken back by the sender"] += 1
                else:
                    self._count(outcome)
                    self.summary.messages += outcome == "new"
            case Event():
                chat = messages.conversations.get(record.conversation_key)
                happened = store_event(scope, record, chat, self.owner.time_zone)
                if happened == "cancelled" or happened == "without a date":
                    self.summary.skipped[f"a meeting or call {_NOT_KEPT[happened]}"] += 1
                else:
                    self._count(happened)
                    self.summary.events += happened == "new"

    def _store_card(self, scope: ImportScope, card: Card, *, may_wait: bool) -> None:
        outcome = store_card(scope, card, may_wait=may_wait)
        if outcome is None:
            self.renamed.append(card)
        else:
            self._count(outcome)

    def _count(self, outcome: Literal["new", "updated", "unchanged"]) -> None:
        setattr(self.summary, outcome, getattr(self.summary, outcome) + 1)

    def _omissions(self) -> Counter[tuple[int, str, str]]:
        found = Counter({(0, reason, ""): n for reason, n in self.summary.skipped.items()})
        found.update((1, reason, place) for place, reason in self.summary.problems)
        return found

    def _save_counts(self, state: str, finished_at: int | None) -> None:
        summary = self.summary
        self.writer.run(
            "UPDATE import_run SET settled = 0, state = ?, finished_at = ?, read_count = ?,"
            " new_count = ?, updated_count = ?, unchanged_count = ?, skipped_count = ?"
            " WHERE id = ?",
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


_NOT_KEPT: Final = {"cancelled": "that was called off", "without a date": "without a date"}
