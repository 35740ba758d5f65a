"""What was taken back or deleted is still read from the bytes of the file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from embeddings.indexer import index_pending
from embeddings.toy import ToyEncoder
from store.engine.connections import Writer
from store.engine.fact_kinds import FACT_KINDS
from store.importers.records import (
    Account,
    Affiliation,
    CardRelation,
    Conversation,
    ConversationKind,
    DatedNote,
    Event,
    Gift,
    Line,
    Message,
    OwnerAccount,
    Record,
    SourceInfo,
    line_hash,
)
from store.imports.undo_run import undo_import
from store.memory import open_reader
from store.owner.merge_and_split import (
    accounts_of,
    keep_apart,
    merge_contacts,
    split_contact,
    undo_ruling,
)
from store.owner.typed_facts import add_gift, add_life_event, add_note, delete_typed
from store.owner.typed_follow_ups import add_follow_up
from store.proposals.decisions import accept, reject, take_back
from store.proposals.proposals import Draft
from store.proposals.proposing import propose_ourselves
from store.sharing.access import set_access
from tests.made_exports import (
    BOOK,
    CHATS,
    NORA,
    NOW,
    OWNER,
    card,
    chat_of,
    contact_named,
    made_memory,
    people,
    rebuilt_word_index,
    said,
    take_in,
    word_index,
)

MARK: Final = "zebracorn"
OTHER: Final = SourceInfo("vcard", f"{MARK}.vcf", "Book")
ZEB: Final = Account("telegram", "user3", f"{MARK.title()} Ek", saved_by_owner=True)
LABEL: Final = Account(
    "label", f"{MARK.title()} Holm", f"{MARK.title()} Holm", scope=f"{MARK} chat"
)
MAILED: Final = Account("email", f"{MARK}@x.example", f"{MARK.title()} Ek")
ALEX: Final = Account("telegram", "user2", "Alex Moreira", saved_by_owner=True)
AT: Final = datetime(2025, 3, 1, 10, tzinfo=UTC)


def _card(**more: Any) -> list[Record]:
    return [OTHER, card("9", f"{MARK.title()} Ek", **more)]


def _plain_card(**more: Any) -> list[Record]:
    """On somebody who stays."""
    return [OTHER, card("8", "Alex Moreira", ("email", "alex@x.example"), **more)]


def _chat(*messages: Message, by: Account = ZEB) -> list[Record]:
    return [CHATS, OwnerAccount(NORA), by, chat_of(f"{MARK}-chat", by), *messages]


def _said(text: str, number: int = 1, by: Account = ZEB) -> Message:
    return said(str(number), text, "2025-03-01T10:00", by, f"{MARK}-chat")


def _nothing(_writer: Writer) -> None:
    pass


def _zeb(writer: Writer) -> int:
    return int(writer.value("SELECT id FROM contact WHERE display_name LIKE 'Zebra%'"))


def _alex(writer: Writer) -> int:
    return int(writer.value("SELECT id FROM contact WHERE display_name = 'Alex Moreira'"))


def _merged(writer: Writer) -> None:
    merge_contacts(writer, _alex(writer), _zeb(writer), NOW)


def _merged_the_other_way(writer: Writer) -> None:
    merge_contacts(writer, _zeb(writer), _alex(writer), NOW)


def _split_again(writer: Writer) -> None:
    _merged(writer)
    theirs = [each.id for each in accounts_of(writer, _alex(writer)) if "9" in each.account]
    split_contact(writer, _alex(writer), theirs, NOW)


def _merged_and_undone(writer: Writer) -> None:
    _merged(writer)
    undo_ruling(writer, None, NOW)


def _told_apart(writer: Writer) -> None:
    keep_apart(writer, _alex(writer), _zeb(writer), NOW)


def _hidden(writer: Writer) -> None:
    ref = writer.value("SELECT ref FROM contact WHERE id = ?", (_zeb(writer),))
    set_access(writer, str(ref), "none")


def _proposed(writer: Writer) -> str:
    message = writer.value("SELECT ref FROM message WHERE text LIKE '%zebracorn%'")
    ref = writer.value("SELECT ref FROM contact WHERE id = ?", (_alex(writer),))
    draft = Draft(_alex(writer), str(ref), "note", f"bring the {MARK}", evidence=(str(message),))
    found = propose_ourselves(writer, draft, NOW)
    assert found is not None
    return found


def _proposed_and_left(writer: Writer) -> None:
    _proposed(writer)


def _proposed_and_rejected(writer: Writer) -> None:
    ref = _proposed(writer)
    sha = str(writer.value("SELECT content_sha256 FROM proposal WHERE ref = ?", (ref,)))
    reject(writer, ref, sha, "terminal", NOW)


def _indexed(writer: Writer) -> None:
    index_pending(writer, ToyEncoder(), lambda _done, _all: None)


class Brought(NamedTuple):
    """Where an import brought the word, and what was done before it was taken back."""

    what: str
    records: list[Record]
    then: Callable[[Writer], None] = _nothing


_MEETING: Final = Event(
    "e1", "meeting", f"{MARK} party", AT, AT, organizer=MAILED, attendees=(MAILED,),
    description=f"with {MARK}", location=f"{MARK} hall",
)  # fmt: skip
_CLUB: Final[list[Record]] = [
    CHATS, ALEX, Conversation("g", "group", f"{MARK} club", (ALEX,)),
    said("1", "hello", by=ALEX, chat="g"),
]  # fmt: skip
_NAME_ALONE: Final[list[Record]] = [
    SourceInfo("whatsapp", "", "WhatsApp"), LABEL, chat_of("w", LABEL),
    said("1", "hi", by=LABEL, chat="w"),
]  # fmt: skip
_MAIL: Final[list[Record]] = [
    SourceInfo("mail", "", "Mailbox"), Conversation("t", "mail", MARK, (MAILED,)),
    Message("t/1", "t", MAILED, AT, f"{MARK} writes", subject=f"Re: {MARK}"),
]  # fmt: skip
_TAKEN_BACK: Final = replace(_said("never mind", 2), key=f"{MARK}-chat/2", deleted=True)
_TITLED_LATER: Final[list[Record]] = [
    CHATS, ALEX, Conversation("g", "group", f"{MARK} club", (ALEX,)),
    said("2", "hello again", "2025-03-02T10:00", by=ALEX, chat="g"),
]  # fmt: skip


def _titled_before(writer: Writer) -> None:
    before = said("1", "hello", "2025-03-01T10:00", by=ALEX, chat="g")
    take_in(writer, [CHATS, ALEX, Conversation("g", "group", "Rowing", (ALEX,)), before])


def _without_ids(name: str, kind: ConversationKind = "direct") -> list[Record]:
    """A chat that is known by its lines, with somebody who is saved under this name."""
    me = Account("label", "Nora Lind", "Nora Lind", scope="me")
    them = Account("label", name, name, saved_by_owner=True)
    chat = f"{kind}:{name.casefold()}"
    told = [(them, "are you coming"), (me, "in an hour"), (them, "all right then")]
    lines = [
        Line(AT + timedelta(minutes=at), "" if by is me else name, line_hash(text))
        for at, (by, text) in enumerate(told)
    ]
    return [
        SourceInfo("whatsapp", "", "WhatsApp"),
        OwnerAccount(me),
        Conversation(chat, kind, name, (them,), has_ids=False, lines=tuple(lines)),
        *(
            Message(f"{chat}:{at}:1", chat, by, AT + timedelta(minutes=at), text)
            for at, (by, text) in enumerate(told)
        ),
    ]


def _saved_as_a_number(writer: Writer) -> None:
    take_in(writer, _without_ids("+351 911 222 333"))


def _group_of_another_name(writer: Writer) -> None:
    take_in(writer, _without_ids("Rowing", "group"))


ATTEMPTS: Final = (
    Brought("a name on a card", _card()),
    Brought("a name in another script", [OTHER, card("9", f"{MARK} Петрова-{MARK}")]),
    Brought("the UID of a card", [OTHER, card(f"{MARK}-uid", "Ines Costa")]),
    Brought("an address and a number", _card(nicknames=(f"{MARK}y",))),
    Brought("an e-mail address", [OTHER, card("9", "Ines", ("email", f"{MARK}@x.example"))]),
    Brought("a note", _plain_card(notes=(f"keeps a {MARK}",))),
    Brought("a note with its day", _plain_card(dated_notes=(DatedNote(f"saw {MARK}", "2025"),))),
    Brought("an interest", _plain_card(interests=(f"{MARK} watching",))),
    Brought("a gift", _plain_card(gifts=(Gift("idea", f"a {MARK}"),))),
    Brought("where somebody works", _plain_card(affiliations=(Affiliation(f"{MARK} Ltd"),))),
    Brought("a relation", _plain_card(relations=(CardRelation("brother", f"{MARK.title()} Bo"),))),
    Brought("a field of an address book", _plain_card(extra=((f"X-{MARK}", MARK),))),
    Brought("a tag", _plain_card(categories=(MARK,))),
    Brought("one message", _chat(_said(f"my {MARK} is ill"))),
    Brought("many messages", _chat(*(_said(f"{MARK} {n} sleeps", n) for n in range(200)))),
    Brought("messages with vectors", _chat(_said(f"my {MARK} is ill")), _indexed),
    Brought("the title of a chat", _CLUB),
    Brought("the newest title of a chat", _TITLED_LATER, _titled_before),
    Brought("somebody who is a name alone", _NAME_ALONE),
    Brought("a message that its writer took back", _chat(_said("x"), _TAKEN_BACK)),
    Brought("a chat without ids", _without_ids(f"{MARK.title()} Ek")),
    Brought("a name that became a number", _without_ids(f"{MARK.title()} Ek"), _saved_as_a_number),
    Brought("a group renamed", _without_ids(f"{MARK} club", "group"), _group_of_another_name),
    Brought("a mail", _MAIL),
    Brought("a meeting", [SourceInfo("ics", "", "Calendar"), _MEETING]),
    Brought("somebody who was merged", _card(), _merged),
    Brought("somebody another one was merged into", _card(), _merged_the_other_way),
    Brought("somebody who was merged and split", _card(), _split_again),
    Brought("somebody whose merge was undone", _card(), _merged_and_undone),
    Brought("somebody who was told apart", _card(), _told_apart),
    Brought("somebody who is hidden", _card(), _hidden),
    Brought("a chat with somebody hidden", _chat(_said(f"my {MARK} is ill")), _hidden),
    Brought("words that became a proposal", _chat(_said(f"my {MARK} is ill")), _proposed_and_left),
    Brought("words of a rejected proposal", _chat(_said(f"my {MARK}")), _proposed_and_rejected),
)  # fmt: skip
KNOWN_LIMITS: Final = (
    "A fact that the owner said yes to, and the proposal that it came from, stay when the import"
    " they rest on is taken back; so does the name of somebody the owner wrote about.",
    "A message that another import brought too stays as the newest of them told it, also when that"
    " one is taken back; the command says how many.",
    "Copies of the file, and the backup that an upgrade makes, hold what they held.",
)


def _bytes_left(folder: Path) -> dict[str, int]:
    found = {}
    for file in folder.glob("memory.db*"):
        count = file.read_bytes().lower().count(MARK[1:].encode())
        if count:
            found[file.name] = count
    return found


def _started(folder: Path) -> Writer:
    writer = made_memory(folder)
    take_in(writer, [BOOK, card("1", "Alex Moreira", ("email", "alex@x.example"))])
    return writer


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[each.what for each in ATTEMPTS])
async def test_nothing_is_left_of_an_import_that_is_taken_back(
    tmp_path: Path, attempt: Brought
) -> None:
    with _started(tmp_path) as writer:
        before = people(writer)
        take_in(writer, attempt.records)
        writer.run(f"UPDATE import_run SET file_name = '{MARK}.zip' WHERE id = 2")
        attempt.then(writer)
        assert _bytes_left(tmp_path)
        reader = await open_reader(writer.path)  # a server that has the file open
        try:
            await reader.value("SELECT count(*) FROM contact")
            undo_import(writer, 2, OWNER.time_zone, NOW)
            assert _bytes_left(tmp_path) == {}
        finally:
            await reader.close()
        assert set(people(writer)) >= set(before)
    assert _bytes_left(tmp_path) == {}


@pytest.mark.parametrize("then", [_nothing, _hidden, _merged, _told_apart])
def test_the_same_import_brings_them_back_as_they_were(
    tmp_path: Path, then: Callable[[Writer], None]
) -> None:
    def seen() -> list[tuple[Any, ...]]:
        # One that is part of another bears its own name again when the merge is undone.
        sql = (
            "SELECT ref, iif(merged_into_id IS NULL, display_name, ''), access,"
            " merged_into_id IS NULL FROM contact ORDER BY ref"
        )
        return [tuple(row) for row in writer.all(sql)]

    with _started(tmp_path) as writer:
        records = _card(nicknames=("Zeb",))
        take_in(writer, records)
        then(writer)
        before = seen()
        undo_import(writer, 2, OWNER.time_zone, NOW)
        take_in(writer, records)
        assert seen() == before
        if then is _merged:
            undo_ruling(writer, None, NOW)
            assert contact_named(writer, "Zebracorn Ek")


def test_what_other_exports_tell_of_a_chat_stays(tmp_path: Path) -> None:
    number = "+351 911 222 333"
    with _started(tmp_path) as writer:
        take_in(writer, _TITLED_LATER + _without_ids(f"{MARK.title()} Ek"))
        _titled_before(writer)
        _saved_as_a_number(writer)
        undo_import(writer, 2, OWNER.time_zone, NOW)
        titles = writer.all("SELECT title FROM conversation ORDER BY title")
        assert [row[0] for row in titles] == [number, "Rowing"]
        writers = writer.all(
            "SELECT identity.key FROM message JOIN identity ON identity.id = sender_id"
            " WHERE text IN ('are you coming', 'in an hour', 'all right then') ORDER BY ordered_at"
        )
        assert [row[0] for row in writers] == [number, "Nora Lind", number]
        before = writer.value("SELECT count(*) FROM message")
        _saved_as_a_number(writer)
        assert writer.value("SELECT count(*) FROM message") == before
        assert word_index(writer) == rebuilt_word_index(writer)


def test_what_the_owner_typed_of_somebody_stays(tmp_path: Path) -> None:
    with _started(tmp_path) as writer:
        take_in(writer, _card())
        add_note(writer, _zeb(writer), "met at the pool", NOW)
        undo_import(writer, 2, OWNER.time_zone, NOW)
        assert contact_named(writer, "Zebracorn Ek")
        assert writer.value("SELECT text FROM note") == "met at the pool"


_TYPED: Final[dict[str, Callable[[Writer, int], str]]] = {
    "note": lambda writer, of: add_note(writer, of, f"keeps a {MARK}", NOW),
    "gift": lambda writer, of: add_gift(writer, of, "idea", f"a {MARK}", "", NOW),
    "life event": lambda writer, of: add_life_event(
        writer, of, "other", "2025-04-01", NOW, label=f"{MARK} day"
    ),
    "follow-up": lambda writer, of: add_follow_up(writer, of, f"lend the {MARK}", NOW),
}


@pytest.mark.parametrize("kind", [each for each in FACT_KINDS if each.name in _TYPED])
async def test_nothing_is_left_of_what_was_typed_and_deleted(tmp_path: Path, kind: Any) -> None:
    with _started(tmp_path) as writer:
        ref = _TYPED[kind.name](writer, _alex(writer))
        reader = await open_reader(writer.path)
        try:
            await reader.value("SELECT count(*) FROM contact")
            delete_typed(writer, ref, kind)
            assert _bytes_left(tmp_path) == {}
        finally:
            await reader.close()


def test_the_index_holds_no_word_of_what_was_taken_back(tmp_path: Path) -> None:
    """The proposal itself stays, as the record of what was proposed and decided."""
    with _started(tmp_path) as writer:
        take_in(writer, _chat(_said(f"my {MARK} is ill")))
        ref = _proposed(writer)
        sha = str(writer.value("SELECT content_sha256 FROM proposal WHERE ref = ?", (ref,)))
        accept(writer, ref, sha, "terminal", NOW)
        take_back(writer, ref, NOW)
        rows = writer.all("SELECT block FROM fact_fts_data")
        assert not [row for row in rows if MARK.encode() in bytes(row[0])]
