"""Taking an import back: as if it had never been, but for what it changed."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.engine.connections import Writer
from store.engine.health import check_memory
from store.importers.records import (
    Account,
    Conversation,
    Event,
    Message,
    OwnerAccount,
    Record,
    SourceInfo,
)
from store.imports.past_runs import NoSuchRun
from store.imports.undo_run import AlreadyUndone, Undone, undo_import
from tests.made_exports import (
    BOOK,
    CHATS,
    MAIL,
    NORA,
    NOW,
    OWNER,
    card,
    chat_of,
    links,
    made_memory,
    people,
    rebuilt_word_index,
    said,
    take_in,
    word_index,
)

ALEX = Account("telegram", "user2", "Alex", phones=("+351 922 700 103",), saved_by_owner=True)
BO = Account("telegram", "user3", "Bo Ek")
CHAT: list[Record] = [
    CHATS,
    OwnerAccount(NORA),
    ALEX,
    chat_of("a", ALEX),
    said("1", "the lamp is broken"),
    said("2", "which lamp", by=ALEX),
    said("3", "bring it along", by=ALEX, at="2025-03-02T10:00"),
]


def _undo(writer: Writer, number: int) -> Undone:
    return undo_import(writer, number, OWNER.time_zone, NOW)


def _seen(writer: Writer) -> dict[str, list[tuple[object, ...]]]:
    """All that the owner can come upon, without row numbers and without the runs."""

    def rows(sql: str) -> list[tuple[object, ...]]:
        return sorted((tuple(row) for row in writer.all(sql)), key=repr)

    return {
        "people": sorted(people(writer).items()),
        "links": sorted(links(writer).items(), key=repr),
        "names": rows(
            "SELECT identity.key, identity.name, contact_name.kind, contact_name.name FROM identity"
            " LEFT JOIN contact_name ON identity_id = identity.id"
        ),
        "methods": rows(
            "SELECT identity.key, contact_method.kind, value FROM contact_method"
            " JOIN identity ON identity.id = identity_id"
        ),
        "messages": rows(
            "SELECT message.ref, message.key, text, sent_at, identity.key, conversation.ref"
            " FROM message LEFT JOIN identity ON identity.id = sender_id"
            " JOIN conversation ON conversation.id = conversation_id"
        ),
        "recipients": rows(
            "SELECT message.key, identity.key FROM message_recipient"
            " JOIN message ON message.id = message_id JOIN identity ON identity.id = identity_id"
        ),
        "participants": rows(
            "SELECT conversation.key, identity.key FROM conversation LEFT JOIN participant"
            " ON conversation_id = conversation.id LEFT JOIN identity ON identity.id = identity_id"
        ),
        "interactions": rows(
            "SELECT interaction.ref, interaction.kind, on_day, started_at, ended_at, title,"
            " identity.key, messages FROM interaction LEFT JOIN interaction_participant"
            " ON interaction_id = interaction.id LEFT JOIN identity ON identity.id = identity_id"
        ),
        "groups": rows(
            "SELECT contact_group.name, identity.key FROM identity_group"
            " JOIN contact_group ON contact_group.id = group_id"
            " JOIN identity ON identity.id = identity_id"
        ),
        "findable": rows("SELECT name FROM person_fts"),
    }


def test_an_import_that_is_taken_back_leaves_what_was_there_before(tmp_path: Path) -> None:
    book: list[Record] = [BOOK, card("1", "Alex Moreira", ("phone", "+351922700103"))]
    with made_memory(tmp_path) as writer:
        take_in(writer, book)
        before, words = _seen(writer), word_index(writer)
        take_in(writer, CHAT)
        both = _seen(writer)
        undone = _undo(writer, 2)
        assert (undone.messages, undone.cards, undone.changed) == (3, 0, 0)
        assert _seen(writer) == before
        assert word_index(writer) == words
        assert all(check.fine for check in check_memory(writer))
        take_in(writer, CHAT)
        assert _seen(writer) == both


def test_what_another_import_has_brought_as_well_stays(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        take_in(writer, [*CHAT, said("4", "thank you", at="2025-03-02T10:05")])
        both = _seen(writer)
        assert _undo(writer, 1).messages == 0
        assert _seen(writer) == both
        assert _undo(writer, 2).messages == 4
        assert (_seen(writer)["messages"], people(writer)) == ([], {})


def test_words_that_were_taken_back_are_nowhere_in_the_file(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        take_in(writer, [CHATS, chat_of("b", BO), said("1", "zebracorn", by=BO, chat="b")])
        _undo(writer, 2)
        writer.run("PRAGMA wal_checkpoint(TRUNCATE)")
        for file in tmp_path.glob("memory.db*"):
            assert b"ebracorn" not in file.read_bytes()


def test_what_the_owner_said_of_somebody_is_there_again_with_them(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        [ref] = people(writer)
        writer.run("UPDATE contact SET how_we_met = 'at the pool' WHERE ref = ?", (ref,))
        _undo(writer, 1)
        assert people(writer) == {}
        take_in(writer, CHAT)
        assert list(people(writer)) == [ref]
        assert writer.value("SELECT how_we_met FROM contact WHERE ref = ?", (ref,)) == "at the pool"


def test_an_edit_stays_and_is_told(tmp_path: Path) -> None:
    edited = [
        replace(record, text="which torch")
        if isinstance(record, Message) and record.key == "a/2"
        else record
        for record in CHAT
    ]
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        take_in(writer, edited)
        assert _undo(writer, 2) == Undone(messages=0, events=0, cards=0, contacts=0, changed=1)
        assert writer.value("SELECT text FROM message WHERE key = 'a/2'") == "which torch"


def test_there_must_be_such_an_import_once(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, CHAT)
        with pytest.raises(NoSuchRun):
            _undo(writer, 7)
        _undo(writer, 1)
        with pytest.raises(AlreadyUndone):
            _undo(writer, 1)


PEOPLE = {
    "2": (ALEX, Account("telegram", "user2", "", phones=("+351 922 700 104",))),
    "3": (BO, Account("telegram", "user3")),
    "4": (
        Account("telegram", "user4", "Cy Dahl"),
        Account("telegram", "user4", "Cy Dahl", saved_by_owner=True),
    ),
}
CHAT_LINE = st.tuples(
    st.sampled_from(["2", "3", "4"]),  # whose chat
    st.integers(0, 5),  # which message
    st.booleans(),  # how their account is shown
)
CARD_LINE = st.sampled_from(["Ana Reis", "Bo Ek", "Cy Dahl"])
MAIL_LINE = st.tuples(st.integers(0, 3), st.lists(st.sampled_from("xyz"), max_size=2, unique=True))
EVENT_LINE = st.tuples(st.integers(0, 2), st.lists(st.sampled_from("234"), unique=True, max_size=2))


def _chats(lines: list[tuple[str, int, bool]]) -> list[Record]:
    records: list[Record] = [CHATS, OwnerAccount(NORA)]
    for who, number, shown in lines:
        account = PEOPLE[who][shown]
        records.append(chat_of(who, account))
        at = f"2025-03-0{1 + number // 2}T10:0{number}"
        # A message is what its key says: with another sender it would be an edit, and edits stay.
        by = account if number % 2 else NORA
        records.append(said(str(number), f"words{number} for {who}", at, by, who))
    return records


def _book(names: list[str]) -> list[Record]:
    records: list[Record] = [BOOK]
    records += [card(name, name, ("email", f"{name[0]}@example.org".lower())) for name in names]
    # One group each: a group whose newer export lists fewer is a change, and changes stay.
    groups = [card(f"g{name}", f"{name}'s", kind="group", members=(name,)) for name in names]
    return [*records, *groups]


def _mails(lines: list[tuple[int, list[str]]]) -> list[Record]:
    records: list[Record] = [MAIL]
    nora = Account("email", "nora@lind.example", "Nora")
    for number, to in lines:
        # A message is what its key says: the same number goes to the same people.
        others = tuple(
            Account("email", f"{each}@example.org", each) for each in "xyz"[: number + 1]
        )
        key = f"t{number}"
        records.append(Conversation(key, "mail", "", ()))
        mail = said("1", f"letter{number} {len(to)}"[:7], "2025-04-01T08:00", nora, key)
        records.append(replace(mail, recipients=others))
    return records


def _events(lines: list[tuple[int, list[str]]]) -> list[Record]:
    records: list[Record] = [SourceInfo("ics", "", "Calendar")]
    for number, _ in lines:
        who = tuple(PEOPLE[each][0] for each in "234"[: number + 1])
        start = said("x", "", f"2025-05-0{number + 1}T10:00").sent_at
        records.append(Event(f"e{number}", "meeting", "Lunch", start, attendees=who))
    return records


ANY_EXPORT: st.SearchStrategy[list[Record]] = st.one_of(
    st.lists(CHAT_LINE, max_size=8).map(_chats),
    st.lists(CARD_LINE, max_size=3, unique=True).map(_book),
    st.lists(MAIL_LINE, max_size=4).map(_mails),
    st.lists(EVENT_LINE, max_size=3).map(_events),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    before=st.lists(ANY_EXPORT, max_size=2),
    taken=ANY_EXPORT,
    after=st.lists(ANY_EXPORT, max_size=1),
)
def test_undo_is_as_if_the_import_had_never_been(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[list[Record]],
    taken: list[Record],
    after: list[list[Record]],
) -> None:
    empty: list[Record] = [BOOK]
    with made_memory(tmp_path_factory.mktemp("never")) as writer:
        for export in (empty, *before, *after):
            take_in(writer, export)
        never = _seen(writer)
        take_in(writer, taken)
        both = _seen(writer)
    with made_memory(tmp_path_factory.mktemp("undone")) as writer:
        for export in (empty, *before, taken, *after):
            take_in(writer, export)
        _undo(writer, len(before) + 2)
        assert _seen(writer) == never
        assert word_index(writer) == rebuilt_word_index(writer)
        assert all(check.fine for check in check_memory(writer))
        take_in(writer, taken)
        assert _seen(writer) == both
