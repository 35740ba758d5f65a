"""Contacts, as they are read: found by name, address or id, and their facts with provenance."""

import difflib
import re
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader, Row
from store.errors import StoreError
from store.people.owner_settings import read_owner_settings
from store.text.keys import phone_key
from store.text.latin import latin_key
from store.text.marks import disarmed
from store.text.names import name_key, short_name, visible
from store.text.quoting import named, quote

_REF: Final = re.compile(r"c_[0-9a-z]{7}")
_BRACKETS: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_CANDIDATES: Final = 200
# Fewer digits may be a house number, or a year.
_FEWEST_DIGITS: Final = 7
# Below this share of common letters a name is not worth offering as the nearest.
_NEAR: Final = 0.5


class ContactNotFound(StoreError):
    """Nobody bears that name."""

    def __init__(self, asked: str, nearest: list[str]) -> None:
        """nearest: the most similar names, best first."""
        hint = (
            f"The nearest names are: {', '.join(map(named, nearest))}."
            if nearest
            else "No name is similar. find_contacts (or: kinkeeper contacts) lists who is there."
        )
        super().__init__(f"Nobody called {quote(asked[:80])} is in this memory. {hint}")


class AmbiguousContact(StoreError):
    """More than one person bears that name. candidates: their contact row ids."""

    def __init__(self, asked: str, candidates: list[int]) -> None:
        super().__init__(f"{quote(asked[:80])} fits {len(candidates)} people.")
        self.candidates = candidates


