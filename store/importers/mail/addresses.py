"""The people in a mail header: `"Doe, Jane" <jane@example.com>, friends: bob@example.com;`."""

import re

from store.importers.mail.headers import decoded_words
from store.importers.records import Account

ADDRESSES = 500
LIST_CHARACTERS = 64 * 1024

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|\\.|[(),;:<>]|[^"\\(),;:<>]+', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]]{1,320}@[^\s@<>\"(),;]{1,320}")


def addresses_of(text: str) -> tuple[Account, ...]:
    """Read an address list; at most `ADDRESSES` different ones, in their order.

    text: the field with its encoded words, which must not be decoded before the list is cut,
    because a decoded name may hold commas.
    """
    found: dict[str, Account] = {}
    for name, address in _mailboxes(text[:LIST_CHARACTERS]):
        account = _account(name, address)
        if account is not None:
            found.setdefault(account.value.lower(), account)
            if len(found) >= ADDRESSES:
                break
    return tuple(found.values())


def _account(name: str, address: str) -> Account | None:
    match = _ADDRESS.search(decoded_words(address)) or _ADDRESS.search(decoded_words(name))
    if match is None:
        return None
    value = match[0].strip("'.,;")
    shown = decoded_words(name).strip()
    if shown[:1] == shown[-1:] == "'":
        shown = shown[1:-1]
    return Account("email", value, "" if shown.lower() == value.lower() else shown)


def _mailboxes(text: str) -> list[tuple[str, str]]:
    """Cut the list at its commas into (name, address), minding quotes, comments and groups."""
    found: list[tuple[str, str]] = []
    words: list[str] = []
    address: list[str] = []
    comments: list[str] = []
    depth = 0
    is_inside = False

    def close() -> None:
        name = "".join(words).strip()
        if address:
            found.append((name or " ".join(comments).strip(), "".join(address).strip()))
        elif name:
            found.append((" ".join(comments).strip(), name))
        words.clear()
        address.clear()
        comments.clear()

    for piece in _TOKEN.findall(text):
        if piece == "(":
            depth += 1
        elif piece == ")" and depth:
            depth -= 1
        elif depth:
            comments.append(piece)
        elif piece == "<":
            is_inside = True
        elif piece == ">":
            is_inside = False
        elif is_inside:
            address.append(piece)
        elif piece in ",;":
            close()
        elif piece == ":":
            # The name of a group.
            words.clear()
        elif piece.startswith('"'):
            words.append(_ESCAPE.sub(r"\1", piece.strip('"')))
        else:
            words.append(_ESCAPE.sub(r"\1", piece))
    close()
    return found
