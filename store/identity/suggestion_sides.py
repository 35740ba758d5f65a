"""The two sides of a possible match: contacts, and accounts without a contact."""

from dataclasses import dataclass, field
from typing import Final

from store.engine.connections import Writer
from store.engine.refs import make_ref
from store.identity.evidence import Evidence, Key, Node
from store.text.name_likeness import is_full_name
from store.text.names import name_key

_FREE_MAIL: Final = frozenset(
    "gmail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com mac.com aol.com"
    " gmx.de gmx.net gmx.at web.de t-online.de mail.ru yandex.ru ya.ru proton.me protonmail.com"
    " qq.com 163.com 126.com naver.com hotmail.co.uk yahoo.co.uk yahoo.co.jp free.fr orange.fr"
    " wanadoo.fr laposte.net libero.it sapo.pt hotmail.fr uol.com.br bol.com.br seznam.cz wp.pl"
    " o2.pl rediffmail.com fastmail.com zoho.com comcast.net verizon.net att.net".split()
)


@dataclass(slots=True, eq=False)
class Side:
    """A contact, or an account without one (then contact_id is None)."""

    contact_id: int | None
    ref: str
    shown: str
    where: str
    nodes: list[Node] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    nicknames: set[str] = field(default_factory=set)
    keys: set[Key] = field(default_factory=set)
    organizations: set[str] = field(default_factory=set)
    # Worked out once from the fields above, because a side is compared with many others.
    has_card: bool = False
    books: frozenset[str] = frozenset()
    kinds: frozenset[bool] = frozenset()
    genders: set[str] = field(default_factory=set)
    birthdays: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    services: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def settle(self) -> None:
        """Work out what follows from the accounts, once all are there."""
        # Beside a full name, the first name alone says nothing more.
        self.names = {name for name in self.names if is_full_name(name)} or self.names
        self.books = frozenset(node.seed[1] for node in self.nodes if node.kind == "card")
        self.has_card = bool(self.books)
        self.kinds = frozenset(node.is_organization for node in self.nodes)
        self.genders = {node.gender for node in self.nodes} - {""}
        self.birthdays = {day for node in self.nodes for day in node.birthdays}
        mails = {key[1].rpartition("@")[2] for key in self.keys if key[0] == "email"}
        self.domains = mails - _FREE_MAIL
        for node in self.nodes:
            if node.stable_id:
                self.services.setdefault(node.stable_id, set()).add(node.seed[2])


def load_sides(writer: Writer, evidence: Evidence) -> list[Side]:
    """Everybody who may be asked about: contacts, and labels and accounts without a contact."""
    contacts = {
        int(row["id"]): row
        for row in writer.all(
            "SELECT id, ref, display_name FROM contact WHERE merged_into_id IS NULL"
            " AND NOT is_owner"
        )
    }
    sources = {
        int(row["id"]): row["title"]
        for row in writer.all(
            "SELECT identity.id, source.title FROM identity JOIN source"
            " ON source.id = identity.source_id"
        )
    }
    sides: dict[int | str, Side] = {}
    for node in sorted(evidence.nodes.values(), key=lambda each: each.seed):
        where = sources.get(node.id, "")
        if node.contact_id in contacts:
            row = contacts[node.contact_id]
            side = sides.get(node.contact_id) or Side(
                node.contact_id, row["ref"], row["display_name"], where
            )
            sides[node.contact_id] = side
        elif node.contact_id is None and (node.kind == "label" or node.id in evidence.worthy):
            ref = make_ref("i", *node.seed)
            side = sides[ref] = Side(None, ref, node.shown or node.seed[2], where)
        else:
            continue
        side.nodes.append(node)
        side.names |= {node.name, node.saved_as} - {""}
        side.nicknames |= {node.saved_as} - {""}
        side.keys |= node.strong | node.medium
    by_node = {node.id: side for side in sides.values() for node in side.nodes}
    for row in writer.all("SELECT identity_id, name, kind FROM contact_name"):
        if side_ := by_node.get(row["identity_id"]):
            (side_.nicknames if row["kind"] == "nickname" else side_.names).add(
                name_key(row["name"])
            )
    for row in writer.all(
        "SELECT identity_id, organization.key FROM role JOIN organization"
        " ON organization.id = organization_id"
    ):
        if side_ := by_node.get(row["identity_id"]):
            side_.organizations.add(row["key"])
    for side in sides.values():
        side.settle()
    return list(sides.values())
