"""No column of the memory is a way out: what is withheld is so wherever it was typed or imported.

The columns are those of the schema, and what is asked is what the server lists, so that neither a
new column nor a new tool is left out.
"""

import asyncio
import re
import shutil
from pathlib import Path
from typing import Any, Final

import pytest
from mcp import Client

from server.mcp.build import build_server
from server.settings import Settings
from store.engine.assistant_views import (
    EMPTY_TABLES,
    OPEN_TABLES,
    guarded_tables,
    named_columns,
)
from store.engine.connections import Writer
from store.engine.driver import DatabaseError
from store.index.message_words import index_messages, index_renamed_speakers
from store.memory import open_reader_for_assistant, open_writer
from store.sharing.choices import choose
from store.sharing.opened import open_item
from store.sharing.visibility import refresh_visibility
from tests.running import environment, fixed_settings, kinkeeper, structured
from tests.surfaces import every_answer
from tools.withholding import Withholding

ALEX: Final = "Alex Moreira"
# The first word is found nowhere else; it is withheld with the others, for they tell it too.
SENTENCE: Final = "Zanthe starts chemotherapy on Monday"
TOLD: Final = re.compile(r"(?i)zanthe|chemotherapy")
CARD: Final = "Zanthe 4111 1111 1111 1111"
CARD_TOLD: Final = re.compile(r"4111|1111")
# A part of them, which answers may repeat: more would be told.
ASKED: Final = {SENTENCE: "chemotherapy on Monday", CARD: "4111"}

# Text in which no owner and no export can write, and why. Lists in a CHECK or in a table need no
# word here: SQLite refuses the sentence there.
NO_PLACE_FOR_WORDS: Final = {
    "a public id of ours": "*.ref",
    "a hash": "*.content_sha256 *.text_sha256",
    "a day, read on its way in": "*.date_on *.about_on *.due_on *.until_on *.from_on *.to_on"
    " *.on_day *.snoozed_until_on",
    "refs alone": "proposal.evidence disclosure.about disclosure.refs",
    "words of the code": "setting.name source.kind source.title typed_field.name tag.cadence"
    " contact_group.cadence disclosure.tool disclosure.asked_by relationship_inverse.type"
    " relationship_inverse.inverse relationship_inverse.she relationship_inverse.he"
    " identity.linked_how",
    "what a client calls itself": "disclosure.client",
    "of the model's files": "embedding_model.name embedding_model.revision embedding_model.sha256"
    " embedding_model.runtime embedding_model.text_form",
}
# What a text has to look like, {words} in it; elsewhere it is the words themselves.
_FORMS: Final = {
    "message.attachments": "json_array({words})",
    "message.reactions": "json_array({words})",
    "message.labels": "json_array({words})",
    "contact.taken_over": "json_object('how_we_met', json_array({words}, {words}))",
}
# Which rows, where not all: the others are read by the code itself.
_ROWS: Final = {
    "setting.value": "name = 'owner_name'",
    "identity.key": "kind NOT IN ('owner', 'card')",
    "proposal.proposed_by": "proposed_by <> 'Kinkeeper'",
    "superseded_fact.kind": "id % 2",
    "proposal.corrects_kind": "id % 2",
}


def text_columns(writer: Writer) -> dict[str, list[str]]:
    """By table, every column in which somebody's words can stand."""
    found = {}
    reasons = {each for named in NO_PLACE_FOR_WORDS.values() for each in named.split()}
    for table in sorted(named_columns().keys() - {"message_fts", "fact_fts", "person_fts"}):
        found[table] = [
            row["name"]
            for row in writer.all(f"PRAGMA table_xinfo({table})")
            if row["type"] == "TEXT"
            and not {f"{table}.{row['name']}", f"*.{row['name']}"} & reasons
        ]
    return {table: columns for table, columns in found.items() if columns}


def fill(writer: Writer, words: str) -> None:
    """Write the words into every column; indexes follow as they do at a commit."""
    for trigger in ("proposal_is_never_changed", "decision_is_never_changed"):
        writer.run(f"DROP TRIGGER {trigger}")
    with writer.transaction():
        for table, columns in text_columns(writer).items():
            for column in columns:
                assert _write(writer, table, column, words), f"no row for {table}.{column}"
        refresh_visibility(writer)
        talks: dict[int, list[int]] = {}
        for row in writer.all("SELECT id, conversation_id FROM message"):
            talks.setdefault(row["conversation_id"], []).append(row["id"])
        index_messages(writer, talks)
    index_renamed_speakers(writer)


