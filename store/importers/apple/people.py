"""Handles and chats of Apple Messages: who wrote, and where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from store.importers.apple.database import ForeignDatabase
from store.importers.reading.storable import storable
from store.importers.records import Account, Conversation
from store.text.keys import phone_key

_GROUP: Final = 43
_DIRECT: Final = 45
_NUMBER: Final = re.compile(r"\+?[\d\s().-]{6,30}")
# Shorter ones belong to services.
_SHORTEST_NUMBER: Final = 7
_MOST_IN_TITLE: Final = 4


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat. peer: in a chat of two the other account, or None. is_service: no person is there."""

    conversation: Conversation
    peer: Account | None
    is_service: bool


class Handles:
    """Handles and chats by their row numbers."""

    def __init__(self, database: ForeignDatabase) -> None:
        """Read them all. Raises DamagedDatabaseError."""
        columns = database.chosen("handle", ("id", "country"))
        self._accounts: dict[int, Account | None] = {
            row["row"]: account_of(row["id"], row["country"])
            for row in database.rows(f"SELECT handle.ROWID AS row, {columns} FROM handle")
        }
        self._chats = dict(self._read_chats(database))

    def account(self, handle: Any) -> Account | None:
        """The account of a handle; None for a service or when there is none."""
        return self._accounts.get(handle) if isinstance(handle, int) else None

    def is_service(self, handle: Any) -> bool:
        """Whether a handle is known and belongs to no person, such as a short number."""
        return handle in self._accounts and self._accounts[handle] is None

    def chat(self, number: Any) -> Chat | None:
        """The chat of a row number."""
        return self._chats.get(number) if isinstance(number, int) else None

    def _read_chats(self, database: ForeignDatabase) -> Iterator[tuple[int, Chat]]:
        members: dict[int, list[int]] = {}
        if database.has("chat_handle_join", "chat_id", "handle_id"):
            for row in database.rows("SELECT chat_id, handle_id FROM chat_handle_join"):
                members.setdefault(row["chat_id"], []).append(row["handle_id"])
        columns = database.chosen("chat", ("guid", "style", "chat_identifier", "display_name"))
        for row in database.rows(f"SELECT chat.ROWID AS row, {columns} FROM chat"):
            yield row["row"], self._chat(row, members.get(row["row"], []))

    def _chat(self, row: dict[str, Any], handles: list[int]) -> Chat:
        accounts = [account for handle in handles if (account := self.account(handle))]
        accounts = list(dict.fromkeys(accounts))
        name = text_of(row["display_name"])
        is_group = row["style"] == _GROUP or (row["style"] != _DIRECT and len(handles) > 1)
        if is_group:
            shown = ", ".join(account.value for account in accounts[:_MOST_IN_TITLE])
            key = text_of(row["guid"]) or f"row {row['row']}"
            conversation = Conversation(f"group:{key}", "group", name or shown, tuple(accounts))
            return Chat(conversation, None, is_service=False)
        identifier = text_of(row["chat_identifier"])
        peer = accounts[0] if accounts else account_of(identifier, None)
        # The same person by iMessage and by SMS is two chats there, and one here.
        key = peer.value if peer else identifier or text_of(row["guid"]) or f"row {row['row']}"
        participants = (peer,) if peer else ()
        conversation = Conversation(f"direct:{key}", "direct", name or key, participants)
        return Chat(conversation, peer, is_service=peer is None)


def account_of(value: Any, country: Any) -> Account | None:
    """The account of an address or a number; None for short numbers and names of services.

    country: two letters, for numbers written in their national form.
    """
    text = text_of(value)
    if "@" in text:
        return Account("email", text)
    region = text_of(country).upper()
    digits = sum(character.isdecimal() for character in text)
    if not _NUMBER.fullmatch(text) or digits < _SHORTEST_NUMBER:
        return None
    return Account("phone", phone_key(text, region if len(region) == 2 else None) or text)


def text_of(value: Any) -> str:
    """A value of a text column as text, whatever the file holds there."""
    return storable(value).strip()[:1000] if isinstance(value, str) else ""
