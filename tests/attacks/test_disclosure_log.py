"""An answer tells of somebody, and the disclosure log does not name them.

What an answer gives is found here by itself, in its text: every message in this memory holds a mark
of who wrote it. The log must name exactly those people.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from store.engine.connections import Writer
from store.importers.records import (
    Account,
    CardRelation,
    Conversation,
    Event,
    Message,
    OwnerAccount,
    Record,
)
from store.memory import open_writer
from store.owner.typed_facts import add_life_event, add_note
from store.owner.typed_follow_ups import add_follow_up
from store.sharing.access import set_access
from tests.made_exports import (
    BOOK,
    CHATS,
    MAIL,
    NORA,
    card,
    chat_of,
    contact_named,
    made_memory,
    take_in,
)
from tests.running import NOW, environment, kinkeeper
from tests.wire import Wire, serving

TODAY: Final = datetime.fromisoformat(NOW).astimezone(UTC)
# Each with the mark that stands in all that they write.
PEOPLE: Final = {
    "Anna Berg": "quail",
    "Anna Holm": "osprey",
    "Zoë O'Neill-Łukasz": "dunlin",
    "Ольга Петрова": "zaunkönig",
    "山田太郎": "雲雀",
    "نور حداد": "هدهد",
    "May": "pipit",
    "Rui Costa": "garça",
    "Dr. Ingrid Ek, PhD": "siskin",
    "Tariq Haddad": "curlew",
    "Femi Okafor": "plover",
    "Hidden Harriet": "corncrake",
}
KEYS: Final = {name: f"user{number + 2}" for number, name in enumerate(PEOPLE)}
PHONES: Final = {name: f"+3519227002{number:02d}" for number, name in enumerate(PEOPLE)}
ACCOUNTS: Final = {
    name: Account("telegram", key, name, phones=(PHONES[name],), saved_by_owner=True)
    for name, key in KEYS.items()
}
GROUP: Final = ("Anna Berg", "Ольга Петрова", "May", "Tariq Haddad", "山田太郎")
WORDS: Final = "ferry orchard lantern kettle harbour violin bakery meadow".split()


class Asked(NamedTuple):
    """One question to the server. arguments: made from the memory's own references."""

    what: str
    tool: str
    arguments: Callable[[dict[str, str]], dict[str, Any]]


def _of(**arguments: Any) -> Callable[[dict[str, str]], dict[str, Any]]:
    return lambda _refs: arguments


ATTEMPTS: Final = (
    Asked("candidates for a name", "brief_me", _of(person="Anna")),
    Asked("candidates in a search", "search_context", _of(query="ferry", person="Anna")),
    Asked("nearest names", "get_contact", _of(person="Anna Brg")),
    Asked("nearest names, Cyrillic", "get_contact", _of(person="Ольга Петрва")),
    Asked("nearest names in a proposal", "propose_note",
          _of(person="Tarik Hadad", text="likes tea", kind="note", evidence=[])),
    Asked("turns around a hit", "search_context", _of(query="lantern", limit=3)),
    Asked("turns around hits of one person", "search_context",
          _of(query="kettle", person="Rui Costa")),
    Asked("turns around hits in a group", "search_context", _of(query="violin", limit=20)),
    Asked("a hit in Japanese", "search_context", _of(query="雲雀")),
    Asked("a hit in Arabic", "search_context", _of(query="هدهد")),
    Asked("words of a mail to the owner", "search_context", _of(query="siskin invoice")),
    Asked("the end of a group", "read_context", lambda refs: {"ref": refs["group"], "around": 20}),
    Asked("around one message", "read_context", lambda refs: {"ref": refs["message"]}),
    Asked("a chat of two", "read_context", lambda refs: {"ref": refs["chat of Rui Costa"]}),
    Asked("a mail of the owner", "read_context", lambda refs: {"ref": refs["mail"]}),
    Asked("a note", "read_context", lambda refs: {"ref": refs["note"]}),
    Asked("a briefing", "brief_me", _of(person="Rui Costa", max_tokens=4_000)),
    Asked("a short briefing", "brief_me", _of(person="Anna Berg", max_tokens=200)),
    Asked("a briefing on several", "brief_me",
          _of(person="Anna Berg, Tariq Haddad, Ольга Петрова", max_tokens=4_000)),
    Asked("a briefing on a group", "brief_me", _of(person="group:Rowing", max_tokens=3_000)),
    Asked("a briefing for a purpose", "brief_me",
          _of(person="Femi Okafor", purpose="the bakery and the ferry")),
    Asked("a briefing on somebody with family", "brief_me", _of(person="Femi Okafor")),
    Asked("who is around a person", "get_contact", _of(person="Femi Okafor")),
    Asked("a record in another script", "get_contact", _of(person="山田太郎")),
    Asked("everybody", "find_contacts", _of()),
    Asked("some of a name", "find_contacts", _of(query="ann")),
    Asked("by a relation", "find_contacts", _of(query="Femi's sister")),
    Asked("what is due", "due_followups", _of(within_days=60, limit=50)),
    Asked("what is due with one", "due_followups", _of(within_days=60, person="Tariq Haddad")),
    Asked("a review of the week", "review_relationships", _of(period="week")),
    Asked("a review of the month", "review_relationships", _of(period="month")),
    Asked("a proposal", "propose_note",
          _of(person="May", text="likes tea", kind="note", evidence=[])),
    Asked("what was proposed", "list_proposals", _of()),
    Asked("a person as a resource", "kinkeeper://contact/Rui Costa", _of()),
    Asked("a briefing as a resource", "kinkeeper://briefing/Anna Holm", _of()),
    Asked("candidates from a resource", "kinkeeper://contact/Anna", _of()),
    Asked("names that are completed", "completion", _of(value="an")),
)  # fmt: skip
KNOWN_LIMITS: Final = (
    "A first name or a nickname that the memory does not hold, in somebody else's words, names"
    " nobody in the log.",
    "A passage of fewer than forty letters that a tool cuts out of a message names its author only"
    " if its reference or a mark of the cut stands beside it.",
)


