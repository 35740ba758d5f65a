"""All that is stored about who is who: every account with its keys, names and decisions."""

import gc
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from store.engine.connections import Row, Writer
from store.identity.account_names import best_name
from store.identity.components import components
from store.identity.gone import returned
from store.identity.rulings import Ruling, load_rulings
from store.people.circles import LARGEST_CIRCLE
from store.text.keys import is_role_address, mailbox
from store.text.name_likeness import generation, is_generic, looks_like_degree, names_two
from store.text.names import name_key
from store.text.services import SERVICES

# Many accounts share a name, and every import asks for all of them again.
_key_of_name = lru_cache(maxsize=200_000)(name_key)
Key = tuple[str, str]
Seed = tuple[str, str, str]
# Said by somebody who knows, so no rule reverses it.
SURE_OWNER: Final = ("said by the owner", "marked as yours in the export")
# An export calls it its own, and nothing that the owner said bears it out.
PERHAPS_YOU: Final = "perhaps you"
# What the owner typed is an account when it has an address or a number, or when nothing else does.
TYPED_ACCOUNT: Final = (
    "(identity.kind = 'owner' AND (identity.key = 'owner'"
    " OR identity.id IN (SELECT identity_id FROM contact_method)"
    " OR identity.key IN (SELECT ref FROM contact WHERE seed IS NULL AND NOT is_owner)))"
)


@dataclass(slots=True, eq=False)
class Node:
    """One account. name, saved_as, shown_as: as keys; shown: as it is written.

    saved_as: how the owner saved this account, or ''. shown_as: other names that exports showed for
    it. is_couple: the name is that of two people. strong: keys that mean one person; medium: keys
    that others may share. gender, birthdays: what cards say. other_names: as keys, from nicknames
    and the parts of the name.
    """

    id: int
    seed: Seed
    shown: str
    name: str
    contact_id: int | None
    linked_how: str
    given: str = ""
    family: str = ""
    pronouns: str = ""
    is_organization: bool = False
    saved_as: str = ""
    saved_shown: str = ""
    is_couple: bool = False
    gender: str = ""
    suffix: str = ""
    runs: set[int] = field(default_factory=set)
    shown_as: set[str] = field(default_factory=set)
    other_names: set[str] = field(default_factory=set)
    strong: set[Key] = field(default_factory=set)
    medium: set[Key] = field(default_factory=set)
    birthdays: set[str] = field(default_factory=set)

    @property
    def kind(self) -> str:
        """The kind of account; `card` for a card."""
        return self.seed[0]

    @property
    def stable_id(self) -> tuple[str, str] | None:
        """(service, scope) when the key is an id that the service gives to one person."""
        kind, scope, key = self.seed
        return (kind, scope) if SERVICES[kind].has_stable_id and key[:1] != "+" else None


@dataclass(slots=True)
class Evidence:
    """What the rules decide from. owner_contact: row id; worthy: ids of accounts that are people.

    seed_of_contact: the account that a ref is made of, with a word before it when the account's own
    ref belongs to somebody else.
    """

    nodes: dict[int, Node]
    owner_contact: int | None
    owner_name: str
    typed: dict[int, int]
    worthy: set[int]
    rulings: list[Ruling]
    seed_of_contact: dict[int, tuple[str, ...]]


def load_evidence(writer: Writer) -> Evidence:
    """Read everything, in a handful of queries."""
    owner = writer.one("SELECT id, display_name FROM contact WHERE is_owner")
    nodes = _nodes(writer)
    again = returned(writer)
    _add_keys(writer, nodes)
    _add_same_writers(writer, nodes)
    _add_details(writer, nodes)
    _add_runs(writer, nodes)
    return Evidence(
        nodes=nodes,
        owner_contact=None if owner is None else int(owner["id"]),
        owner_name="" if owner is None else _key_of_name(owner["display_name"]),
        typed=_typed(writer),
        worthy=_people_worth_a_contact(writer, nodes),
        rulings=load_rulings(writer),
        seed_of_contact={
            int(row["id"]): again.get(seed := tuple(json.loads(row["seed"])), seed)
            for row in writer.all("SELECT id, seed FROM contact WHERE seed IS NOT NULL")
        },
    )


