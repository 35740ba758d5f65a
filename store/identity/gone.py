"""Accounts that are gone, known again without a word of them being kept.

A contact keeps its ref, its tier and what the owner said of it when the import that brought it is
taken back, and a decision of the owner stays. What they need of the account is to know it again: a
hash of its kind, scope and key does that, and no name or address is left in the file.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

from store.engine.connections import Writer
from store.text.seeds import seed_text

Seed = tuple[str, ...]

GONE: Final = "gone"
# What stands before the account in the seed of a contact whose account is another one's seed.
_BEFORE: Final = ("apart", "split")
_TOLD: Final = {
    "merge": "two are one person; an import that was taken back had brought one of them",
    "split": "one was two people; an import that was taken back had brought one of them",
    "not the same": "two are two people; an import that was taken back had brought one of them",
}
_ACCOUNT: Final = "identity.kind = {0} AND identity.scope = {1} AND identity.key = {2}"
_LOST_SEEDS: Final = f"""
SELECT id, seed FROM contact WHERE seed IS NOT NULL AND json_extract(seed, '$[0]') <> '{GONE}'
AND NOT EXISTS (SELECT 1 FROM identity WHERE {{account}})
""".format(account=_ACCOUNT.format(*(f"json_extract(seed, '$[#-{at}]')" for at in (3, 2, 1))))
_LOST_ACCOUNTS: Final = f"""
SELECT event_id, side, kind, scope, key FROM decided_account AS told
WHERE kind <> '{GONE}' AND NOT EXISTS (SELECT 1 FROM identity WHERE {{account}})
""".format(account=_ACCOUNT.format("told.kind", "told.scope", "told.key"))
# A contact that went nowhere has no name any more; one that is part of another, if nobody's account
# bears it. What the owner typed as a name is an account's.
_NAMES_THAT_ARE_GONE: Final = """
UPDATE contact SET display_name = '', given_name = '', family_name = '', pronouns = ''
WHERE merged_into_id IS NOT NULL AND NOT is_owner AND display_name <> ''
AND (merged_into_id = id OR (display_name NOT IN (SELECT name FROM identity)
  AND display_name NOT IN (SELECT key FROM identity WHERE kind = 'label')
  AND display_name NOT IN (SELECT name FROM contact_name)))
"""


def hashed(seed: Iterable[str]) -> Seed:
    """What stands for an account, or for a seed with a word before it, once it is gone."""
    return GONE, "", hashlib.sha256(seed_text(*seed).encode()).hexdigest()


def returned(writer: Writer) -> Mapping[Seed, Seed]:
    """What each hash stands for of the accounts that there are; empty where nothing is gone."""
    if not writer.value(
        f"SELECT EXISTS (SELECT 1 FROM decided_account WHERE kind = '{GONE}')"
        f" OR EXISTS (SELECT 1 FROM contact WHERE seed LIKE '[\"{GONE}\"%')"
    ):
        return {}
    accounts = [tuple(row) for row in writer.all("SELECT kind, scope, key FROM identity")]
    seeds = accounts + [(word, *account) for word in _BEFORE for account in accounts]
    return {hashed(seed): seed for seed in seeds}


def forget_the_gone(writer: Writer) -> None:
    """Keep no name and no key of accounts that are gone; in the caller's transaction."""
    writer.run(_NAMES_THAT_ARE_GONE)
    writer.run_many(
        "UPDATE contact SET seed = ? WHERE id = ?",
        [
            (seed_text(*hashed(json.loads(row["seed"]))), row["id"])
            for row in writer.all(_LOST_SEEDS)
        ],
    )
    lost = writer.all(_LOST_ACCOUNTS)
    writer.run_many(
        "UPDATE OR REPLACE decided_account SET kind = ?, scope = ?, key = ?"
        " WHERE event_id = ? AND side = ? AND kind = ? AND scope = ? AND key = ?",
        [(*hashed(tuple(row)[2:]), *tuple(row)) for row in lost],
    )
    events = sorted({int(row["event_id"]) for row in lost})
    for kind, told in _TOLD.items():
        writer.run(
            "UPDATE identity_event SET evidence = ?"
            " WHERE kind = ? AND id IN (SELECT value FROM json_each(?))",
            (told, kind, json.dumps(events)),
        )