@dataclass(frozen=True, slots=True)
class Contact:
    """The contact itself; empty strings where nothing is known."""

    id: int
    ref: str
    name: str
    given_name: str
    pronouns: str
    status: str
    cadence: str

    @property
    def short_name(self) -> str:
        """What to call them, as it is stored."""
        return short_name(self.given_name, self.name)

    @property
    def called(self) -> str:
        """The short name as it may stand in a line of ours, quoted where it is no plain name."""
        return named(self.short_name)


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A contact whose name fits, with the name that did and how well (0 to 1)."""

    contact_id: int
    name: str
    reason: str
    score: float


_COLUMNS: Final = "id, ref, display_name, given_name, pronouns, status, cadence, cadence_days"


async def get_contact(reader: Reader, contact_id: int) -> Contact:
    """The contact with this row id, following merges."""
    row = await reader.one(
        "WITH RECURSIVE now(id) AS (SELECT ? UNION SELECT contact.merged_into_id FROM contact"
        " JOIN now ON contact.id = now.id WHERE contact.merged_into_id IS NOT NULL)"
        f" SELECT {_COLUMNS} FROM contact WHERE id IN (SELECT id FROM now)"
        " AND merged_into_id IS NULL",
        (contact_id,),
    )
    if row is None:
        raise ContactNotFound(str(contact_id), [])
    return _contact(row)


async def owner_contact(reader: Reader) -> Contact:
    """The owner as a contact. Raises ContactNotFound where nobody has said whose memory it is."""
    found = await reader.value("SELECT id FROM contact WHERE is_owner")
    return await get_contact(reader, int(found or 0))


def _contact(row: Row) -> Contact:
    cadence = f"every {row['cadence_days']} days" if row["cadence"] == "days" else row["cadence"]
    return Contact(
        id=row["id"],
        ref=row["ref"],
        name=row["display_name"],
        given_name=row["given_name"],
        pronouns=row["pronouns"],
        status=row["status"],
        cadence=cadence or "",
    )


async def resolve_contact(reader: Reader, person: str) -> Contact:
    """The one contact that an id, an address, a number or a name means.

    Raises: AmbiguousContact when a name fits several, ContactNotFound when it fits nobody. A
    name that is only similar is never taken for the one meant.
    """
    text = visible(person)
    if _REF.fullmatch(text):
        found = await reader.value("SELECT id FROM contact WHERE ref = ?", (text,))
        if found is None:
            raise ContactNotFound(text, [])
        return await get_contact(reader, int(found))
    if by_address := await contacts_at(reader, text):
        if len(by_address) > 1:
            raise AmbiguousContact(text, by_address)
        return await get_contact(reader, by_address[0])
    matches = await match_names(reader, text, resembling=False)
    meant = [match for match in matches if match.score >= 1]
    if len(meant) == 1:
        return await get_contact(reader, meant[0].contact_id)
    if meant:
        raise AmbiguousContact(text, [match.contact_id for match in meant])
    matches = await match_names(reader, text)
    raise ContactNotFound(text, [match.name for match in matches if match.score >= _NEAR][:5])


async def contacts_at(reader: Reader, address: str) -> list[int]:
    """Who has this e-mail address or telephone number, however it is written; row ids."""
    text = visible(address)
    keys = (text.casefold(), text)
    if "@" not in text:
        digits = re.sub(r"[^\d+]", "", text)
        if len(digits) < _FEWEST_DIGITS:
            return []
        owner = await read_owner_settings(reader)
        keys = (digits, phone_key(text, owner.region if owner else None) or digits)
    rows = await reader.all(
        "SELECT DISTINCT identity.contact_id FROM identity LEFT JOIN contact_method AS method"
        " ON method.identity_id = identity.id WHERE identity.contact_id IS NOT NULL AND"
        " (identity.key IN (:one, :other) OR method.key IN (:one, :other))"
        " AND identity.contact_id NOT IN (SELECT id FROM contact WHERE is_owner)"
        " ORDER BY identity.contact_id",
        dict(zip(("one", "other"), keys, strict=True)),
    )
    return [int(row[0]) for row in rows]


async def match_names(reader: Reader, text: str, *, resembling: bool = True) -> list[NameMatch]:
    """Contacts whose name fits or resembles `text`, best first, the owner left out.

    A score of 1 or more means that every word asked for is a word of the name; below 1 the name
    is only similar (typos, parts of words). resembling: look for typos too, which takes long.
    """
    wanted = name_key(text)
    if not wanted:
        return []
    best: dict[int, NameMatch] = {}
    spellings = tuple(dict.fromkeys((wanted, latin_key(wanted))))
    rows = [row for each in spellings for row in await _similar_names(reader, each)]
    for row in rows:
        # What stands in brackets describes: "Dona Lurdes (Alex's mother)" is not called Alex.
        called = name_key(_BRACKETS.sub(" ", row["name"])) or name_key(row["name"])
        score, reason = max(_score(each, called, resembling) for each in spellings)
        known = best.get(row["contact_id"])
        if score > 0 and (known is None or score > known.score):
            shown = disarmed(row["name"])  # an index is no view, and holds names as they are
            best[row["contact_id"]] = NameMatch(
                int(row["contact_id"]), shown, f"{reason} {quote(shown)}", score
            )
    ranked = sorted(best.values(), key=lambda match: (-match.score, match.name, match.contact_id))
    # A whole name of two words settles it; a single word that is somebody's whole name does not.
    if " " in wanted and ranked and ranked[0].score >= _WHOLE_NAME:
        whole = [match for match in ranked if match.score >= _WHOLE_NAME]
        others = [match for match in ranked if match.score < _WHOLE_NAME]
        return whole + [
            NameMatch(m.contact_id, m.name, m.reason, min(m.score, 0.99)) for m in others
        ]
    return ranked


_WHOLE_NAME: Final = 2.0


def _score(wanted: str, name: str, resembling: bool) -> tuple[float, str]:
    if wanted == name:
        return _WHOLE_NAME, "called"
    asked, words = wanted.split(), name.split()
    if set(asked) <= set(words):
        return 1 + len(asked) / (10 * len(words)), "called"
    if all(any(word.startswith(part) for word in words) for part in asked):
        return 0.9, "name begins like"
    if not resembling:
        return 0.0, ""
    similarity = difflib.SequenceMatcher(None, wanted, name).ratio()
    # Words pair with words, so that one typo in a short first name is still seen as near.
    by_word = min(
        max((difflib.SequenceMatcher(None, part, word).ratio() for word in words), default=0.0)
        for part in asked
    )
    return 0.85 * max(similarity, by_word), "name resembles"


async def _similar_names(reader: Reader, wanted: str) -> list[Row]:
    grams = {word[i : i + 3] for word in wanted.split() for i in range(len(word) - 2)}
    rows: list[Row] = []
    if grams:
        rows = await reader.all(
            "SELECT name, contact_id FROM person_fts JOIN contact ON contact.id = contact_id"
            " WHERE person_fts MATCH ? AND NOT contact.is_owner"
            f" ORDER BY rank LIMIT {_CANDIDATES}",
            (" OR ".join(f'"{gram}"' for gram in sorted(grams)[:60]),),
        )
    if not rows:
        rows = await reader.all(
            "SELECT name, contact_id FROM person_fts JOIN contact ON contact.id = contact_id"
            f" WHERE name LIKE ? AND NOT contact.is_owner LIMIT {_CANDIDATES}",
            (f"%{wanted[:2]}%",),
        )
    # Hidden people stand in no index; for an assistant this is empty.
    return rows + await reader.all(
        "SELECT name, contact_id FROM unseen_name JOIN contact ON contact.id = contact_id"
        " WHERE NOT contact.is_owner"
    )
