"""What an export says of whose it is: a claim, believed only where it fits what the owner said.

An export may be a friend's, or a partner's on the same computer. So the account that it calls its
own is the owner's when one of its addresses or numbers, or its full name, is what `init` or `--me`
was told, and no card of somebody else holds any of them. Otherwise it is perhaps the owner's: it
counts as nobody until they say so. Worked out anew after every import, from all that is stored.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from store.engine.connections import Writer
from store.identity.evidence import PERHAPS_YOU
from store.people.owner import link_owner_account
from store.people.owner_settings import load_owner_settings
from store.text.name_likeness import may_be_one
from store.text.names import name_key
from store.text.services import SERVICES

# Services whose exports name their own account; elsewhere the chats show who the owner is.
_CLAIMING: Final = ("telegram", "signal", "discord", "google chat")


@dataclass(slots=True)
class _Claim:
    """An account that some exports call their own. keys: its addresses and numbers."""

    identity_id: int
    label: str
    names: set[str] = field(default_factory=set)
    keys: set[tuple[str, str]] = field(default_factory=set)
    runs: set[int] = field(default_factory=set)


def settle_claims(writer: Writer, said: tuple[str, ...]) -> None:
    """Link the accounts that exports rightly call the owner's; in the caller's transaction.

    said: names and labels that the owner said are theirs.
    """
    claims = _claims(writer)
    if not claims:
        return
    owner = load_owner_settings(writer)
    names = {name_key(name) for name in (*said, owner.name if owner else "") if name}
    own = {
        (row["kind"], row["key"])
        for row in writer.all(
            "SELECT kind, key FROM identity WHERE linked_how = 'said by the owner'"
        )
    }
    foreign = {each.identity_id for each in claims if _is_on_anothers_card(writer, each, names)}
    told = {
        each.identity_id
        for each in claims
        if each.identity_id not in foreign and (each.keys & own or each.names & names)
    }
    # One export is one person's: what holds for one of its own accounts holds for the others.
    believed = {run for each in claims if each.identity_id in told for run in each.runs}
    for claim in claims:
        if claim.identity_id in foreign or not claim.runs & believed:
            writer.run(
                "UPDATE identity SET contact_id = NULL, linked_how = ? WHERE id = ?",
                (PERHAPS_YOU, claim.identity_id),
            )
        else:
            link_owner_account(writer, claim.identity_id)


def open_claims(writer: Writer, after_run: int) -> list[str]:
    """What the accounts are called that are perhaps the owner's, of imports after the given one."""
    return [
        str(row["label"])
        for row in writer.all(
            "SELECT DISTINCT CASE WHEN name = '' THEN key ELSE name END AS label FROM run_link"
            " JOIN identity ON identity.id = identity_id"
            " WHERE run_link.kind = 'owner' AND import_run_id > ? AND linked_how = ? ORDER BY 1",
            (after_run, PERHAPS_YOU),
        )
    ]


def _claims(writer: Writer) -> list[_Claim]:
    found: dict[int, _Claim] = {}
    for row in writer.all(
        "SELECT identity.id, identity.kind, identity.key, identity.name, import_run_id"
        " FROM run_link JOIN identity ON identity.id = identity_id"
        " JOIN import_run ON import_run.id = import_run_id"
        " JOIN source ON source.id = import_run.source_id"
        " WHERE run_link.kind = 'owner' AND state <> 'undone'"
        " AND linked_how <> 'said by the owner' AND identity.kind <> 'label' AND source.kind IN"
        " (SELECT value FROM json_each(?)) ORDER BY identity.id",
        (json.dumps(_CLAIMING),),
    ):
        claim = found.setdefault(row["id"], _Claim(int(row["id"]), str(row["name"] or row["key"])))
        claim.runs.add(int(row["import_run_id"]))
        claim.names |= {name_key(row["name"]), name_key(row["key"])} - {""}
        if address := SERVICES[row["kind"]].address(row["key"]):
            claim.keys.add(address)
    shown: dict[int, set[str]] = defaultdict(set)
    for row in writer.all("SELECT identity_id, name FROM run_account WHERE name <> ''"):
        shown[int(row["identity_id"])].add(name_key(row["name"]))
    for claim in found.values():
        claim.names |= shown.get(claim.identity_id, set())
        claim.keys |= {
            (row["kind"], row["key"])
            for row in writer.all(
                "SELECT kind, key FROM contact_method WHERE identity_id = ? AND key <> ''",
                (claim.identity_id,),
            )
        }
    return list(found.values())


def _is_on_anothers_card(writer: Writer, claim: _Claim, names: set[str]) -> bool:
    return any(
        all(may_be_one(name_key(row["name"]), name) == "different" for name in names)
        for row in writer.all(
            "SELECT identity.name FROM json_each(?) AS wanted"
            " JOIN contact_method ON contact_method.kind = wanted.value ->> 0"
            "  AND contact_method.key = wanted.value ->> 1"
            " JOIN identity ON identity.id = identity_id AND identity.kind = 'card'",
            (json.dumps(sorted(claim.keys)),),
        )
    )
