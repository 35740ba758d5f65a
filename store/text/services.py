"""The kinds of account that people have, each described once: services, addresses, mere labels.

A new service needs its name and its entry here, and its row of `account_kind` in
`store/migrations`; it is otherwise an importer like the others.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from store.text.keys import email_key, linkedin_slug, phone_key, profile_key

# Kinds that an export may bring. What the owner types belongs to accounts of kind `owner`.
AccountKind = Literal[
    "email",
    "phone",
    "telegram",
    "whatsapp",
    "signal",
    "imessage",
    "messenger",
    "instagram",
    "linkedin",
    "slack",
    "discord",
    "google chat",
    "card",
    "label",
    "other",
]
Address = Literal["email", "phone", "profile"]
Reach = Literal["everywhere", "source", "address book", "chat"]

_NUMBER: Final = re.compile(r"\+?[\d\s().-]{5,40}")


def _as_written(value: str, _region: str | None) -> str:
    return value


def _email(value: str, _region: str | None) -> str:
    return email_key(value) or value.casefold()


def _email_or_id(value: str, _region: str | None) -> str:
    return email_key(value) or value


def _phone(value: str, region: str | None) -> str:
    return phone_key(value, region) or value


def _phone_or_id(value: str, region: str | None) -> str:
    """The key of a number, or an id as it is; only what is written as a number is one."""
    return (phone_key(value, region) if _NUMBER.fullmatch(value) else "") or value


def _email_or_phone(value: str, region: str | None) -> str:
    return email_key(value) or phone_key(value, region) or value.casefold()


def _profile(value: str, _region: str | None) -> str:
    return linkedin_slug(value) or value.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is special about a kind of account.

    key: makes the key by which an account is recognized, from the value in an export and the
    country of national numbers. addresses: what else a key may be, so that it means the same person
    elsewhere. reach: where a key means one person. has_stable_id: whether the service gives a
    person one id for good, so that two ids are two people.
    """

    key: Callable[[str, str | None], str] = _as_written
    addresses: frozenset[Address] = frozenset()
    reach: Reach = "everywhere"
    has_stable_id: bool = False

    def scope(self, told: str, source_kind: str, source_key: str) -> str:
        """Where a key means one person; '' when that is everywhere.

        told: the scope that the export gives. source_kind, source_key: where the keys of its
        messages and those of its cards are unique.
        """
        match self.reach:
            case "chat":
                return f"{source_kind}/{told}"
            case "address book":
                return source_key
            case "source":
                return told or source_key
            case "everywhere":
                return told

    def address(self, key: str) -> tuple[str, str] | None:
        """The contact method that a key is, as its kind and key, or None."""
        if "email" in self.addresses and "@" in key:
            return "email", key
        if "phone" in self.addresses and key[:1] == "+":
            return "phone", key
        return ("url", profile_key(key)) if "profile" in self.addresses else None


SERVICES: Final[Mapping[str, Service]] = {
    "email": Service(key=_email, addresses=frozenset({"email"})),
    "phone": Service(key=_phone, addresses=frozenset({"phone"})),
    "telegram": Service(has_stable_id=True),
    "whatsapp": Service(key=_phone_or_id, addresses=frozenset({"phone"})),
    "signal": Service(key=_phone_or_id, addresses=frozenset({"phone"}), has_stable_id=True),
    "imessage": Service(key=_email_or_phone, addresses=frozenset({"email", "phone"})),
    "messenger": Service(has_stable_id=True),
    "instagram": Service(has_stable_id=True),
    "linkedin": Service(key=_profile, addresses=frozenset({"profile"}), has_stable_id=True),
    # An id means one person within a workspace.
    "slack": Service(reach="source", has_stable_id=True),
    "discord": Service(has_stable_id=True),
    "google chat": Service(key=_email_or_id, addresses=frozenset({"email"}), has_stable_id=True),
    "card": Service(reach="address book"),
    "label": Service(reach="chat"),
    "other": Service(reach="source"),
    "owner": Service(),
}
