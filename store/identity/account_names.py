"""What an account is called when exports show several names, in whatever order they came."""

from collections import defaultdict
from collections.abc import Iterable

from store.engine.connections import Writer

_SHOWN_DIFFERENTLY = """
SELECT identity_id, run_account.name FROM run_account WHERE run_account.name <> ''
AND identity_id IN (SELECT identity_id FROM run_account JOIN identity ON identity.id = identity_id
  WHERE run_account.name NOT IN ('', identity.name) AND linked_how <> 'said by the owner'
  AND identity.kind <> 'card')
"""


def best_name(names: Iterable[str]) -> str:
    """The fullest of several names; not an address, and not one with words added to it."""

    def rank(name: str) -> tuple[bool, bool, int, str]:
        words = len(name.split())
        return "@" in name, not 2 <= words <= 3, -words, name

    return min(names, key=rank)


def settle_account_names(writer: Writer) -> None:
    """Give every account the best of the names that exports showed; in the caller's transaction.

    The first one to arrive would depend on the order of imports. A card is called as it says.
    """
    shown: dict[int, list[str]] = defaultdict(list)
    for row in writer.all(_SHOWN_DIFFERENTLY):
        shown[int(row["identity_id"])].append(row["name"])
    names = [(best_name(each), identity_id) for identity_id, each in shown.items()]
    writer.run_many(
        "UPDATE identity SET name = ? WHERE id = ? AND name <> ?",
        [(name, identity_id, name) for name, identity_id in names],
    )
