"""What the owner decides about who is who: kept for ever, and taken back without a trace."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from store.engine.connections import Writer
from store.identity.links import link_identities
from store.identity.retired import conflicting_words
from store.identity.rulings import load_rulings
from store.identity.suggestions import suggest
from store.importers.records import Account, OwnerAccount, Record, SourceInfo
from store.imports.undo_run import undo_import
from store.memory import open_reader
from store.owner.merge_and_split import (
    ImpossibleRuling,
    accounts_of,
    add_account,
    keep_apart,
    merge_contacts,
    split_contact,
    undo_ruling,
)
from store.owner.typed_person import rename_contact, set_name_part
from store.people.contacts import resolve_contact
from store.sharing.access import TIERS, Tier, set_access
from tests.made_exports import (
    BOOK,
    CHATS,
    NORA,
    NOW,
    OWNER,
    card,
    chat_of,
    contact_named,
    links,
    made_memory,
    people,
    rebuilt_word_index,
    said,
    take_in,
    word_index,
)

GOOGLE = SourceInfo("google-contacts", "", "Google Contacts")
MOBILE = "+351 922 700 103"
TELEGRAM = Account("telegram", "user2", "Lex", phones=(MOBILE,))
EXPORTS: dict[str, list[Record]] = {
    "book": [
        BOOK,
        card("1", "Alex Moreira", ("phone", MOBILE), ("email", "alex@example.org")),
        card("2", "Bia Moreira", ("email", "home@example.org")),
        card("3", "Lexi", ("email", "lexi@example.org")),
    ],
    "google": [
        GOOGLE,
        card("1", "Alex J Moreira", ("email", "alex@example.org")),
        card("2", "Bia Moreira", ("email", "home@example.org")),
    ],
    "chat": [
        CHATS,
        OwnerAccount(NORA),
        TELEGRAM,
        chat_of("a", TELEGRAM),
        said("1", "the lamp is broken", by=TELEGRAM),
        chat_of("b", Account("label", "Lexi", "Lexi", scope="b")),
        chat_of("c", Account("telegram", "user4", "Zed")),
    ],
}


def _id(writer: Writer, name: str) -> int:
    return int(writer.value("SELECT id FROM contact WHERE ref = ?", (contact_named(writer, name),)))


def _state(writer: Writer) -> tuple[object, ...]:
    """Everything about who is who that can be seen."""
    return (
        links(writer),
        sorted(
            tuple(row)
            for row in writer.all(
                "SELECT ref, display_name, given_name, family_name, kind, pronouns,"
                " why_they_matter, closeness, status, cadence, cadence_days, access FROM contact"
                " WHERE merged_into_id IS NULL"
            )
        ),
        sorted(
            tuple(row)
            for row in writer.all(
                "SELECT note.text, contact.ref FROM note JOIN identity"
                " ON identity.id = note.identity_id JOIN contact ON contact.id = contact_id"
            )
        ),
        sorted(tuple(row) for row in writer.all("SELECT name, contact_id FROM person_fts")),
        [(each.id, each.score) for each in suggest(writer)],
    )


def _told(writer: Writer, contact_id: int, text: str) -> None:
    """A note of the owner about a contact."""
    provenance = writer.run(
        "INSERT INTO provenance(source_id, recorded_at, confirmed_how)"
        " SELECT id, 1, 'typed' FROM source WHERE kind = 'owner'"
    )
    writer.run(
        "INSERT OR IGNORE INTO identity(kind, key, source_id, contact_id)"
        " SELECT 'owner', contact.ref, source.id, contact.id FROM contact, source"
        " WHERE contact.id = ? AND source.kind = 'owner'",
        (contact_id,),
    )
    writer.run(
        "INSERT INTO note(ref, identity_id, text, provenance_id) SELECT 'n_' || ?, id, ?, ?"
        # Two contacts that became one have an identity each.
        " FROM identity WHERE kind = 'owner' AND contact_id = ? ORDER BY id LIMIT 1",
        (text, text, provenance, contact_id),
    )


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    memory = made_memory(tmp_path)
    for export in EXPORTS.values():
        take_in(memory, export)
    return memory


async def test_a_merged_contact_is_one_and_both_ids_find_it(writer: Writer) -> None:
    kept, other = contact_named(writer, "Bia Moreira"), contact_named(writer, "Zed")
    merge_contacts(writer, _id(writer, "Bia Moreira"), _id(writer, "Zed"), NOW)
    assert "Zed" not in people(writer).values()
    reader = await open_reader(writer.path)
    assert (await resolve_contact(reader, other)).ref == kept
    await reader.close()


@pytest.mark.parametrize(
    "decide",
    [
        lambda w: merge_contacts(w, _id(w, "Bia Moreira"), _id(w, "Zed"), NOW),
        lambda w: merge_contacts(w, _id(w, "Zed"), _id(w, "Alex Moreira"), NOW),
        lambda w: split_contact(w, _id(w, "Alex Moreira"), [_first(w)], NOW),
        lambda w: keep_apart(w, _id(w, "Alex Moreira"), _id(w, "Zed"), NOW),
    ],
)
def test_a_decision_that_is_taken_back_leaves_no_trace(
    writer: Writer, decide: Callable[[Writer], object]
) -> None:
    _told(writer, _id(writer, "Zed"), "likes tea")
    _told(writer, _id(writer, "Alex Moreira"), "likes rain")
    writer.run("UPDATE contact SET cadence = 'weekly', access = 'none' WHERE display_name = 'Zed'")
    writer.run("UPDATE contact SET cadence = 'monthly' WHERE display_name = 'Bia Moreira'")
    take_in(writer, EXPORTS["chat"])
    before = _state(writer)
    decide(writer)
    take_in(writer, EXPORTS["book"])
    undo_ruling(writer, None, NOW)
    assert _state(writer) == before
    assert word_index(writer) == rebuilt_word_index(writer)


def _first(writer: Writer) -> int:
    """The account that the contact's id is made of."""
    return accounts_of(writer, _id(writer, "Alex Moreira"))[0].id


