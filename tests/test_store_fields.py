"""Every field of a contact that the owner types: kept through merging, and shown where it should.

What is typed here is a list of its own, so that an entry that is missing, or says the wrong thing,
is seen. A new field needs a value in `TYPED` and its place in the lists below it.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from mcp import Client

from server.cli.agents import VARIABLES as AGENT_VARIABLES
from server.mcp.build import build_server
from server.settings import Settings
from store.engine.connections import Writer
from store.facts.cadences import Cadence
from store.identity.retired import conflicting_words
from store.importers.records import Account
from store.memory import open_reader_for_assistant, open_writer
from store.owner.merge_and_split import accounts_of, merge_contacts, split_contact, undo_ruling
from store.owner.typed_fields import set_cadence, set_field
from store.owner.typed_person import add_contact, set_name_part
from store.people.fields import FIELDS
from store.sharing.access import Tier, set_access, set_consent
from tests.made_exports import BOOK, CHATS, NOW, card, chat_of, contact_named, made_memory, take_in
from tests.running import environment, fixed_settings, kinkeeper, structured
from tools.withholding import Withholding

# What no owner types: what names and counts a row, and what is worked out.
NOT_TYPED: Final = {
    "id", "ref", "display_name", "kind", "is_owner", "merged_into_id", "seed", "taken_over",
    "created_at",
}  # fmt: skip
TYPED: Final[Mapping[str, object]] = {
    "how_we_met": "at the pool",
    "why_they_matter": "my oldest friend",
    "preferred_channel": "letters",
    "pronouns": "they/them",
    "consent": "birthdays, nothing about work",
    "closeness": "inner circle",
    "status": "reference",
    "cadence": "days",
    "cadence_days": 12,
    "snoozed_until_on": "2026-12-24",
    "access": "summary",
    "given_name": "Zebediah",
    "family_name": "Quill",
}
# The options of `edit`, and what each types.
OPTIONS: Final = {
    "--how-we-met": "how_we_met",
    "--why": "why_they_matter",
    "--channel": "preferred_channel",
    "--closeness": "closeness",
    "--pronouns": "pronouns",
    "--given": "given_name",
    "--family": "family_name",
}
# What is listed about a contact, and what of it has a line of its own in a briefing.
FACTS: Final = {
    "how_we_met", "why_they_matter", "preferred_channel", "closeness", "pronouns", "status",
}  # fmt: skip
LINES: Final = {"how_we_met", "why_they_matter"}
SENTENCE: Final = "She starts chemotherapy on Monday"


def test_every_column_of_a_contact_is_a_field_or_is_not_typed(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        columns = {row["name"]: row for row in writer.all("PRAGMA table_info(contact)")}
    assert {field.column for field in FIELDS} == columns.keys() - NOT_TYPED == TYPED.keys()
    for field in FIELDS:
        column = columns[field.column]
        assert field.may_be_null == (not column["notnull"]), field.column
        assert field.unsaid == (column["dflt_value"] or "").strip("'"), field.column


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    """A memory with Alex, on a card and in a chat, and Zed, in a chat."""
    memory = made_memory(tmp_path)
    take_in(memory, [BOOK, card("1", "Alex Moreira", ("phone", "+351 922 700 103"))])
    alex = Account("telegram", "user2", "Alex", phones=("+351 922 700 103",))
    zed = Account("telegram", "user4", "Zed")
    take_in(memory, [CHATS, chat_of("a", alex), chat_of("z", zed)])
    return memory


def _id(writer: Writer, ref: str) -> int:
    return int(writer.value("SELECT id FROM contact WHERE ref = ?", (ref,)))


def _set(column: str) -> Callable[[Writer, int, str], None]:
    return lambda writer, contact_id, text: set_field(writer, contact_id, column, text, NOW)


def _set_part(column: str) -> Callable[[Writer, int, str], None]:
    return lambda writer, contact_id, text: set_name_part(writer, contact_id, column, text, NOW)


# The owner's own functions for the fields that hold words. Where a name is typed, all of it is.
TYPE_WORDS: Final[Mapping[str, Callable[[Writer, int, str], None]]] = {
    "how_we_met": _set("how_we_met"),
    "why_they_matter": _set("why_they_matter"),
    "preferred_channel": _set("preferred_channel"),
    "pronouns": _set_part("pronouns"),
    "given_name": _set_part("given_name"),
    "family_name": _set_part("family_name"),
    "consent": set_consent,
}


def _type_everything(writer: Writer, ref: str, access: Tier = "summary") -> None:
    contact_id = _id(writer, ref)
    for column, write in TYPE_WORDS.items():
        write(writer, contact_id, str(TYPED[column]))
    set_cadence(writer, contact_id, Cadence("days", 12), NOW)
    for column in ("closeness", "status", "snoozed_until_on"):
        set_field(writer, contact_id, column, str(TYPED[column]), NOW)
    set_access(writer, ref, access)


def _fields(writer: Writer, ref: str) -> dict[str, object]:
    row = writer.one(f"SELECT {', '.join(TYPED)} FROM contact WHERE ref = ?", (ref,))
    assert row is not None
    return dict(zip(TYPED, row, strict=True))


def test_what_was_typed_goes_where_a_contact_goes_and_comes_back(writer: Writer) -> None:
    alex, zed = contact_named(writer, "Alex Moreira"), contact_named(writer, "Zed")
    before = _fields(writer, alex)
    _type_everything(writer, zed)
    assert _fields(writer, zed) == TYPED

    def merge() -> None:
        merge_contacts(writer, _id(writer, alex), _id(writer, zed), NOW)
        assert _fields(writer, alex) == TYPED
        assert conflicting_words(writer, _id(writer, alex)) == []

    def said_of_each(alex_has: Mapping[str, object]) -> None:
        assert _fields(writer, zed) == TYPED
        assert _fields(writer, alex) == alex_has

    merge()
    undo_ruling(writer, None, NOW)
    said_of_each(before)
    merge()
    of_zed = [each.id for each in accounts_of(writer, _id(writer, alex)) if "user4" in each.account]
    assert split_contact(writer, _id(writer, alex), of_zed, NOW).ref == zed
    said_of_each({**before, "access": "summary"})  # what a split leaves is seen by as few
    undo_ruling(writer, None, NOW)
    said_of_each(TYPED)
    undo_ruling(writer, None, NOW)
    said_of_each(before)


def test_what_was_typed_stays_with_the_one_that_is_kept_or_split(writer: Writer) -> None:
    alex, zed = contact_named(writer, "Alex Moreira"), contact_named(writer, "Zed")
    _type_everything(writer, alex)
    merge_contacts(writer, _id(writer, alex), _id(writer, zed), NOW)
    assert _fields(writer, alex) == TYPED
    undo_ruling(writer, None, NOW)
    assert _fields(writer, alex) == TYPED
    chat = [each.id for each in accounts_of(writer, _id(writer, alex)) if "user2" in each.account]
    made = split_contact(writer, _id(writer, alex), chat, NOW)
    assert _fields(writer, alex) == TYPED
    nothing: dict[str, object] = {
        field.column: None if field.may_be_null else field.unsaid for field in FIELDS
    }
    assert _fields(writer, made.ref) == {**nothing, "access": "summary"}
    undo_ruling(writer, None, NOW)
    assert _fields(writer, alex) == TYPED


def test_what_is_said_differently_of_two_that_are_one_is_told(writer: Writer) -> None:
    alex, zed = contact_named(writer, "Alex Moreira"), contact_named(writer, "Zed")
    _type_everything(writer, zed)
    other: dict[str, str] = {column: f"other {column}" for column in TYPE_WORDS}
    for column, text in other.items():
        TYPE_WORDS[column](writer, _id(writer, alex), text)
    set_cadence(writer, _id(writer, alex), Cadence("days", 40), NOW)
    for column, text in (
        ("closeness", "wider"),
        ("status", "archived"),
        ("snoozed_until_on", "2027-01-31"),
    ):
        set_field(writer, _id(writer, alex), column, text, NOW)
    set_access(writer, alex, "none")
    merge_contacts(writer, _id(writer, alex), _id(writer, zed), NOW)
    told = [what for what, _, _ in conflicting_words(writer, _id(writer, alex))]
    # A name stands on an account, and is no word about them; the cadence of both is in days.
    untold = {"given_name", "family_name", "cadence"}
    assert told == [column.replace("_", " ") for column in TYPED if column not in untold]


def test_what_has_more_to_it_is_not_set_as_a_line(writer: Writer) -> None:
    names, alone = {"pronouns", "given_name", "family_name"}, {"consent", "access"}
    for column in names | alone:
        with pytest.raises(KeyError):
            set_field(writer, 1, column, "none", NOW)
    for column in TYPED.keys() - names:
        with pytest.raises(KeyError):
            set_name_part(writer, 1, column, "none", NOW)


@pytest.fixture
def env(tmp_path: Path, new_home: Path) -> dict[str, str]:
    """A memory of the owner's with Maya in it, for people and not for agents."""
    home = tmp_path / "home"
    shutil.copytree(new_home, home)
    with open_writer(home / "memory.db") as writer:
        add_contact(writer, "Maya Okafor", NOW)
    found = environment(home, tmp_path / "cache")
    return {name: value for name, value in found.items() if name not in AGENT_VARIABLES}


