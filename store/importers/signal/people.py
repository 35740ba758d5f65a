"""The people in a Signal export: recipients, groups, chats, and the owner."""

import base64
import binascii
import hashlib
import uuid
from dataclasses import dataclass
from typing import Any, Final

from store.importers.reading.storable import storable
from store.importers.records import Account, Conversation

_ACI_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat between people, or why it is not one. key: stable in a newer export."""

    conversation: Conversation | None
    reason: str = ""


class People:
    """Recipients by their numbers within one file."""

    def __init__(self) -> None:
        self.owner = Account("signal", "self")
        self.owner_is_known = False
        self._accounts: dict[str, Account] = {}
        self._by_aci: dict[str, Account] = {}
        self._groups: dict[str, Conversation] = {}
        self._others: dict[str, str] = {}
        self._chats: dict[str, str] = {}

    def name_owner(self, account: dict[str, Any]) -> None:
        """Take the owner's name from the account frame, which says nothing else of use."""
        self.owner = Account("signal", "self", _joined(account, "givenName", "familyName"))

    def add(self, recipient: dict[str, Any]) -> Account | None:
        """Take a recipient; return the account if the owner saved it under a name."""
        number = text_of(recipient.get("id"))
        if "self" in recipient:
            self.owner_is_known = True
            self._accounts[number] = self.owner
        elif isinstance(contact := recipient.get("contact"), dict):
            account = _account(contact)
            if account is None:
                self._others[number] = "a message of somebody without number"
                return None
            self._accounts[number] = account
            if aci := contact.get("aci"):
                self._by_aci[text_of(aci)] = account
            return account if account.saved_by_owner else None
        elif isinstance(group := recipient.get("group"), dict):
            self._groups[number] = self._group(group)
        else:
            self._others[number] = (
                "a notice in Signal's own chat" if "releaseNotes" in recipient else "a story"
            )
        return None

    def add_chat(self, chat: dict[str, Any]) -> None:
        """Note with which recipient a chat is."""
        self._chats[text_of(chat.get("id"))] = text_of(chat.get("recipientId"))

    def chat(self, number: str) -> Chat:
        """The chat with a number; without a conversation when it is to be left out."""
        recipient = self._chats.get(number, "")
        if group := self._groups.get(recipient):
            return Chat(group)
        account = self._accounts.get(recipient)
        if account is None:
            return Chat(None, self._others.get(recipient, ""))
        if account is self.owner or account.value == "self":
            return Chat(Conversation("direct:self", "direct", "Note to Self", (self.owner,)))
        title = account.name or next(iter(account.phones), "")
        return Chat(Conversation(f"direct:{account.value}", "direct", title, (account,)))

    def account(self, number: str) -> Account | None:
        """The account of a recipient, if it is a person."""
        return self._accounts.get(number)

    def name_of_aci(self, aci: str) -> str:
        """The name of somebody who is mentioned in a text."""
        account = self._by_aci.get(aci)
        return (account.name if account else "") or "somebody"

    def _group(self, group: dict[str, Any]) -> Conversation:
        snapshot = group.get("snapshot")
        snapshot = snapshot if isinstance(snapshot, dict) else {}
        title = snapshot.get("title")
        name = text_of(title.get("title")) if isinstance(title, dict) else ""
        # The master key opens the group; only its hash is kept.
        seed = text_of(group.get("masterKey")) or f"title {name}"
        members = snapshot.get("members")
        accounts = [
            account
            for member in (members if isinstance(members, list) else [])
            if isinstance(member, dict)
            and (account := self._by_aci.get(text_of(member.get("userId"))))
        ]
        key = hashlib.sha256(seed.encode()).hexdigest()[:32]
        return Conversation(f"group:{key}", "group", name, tuple(dict.fromkeys(accounts)))


def text_of(value: Any) -> str:
    """A string or number of the file as text; JSON of this kind writes large numbers as strings."""
    if isinstance(value, str):
        return storable(value).strip()
    return str(value) if isinstance(value, int) and abs(value) < 1 << 64 else ""


def _account(contact: dict[str, Any]) -> Account | None:
    saved = _joined(contact, "systemGivenName", "systemFamilyName")
    nickname = contact.get("nickname")
    if not saved and isinstance(nickname, dict):
        saved = _joined(nickname, "given", "family")
    name = saved or _joined(contact, "profileGivenName", "profileFamilyName")
    digits = text_of(contact.get("e164")).removeprefix("+")
    phone = f"+{digits}" if digits else ""
    for field, prefix in (("aci", ""), ("pni", "PNI:")):
        if found := _service_id(text_of(contact.get(field))):
            phones = (phone,) if phone else ()
            return Account(
                "signal", f"{prefix}{found}", name, phones=phones, saved_by_owner=bool(saved)
            )
    return Account("phone", phone, name, saved_by_owner=bool(saved)) if phone else None


def _service_id(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return str(uuid.UUID(bytes=raw)) if len(raw) == _ACI_BYTES else ""


def _joined(entry: dict[str, Any], *fields: str) -> str:
    return " ".join(filter(None, (text_of(entry.get(field)) for field in fields)))