def test_the_words_of_the_one_that_is_kept_win_and_the_narrower_access_holds(
    writer: Writer,
) -> None:
    writer.run(
        "UPDATE contact SET cadence = 'weekly', access = 'none', closeness = 'close'"
        " WHERE display_name = 'Zed'"
    )
    writer.run("UPDATE contact SET cadence = 'monthly' WHERE display_name = 'Bia Moreira'")
    bia = _id(writer, "Bia Moreira")
    merge_contacts(writer, bia, _id(writer, "Zed"), NOW)
    kept = writer.one("SELECT cadence, access, closeness FROM contact WHERE id = ?", (bia,))
    assert kept is not None
    assert tuple(kept) == ("monthly", "none", "close")
    assert conflicting_words(writer, bia) == [("cadence", "monthly", "weekly")]


def test_what_is_said_after_a_merge_stays_when_it_is_taken_back(writer: Writer) -> None:
    alex, zed = _id(writer, "Alex Moreira"), _id(writer, "Zed")
    writer.run("UPDATE contact SET cadence = 'weekly' WHERE id = ?", (zed,))
    merge_contacts(writer, alex, zed, NOW)
    writer.run("UPDATE contact SET cadence = 'yearly' WHERE id = ?", (alex,))
    undo_ruling(writer, None, NOW)
    found = dict(tuple(row) for row in writer.all("SELECT id, cadence FROM contact"))
    assert (found[alex], found[zed]) == ("yearly", "weekly")


def test_a_name_that_was_typed_goes_with_whom_it_was_typed_of(writer: Writer) -> None:
    zed, alex = _id(writer, "Zed"), _id(writer, "Alex Moreira")
    set_name_part(writer, zed, "given_name", "Zebediah", NOW)
    rename_contact(writer, zed, "Zebediah Quill", NOW)
    before = _state(writer)
    merge_contacts(writer, alex, zed, NOW)
    assert "Zebediah Quill" in people(writer).values()
    undo_ruling(writer, None, NOW)
    assert _state(writer) == before
    merge_contacts(writer, alex, zed, NOW)
    of_zed = [each.id for each in accounts_of(writer, alex) if each.account[2] == "user4"]
    split_contact(writer, alex, of_zed, NOW)
    assert {"Alex Moreira", "Zebediah Quill"} <= set(people(writer).values())


def test_a_split_off_contact_is_seen_by_as_few_as_before(writer: Writer) -> None:
    alex = _id(writer, "Alex Moreira")
    writer.run("UPDATE contact SET access = 'none' WHERE id = ?", (alex,))
    made = split_contact(writer, alex, [accounts_of(writer, alex)[-1].id], NOW)
    assert writer.value("SELECT access FROM contact WHERE ref = ?", (made.ref,)) == "none"


def _access(writer: Writer) -> dict[str, str]:
    sql = "SELECT display_name, access FROM contact WHERE merged_into_id IS NULL AND NOT is_owner"
    return dict(tuple(row) for row in writer.all(sql))