def _nodes(writer: Writer) -> dict[int, Node]:
    """Every account; what the owner typed is among them only if it is an account."""
    nodes = {}
    for row in writer.all(
        "SELECT id, kind, scope, key, name, given_name, family_name, pronouns, is_organization,"
        f" contact_id, linked_how FROM identity WHERE kind <> 'owner' OR {TYPED_ACCOUNT}"
    ):
        kind, key = row["kind"], row["key"]
        node = Node(
            id=row["id"],
            seed=(kind, row["scope"], key),
            shown=row["name"],
            name=_key_of_name(row["name"]) if kind != "label" else _key_of_name(row["name"] or key),
            contact_id=row["contact_id"],
            linked_how=row["linked_how"],
            given=row["given_name"],
            family=row["family_name"],
            pronouns=row["pronouns"],
            is_organization=bool(row["is_organization"]),
            is_couple=names_two(row["name"]),
        )
        address = SERVICES[kind].address(key)
        if address and not (address[0] == "email" and is_role_address(key)):
            _hold(node, address, strong=True)
        nodes[node.id] = node
    return nodes


def _hold(node: Node, key: Key, *, strong: bool) -> None:
    (node.strong if strong else node.medium).add(key)
    if key[0] == "email" and key[1].endswith("@gmail.com"):
        node.medium.add(("mailbox", mailbox(key[1])))


def _add_keys(writer: Writer, nodes: dict[int, Node]) -> None:
    for row in writer.all(
        "SELECT identity_id, kind, key, strength FROM contact_method WHERE key <> ''"
    ):
        node = nodes.get(row["identity_id"])
        if node is not None and (row["kind"] != "email" or not is_role_address(row["key"])):
            _hold(node, (row["kind"], row["key"]), strong=row["strength"] == "strong")


def _add_same_writers(writer: Writer, nodes: dict[int, Node]) -> None:
    """Let accounts whose lines stand under either of them in two exports of a chat share keys.

    So a number that was saved under a name goes where the number goes.
    """
    pairs = {
        (int(row["one_id"]), int(row["other_id"])): {("line", "")}
        for row in writer.all("SELECT DISTINCT one_id, other_id FROM same_writer")
        if row["one_id"] in nodes and row["other_id"] in nodes
    }
    for together in components(pairs):
        members = [nodes[number] for number in sorted(together)]
        strong = set().union(*(node.strong for node in members))
        first = min(node.seed for node in members)
        for node in members:
            node.strong |= strong | {("line", "\x1f".join(first))}


def _add_details(writer: Writer, nodes: dict[int, Node]) -> None:
    saved: dict[int, list[str]] = defaultdict(list)
    for row in writer.all("SELECT identity_id, name FROM contact_name WHERE kind = 'saved as'"):
        saved[row["identity_id"]].append(row["name"])
    for identity_id, names in saved.items():
        if node := nodes.get(identity_id):
            node.saved_shown = best_name(names)
            node.saved_as = _key_of_name(node.saved_shown)
            node.is_couple = names_two(node.saved_shown)
    for row in writer.all(
        "SELECT identity_id, contact_name.name FROM contact_name JOIN identity"
        " ON identity.id = identity_id WHERE contact_name.kind = 'full'"
        " AND identity.kind = 'card' AND contact_name.name <> identity.name"
    ):
        if node := nodes.get(row["identity_id"]):
            # In another script, or as it sounds.
            node.other_names.add(_key_of_name(row["name"]))
    for row in writer.all("SELECT identity_id, name FROM contact_name WHERE kind = 'nickname'"):
        if node := nodes.get(row["identity_id"]):
            called = {row["name"], f"{row['name']} {node.family}", f"{node.given} {node.family}"}
            node.other_names |= {_key_of_name(name) for name in called}
    for row in writer.all(
        "SELECT DISTINCT identity_id, run_account.name FROM run_account"
        " JOIN identity ON identity.id = identity_id"
        " WHERE run_account.name NOT IN ('', identity.name)"
    ):
        if (node := nodes.get(row["identity_id"])) and "@" not in row["name"]:
            node.shown_as.add(_key_of_name(row["name"]))
    for row in writer.all(
        "SELECT identity_id, date_on FROM life_event"
        " WHERE kind = 'birthday' AND length(date_on) > 4"
    ):
        if node := nodes.get(row["identity_id"]):
            node.birthdays.add(row["date_on"])
    for row in writer.all(
        "SELECT identity_id, name, value FROM extra_field WHERE name IN ('gender', 'suffix')"
    ):
        node = nodes.get(row["identity_id"])
        if node is None:
            continue
        value = _key_of_name(row["value"])
        if row["name"] == "gender":
            node.gender = value[:1] if value[:1] in {"m", "f"} else ""
        else:
            _take_suffix(node, row["value"], value)