def _write(writer: Writer, table: str, column: str, words: str) -> bool:
    """Whether the words stand there now, or SQLite refuses them."""
    named = f"{table}.{column}"
    # Each is another, as labels and keys have to be.
    unique = "" if table == "setting" else f" || ' in {named} ' || {table}.rowid"
    form = _FORMS.get(named, "{words}").format(words=f"('{words}'{unique})")
    where = _ROWS.get(named, "1")
    try:
        return writer.changed(f"UPDATE {table} SET {column} = {form} WHERE {where}") > 0
    except DatabaseError as error:
        if not re.match("(CHECK|FOREIGN KEY) constraint failed", str(error)):
            raise
        return True


# One line of the owner for each command that takes words; {words} are what is said.
LINES: Final = (
    ("edit", ALEX, "--why", "{words}"),
    ("edit", ALEX, "--how-we-met", "{words}"),
    ("edit", ALEX, "--channel", "{words}"),
    ("edit", ALEX, "--pronouns", "{words}"),
    ("edit", ALEX, "--nickname", "{words}"),
    ("edit", ALEX, "--role", "{words} at Harbour School"),
    ("edit", ALEX, "--role", "Teacher at {words}"),
    ("tag", ALEX, "{words}"),
    ("tag", ALEX, "{words}", "--group"),
    ("event", ALEX, "{words}", "2026-11-24"),
    ("event", ALEX, "move", "2026-11-25", "--label", "{words}"),
    ("gift", ALEX, "idea", "{words}"),
    ("relate", ALEX, "{words} of", "Maya Okafor"),
    ("note", ALEX, "{words}"),
    ("followup", ALEX, "{words}", "--due", "2026-11-21"),
    ("followup", ALEX, "call", "--due", "2026-11-22", "--after", "{words}"),
    ("log", ALEX, "{words}"),
    ("consent", ALEX, "{words}"),
    ("add", "{words}", "--email", "quoll@example.org", "--anyway"),
    ("edit", "quoll@example.org", "--family", "{words}"),
)
# What nobody types: an import or a decision brings it.
_MORE: Final = """
INSERT INTO provenance(id, source_id, author, reference, recorded_at, confirmed_how)
  SELECT 9000001, min(id), 'somebody', 'p_1234567', 1795000000, 'imported' FROM source;
INSERT INTO extra_field(identity_id, name, value, provenance_id)
  SELECT min(id), 'prefix', 'Dr', 9000001 FROM identity WHERE contact_id = {alex};
INSERT INTO interest(identity_id, text, provenance_id)
  SELECT min(id), 'rowing', 9000001 FROM identity WHERE contact_id = {alex};
INSERT INTO follow_up_change(follow_up_id, state, provenance_id)
  SELECT max(id), 'open', 9000001 FROM follow_up;
INSERT INTO superseded_fact(identity_id, kind, text, provenance_id)
  SELECT min(identity.id), kind.value, 'Oarsman', 9000001 FROM identity,
    json_each('["role", "name", "email", "address", "note", "gone"]') AS kind
  WHERE contact_id = {alex} GROUP BY kind.value;
INSERT INTO identity(kind, scope, key, name, source_id)
  SELECT 'label', 'chat', 'Somebody', '', min(id) FROM source;
INSERT INTO participant(conversation_id, identity_id)
  SELECT conversation.id, identity.id FROM conversation, identity WHERE identity.key = 'Somebody';
UPDATE message SET sender_id = (SELECT id FROM identity WHERE key = 'Somebody')
  WHERE id IN (SELECT max(id) FROM message GROUP BY conversation_id);
INSERT INTO proposal(ref, contact_id, kind, text, corrects_kind, corrects_text, content_sha256,
    proposed_by, created_at, expires_at)
  SELECT 'p_' || value, {alex}, 'correction', 'none', kind, 'Oarsman', printf('%.64c', 'a'),
    proposer, 1795000000 - value, 1796000000
  FROM json_each('[1000001, 1000002, 1000003, 1000004]'),
    (SELECT 'role' AS kind, 'Kinkeeper' AS proposer UNION SELECT 'note', '“a client 1”')
  WHERE (value % 2) = (kind = 'role') ;
INSERT INTO decision(proposal_id, verdict, surface, decided_at, text_sha256, edited_text)
  SELECT max(id), 'edited', 'terminal', 1795000001, printf('%.64c', 'a'), 'Rower' FROM proposal
"""


def _type(settings: Settings, words: str) -> None:
    env = environment(settings.home, settings.cache)
    for line in LINES:
        done = kinkeeper(*(part.replace("{words}", words) for part in line), env=env)
        assert done.returncode == 0, (line, done.stderr)