def _talk() -> list[Record]:
    records: list[Record] = [CHATS, OwnerAccount(NORA), *ACCOUNTS.values()]
    records += [chat_of(f"chat of {name}", ACCOUNTS[name]) for name in PEOPLE]
    members = tuple(ACCOUNTS[name] for name in (*GROUP, "Hidden Harriet"))
    records.append(Conversation("rowing", "group", "Rowing", members))
    for number in range(160):
        name = list(PEOPLE)[number % len(PEOPLE)]
        chat = f"chat of {name}"
        if number % 3 == 0:
            name, chat = GROUP[number // 3 % len(GROUP)], "rowing"
        at = TODAY - timedelta(days=2 * (160 - number) // 5, hours=number % 7)
        word, other = WORDS[number % 8], WORDS[(number // 8 + 3) % 8]
        text = f"{PEOPLE[name]} {number}: the {word} by the {other}, will you come on day {number}?"
        records.append(Message(f"{chat}/{number}", chat, ACCOUNTS[name], at, text))
        mine = f"avocet{number} yes, the {word}"
        records.append(Message(f"{chat}/{number}b", chat, NORA, at + timedelta(minutes=3), mine))
    return records


def _post() -> list[Record]:
    ingrid = Account("email", "ingrid@ek.example", "Dr. Ingrid Ek, PhD")
    femi = Account("email", "femi@okafor.example", "Femi Okafor")
    nora = Account("email", "nora@lind.example", "Nora Lind")
    at = TODAY - timedelta(days=3)
    thread = Conversation("t1", "mail", "Invoice", (ingrid, nora))
    other = Conversation("t2", "mail", "The boat", (nora, femi))
    return [
        MAIL,
        thread,
        other,
        Message(
            "t1/1", "t1", nora, at - timedelta(hours=1), "avocet may I ask", recipients=(ingrid,)
        ),
        Message("t1/2", "t1", ingrid, at, "siskin invoice attached", recipients=(nora,)),
        Message("t2/1", "t2", nora, at, "avocet shall we sail on Friday", recipients=(femi,)),
        Event("e1", "meeting", "Board", at, at, organizer=ingrid, attendees=(ingrid, femi, nora)),
    ]


def _book() -> list[Record]:
    family = (CardRelation("sister", "Zoë O'Neill-Łukasz"), CardRelation("friend", "Tariq Haddad"))
    mails = {"Dr. Ingrid Ek, PhD": "ingrid@ek.example", "Femi Okafor": "femi@okafor.example"}
    cards: list[Record] = [BOOK]
    for name in PEOPLE:
        ways = [("phone", PHONES[name])]
        ways += [("email", mails[name])] if name in mails else []
        more: dict[str, object] = {"relations": family} if name == "Femi Okafor" else {}
        cards.append(card(name, name, *ways, **more))
    return cards


class Memory(NamedTuple):
    """A running server over a memory whose people are known here."""

    wire: Wire
    env: dict[str, str]
    home: Path
    refs: dict[str, str]
    people: dict[str, str]


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    home = tmp_path_factory.mktemp("log")
    with made_memory(home) as writer:
        for export in (_book(), _talk(), _post()):
            take_in(writer, export)
        set_access(writer, contact_named(writer, "Hidden Harriet"), "none")
        people = {contact_named(writer, name): name for name in PEOPLE}
        ids = {
            name: int(_value(writer, "SELECT id FROM contact WHERE ref = ?", ref))
            for ref, name in people.items()
        }
        now = int(TODAY.timestamp())
        note = add_note(writer, ids["May"], "likes sencha", now)
        add_follow_up(writer, ids["Tariq Haddad"], "lend the atlas", now, due_on="2026-11-22")
        add_life_event(writer, ids["山田太郎"], "birthday", "1990-11-24", now)
        refs = {
            row[0]: row[1]
            for row in writer.all("SELECT key, ref FROM conversation WHERE source_id IS NOT NULL")
        }
        message = _value(writer, "SELECT ref FROM message WHERE key = ?", "rowing/90")
        mail = _value(writer, "SELECT ref FROM message WHERE key = ?", "t2/1")
    env = environment(home, home)
    refs |= {"group": refs["rowing"], "message": message, "mail": mail, "note": note}
    with serving(env, home / "stderr") as wire:
        wire.greet()
        wire.call("propose_note", person="May", text="likes tea", kind="note", evidence=[])
        yield Memory(wire, env, home, refs, people)


def _value(writer: Writer, sql: str, of: str) -> Any:
    return writer.value(sql, (of,))


def _ask(memory: Memory, asked: Asked) -> str:
    """Everything that comes back, as text."""
    if asked.tool.startswith("kinkeeper:"):
        answer = memory.wire.ask("resources/read", {"uri": asked.tool.replace(" ", "%20")})
    elif asked.tool == "completion":
        reference = {"type": "ref/prompt", "name": "brief_me"}
        argument = {"name": "person", **asked.arguments({})}
        answer = memory.wire.ask("completion/complete", {"ref": reference, "argument": argument})
    else:
        answer = memory.wire.call(asked.tool, **asked.arguments(memory.refs))
    return json.dumps(answer, ensure_ascii=False).replace('\\"', '"')


def _last(memory: Memory) -> dict[str, Any]:
    with open_writer(memory.home / "memory.db") as writer:
        row = writer.one("SELECT * FROM disclosure ORDER BY id DESC LIMIT 1")
        assert row is not None
        return dict(row)


def _given(memory: Memory, answer: str) -> set[str]:
    """Who is named in the answer, or has words in it."""
    return {
        name
        for ref, name in memory.people.items()
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", answer)
        or PEOPLE[name] in answer
        or ref in answer
    }


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[each.what for each in ATTEMPTS])
def test_the_log_names_everybody_who_is_given_and_nobody_else(
    memory: Memory, attempt: Asked
) -> None:
    answer = _ask(memory, attempt)
    logged = _last(memory)
    about = {memory.people.get(ref, ref) for ref in json.loads(logged["about"])}
    given = _given(memory, answer)
    assert about, answer
    assert about >= given, f"not in the log: {given - about}\n{answer}"
    # A chat of two, a mail to somebody and a meeting are theirs too, whoever wrote the words.
    theirs = {"Rui Costa", "Femi Okafor", "Dr. Ingrid Ek, PhD"}
    assert about - given <= theirs, f"not given: {about - given}\n{answer}"
    assert "Hidden Harriet" not in about


def test_the_owner_finds_everybody_by_name(memory: Memory) -> None:
    """`kinkeeper disclosures PERSON` lists each answer that told of them."""
    told: dict[str, set[str]] = {name: set() for name in PEOPLE}
    for attempt in ATTEMPTS:
        answer = _ask(memory, attempt)
        tool = _last(memory)["tool"]
        for name in _given(memory, answer):
            told[name].add(tool)
    for name, tools in told.items():
        found = kinkeeper("disclosures", name, "--json", "--limit", "500", env=memory.env)
        assert found.returncode == 0, found.stderr
        assert {each["tool"] for each in json.loads(found.stdout)} >= tools, name
