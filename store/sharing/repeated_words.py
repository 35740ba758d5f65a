"""What other people's messages repeat of somebody's words whom the owner keeps from assistants.

A quotation, a forwarded message or a shared contact card is that person's, whoever passes it on;
the rest of the message stays. What is left is stored beside the text and stands in its place in an
assistant's view and in the indexes; a message of which nothing is left is hidden as a whole.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from store.engine.connections import Row, Writer
from store.text.name_likeness import is_full_name, is_generic, name_words
from store.text.names import name_key, visible
from store.text.quotations import may_repeat, without_their_words

_FEWEST_LETTERS: Final = 2
_PHONE_END: Final = 8
_ADDRESS: Final = re.compile(r"[\w.+%-]+@[\w.-]+\w")
_CARD: Final = re.compile(r"(?i)\Acontact card\b|\.vcf\b|\.vcard\b|\btext/(?:x-)?vcard\b")
# The accounts of everybody whose words are kept back. What an account calls itself that only may be
# theirs is not what they are called: it could be anybody's name.
_PEOPLE: Final = """
SELECT identity.id, identity.kind, identity.key, identity.name, contact.display_name,
  contact.given_name, identity.id IN (SELECT id FROM unseen_identity) AS unseen,
  identity.id IN (SELECT identity_id FROM held_back) AS held_back
FROM identity LEFT JOIN contact ON contact.id = identity.contact_id
WHERE identity.id IN ({accounts})
"""
_NAMES: Final = """
SELECT name FROM contact_name WHERE identity_id IN ({accounts})
  AND identity_id NOT IN (SELECT identity_id FROM held_back)
"""
_METHODS: Final = """
SELECT kind, key FROM contact_method WHERE key <> '' AND identity_id IN ({accounts})
"""
# Texts that may name one of them as a speaker, in any conversation.
_NAMING: Final = """
SELECT id FROM message
WHERE (instr(text, ':') OR instr(text, '：') OR instr(text, '> ')) AND ({needles})
"""
# Texts with a quotation that may name nobody.
_QUOTING: Final = """
SELECT id FROM message
WHERE text LIKE '>%' OR instr(text, char(10) || '>') OR instr(text, '“') OR instr(text, '„')
  OR instr(text, '«') OR instr(text, '"')
"""
_CARDS: Final = """
SELECT id FROM message WHERE attachments <> ''
  AND (attachments LIKE '%contact card%' OR attachments LIKE '%vcf%' OR attachments LIKE '%vcard%')
"""
_SAID: Final = "SELECT conversation_id, text FROM message WHERE sender_id IN ({accounts})"
_SAID_BESIDE: Final = f"""
{_SAID} AND conversation_id IN (SELECT conversation_id FROM message
  WHERE id IN (SELECT value FROM json_each(?)))
"""


class Repeated(NamedTuple):
    """Messages of which something else is left than before, and those of which nothing is."""

    changed: set[int]
    emptied: set[int]


@dataclass(slots=True)
class _People:
    """How those are called whose words are kept back: names as keys, and their addresses.

    spellings: words of their names as they are written.
    """

    spellings: set[str] = field(default_factory=set)
    # What they wrote in the conversation that is looked at, as one text, and their lines anywhere.
    words: str = ""
    lines: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    first_names: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def is_one(self, line: str) -> bool:
        """Whether a line that names a speaker names one of them."""
        emails = {found.casefold() for found in _ADDRESS.findall(line)}
        if emails & self.emails:
            return True
        digits = re.sub(r"\D", "", line)
        if any(phone in digits for phone in self.phones):
            return True
        padded = f" {name_key(line)} "
        if any(f" {name} " in padded for name in self.names):
            return True
        # With somebody else's address beside it, a first name is that one's.
        return not emails and any(self._is_alone(name, line) for name in self.first_names)

    def is_name(self, text: str) -> bool:
        """Whether a text is the name or the address of one of them, and nothing else."""
        name = name_key(text)
        if name in self.names or name in self.first_names or text.strip().casefold() in self.emails:
            return True
        digits = re.sub(r"[\s().+-]", "", text)
        return digits.isdigit() and any(digits.endswith(phone) for phone in self.phones)

    def said(self, words: str) -> bool:
        """Whether they wrote these words there, or elsewhere as a whole line."""
        return words in self.words or words.strip() in self.lines

    def _is_alone(self, name: str, line: str) -> bool:
        """Whether a first name stands there without another's family name behind it."""
        words = line.split()
        for at, word in enumerate(words):
            if name_key(word) != name:
                continue
            following = words[at + 1] if at + 1 < len(words) else ""
            ends = word[-1:] in ":：,;)]>*_"
            if ends or not following[:1].isupper() or not following.strip(":,").isalpha():
                return True
        return False

    def needles(self) -> list[str]:
        """What a text holds that names one of them, for LIKE."""
        return sorted(
            {
                *self.spellings,
                *self.emails,
                *(phone[-4:] for phone in self.phones),
            }
        )


def refresh_repeated_words(writer: Writer, accounts: str, kept: Collection[int]) -> Repeated:
    """Work out anew what is left of every text; in the caller's transaction.

    accounts: a query for the ids of the accounts whose words are kept back. kept: the messages that
    are hidden as a whole for what they are.
    """
    stored = writer.all(
        "SELECT id FROM message WHERE left_text IS NOT NULL OR left_attachments IS NOT NULL"
    )
    found: set[int] = set()
    if writer.value(f"SELECT EXISTS ({accounts})"):
        found = _candidates(writer, _people(writer, accounts, "").needles())
    told = writer.all(_SAID.format(accounts=accounts))
    return _store_what_is_left(
        writer, accounts, told, (found | {row[0] for row in stored}) - {*kept}
    )