def _add_runs(writer: Writer, nodes: dict[int, Node]) -> None:
    """Note which imports brought the cards of books in which older versions kept every state."""
    books = {n.seed[1] for n in nodes.values() if n.kind == "card" and is_state(n.seed)}
    if not books:
        return
    for row in writer.all(
        "SELECT identity.id, import_run_id FROM run_span JOIN identity"
        " ON identity.id BETWEEN first_id AND last_id"
        " WHERE run_span.kind = 'card' AND identity.kind = 'card'"
        " AND (identity.key LIKE 'hash:%' OR identity.key LIKE 'row:%')"
    ):
        if (node := nodes.get(row["id"])) and node.seed[1] in books:
            node.runs.add(int(row["import_run_id"]))


def is_state(seed: Seed) -> bool:
    """Whether a card is one state of an entry without an id, as older versions stored it."""
    return seed[2].startswith("hash:")


def _take_suffix(node: Node, written: str, value: str) -> None:
    """Read what stands behind a name on a card: whose son it is, or a degree, which says nothing.

    What is no known mark and not written like a degree (`PMP`, `Ph.D.`) is a mark in a language
    that nobody thought of, and keeps two of one name apart.
    """
    if not node.name.endswith(value):
        node.name = f"{node.name} {value}".strip()
    words = written.replace(",", " ").split()
    if not generation(node.name) and not any(map(looks_like_degree, words)):
        node.suffix = value


def _typed(writer: Writer) -> dict[int, int]:
    """What the owner typed about a contact: its row id to the contact's."""
    return {
        int(row["id"]): int(row["contact"])
        for row in writer.all(
            "SELECT identity.id, contact.id AS contact FROM identity"
            " JOIN contact ON contact.ref = identity.key AND NOT contact.is_owner"
            " WHERE identity.kind = 'owner'"
        )
    }


def _people_worth_a_contact(writer: Writer, nodes: dict[int, Node]) -> set[int]:
    """Accounts of a real person with whom the owner has to do.

    They are saved by the owner; or in a chat of two, a small group, a meeting or a call; or the
    owner wrote to them in a mail that was not a circular. A mere label counts only in a chat of
    two. Everybody else stays an identity without a contact.
    """
    rows: list[Row] = writer.all(
        "SELECT identity_id, 'direct' AS how FROM contact_name WHERE kind = 'saved as'"
        " UNION SELECT participant.identity_id, conversation.kind FROM participant"
        "  JOIN conversation ON conversation.id = participant.conversation_id"
        "  WHERE conversation.kind IN ('direct', 'group') AND conversation.id IN"
        "   (SELECT conversation_id FROM participant GROUP BY 1 HAVING count(*) <= :circle)"
        " UNION SELECT part.identity_id, 'group' FROM interaction_participant AS part"
        "  JOIN interaction ON interaction.id = part.interaction_id"
        "  WHERE interaction.kind IN ('call', 'meeting')"
        " UNION SELECT recipient.identity_id, 'direct' FROM message_recipient AS recipient"
        "  WHERE recipient.message_id IN (SELECT message.id FROM contact"
        "   JOIN identity ON identity.contact_id = contact.id"
        "   JOIN message ON message.sender_id = identity.id"
        "   JOIN message_recipient ON message_recipient.message_id = message.id"
        "   WHERE contact.is_owner GROUP BY 1 HAVING count(*) <= :circle)",
        {"circle": LARGEST_CIRCLE},
    )
    ways: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        ways[row["identity_id"]].add(row["how"])
    return {
        id_
        for id_, how in ways.items()
        if (node := nodes.get(id_)) is not None and _is_somebody(node, "direct" in how)
    }


def _is_somebody(node: Node, in_a_chat_of_two: bool) -> bool:
    if node.kind == "label":
        return in_a_chat_of_two and not (
            is_generic(node.name) and node.name.startswith(("facebook", "instagram", "deleted"))
        )
    return node.kind != "email" or not is_role_address(node.seed[2])


@contextmanager
def no_collecting() -> Iterator[None]:
    """Switch the search for reference cycles off inside the block.

    Among hundreds of thousands of objects that all stay, it takes a third of the time for nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