def _settings(env: Mapping[str, str]) -> Settings:
    return fixed_settings(Path(env["KINKEEPER_HOME"]), Path(env["KINKEEPER_CACHE"]))


async def test_what_edit_types_is_shown_until_it_is_emptied(env: dict[str, str]) -> None:
    assert OPTIONS.keys() == {
        f"--{field.option.replace('_', '-')}" for field in FIELDS if field.option
    }
    typed = {column: TYPED[column] for column in OPTIONS.values()}
    with open_writer(_settings(env).memory_path) as writer:
        maya = contact_named(writer, "Maya Okafor")
        # What other commands type is no part of it.
        set_consent(writer, _id(writer, maya), str(TYPED["consent"]))
        set_cadence(writer, _id(writer, maya), Cadence("days", 12), NOW, "2026-12-24")

    def fields_after(*arguments: str) -> dict[str, object]:
        done = kinkeeper("edit", "Maya Okafor", *arguments, "--json", env=env)
        assert done.returncode == 0, done.stderr
        return {
            name.replace(" ", "_"): value
            for name, value in json.loads(done.stdout)["fields"].items()
        }

    options = [part for option, column in OPTIONS.items() for part in (option, str(TYPED[column]))]
    assert fields_after(*options) == {**typed, "status": "active"}
    kinkeeper("status", "Maya Okafor", str(TYPED["status"]), env=env)
    assert fields_after() == {**typed, "status": TYPED["status"]}
    async with Client(build_server(_settings(env))) as client:
        record = structured(await client.call_tool("get_contact", {"person": "Maya Okafor"}))
        briefing = structured(await client.call_tool("brief_me", {"person": "Maya Okafor"}))
    about = {fact["kind"].replace(" ", "_"): fact["text"] for fact in record["facts"]["about"]}
    assert about == {column: TYPED[column] for column in FACTS}
    lines = {column for column in TYPED if f"{column.replace('_', ' ')}: " in str(briefing)}
    assert lines == LINES
    assert kinkeeper("edit", "Maya Okafor", "--closeness", "near", env=env).returncode == 2
    emptied = [part for option in OPTIONS for part in (option, "none")]
    assert fields_after(*emptied) == {"status": TYPED["status"]}


async def test_what_is_typed_of_health_is_withheld_from_assistants(env: dict[str, str]) -> None:
    settings = _settings(env)
    with open_writer(settings.memory_path) as writer:
        maya = contact_named(writer, "Maya Okafor")
        for column, write in TYPE_WORDS.items():
            write(writer, _id(writer, maya), f"{SENTENCE} {column}")
    reader = await open_reader_for_assistant(settings.memory_path, Withholding().functions())
    row = await reader.one("SELECT * FROM contact WHERE ref = ?", (maya,))
    await reader.close()
    assert row is not None
    assert SENTENCE not in str(tuple(row))
    async with Client(build_server(settings)) as client:
        told = ""
        for tool in ("get_contact", "brief_me"):
            told += str(structured(await client.call_tool(tool, {"person": maya})))
    assert SENTENCE not in told