@pytest.fixture(scope="module")
def full_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A memory with a row about Alex in every table, and nothing withheld in what was typed."""
    folder = tmp_path_factory.mktemp("full")
    settings = fixed_settings(folder / "home", folder / "cache")
    shutil.copytree(demo_home, settings.home)
    _type(settings, "Rosebud")
    with open_writer(settings.memory_path) as writer:
        alex = writer.value("SELECT id FROM contact WHERE display_name = ?", (ALEX,))
        for statement in _MORE.format(alex=alex).split(";"):
            writer.run(statement)
    return settings.home


@pytest.fixture
def full(full_home: Path, tmp_path: Path) -> Settings:
    """A copy of it to write in."""
    shutil.copytree(full_home, tmp_path / "home")
    return fixed_settings(tmp_path / "home", tmp_path / "cache")


async def _asked(settings: Settings, words: str) -> list[tuple[str, str]]:
    """Every answer, asked for by ids and by the words, without the words of the question."""
    with open_writer(settings.memory_path) as writer:
        choose(writer, "disclosure_budget", "none")
        refs = [
            row[0]
            for table in ("message", "conversation", "note", "life_event", "follow_up", "gift",
                          "interaction")
            for row in writer.all(f"SELECT ref FROM {table} ORDER BY id DESC LIMIT 2")
        ]  # fmt: skip
        people = [
            row[0]
            for row in writer.all(
                "SELECT ref FROM contact WHERE merged_into_id IS NULL AND NOT is_owner"
                " ORDER BY (SELECT count(*) FROM identity WHERE contact_id = contact.id) DESC"
                " LIMIT 4"
            )
        ]
    by_id = {"person": people, "ref": refs, "purpose": ["Monday"], "period": ["week", "month"]}
    few = by_id | {"ref": refs[:2], "kind": ["note"], "text": ["Nice"]}
    rounds = (
        by_id | {"query": ["school", "Monday"], "kind": ["note"], "text": ["Likes tea"]},
        few | {name: [words] for name in ("person", "query", "purpose", "organization")},
        few
        | {"person": people[:1], "query": ["Monday"], "within_days": [366], "max_tokens": [4000]},
        few | {"person": ["Alex"], "query": [f"introduced by {words}"], "tag": [words]},
        few | {"person": [f"group:{words}"], "query": ["a"], "group": [words]},
        few
        | {"person": people, "query": ["b"], "kind": ["correction"], "corrects": [words, "none"]},
    )
    answers = []
    async with Client(build_server(settings)) as client:
        for values in rounds:
            answers += await every_answer(client, values)
    return [(asked, answer.replace(words, "")) for asked, answer in answers]


def _assert_not_told(answers: list[tuple[str, str]], told: re.Pattern[str]) -> None:
    assert len(answers) > 100
    leaks = [
        f"{asked}: …{answer[max(0, found.start() - 80) : found.end() + 40]}…"
        for asked, answer in answers
        if (found := told.search(answer))
    ]
    assert not leaks, "\n".join(leaks)


async def _rows_seen(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table as an assistant's connection has it."""
    reader = await open_reader_for_assistant(settings.memory_path, Withholding().functions())
    with open_writer(settings.memory_path) as writer:
        tables = guarded_tables(writer._connection) | OPEN_TABLES - {"message_fts", "fact_fts"}
    try:
        return {
            table: [dict(row) for row in await reader.all(f"SELECT * FROM {table}")]
            for table in sorted(tables)
        }
    finally:
        await reader.close()


