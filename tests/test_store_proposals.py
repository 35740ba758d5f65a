"""Proposals and decisions: nothing becomes a fact without one, and neither ever changes.

KINKEEPER_TEST_STEPS sets how many steps the stateful test takes in all (default 240).
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from store.engine.connections import Writer
from store.engine.driver import DatabaseError, IntegrityError
from store.engine.refs import make_ref
from store.facts.contact_facts import contact_methods, other_names
from store.memory import open_for_one_yes, open_proposer, open_reader, open_writer
from store.owner.typed_line import UnusableCorrection
from store.proposals.decisions import (
    DialogsDoNotCount,
    NotAccepted,
    NotPending,
    NotWhatWasShown,
    UnusableText,
    accept,
    confirm_in_dialog,
    reject,
    take_back,
)
from store.proposals.proposals import Draft, ProposalNotFound, load_proposal
from store.proposals.proposing import (
    EXPIRE_SECONDS,
    MOST_PENDING_A_PERSON,
    propose,
    propose_ourselves,
)
from tests.made_exports import BOOK, NOW, card, contact_named, made_memory, people, take_in

STEPS = int(os.environ.get("KINKEEPER_TEST_STEPS", "240"))
STEPS_A_RUN = 40
BO = card("bo", "Bo Berg", ("email", "bo@berg.example"))
ADA = card("ada", "Ada Moe", ("email", "ada@moe.example"), given_name="Ada")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with made_memory(folder) as writer:
        take_in(writer, [BOOK, BO, ADA])
    return folder / "memory.db"


@pytest.fixture
def writer(made: Path, tmp_path: Path) -> Any:
    with open_writer(Path(shutil.copy(made, tmp_path / "memory.db"))) as opened:
        yield opened


def draft(
    writer: Writer, text: str, kind: Any = "note", name: str = "Bo Berg", **more: Any
) -> Draft:
    ref = contact_named(writer, name)
    contact_id = writer.value("SELECT id FROM contact WHERE ref = ?", (ref,))
    return Draft(contact_id, ref, kind, text, **more)


def proposed(writer: Writer, text: str, kind: Any = "note", **more: Any) -> tuple[str, str]:
    wanted = draft(writer, text, kind, **more)
    ref = propose_ourselves(writer, wanted, NOW)
    assert ref is not None
    return ref, wanted.sha256()


def facts(writer: Writer) -> int:
    found: int = writer.value(
        "SELECT (SELECT count(*) FROM note) + (SELECT count(*) FROM follow_up)"
        " + (SELECT count(*) FROM life_event) + (SELECT count(*) FROM superseded_fact)"
    )
    return found


class Memory(RuleBasedStateMachine):
    """An assistant that proposes, an owner who reads and decides, and time that goes by."""

    pending = Bundle("pending")
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.writer = open_writer(Path(shutil.copy(self.template, self.folder / "memory.db")))
        self.now = NOW
        self.stored: dict[str, tuple[str, str]] = {}
        self.decided: dict[str, tuple[str, str]] = {}
        self.facts: dict[str, str] = {}
        self.switched_on = False

    @rule(
        target=pending,
        text=st.text(
            st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
            min_size=1,
            max_size=30,
        ),
        kind=st.sampled_from(["note", "conversation_summary", "follow_up", "life_event"]),
        name=st.sampled_from(["Bo Berg", "Ada Moe"]),
    )
    def propose(self, text: str, kind: Any, name: str) -> str:
        due = "2027-01-02" if kind == "life_event" else ""
        wanted = draft(self.writer, text, kind, name, due_on=due)
        ref = propose_ourselves(self.writer, wanted, self.now)
        if ref is None:
            return "p_0000000"
        self.stored[ref] = (text, wanted.sha256())
        return ref

    @rule(ref=pending, how=st.sampled_from(["shown", "other words", "another", "edited"]))
    def say_yes(self, ref: str, how: str) -> None:
        text, sha256 = self.stored.get(ref, ("", "0" * 64))
        others = [known for other, (_, known) in self.stored.items() if other != ref]
        shown = {
            "other words": "f" * 64,
            "another": others[0] if others else "e" * 64,
        }.get(how, sha256)
        may = ref in self.stored and self._state(ref) == "pending" and shown == sha256
        edited = f"{text} indeed" if how == "edited" else ""
        try:
            fact = accept(self.writer, ref, shown, "terminal", self.now, edited_text=edited)
        except (NotWhatWasShown, NotPending, ProposalNotFound):
            assert not may
        else:
            assert may
            self.decided[ref] = ("accepted", edited or text)
            self.facts[ref] = fact

    @rule(ref=pending)
    def say_yes_in_a_dialog(self, ref: str) -> None:
        text, sha256 = self.stored.get(ref, ("", "0" * 64))
        may = ref in self.stored and self._state(ref) == "pending" and self.switched_on
        try:
            fact = confirm_in_dialog(self.writer.path, ref, sha256, "owner", self.now)
        except (DialogsDoNotCount, NotPending, ProposalNotFound):
            assert not may
        else:
            assert may
            self.decided[ref] = ("accepted", text)
            self.facts[ref] = fact

    @rule(ref=pending)
    def say_no(self, ref: str) -> None:
        may = ref in self.stored and self._state(ref) == "pending"
        try:
            reject(self.writer, ref, self.stored.get(ref, ("", ""))[1], "terminal", self.now)
        except (NotPending, ProposalNotFound):
            assert not may
        else:
            assert may
            self.decided[ref] = ("rejected", "")

    @rule(ref=consumes(pending))
    def take_back(self, ref: str) -> None:
        may = self.decided.get(ref, ("", ""))[0] == "accepted"
        try:
            take_back(self.writer, ref, self.now)
        except (NotAccepted, ProposalNotFound):
            assert not may
        else:
            assert may
            self.decided[ref] = ("taken back", "")
            del self.facts[ref]

    @rule(on=st.booleans())
    def switch(self, on: bool) -> None:
        self.writer.run(
            "INSERT OR REPLACE INTO setting(name, value) VALUES ('confirm_in_client', ?)",
            ("on" if on else "off",),
        )
        self.switched_on = on

    @rule(days=st.integers(0, 20))
    def time_goes_by(self, days: int) -> None:
        self.now += days * 86_400

    @rule(ref=pending, text=st.text(max_size=5))
    def tamper(self, ref: str, text: str) -> None:
        for sql in (
            "UPDATE proposal SET text = ? WHERE ref = ?",
            "UPDATE decision SET text_sha256 = ? WHERE proposal_id ="
            " (SELECT id FROM proposal WHERE ref = ?)",
        ):
            try:
                self.writer.run(sql, (text, ref))
            except IntegrityError:
                continue
            assert self.writer.value(
                "SELECT count(*) FROM proposal WHERE ref = ?", (ref,)
            ) == 0 or ("decision" in sql and ref not in self.decided)

    def _state(self, ref: str) -> str:
        return load_proposal(self.writer, ref, self.now).state

    @invariant()
    def what_was_read_is_what_is_remembered(self) -> None:
        for ref, (text, sha256) in self.stored.items():
            found = load_proposal(self.writer, ref, self.now)
            assert (found.draft.text, found.sha256) == (text, sha256)
            if ref in self.decided:
                assert found.state == self.decided[ref][0]
            else:
                assert found.state in {"pending", "expired"}
        rows = self.writer.all(
            "SELECT provenance.reference, coalesce(note.text, follow_up.text, life_event.label)"
            " FROM provenance LEFT JOIN note ON note.provenance_id = provenance.id"
            " LEFT JOIN follow_up ON follow_up.provenance_id = provenance.id"
            " LEFT JOIN life_event ON life_event.provenance_id = provenance.id"
            " WHERE provenance.confirmed_how LIKE 'confirmed%'"
            " AND coalesce(note.id, follow_up.id, life_event.id) IS NOT NULL"
        )
        for reference, text in rows:
            assert self.decided[reference][0] == "accepted"
            assert text in {self.decided[reference][1], ""}
        assert facts(self.writer) <= len(self.facts)

    def teardown(self) -> None:
        self.writer.close()
        shutil.rmtree(self.folder)


def test_only_what_was_read_and_said_yes_to_is_remembered(made: Path) -> None:
    Memory.template = made
    run_state_machine_as_test(
        Memory,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_A_RUN),
            stateful_step_count=STEPS_A_RUN,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize(
    ("kind", "due", "table", "wanted"),
    [
        ("note", "", "note", {"kind": "note", "text": "Words"}),
        ("conversation_summary", "", "note", {"kind": "conversation summary", "text": "Words"}),
        ("follow_up", "2027-01-02", "follow_up", {"owed_by": "contact", "due_on": "2027-01-02"}),
        ("life_event", "--01-02", "life_event", {"kind": "event", "date_on": "--01-02"}),
    ],
)
def test_a_yes_writes_the_fact_with_where_it_comes_from(
    writer: Writer, kind: Any, due: str, table: str, wanted: dict[str, str]
) -> None:
    ref, shown = proposed(writer, "Words", kind, due_on=due, evidence=("m_aaaaaaa",))
    fact = accept(writer, ref, shown, "terminal", NOW + 5, owed_by="contact")
    row = writer.one(
        f"SELECT {table}.*, provenance.*, identity.kind AS stands_on, source.kind AS source"
        f" FROM {table} JOIN provenance ON provenance.id = provenance_id"
        " JOIN identity ON identity.id = identity_id"
        " JOIN source ON source.id = provenance.source_id"
        f" WHERE {table}.ref = ?",
        (fact,),
    )
    assert row is not None
    assert {name: row[name] for name in wanted if name != "kind"} == {
        name: value for name, value in wanted.items() if name != "kind"
    }
    assert row["reference"] == f"{ref} m_aaaaaaa"
    assert row["author"] == "Kinkeeper"
    assert row["confirmed_how"] == "confirmed in terminal"
    assert row["confirmed_at"] == NOW + 5
    assert (row["stands_on"], row["source"]) == ("owner", "owner")


def test_a_decision_names_what_was_shown(writer: Writer) -> None:
    ref, shown = proposed(writer, "Words")
    with pytest.raises(NotWhatWasShown, match="Nothing was decided"):
        accept(writer, ref, "0" * 64, "terminal", NOW)
    writer.run("DROP TRIGGER proposal_is_never_changed")
    writer.run("UPDATE proposal SET text = 'Other words'")
    with pytest.raises(NotWhatWasShown):
        accept(writer, ref, shown, "terminal", NOW)
    with pytest.raises(NotWhatWasShown):
        reject(writer, ref, shown, "terminal", NOW)
    assert facts(writer) == 0


@pytest.mark.parametrize("text", ["x" * 4_001, "  \n ", "a\0b"])
def test_edited_words_have_to_be_words(writer: Writer, text: str) -> None:
    ref, shown = proposed(writer, "Words")
    with pytest.raises(UnusableText):
        accept(writer, ref, shown, "terminal", NOW, edited_text=text)
    assert writer.value("SELECT count(*) FROM decision") == 0


def test_after_its_time_nothing_is_accepted_and_the_same_may_be_proposed_again(
    writer: Writer,
) -> None:
    ref, shown = proposed(writer, "Words")
    assert propose_ourselves(writer, draft(writer, "Words"), NOW + 1) is None
    with pytest.raises(NotPending, match="expired"):
        accept(writer, ref, shown, "terminal", NOW + EXPIRE_SECONDS)
    assert propose_ourselves(writer, draft(writer, "Words"), NOW + EXPIRE_SECONDS)


def test_our_own_proposals_are_bounded_and_never_come_back(writer: Writer) -> None:
    ref, shown = proposed(writer, "Words")
    reject(writer, ref, shown, "terminal", NOW)
    assert propose_ourselves(writer, draft(writer, "Words"), NOW + 10 * EXPIRE_SECONDS) is None
    for number in range(MOST_PENDING_A_PERSON):
        proposed(writer, f"Words {number}")
    assert propose_ourselves(writer, draft(writer, "One more"), NOW) is None
    assert propose_ourselves(writer, draft(writer, "For Ada", name="Ada Moe"), NOW)


async def test_a_client_cannot_pass_for_kinkeeper(writer: Writer) -> None:
    proposer = await open_proposer(writer.path)
    await propose(proposer, draft(writer, "Words"), "Kinkeeper", NOW)
    await proposer.close()
    assert writer.value("SELECT proposed_by FROM proposal") == "“Kinkeeper”"


ONE_YES_ATTACKS = [
    "UPDATE proposal SET text = 'other'",
    "DELETE FROM proposal",
    "DELETE FROM decision",
    "UPDATE decision SET verdict = 'accepted'",
    "INSERT INTO setting VALUES ('confirm_in_client', 'on')",
    "UPDATE setting SET value = 'on'",
    "INSERT INTO superseded_fact(identity_id, kind, text, provenance_id) VALUES (1, 'x', 'y', 1)",
    "INSERT INTO contact_name(identity_id, kind, name, provenance_id) VALUES (1, 'full', 'x', 1)",
    "INSERT INTO contact_method(identity_id, kind, value, provenance_id) VALUES (1, 'url', 'x', 1)",
    "INSERT INTO role(identity_id, organization_id, provenance_id) VALUES (1, 1, 1)",
    "INSERT INTO gift(ref, identity_id, state, text, provenance_id)"
    " SELECT 'g_x', identity.id, 'idea', 'x', provenance.id FROM identity, provenance LIMIT 1",
    "INSERT INTO interaction(ref, kind, on_day, started_at, ended_at)"
    " VALUES ('i_x', 'logged', '2026-11-20', 1, 1)",
    "INSERT INTO retraction VALUES (1, 1)",
    "INSERT INTO message(ref) VALUES ('m_x')",
    "UPDATE contact SET display_name = 'x'",
    "DROP TRIGGER decision_in_a_dialog_is_allowed",
    "PRAGMA writable_schema=1",
    "ATTACH 'file:other.db?mode=rwc' AS other",
    "VACUUM INTO 'copy.db'",
]


@pytest.mark.parametrize("attack", ONE_YES_ATTACKS)
def test_the_connection_of_a_dialog_does_nothing_else(writer: Writer, attack: str) -> None:
    proposed(writer, "Words")
    before = list(writer.path.parent.iterdir())
    with open_for_one_yes(writer.path) as narrow, pytest.raises(DatabaseError):
        narrow.run(attack)
    assert {path.suffix for path in set(writer.path.parent.iterdir()) - set(before)} <= {
        ".db-wal",
        ".db-shm",
    }


@pytest.mark.parametrize("kind", ["note", "correction"])
@pytest.mark.parametrize("switched_on", [False, True])
def test_the_memory_itself_holds_dialogs_to_the_owners_setting(
    writer: Writer, kind: Any, switched_on: bool
) -> None:
    more = {"corrects_kind": "name", "corrects_text": "Bo Berg"} if kind == "correction" else {}
    ref, shown = proposed(writer, "Words", kind, **more)
    if switched_on:
        writer.run("INSERT INTO setting(name, value) VALUES ('confirm_in_client', 'on')")
    if switched_on and kind == "note":
        assert confirm_in_dialog(writer.path, ref, shown, "owner", NOW).startswith("n_")
        assert facts(writer) == 1
    else:
        with pytest.raises(DialogsDoNotCount, match="stays pending"):
            confirm_in_dialog(writer.path, ref, shown, "owner", NOW)
        assert facts(writer) == 0


def correct(writer: Writer, kind: str, wrong: str, text: str, due: str = "") -> str:
    more = {"corrects_kind": kind, "corrects_text": wrong, "due_on": due}
    ref, shown = proposed(writer, text, "correction", **more)
    accept(writer, ref, shown, "terminal", NOW)
    return ref


def test_a_corrected_name_outlives_the_next_card_and_can_be_taken_back(writer: Writer) -> None:
    ref = correct(writer, "name", "Bo Berg", "Bo Lindberg")
    take_in(writer, [BOOK, card("bo", "Bo Berg", ("email", "new@berg.example")), ADA])
    assert "Bo Lindberg" in people(writer).values()
    assert "Bo Berg" not in people(writer).values()
    take_back(writer, ref, NOW)
    assert "Bo Berg" in people(writer).values()


async def test_a_nickname_is_corrected_without_renaming_anybody(writer: Writer) -> None:
    take_in(writer, [BOOK, card("bo", "Bo Berg", nicknames=("Bobo", "Bear"))])
    contact_id = draft(writer, "x").contact_id
    reader = await open_reader(writer.path)
    ref = correct(writer, "other name", "Bobo", "Bobby")
    names = [(fact.kind, fact.text) for fact in await other_names(reader, contact_id)]
    assert names == [("nickname", "Bear"), ("nickname", "Bobby")]
    assert "Bo Berg" in people(writer).values()
    take_back(writer, ref, NOW)
    names = [(fact.kind, fact.text) for fact in await other_names(reader, contact_id)]
    assert names == [("nickname", "Bobo"), ("nickname", "Bear")]
    await reader.close()


async def test_the_latest_word_of_the_owner_stands(writer: Writer) -> None:
    take_in(writer, [BOOK, card("bo", "Bo Berg", ("email", "bo@berg.example"))])
    contact_id = draft(writer, "x").contact_id
    reader = await open_reader(writer.path)
    correct(writer, "email", "bo@berg.example", "new@berg.example")
    correct(writer, "email", "new@berg.example", "bo@berg.example")
    found = await contact_methods(reader, contact_id)
    assert [(fact.text, fact.confirmed_how) for fact in found] == [
        ("bo@berg.example", "confirmed in terminal")
    ]
    await reader.close()


@pytest.mark.parametrize(
    ("kind", "text", "due", "said"),
    [
        ("email", "not an address", "", "is no e-mail"),
        ("phone", "nine", "", "is no telephone"),
        ("birthday", "the 2nd", "", "new date"),
        ("name", "none", "", "needs a name"),
    ],
)
def test_a_correction_that_cannot_be_stored_changes_nothing(
    writer: Writer, kind: str, text: str, due: str, said: str
) -> None:
    with pytest.raises(UnusableCorrection, match=said):
        correct(writer, kind, "old", text, due)
    assert facts(writer) == 0
    assert writer.value("SELECT count(*) FROM decision") == 0


def test_a_proposal_follows_its_person_through_merges(writer: Writer) -> None:
    ref, shown = proposed(writer, "Words")
    before = draft(writer, "Words").contact_id
    between = writer.run(
        "INSERT INTO contact(ref, display_name, created_at) VALUES ('c_between', 'Between', ?)",
        (NOW,),
    )
    after = draft(writer, "Words", name="Ada Moe").contact_id
    sql = "UPDATE contact SET merged_into_id = ? WHERE id = ?"
    writer.run(sql, (between, before))
    writer.run(sql, (after, between))
    note = accept(writer, ref, shown, "terminal", NOW)
    assert (
        writer.value(
            "SELECT contact_id FROM note JOIN identity ON identity.id = identity_id"
            " WHERE note.ref = ?",
            (note,),
        )
        == after
    )


def test_a_made_up_reference_is_not_found(writer: Writer) -> None:
    for ref in ("p_0000000", "n_0000000", make_ref("c", "x")):
        with pytest.raises(ProposalNotFound):
            take_back(writer, ref, NOW)
