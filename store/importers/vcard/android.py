"""Android's own fields on vCards: nicknames, dates and relations as its database has them.

`X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Anna;14;;;` holds a value, the number of its
type, and a label for the type 0; see ContactsContract.CommonDataKinds in Android's reference.
"""

from dataclasses import replace
from typing import Final

from store.importers.cards.property import Property

_NAME: Final = "X-ANDROID-CUSTOM"
_KIND: Final = "vnd.android.cursor.item/"
_EVENTS: Final = {"1": "ANNIVERSARY", "3": "BDAY"}
_RELATIONS: Final = {
    "1": "assistant", "2": "brother", "3": "child", "4": "domestic partner", "5": "father",
    "6": "friend", "7": "manager", "8": "mother", "9": "parent", "10": "partner",
    "11": "referred by", "12": "relative", "13": "sister", "14": "spouse",
}  # fmt: skip


def as_others_write(properties: list[Property]) -> list[Property]:
    """The properties with Android's own ones as those that every program writes."""
    found: list[Property] = []
    for number, each in enumerate(properties):
        kind, *parts = each.components() if each.name == _NAME else ("",)
        value, type_, label = (*parts, "", "", "")[:3]
        if not (kind.startswith(_KIND) and value):
            found.append(each)
            continue
        plain = replace(each, value=_escaped(value), parameters={}, group=f"android{number}")
        match kind.removeprefix(_KIND):
            case "nickname":
                found.append(replace(plain, name="NICKNAME"))
            case "contact_event":
                found.append(replace(plain, name=_EVENTS.get(type_, "X-ABDATE")))
                found += [_label(plain, label)] if label else []
            case "relation":
                found.append(replace(plain, name="X-ABRELATEDNAMES"))
                found.append(_label(plain, _RELATIONS.get(type_, label)))
            case _:
                found.append(each)
    return found


def _label(plain: Property, label: str) -> Property:
    return replace(plain, name="X-ABLABEL", value=_escaped(label))


def _escaped(text: str) -> str:
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return text