def test_what_a_split_leaves_behind_of_a_hidden_contact_stays_hidden(writer: Writer) -> None:
    alex, zed = _id(writer, "Alex Moreira"), _id(writer, "Zed")
    writer.run("UPDATE contact SET access = 'none' WHERE id = ?", (alex,))
    merge_contacts(writer, zed, alex, NOW)
    cards = [each.id for each in accounts_of(writer, zed) if each.account[0] == "card"]
    made = split_contact(writer, zed, cards, NOW)
    # The telephone of the hidden one is still with the other, whom nobody had hidden.
    assert {each.account[2] for each in accounts_of(writer, zed)} == {"user2", "user4"}
    assert set(_access(writer).values()) == {"full", "none"}
    assert writer.value("SELECT access FROM contact WHERE id = ?", (zed,)) == "none"
    assert writer.value("SELECT access FROM contact WHERE ref = ?", (made.ref,)) == "none"
    undo_ruling(writer, None, NOW)
    undo_ruling(writer, None, NOW)
    assert {name for name, tier in _access(writer).items() if tier == "none"} == {"Alex Moreira"}


def test_who_may_see_two_that_are_one_is_what_the_owner_said_last(writer: Writer) -> None:
    bia, zed = contact_named(writer, "Bia Moreira"), contact_named(writer, "Zed")
    set_access(writer, zed, "none")
    merge_contacts(writer, _id(writer, "Bia Moreira"), _id(writer, "Zed"), NOW)
    set_access(writer, bia, "full")
    for export in ("book", "chat"):
        take_in(writer, EXPORTS[export])
        link_identities(writer, NOW)
        assert _access(writer)["Bia Moreira"] == "full"
    # A third one, hidden as well, is another matter.
    set_access(writer, contact_named(writer, "Alex Moreira"), "summary")
    merge_contacts(writer, _id(writer, "Bia Moreira"), _id(writer, "Alex Moreira"), NOW)
    assert _access(writer)["Bia Moreira"] == "summary"
    undo_ruling(writer, None, NOW)
    undo_ruling(writer, None, NOW)
    assert (_access(writer)["Bia Moreira"], _access(writer)["Zed"]) == ("full", "none")


def test_a_contact_keeps_its_id_when_the_account_that_it_is_made_of_goes(writer: Writer) -> None:
    ref = contact_named(writer, "Alex Moreira")
    made = split_contact(writer, _id(writer, "Alex Moreira"), [_first(writer)], NOW)
    assert made.ref != ref
    assert {ref, made.ref} <= people(writer).keys()


def test_an_account_of_nobody_can_be_given_and_refused(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, EXPORTS["book"])
        labels = [Account("label", name, name, scope="g") for name in ("Bia", "Alex")]
        take_in(writer, [CHATS, chat_of("g", *labels)])
        ids = {row["key"]: row["id"] for row in writer.all("SELECT key, id FROM identity")}
        add_account(writer, _id(writer, "Bia Moreira"), ids["Bia"], NOW)
        keep_apart(writer, _id(writer, "Alex Moreira"), ids["Alex"], NOW, is_account=True)
        found = links(writer)
        assert found[("label", "telegram/g", "Bia")] == contact_named(writer, "Bia Moreira")
        assert found[("label", "telegram/g", "Alex")] is None
        assert suggest(writer) == []


def test_the_owner_and_a_contact_itself_are_merged_with_nobody(writer: Writer) -> None:
    owner = int(writer.value("SELECT id FROM contact WHERE is_owner"))
    alex = _id(writer, "Alex Moreira")
    everything = [each.id for each in accounts_of(writer, alex)]
    for attempt in (
        lambda: merge_contacts(writer, owner, alex, NOW),
        lambda: merge_contacts(writer, alex, owner, NOW),
        lambda: merge_contacts(writer, alex, alex, NOW),
        lambda: keep_apart(writer, alex, alex, NOW),
        lambda: split_contact(writer, alex, everything, NOW),
        lambda: split_contact(writer, alex, [], NOW),
        lambda: undo_ruling(writer, 99_999, NOW),
    ):
        with pytest.raises(ImpossibleRuling):
            attempt()
    assert load_rulings(writer) == []


