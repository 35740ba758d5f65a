"""Imports: repeatable, counted, and faithful to what changed in a newer export."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from store.engine import rows as batches_of_rows
from store.engine.connections import Parameters, Row, Writer
from store.engine.health import check_memory
from store.engine.opening import open_or_upgrade
from store.engine.refs import make_ref
from store.identity.links import link_identities
from store.importers.records import (
    Account,
    Affiliation,
    CardDate,
    CardRelation,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)
from store.imports.find_exports import find_exports
from store.imports.import_run import (
    ImportSummary,
    RunHeading,
    import_batches,
    import_export,
)
from store.imports.parser_process import Answers, Batch
from store.imports.settling import count_people, settle_imports
from store.index.fact_words import index_facts
from store.index.message_words import index_messages, turns_beside
from store.sharing import settle_people
from tests.made_exports import (
    BOOK,
    CHATS,
    MAIL,
    NORA,
    NOW,
    OWNER,
    card,
    chat_of,
    dump,
    links,
    made_memory,
    people,
    rebuilt_word_index,
    said,
    take_in,
    word_index,
)

DEMO = Path(__file__).parents[1] / "examples" / "memory"
ALEX = Account("telegram", "user2", "Alex", phones=("+351 922 700 103",), saved_by_owner=True)
CHAT: list[Record] = [
    CHATS,
    OwnerAccount(NORA),
    ALEX,
    chat_of("a", ALEX),
    said("1", "the lamp is broken"),
    said("2", "which lamp", by=ALEX),
    said("3", "the green one"),
    said("4", "bring it along", by=ALEX, at="2025-03-02T10:00"),
    said("5", "thank you", at="2025-03-02T10:05"),
    Skipped("a service line"),
    Problem("no date", "message 9"),
]


def _import_demo(writer: Writer) -> list[ImportSummary]:
    summaries = [
        import_export(
            writer, export, Answers(zone=OWNER.zone), {}, OWNER, NOW, lambda _done, _all: None
        )
        for export in find_exports([DEMO], None).exports
    ]
    settle_imports(writer, NOW)
    return summaries


def _found(writer: Writer, word: str) -> list[str]:
    rows = writer.all(
        "SELECT message.key FROM message_fts JOIN message ON message.id = message_fts.rowid"
        " WHERE message_fts MATCH ? ORDER BY message.key",
        (f"text : {word}",),
    )
    return [row[0] for row in rows]


def _row(writer: Writer, key: str) -> tuple[object, ...]:
    return tuple(writer.one("SELECT * FROM message WHERE key = ?", (key,)) or ())


def test_the_demo_imported_twice_adds_nothing(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        first = _import_demo(writer)
        before, words = dump(writer), word_index(writer)
        again = _import_demo(writer)
        assert dump(writer) == before
        assert word_index(writer) == words == rebuilt_word_index(writer)
        assert all(check.fine for check in check_memory(writer))
    assert {s.file_name for s in first} == {
        "contacts.vcf",
        "telegram/result.json",
        "mail/All mail Including Spam and Trash.mbox",
    }
    for summary in (*first, *again):
        assert summary.read == (
            summary.new + summary.updated + summary.unchanged + summary.skipped_in_all
        )
    assert [(s.new, s.updated, s.messages) for s in again] == [(0, 0, 0)] * 3
    assert [s.read for s in first] == [s.read for s in again]


def test_every_record_is_counted_once_and_the_run_says_so(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        first = take_in(writer, CHAT)
        assert count_people(writer) == 1
        again = take_in(writer, CHAT)
        assert count_people(writer) == 1
        runs = [
            tuple(row)
            for row in writer.all(
                "SELECT state, read_count, new_count, updated_count, unchanged_count,"
                " skipped_count, finished_at FROM import_run"
            )
        ]
        omissions = [
            tuple(row)
            for row in writer.all("SELECT broken, reason, place, count FROM import_omission")
        ]
    assert (first.read, first.new, first.skipped_in_all, first.broken) == (8, 6, 2, 1)
    assert (again.read, again.unchanged, again.skipped_in_all) == (8, 6, 2)
    assert first.messages == 5
    assert runs == [("finished", 8, 6, 0, 0, 2, NOW), ("finished", 8, 0, 0, 6, 2, NOW)]
    assert omissions == [(0, "a service line", "", 1), (1, "no date", "message 9", 1)] * 2


def test_an_edited_message_is_found_by_its_new_words_alone(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        ref = writer.value("SELECT ref FROM message WHERE key = 'a/2'")
        edited = said("2", "which torch", by=ALEX)
        summary = take_in(writer, [edited if r == CHAT[5] else r for r in CHAT])
        assert (summary.new, summary.updated, summary.unchanged) == (0, 1, 5)
        assert (_found(writer, "lamp"), _found(writer, "torch")) == (["a/1"], ["a/2"])
        assert word_index(writer) == rebuilt_word_index(writer)
        assert writer.value("SELECT ref FROM message WHERE key = 'a/2'") == ref


def test_a_corrected_time_moves_the_message_its_neighbours_and_its_day(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        moved = said("4", "bring it along", by=ALEX, at="2025-02-20T10:00")
        late = said("5", "thank you", at="2025-02-21T10:00")
        since = said("7", "later still", at="2025-03-04T10:00")
        take_in(writer, [CHATS, chat_of("a", ALEX), moved, late, since])
        assert word_index(writer) == rebuilt_word_index(writer)
        days = [row[0] for row in writer.all("SELECT on_day FROM interaction ORDER BY 1")]
        assert days == ["2025-02-20", "2025-02-21", "2025-03-01", "2025-03-04"]


@pytest.mark.parametrize("taken_back", [["1"], ["5"], ["2", "3"], ["4", "5"], list("12345")])
def test_what_was_taken_back_leaves_no_trace(tmp_path: Path, taken_back: list[str]) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        gone = [replace(said(key, "", by=None), deleted=True) for key in taken_back]
        summary = take_in(writer, [CHATS, chat_of("a", ALEX), *gone])
        assert summary.updated == len(taken_back)
        assert word_index(writer) == rebuilt_word_index(writer)
        left = {key for key in "12345" if _row(writer, f"a/{key}")}
        assert left == set("12345") - set(taken_back)
        days = {row[0] for row in writer.all("SELECT on_day FROM interaction")}
        assert days == {f"2025-03-0{1 if key in '123' else 2}" for key in left}
        assert all(check.fine for check in check_memory(writer))
        again = take_in(writer, [CHATS, chat_of("a", ALEX), *gone])
        assert (again.updated, again.skipped_in_all) == (0, len(taken_back))


def test_a_message_without_a_time_stands_behind_the_one_before_it(tmp_path: Path) -> None:
    timeless = Message("a/2b", "a", ALEX, None, "no idea when")
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        take_in(writer, [*CHAT[:6], timeless, *CHAT[6:]])
        keys = writer.all("SELECT key FROM message ORDER BY ordered_at, seq")
        assert [row[0] for row in keys][-3:] == ["a/2b", "a/4", "a/5"]


def test_a_changed_card_replaces_what_it_said_before(tmp_path: Path) -> None:
    old = card(
        "1",
        "Alex Moreira",
        ("phone", "+351 922 700 103"),
        ("email", "alex@example.net"),
        nicknames=("Lex",),
        affiliations=(Affiliation("Old Ltd", "clerk"),),
        dates=(CardDate("birthday", "1986-11-23"),),
        notes=("Rings late.",),
        categories=("Porto",),
        extra=(("X-SHOE", "43"),),
    )
    new = card("1", "Alex Moreira", ("email", "alex@new.example"), notes=("Rings late.",))
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, old])
        note = writer.value("SELECT ref FROM note")
        before = people(writer)
        summary = take_in(writer, [BOOK, new])
        assert (summary.updated, summary.new) == (1, 0)
        assert people(writer) == before
        assert writer.value("SELECT ref FROM note") == note
        for table in ("role", "life_event", "identity_tag", "extra_field"):
            assert writer.value(f"SELECT count(*) FROM {table}") == 0
        methods = [row[0] for row in writer.all("SELECT value FROM contact_method")]
        assert methods == ["alex@new.example"]
        assert writer.value("SELECT count(*) FROM contact_name WHERE name = 'Lex'") == 0


def test_where_a_card_stands_in_the_file_is_no_change(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Alex Moreira", place="card 1")])
        assert take_in(writer, [BOOK, card("1", "Alex Moreira", place="card 2")]).unchanged == 1


def test_a_group_of_the_address_book_has_the_members_of_its_newest_export(tmp_path: Path) -> None:
    cards = [card("1", "Ana Reis"), card("2", "Bo Ek"), card("3", "Cy Dahl")]
    with made_memory(tmp_path) as writer:
        for members in (("1", "2"), ("urn:uuid:2", "3", "elsewhere")):
            group = card("g", "Choir", kind="group", members=members)
            take_in(writer, [BOOK, *cards, group])
            before = dump(writer)
            take_in(writer, [BOOK, *cards, group])
            assert dump(writer) == before
        keys = writer.all("SELECT key FROM identity_group JOIN identity ON id = identity_id")
        assert sorted(row[0] for row in keys) == ["2", "3"]


def test_a_relation_named_twice_on_a_card_is_kept_once(tmp_path: Path) -> None:
    relations = (CardRelation("sister", uid="2"), CardRelation("sister", name="Bo Ek"))
    with made_memory(tmp_path) as writer:
        summary = take_in(
            writer, [BOOK, card("1", "Ana Reis", relations=relations), card("2", "Bo Ek")]
        )
        assert summary.new == 2
        known = writer.all("SELECT other_name FROM relationship WHERE other_identity_id NOT NULL")
        assert [row[0] for row in known] == ["Bo Ek"]


def test_a_name_that_comes_later_in_the_file_completes_the_account(tmp_path: Path) -> None:
    nameless, named = (
        Account("email", "bo@example.net"),
        Account("email", "bo@example.net", "Bo Ek"),
    )
    records: list[Record] = [
        MAIL,
        chat_of("a"),
        said("1", "hello", by=nameless),
        said("2", "hello again", by=named),
    ]
    with made_memory(tmp_path) as writer:
        take_in(writer, records)
        before = dump(writer)
        assert writer.value("SELECT name FROM identity WHERE key = 'bo@example.net'") == "Bo Ek"
        assert word_index(writer) == rebuilt_word_index(writer)
        take_in(writer, records)
        assert dump(writer) == before


def test_a_speaker_is_found_by_the_name_on_a_card_that_comes_later(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        take_in(writer, [BOOK, card("1", "Alexandre Moreira", ("phone", "+351922700103"))])
        found = writer.all(
            "SELECT rowid FROM message_fts WHERE message_fts MATCH 'speaker:moreira'"
        )
        assert len(found) == 2
        assert word_index(writer) == rebuilt_word_index(writer)


def test_the_owners_accounts_are_theirs(tmp_path: Path) -> None:
    mine = card("me", "Nora Lind", ("email", "Nora@Lind.example"), ("phone", "+351922700101"))
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        take_in(writer, [BOOK, mine])
        owner = writer.value("SELECT ref FROM contact WHERE is_owner")
        found = links(writer)
        assert found[("telegram", "", "user1")] == owner
        assert found[("card", "vcard:apple", "me")] == owner
        assert list(people(writer).values()) == ["Alex"]


class _ExplainingWriter(Writer):
    """Asks the database how it will answer, before it does."""

    steps: ClassVar[list[str]] = []

    def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        plan = super().all(f"EXPLAIN QUERY PLAN {sql}", parameters)
        self.steps.extend(row["detail"] for row in plan)
        return super().all(sql, parameters)


def test_the_turns_around_a_message_are_found_through_the_index(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
    path = tmp_path / "memory.db"
    with _ExplainingWriter(path, open_or_upgrade(path, None), index_facts) as writer:
        index_messages(writer, {1: [1, 2]})
        turns_beside(writer, 2)
    steps = _ExplainingWriter.steps
    assert [step for step in steps if "SCAN" in step and "json_each" not in step] == []
    assert any("message_order (conversation_id=? AND (ordered_at,seq)>" in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in steps)


@pytest.mark.parametrize("newer", ["", "quite other words"])
def test_words_that_were_edited_or_taken_back_are_nowhere_in_the_file(
    tmp_path: Path, newer: str
) -> None:
    others = [
        said(f"n{n}", f"filler{n} text", at=f"2025-03-03T{n // 60:02}:{n % 60:02}")
        for n in range(600)
    ]
    with made_memory(tmp_path) as writer:
        take_in(writer, [*CHAT, *others, said("6", "zebracorn", at="2025-03-03T05:00:30")])
        last = replace(
            said("6", newer, at="2025-03-03T05:00:30"),
            deleted=not newer,
            edited_at=datetime(2025, 3, 4, tzinfo=UTC),
        )
        take_in(writer, [CHATS, chat_of("a", ALEX), last])
        writer.run("PRAGMA wal_checkpoint(TRUNCATE)")
        for file in tmp_path.glob("memory.db*"):
            assert b"zebracorn" not in file.read_bytes()
            assert b"ebracorn" not in file.read_bytes()  # the index shares beginnings of words
        assert word_index(writer) == rebuilt_word_index(writer)


@pytest.mark.parametrize("accounts", [("", "user1"), ("user1", "")])
def test_one_chat_and_the_whole_account_are_one_source(
    tmp_path: Path, accounts: tuple[str, str]
) -> None:
    talk: list[Record] = [chat_of("a", NORA), said("1", "hello")]
    with made_memory(tmp_path) as writer:
        for account in accounts:
            take_in(writer, [SourceInfo("telegram", account, "Telegram"), *talk])
        assert writer.all("SELECT account FROM source WHERE kind = 'telegram'")[0][0] == "user1"
        assert writer.value("SELECT count(*) FROM message") == 1


def test_two_accounts_of_the_owner_stay_two_sources(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        for account in ("user1", "user2", ""):
            take_in(writer, [SourceInfo("telegram", account, "Telegram")])
        assert writer.value("SELECT count(*) FROM source WHERE kind = 'telegram'") == 3


def test_a_message_that_turns_out_to_be_somebody_elses_changes_its_sender(tmp_path: Path) -> None:
    mistaken = Account("label", "Nora", "Nora", scope="a/them")
    right = Account("label", "Nora", "Nora", scope="a/me")
    with made_memory(tmp_path) as writer:
        for by in (mistaken, right):
            take_in(writer, [CHATS, chat_of("a", ALEX), said("1", "hello", by=by)])
        sender = writer.one(
            "SELECT identity.scope FROM message JOIN identity ON identity.id = sender_id"
        )
        assert sender is not None
        assert sender["scope"] == "telegram/a/me"


def test_people_are_linked_once_for_all_files_and_later_when_that_was_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = []

    def counted(writer: Writer, now: int) -> None:
        linked.append(now)
        link_identities(writer, now)

    monkeypatch.setattr(settle_people, "link_identities", counted)
    book: list[Record] = [BOOK, card("1", "Alex Moreira", ("phone", "+351922700103"))]
    with made_memory(tmp_path) as writer:
        for records in (CHAT, book):
            heading = RunHeading("fake", "Fake", "export.txt", "", 0)
            batches = [Batch(list(records), 1, 1)]
            import_batches(writer, heading, batches, OWNER, NOW, lambda _done, _all: None)
        assert (linked, people(writer)) == ([], {})
        # Whatever comes next finishes it, even an import that brings nothing itself.
        settle_imports(writer, NOW)
        assert list(people(writer).values()) == ["Alex Moreira"]
        settle_imports(writer, NOW)
        assert linked == [NOW]


def test_two_things_with_one_ref_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def few_refs(prefix: str, *key: str, taken: Callable[[str], bool] | None = None) -> str:
        ref = make_ref(prefix, *key)[:3]
        for number in range(1_000):
            if taken is None or not taken(f"{ref}{number}"):
                return f"{ref}{number}"
        raise AssertionError("there are enough numbers")

    monkeypatch.setattr(batches_of_rows, "make_ref", few_refs)
    lines = [said(str(number), f"word{number}") for number in range(200)]
    with made_memory(tmp_path) as writer:
        for few in (lines[:100], lines):
            take_in(writer, [CHATS, chat_of("a", ALEX), *few])
        assert writer.value("SELECT count(DISTINCT ref) FROM message") == 200


def test_a_source_that_gave_its_name_away_leaves_its_ref_behind(tmp_path: Path) -> None:
    """One chat does not say whose account it is of; it is taken for the first one that does."""
    with made_memory(tmp_path) as writer:
        for account in ("", "user1", "user2", ""):
            take_in(writer, [SourceInfo("telegram", account, "Telegram"), chat_of("a", ALEX)])
        sources = writer.all("SELECT account, ref FROM source WHERE kind = 'telegram' ORDER BY id")
        assert [row["account"] for row in sources] == ["user1", "user2", ""]
        assert len({row["ref"] for row in sources}) == 3


def test_a_ref_says_what_it_is_of(tmp_path: Path) -> None:
    acme = (Affiliation("Acme"),)
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Alex Moreira", affiliations=acme)])
        take_in(writer, [CHATS, chat_of("a", ALEX), said("1", "hello", by=ALEX)])
        begin = {
            table: {row[0] for row in writer.all(f"SELECT substr(ref, 1, 2) FROM {table}")}
            for table in "source contact organization conversation message interaction".split()
        }
    assert begin == {
        "source": {"s_"},
        "contact": {"c_"},
        "organization": {"o_"},
        "conversation": {"v_"},
        "message": {"m_"},
        "interaction": {"i_"},
    }
