"""Ways to reach somebody, from the properties of a vCard."""

import re
from typing import Literal
from urllib.parse import unquote

from store.importers.cards.property import Property
from store.importers.cards.words import MESSENGERS, label_of_types
from store.importers.records import Method

MethodKind = Literal["email", "phone", "address", "url", "im"]

_PROFILES = {"SOCIALPROFILE", "X-SOCIALPROFILE"}
_KINDS: dict[str, MethodKind] = {
    "EMAIL": "email",
    "TEL": "phone",
    "X-MS-TEL": "phone",
    "ADR": "address",
    "URL": "url",
}
METHODS = frozenset(_KINDS) | MESSENGERS.keys() | _PROFILES

# Google wraps numbers in these marks so that they read left to right.
DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_EXTENSION = re.compile(r";ext=([^;]*)", re.IGNORECASE)
_CONTEXT = re.compile(r";phone-context=(\+[\d-]+)", re.IGNORECASE)
_ADDRESS_PARTS = 7


def method_of(found: Property, label: str) -> Method | None:
    """Make a contact method, or return None when the property holds no value.

    label: the free label of the property's group, which comes before its types.
    """
    if found.name in _PROFILES:
        return _profile(found, label)
    kind = _KINDS.get(found.name, "im")
    value = _VALUES[kind](found)
    if kind == "im":
        value, scheme = _without_scheme(value) if found.name == "IMPP" else (value, "")
        service = found.parameters.get("X-SERVICE-TYPE") or found.parameters.get("SERVICE-TYPE")
        label = (service or ("",))[0].lower() or MESSENGERS[found.name] or scheme or label
    if not value:
        return None
    return Method(
        kind,
        value,
        label or label_of_types(found.types),
        "pref" in found.types or "1" in found.parameters.get("PREF", ()),
    )


def _without_scheme(value: str) -> tuple[str, str]:
    """Cut `xmpp:name` in two; the scheme `x-apple` names no service."""
    scheme, colon, handle = value.partition(":")
    if not colon or not scheme.replace("-", "").isalnum():
        return value, ""
    return unquote(handle), "" if scheme == "x-apple" else scheme.lower()


def _profile(found: Property, label: str) -> Method | None:
    """Read a social profile: the address of a page, or the name on a service."""
    user = found.parameters.get("X-USER") or found.parameters.get("USERNAME") or ("",)
    service = found.parameters.get("SERVICE-TYPE") or found.types or ("",)
    value = found.text.removeprefix("x-apple:")
    preferred = "pref" in found.types
    if value.lower().startswith(("http://", "https://")):
        return Method("url", value, service[0].lower() or label, preferred)
    handle = user[0] or unquote(value)
    return Method("im", handle, service[0].lower() or label, preferred) if handle else None


def _phone(found: Property) -> str:
    text = DIRECTION_MARKS.sub("", found.text)
    if text[:4].lower() == "tel:":
        extension = _EXTENSION.search(text)
        context = _CONTEXT.search(text)
        number = unquote(text[4:].partition(";")[0])
        text = (f"{context[1]}-{number}" if context and not number.startswith("+") else number) + (
            f" ext. {extension[1]}" if extension else ""
        )
    return " ".join(text.split())


def _email(found: Property) -> str:
    text = DIRECTION_MARKS.sub("", found.text)
    if text[:7].lower() == "mailto:":
        text = unquote(text[7:].partition("?")[0])
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1]
    return text.strip()


def _address(found: Property) -> str:
    parts = found.components()
    used = [part for part in parts[:_ADDRESS_PARTS] if part] or parts[_ADDRESS_PARTS:]
    lines = (line.strip(" ,") for part in used for line in part.split("\n"))
    return ", ".join(line for line in lines if line)


def _url(found: Property) -> str:
    return found.text


def _handle(found: Property) -> str:
    return DIRECTION_MARKS.sub("", found.text)


_VALUES = {"phone": _phone, "email": _email, "address": _address, "url": _url, "im": _handle}