def test_every_column_of_the_schema_is_on_a_list(full: Settings) -> None:
    with open_writer(full.memory_path) as writer:
        tables = {
            row[0]
            for row in writer.all("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not re.match(r"(message|fact|person)_fts_|sqlite_", row[0])
        }
        schema = {
            table: sorted(
                row["name"]
                for row in writer.all(f"PRAGMA table_xinfo({table})")
                if row["hidden"] != 1  # of a word index: its name, and its rank
            )
            for table in sorted(tables - EMPTY_TABLES)
        }
    assert tables >= EMPTY_TABLES
    assert {table: sorted(columns) for table, columns in named_columns().items()} == schema


async def test_a_column_on_no_list_is_empty(full: Settings) -> None:
    with open_writer(full.memory_path) as writer:
        writer.run("ALTER TABLE note ADD COLUMN mood TEXT NOT NULL DEFAULT 'Zanthe'")
        writer.run("ALTER TABLE note ADD COLUMN moods TEXT DEFAULT 'Zanthe'")
        writer.run("CREATE TABLE diary AS SELECT 'Zanthe' AS entry")
    seen = await _rows_seen(full)
    assert {(row["mood"], row["moods"]) for row in seen["note"]} == {("", None)}
    assert not seen["diary"]


@pytest.mark.parametrize(("words", "told"), [(SENTENCE, TOLD), (CARD, CARD_TOLD)])
async def test_no_column_and_no_tool_lets_it_out(
    full: Settings, words: str, told: re.Pattern[str]
) -> None:
    with open_writer(full.memory_path) as writer:
        fill(writer, words)
    answers = await _asked(full, ASKED[words])
    _assert_not_told(answers, told)
    if told is TOLD:
        seen = await _rows_seen(full)
        leaking = {
            f"{table}.{column}"
            for table, rows in seen.items()
            for row in rows
            for column, value in row.items()
            if isinstance(value, str) and told.search(value)
        }
        assert not leaking
        assert not [table for table in EMPTY_TABLES if seen[table]]


async def test_what_the_owner_types_of_an_illness_is_found_by_the_owner_alone(
    demo: Settings,
) -> None:
    await asyncio.to_thread(_type, demo, SENTENCE)
    answers = await _asked(demo, ASKED[SENTENCE])
    _assert_not_told(answers, TOLD)
    assert any("[withheld: health" in told for asked, told in answers if asked.endswith('"Alex"}'))
    async with Client(build_server(demo)) as client:
        for asked in ("query", "tag", "group", "organization"):
            for words in (SENTENCE, "chemotherapy"):
                found = structured(await client.call_tool("find_contacts", {asked: words}))
                assert asked == "query" or found["contacts"] == []
                assert not [each for each in found["contacts"] if "called" in each["why"]]
    env = environment(demo.home, demo.cache)
    for line in ((SENTENCE,), ("--tag", SENTENCE), ("--organization", SENTENCE)):
        assert ALEX in kinkeeper("contacts", *line, env=env).stdout


async def test_a_withheld_event_says_how_to_open_it_and_opens(demo: Settings) -> None:
    env = environment(demo.home, demo.cache)
    kinkeeper("event", ALEX, SENTENCE, "2026-11-24", env=env)
    async with Client(build_server(demo)) as client:
        due = structured(await client.call_tool("due_followups", {"person": ALEX}))
        [line] = [line for line in due["due"][0]["lines"] if "withheld" in line["why"]]
        mark = f"[withheld: health; the owner opens it with: kinkeeper open {line['ref']}]"
        assert line["why"] == f"{mark} on 24 Nov, in 4 days"
        with open_writer(demo.memory_path) as writer:
            open_item(writer, line["ref"], demo.now() + 60)
        due = structured(await client.call_tool("due_followups", {"person": ALEX}))
        assert SENTENCE.casefold() in str(due["due"][0]["lines"])


async def test_who_shares_what_is_sensitive_is_found_by_it(demo: Settings) -> None:
    env = environment(demo.home, demo.cache)
    kinkeeper("edit", ALEX, "--nickname", SENTENCE, env=env)
    with open_writer(demo.memory_path) as writer:
        choose(writer, "sensitive", "share")
    async with Client(build_server(demo)) as client:
        found = structured(await client.call_tool("find_contacts", {"query": SENTENCE}))
        assert [contact["name"] for contact in found["contacts"]] == [ALEX]
        with open_writer(demo.memory_path) as writer:
            choose(writer, "sensitive", "withhold")
        found = structured(await client.call_tool("find_contacts", {"query": SENTENCE}))
        assert ALEX not in str(found)


async def test_a_name_that_was_cleared_is_looked_at_anew_when_it_changes(demo: Settings) -> None:
    with open_writer(demo.memory_path) as writer:
        ref = writer.value("SELECT ref FROM contact WHERE display_name = ?", (ALEX,))
        assert writer.value("SELECT count(*) FROM harmless_name") > 10
        # Past every command, so that no index has followed.
        writer.run(
            "UPDATE contact SET display_name = ?, given_name = '' WHERE ref = ?", (SENTENCE, ref)
        )
    async with Client(build_server(demo)) as client:
        due = structured(await client.call_tool("due_followups", {"person": ref}))
        assert due["due"][0]["name"] == "[withheld: health]"
        assert "[withheld: health]" in due["due"][0]["next"]
        assert not TOLD.search(str(due))


async def test_no_search_confirms_a_number_in_a_speakers_name(demo: Settings) -> None:
    with open_writer(demo.memory_path) as writer:
        writer.run("UPDATE identity SET name = name || ' 4111 1111 1111 1111'")
        index_renamed_speakers(writer)
        assert not writer.all("SELECT rowid FROM message_fts WHERE message_fts MATCH '4111'")
        assert writer.all("SELECT rowid FROM message_fts WHERE message_fts MATCH 'speaker:Alex'")