def find_repeated_words(writer: Writer, accounts: str, ids: Collection[int]) -> Repeated:
    """Work out what is left of these messages, by what was said beside them.

    `refresh_repeated_words` also knows what was said elsewhere.
    """
    told = writer.all(_SAID_BESIDE.format(accounts=accounts), (json.dumps(sorted(ids)),))
    return _store_what_is_left(writer, accounts, told, ids)


def _store_what_is_left(
    writer: Writer, accounts: str, told: list[Row], ids: Collection[int]
) -> Repeated:
    if not ids:
        return Repeated(set(), set())
    people, unseen = _people(writer, accounts, ""), _people(writer, accounts, "unseen")
    left = {id_: rest for id_, *rest in _left(writer, told, ids, people, unseen)}
    changed, emptied = set(), set()
    for row in writer.all(
        "SELECT id, text, attachments, left_text, left_attachments FROM message"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(ids)),),
    ):
        text, attachments = left.get(row["id"], (None, None))
        if (text, attachments) != (row["left_text"], row["left_attachments"]):
            changed.add(int(row["id"]))
            writer.run(
                "UPDATE message SET left_text = ?, left_attachments = ? WHERE id = ?",
                (text, attachments, row["id"]),
            )
        has_files = (row["attachments"] if attachments is None else attachments) not in ("", "[]")
        has_words = bool((row["text"] if text is None else text).strip())
        if row["id"] in left and not has_files and not has_words:
            emptied.add(int(row["id"]))
    return Repeated(changed, emptied)


def _people(writer: Writer, accounts: str, only: str) -> _People:
    """How they are called. only: `unseen` for those of whom nothing is seen at all."""
    found = _People()
    rows = [
        row for row in writer.all(_PEOPLE.format(accounts=accounts)) if row["unseen"] or not only
    ]
    ids = json.dumps([row["id"] for row in rows])
    listed = f"SELECT value FROM json_each('{ids}')"
    names = [row[0] for row in writer.all(_NAMES.format(accounts=listed))]
    for row in rows:
        if not row["held_back"]:
            names += [row["name"], row["display_name"] or "", row["given_name"] or ""]
            names += [row["key"]] if row["kind"] == "label" else []
        _add_address(found, "email" if "@" in row["key"] else "phone", row["key"])
    for row in writer.all(_METHODS.format(accounts=listed)):
        _add_address(found, row["kind"], row["key"])
    for spelled in filter(None, names):
        name = name_key(spelled)
        words = name_words(name)
        if not words or is_generic(name):
            continue
        if is_full_name(name):
            found.names |= {name, " ".join((words[-1], *words[:-1]))}
            name = words[0]
        if len(name) >= _FEWEST_LETTERS or not name.isascii():
            found.first_names.add(name)
        for word in (*visible(spelled).split(), *words):
            if len(word) >= _FEWEST_LETTERS:
                # LIKE knows capital and small letters of the Latin alphabet alone.
                found.spellings |= {word, word.lower(), word.upper(), word.capitalize()}
    return found


def _add_address(found: _People, kind: str, key: str) -> None:
    if kind == "email" and "@" in key:
        found.emails.add(key.casefold())
    elif kind == "phone" and key.startswith("+"):
        digits = re.sub(r"\D", "", key)
        if len(digits) >= _PHONE_END:
            found.phones.add(digits[-_PHONE_END:])


def _left(
    writer: Writer, told: list[Row], ids: Collection[int], people: _People, unseen: _People
) -> Iterator[tuple[int, str | None, str | None]]:
    """Messages of which only a part is left: row id, text and attachments (None for all).

    told: what they wrote, with its conversation.
    """
    said: dict[int, str] = defaultdict(str)
    for row in told:
        for line in row["text"].split("\n"):
            people.lines.add(name_key(line))
        said[row["conversation_id"]] += f" {name_key(row['text'])} \n"
    for row in writer.all(
        "SELECT id, conversation_id, text, attachments FROM message"
        " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(sorted(ids)),),
    ):
        text = left = row["text"]
        if may_repeat(text):
            people.words = said.get(row["conversation_id"], "")
            left = without_their_words(text, people)
        attachments = _left_attachments(row["attachments"], unseen)
        if left != text or attachments is not None:
            yield row["id"], left if left != text else None, attachments


def _candidates(writer: Writer, needles: list[str]) -> set[int]:
    """The messages that are worth reading."""
    found: set[int] = set()
    if needles:
        wanted = " OR ".join(f"text LIKE :needle{at}" for at in range(len(needles)))
        patterns = {f"needle{at}": f"%{needle}%" for at, needle in enumerate(needles)}
        found |= {row[0] for row in writer.all(_NAMING.format(needles=wanted), patterns)}
    found |= {row[0] for row in writer.all(_QUOTING)}
    return found | {row[0] for row in writer.all(_CARDS)}


def _left_attachments(stored: str, unseen: _People) -> str | None:
    """The names of files without the contact cards of people who are unseen; None for all."""
    if not stored:
        return None
    names = json.loads(stored)
    kept = [name for name in names if not (_CARD.search(name) and _is_card_of(name, unseen))]
    return json.dumps(kept, ensure_ascii=False) if len(kept) < len(names) else None


def _is_card_of(file: str, unseen: _People) -> bool:
    plain = _CARD.sub(" ", file)
    return unseen.is_one(plain.replace("_", " ").replace("-", " ")) or unseen.is_one(plain)