class Deciding(RuleBasedStateMachine):
    """Imports and decisions in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.writer = made_memory(Path(self.folder.name))
        self.refs: set[str] = set()
        self.before: list[tuple[object, ...]] = []
        self.runs: dict[str, int] = {}

    @initialize()
    def begin(self) -> None:
        self.taken("book")

    def taken(self, name: str) -> None:
        take_in(self.writer, EXPORTS[name])
        self.runs[name] = int(self.writer.value("SELECT max(id) FROM import_run"))
        self.before.clear()

    def contacts(self) -> list[int]:
        sql = "SELECT id FROM contact WHERE merged_into_id IS NULL AND NOT is_owner ORDER BY ref"
        return [int(row[0]) for row in self.writer.all(sql)]

    @rule(name=st.sampled_from(sorted(EXPORTS)))
    def imports(self, name: str) -> None:
        self.taken(name)

    @rule(which=st.integers(0, 9))
    def takes_an_import_back_and_brings_it_again(self, which: int) -> None:
        name = sorted(self.runs)[which % len(self.runs)]
        before = _state(self.writer)
        undo_import(self.writer, self.runs[name], OWNER.time_zone, NOW)
        self.taken(name)
        assert _state(self.writer) == before

    @rule(which=st.integers(0, 9), tier=st.sampled_from(TIERS))
    def says_who_may_see(self, which: int, tier: Tier) -> None:
        found = self.contacts()
        ref = self.writer.value(
            "SELECT ref FROM contact WHERE id = ?", (found[which % len(found)],)
        )
        set_access(self.writer, ref, tier)
        self.before.clear()

    @rule(which=st.integers(0, 9), number=st.integers(0, 99))
    def tells(self, which: int, number: int) -> None:
        found = self.contacts()
        if not self.writer.value("SELECT 1 FROM note WHERE text = ?", (str(number),)):
            _told(self.writer, found[which % len(found)], str(number))
        self.before.clear()

    def tiers(self) -> dict[tuple[str, str, str], int]:
        """How narrowly each account is seen."""
        return {
            (row[0], row[1], row[2]): TIERS.index(row[3])
            for row in self.writer.all(
                "SELECT identity.kind, scope, key, access FROM identity"
                " JOIN contact ON contact.id = contact_id WHERE NOT is_owner"
            )
        }

    @contextmanager
    def nobody_is_uncovered(self) -> Iterator[None]:
        """Of what a decision moves, nothing is seen by more than before."""
        before = self.tiers()
        yield
        after = self.tiers()
        assert all(after[account] >= before[account] for account in before.keys() & after.keys())

    @rule(first=st.integers(0, 9), second=st.integers(0, 9))
    def merges(self, first: int, second: int) -> None:
        found = self.contacts()
        one, other = found[first % len(found)], found[second % len(found)]
        if one != other:
            self.before.append(_state(self.writer))
            with self.nobody_is_uncovered():
                merge_contacts(self.writer, one, other, NOW)
            assert other not in self.contacts()

    @rule(first=st.integers(0, 9), second=st.integers(0, 9))
    def refuses(self, first: int, second: int) -> None:
        found = self.contacts()
        one, other = found[first % len(found)], found[second % len(found)]
        if one != other:
            self.before.append(_state(self.writer))
            keep_apart(self.writer, one, other, NOW)

    @rule(which=st.integers(0, 9), count=st.integers(1, 3), start=st.integers(0, 3))
    def splits(self, which: int, count: int, start: int) -> None:
        found = self.contacts()
        contact = found[which % len(found)]
        ids = [each.id for each in accounts_of(self.writer, contact)]
        chosen = ids[start : start + count]
        if chosen and len(chosen) < len(ids):
            self.before.append(_state(self.writer))
            with self.nobody_is_uncovered():
                split_contact(self.writer, contact, chosen, NOW)

    @precondition(lambda self: self.before)
    @rule()
    def takes_back(self) -> None:
        undo_ruling(self.writer, None, NOW)
        assert _state(self.writer) == self.before.pop()

    @invariant()
    def refused_accounts_are_never_together(self) -> None:
        decisions = load_rulings(self.writer)
        together = links(self.writer)
        for at, decision in enumerate(decisions):
            later = [each for each in decisions[at + 1 :] if each.kind == "merge"]
            if decision.kind == "merge" or later:
                continue
            left = {together.get(account) for account in decision.left} - {None}
            right = {together.get(account) for account in decision.right} - {None}
            assert not left & right

    @invariant()
    def the_owner_has_no_account_of_another(self) -> None:
        owner = self.writer.value("SELECT ref FROM contact WHERE is_owner")
        mine = {key for key, ref in links(self.writer).items() if ref == owner}
        assert mine <= {
            ("owner", "", "owner"),
            ("email", "", "nora@lind.example"),
            ("phone", "", "+351922700101"),
            ("telegram", "", "user1"),
        }

    @invariant()
    def every_ref_leads_to_somebody(self) -> None:
        rows = {
            int(row["id"]): row
            for row in self.writer.all("SELECT id, ref, merged_into_id FROM contact")
        }
        self.refs |= {row["ref"] for row in rows.values()}
        assert {row["ref"] for row in rows.values()} == self.refs
        for row in rows.values():
            if (there := row["merged_into_id"]) is not None:
                assert rows[there]["merged_into_id"] is None

    def teardown(self) -> None:
        self.writer.close()
        self.folder.cleanup()


Deciding.TestCase.settings = settings(
    max_examples=6,
    stateful_step_count=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestDeciding = Deciding.TestCase
