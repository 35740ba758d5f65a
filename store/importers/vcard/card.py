"""From the properties of one vCard to a `Card`."""

import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import Literal

from store.importers.cards.limits import EXTRA_CHARACTERS, EXTRA_COUNT
from store.importers.cards.methods import METHODS, method_of
from store.importers.cards.names import in_order, said_name
from store.importers.cards.property import Property
from store.importers.cards.words import (
    DATES,
    GENDERS,
    RELATIONS,
    SYSTEM_CATEGORIES,
    date_kind,
    label_of_types,
    plain_label,
)
from store.importers.reading.moments import written_moment
from store.importers.reading.partial_dates import partial_date
from store.importers.records import Affiliation, Card, CardDate, CardRelation, Method
from store.importers.vcard.lines import IGNORED

# Said elsewhere on the card, or without meaning outside the program that wrote it.
_WITHOUT_MEANING = IGNORED | {
    "BEGIN",
    "CLIENTPIDMAP",
    "END",
    "LABEL",
    "PRODID",
    "REV",
    "VERSION",
    "X-ABADR",
    "X-ABLABEL",
    "X-ABSHOWAS",
    "X-ABUID",
    "X-IMAGEHASH",
    "X-IMAGETYPE",
    "X-MS-OL-DEFAULT-POSTAL-ADDRESS",
}
_KINDS = ("KIND", "X-ADDRESSBOOKSERVER-KIND")
_MEMBERS = ("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER")
_TEXTS = {
    "FN",
    "N",
    "NICKNAME",
    "UID",
    "ORG",
    "TITLE",
    "NOTE",
    "CATEGORIES",
    "GENDER",
    "X-GENDER",
    "PRONOUNS",
    "LANG",
    "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-LAST-NAME",
    "X-MS-YOMI-FIRST-NAME",
    "X-MS-YOMI-LAST-NAME",
}
_PHONETIC = (
    ("X-PHONETIC-FIRST-NAME", "X-MS-YOMI-FIRST-NAME"),
    ("X-PHONETIC-LAST-NAME", "X-MS-YOMI-LAST-NAME"),
)
_URN = re.compile(r"urn:(?:uuid:)?", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:\S", re.IGNORECASE)


def card_of(properties: list[Property], place: str) -> Card | None:
    """Make a card, or return None when it names nobody and holds nothing.

    properties: in the order of the file. place: where the card is, for people.
    """
    by_name: dict[str, list[Property]] = {}
    for found in properties:
        by_name.setdefault(found.name, []).append(found)
    labels = {found.group: plain_label(found.text) for found in by_name.get("X-ABLABEL", ())}
    labels.pop("", None)

    methods = _methods(properties, labels)
    affiliations = _affiliations(by_name)
    nicknames = _words(by_name, "NICKNAME")
    family, given, additional, prefix, suffix = _name_parts(by_name)
    parts = (prefix, given, additional, family, suffix)
    full_name = _one_line(_first(by_name, "FN")) or in_order(*parts)
    full_name, department = said_name(full_name, given, family)
    dates, undated = _dates(properties, labels)
    card = Card(
        uid=_identifier(_first(by_name, "UID") or _first(by_name, "X-ABUID")),
        full_name=full_name or _stand_in(nicknames, affiliations, methods),
        kind=_kind(by_name, full_name, bool(given or family), affiliations),
        given_name=given,
        family_name=family,
        additional_names=additional,
        prefix=prefix,
        suffix=suffix,
        nicknames=nicknames,
        methods=methods,
        affiliations=affiliations,
        dates=dates,
        relations=_relations(properties, labels),
        notes=_texts(by_name, "NOTE"),
        categories=tuple(
            word for word in _words(by_name, "CATEGORIES") if word.lower() not in SYSTEM_CATEGORIES
        ),
        gender=_gender(by_name),
        pronouns=_first(by_name, "PRONOUNS"),
        languages=tuple(dict.fromkeys(_texts(by_name, "LANG"))),
        members=tuple(
            _identifier(found.text) for name in _MEMBERS for found in by_name.get(name, ())
        ),
        extra=undated + _extra(properties, labels) + _behind_the_name(department, affiliations),
        other_names=_as_it_sounds(by_name, given, family),
        place=place,
        changed_at=written_moment(_first(by_name, "REV")),
    )
    if not (card.full_name or card.notes or card.dates or card.relations or card.members):
        return None
    return card


def _methods(properties: Iterable[Property], labels: dict[str, str]) -> tuple[Method, ...]:
    found: dict[tuple[str, str], Method] = {}
    for each in properties:
        if each.name in METHODS and (method := method_of(each, labels.get(each.group, ""))):
            found.setdefault((method.kind, method.value), method)
    if not any(method.kind == "address" for method in found.values()):
        for each in properties:
            if each.name == "LABEL" and each.text:
                label = label_of_types(each.types)
                method = Method("address", ", ".join(each.text.split("\n")), label)
                found.setdefault((method.kind, method.value), method)
    return tuple(found.values())


def _name_parts(by_name: dict[str, list[Property]]) -> tuple[str, str, str, str, str]:
    parts = [""] * 5
    for each in by_name.get("N", ())[:1]:
        for index, text in enumerate(each.components()[:5]):
            parts[index] = re.sub(r",(?=\S)", ", ", _one_line(text))
    return parts[0], parts[1], parts[2], parts[3], parts[4]


def _affiliations(by_name: dict[str, list[Property]]) -> tuple[Affiliation, ...]:
    names = "TITLE" if "TITLE" in by_name else "ROLE"
    found = []
    for organization, title in zip_longest(by_name.get("ORG", ()), by_name.get(names, ())):
        name, *units = (organization.components() if organization else []) or [""]
        affiliation = Affiliation(
            organization=_one_line(name),
            title=_one_line(title.text) if title else "",
            department=", ".join(_one_line(unit) for unit in units if unit),
        )
        if affiliation != Affiliation(""):
            found.append(affiliation)
    return tuple(dict.fromkeys(found))


def _dates(
    properties: Iterable[Property], labels: dict[str, str]
) -> tuple[tuple[CardDate, ...], tuple[tuple[str, str], ...]]:
    """The dates, and the texts that are not dates ("circa 1800") as (property, text)."""
    found: list[CardDate] = []
    undated: list[tuple[str, str]] = []
    for each in properties:
        if each.name not in DATES or not each.text:
            continue
        label = labels.get(each.group, "")
        date = partial_date(each.text, "".join(each.parameters.get("X-APPLE-OMIT-YEAR", ())[:1]))
        if date:
            found.append(CardDate(date_kind(each.name, label), date, label))
        else:
            undated.append((label or each.name, each.text[:EXTRA_CHARACTERS]))
    return tuple(dict.fromkeys(found)), tuple(undated)


def _relations(properties: Iterable[Property], labels: dict[str, str]) -> tuple[CardRelation, ...]:
    found = []
    for each in properties:
        if each.name not in RELATIONS or not each.text:
            continue
        type_ = RELATIONS[each.name] or labels.get(each.group) or label_of_types(each.types)
        if each.name == "RELATED" and _URN.match(each.text):
            found.append(CardRelation(type_, uid=_identifier(each.text)))
        elif each.name == "RELATED" and _SCHEME.match(each.text):
            # It is somebody's address, and is kept among the extra properties.
            continue
        else:
            found.append(CardRelation(type_, name=_one_line(each.text)))
    return tuple(dict.fromkeys(found))


def _kind(
    by_name: dict[str, list[Property]],
    full_name: str,
    is_named: bool,
    affiliations: tuple[Affiliation, ...],
) -> Literal["person", "organization", "group"]:
    for name in _KINDS:
        stated = _first(by_name, name).lower()
        if stated == "group":
            return "group"
        if stated in ("org", "organization"):
            return "organization"
        if stated == "individual":
            return "person"
    if _first(by_name, "X-ABSHOWAS").upper() == "COMPANY":
        return "organization"
    only_company = not is_named and any(
        each.organization and full_name in ("", each.organization) and not each.title
        for each in affiliations
    )
    return "organization" if only_company else "person"


def _stand_in(
    nicknames: tuple[str, ...],
    affiliations: tuple[Affiliation, ...],
    methods: tuple[Method, ...],
) -> str:
    """Name a card that has no name by nickname, organization, or a way to reach it."""
    named = [*nicknames, *(each.organization for each in affiliations)]
    for kind in ("email", "phone", "im", "url", "address"):
        named += [method.value for method in methods if method.kind == kind]
    return next((name for name in named if name), "")


def _gender(by_name: dict[str, list[Property]]) -> str:
    stated = by_name.get("GENDER") or by_name.get("X-GENDER") or []
    written = [part for each in stated for part in each.components() if part]
    if not written:
        return ""
    # The identity in words comes after the sex.
    word = written[-1]
    return GENDERS.get(word.upper(), word.lower())


def _extra(properties: Iterable[Property], labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    known = _WITHOUT_MEANING | _TEXTS | METHODS | DATES.keys() | {*_KINDS, *_MEMBERS}
    roles_are_titles = not any(each.name == "TITLE" for each in properties)
    found: list[tuple[str, str]] = []
    for each in properties:
        if each.name in known or (each.name == "ROLE" and roles_are_titles) or not each.text:
            continue
        if each.name in RELATIONS and (
            each.name != "RELATED" or _URN.match(each.text) or not _SCHEME.match(each.text)
        ):
            continue
        name = labels.get(each.group) or each.name
        found.append((name, each.text[:EXTRA_CHARACTERS]))
    return tuple(dict.fromkeys(found))[:EXTRA_COUNT]


def _behind_the_name(
    department: str, affiliations: tuple[Affiliation, ...]
) -> tuple[tuple[str, str], ...]:
    known = {each.department for each in affiliations} | {each.title for each in affiliations}
    return (("department", department),) if department and department not in known else ()


def _as_it_sounds(by_name: dict[str, list[Property]], given: str, family: str) -> tuple[str, ...]:
    """The name in letters that say how it sounds, as East Asian address books have it."""
    first, last = (
        next((text for name in names if (text := _one_line(_first(by_name, name)))), "")
        for names in _PHONETIC
    )
    sounds = in_order("", first or given, "", last or family, "") if first or last else ""
    read = [found for found in by_name.get("SOUND", ()) if "x-irmc-n" in found.types]
    told = [" ".join(filter(None, found.components())) for found in read]
    return tuple(dict.fromkeys(filter(None, (sounds, *map(_one_line, told)))))


def _words(by_name: dict[str, list[Property]], name: str) -> tuple[str, ...]:
    words = (_one_line(word) for each in by_name.get(name, ()) for word in each.components(","))
    return tuple(dict.fromkeys(word for word in words if word))


def _texts(by_name: dict[str, list[Property]], name: str) -> tuple[str, ...]:
    return tuple(each.text for each in by_name.get(name, ()) if each.text)


def _first(by_name: dict[str, list[Property]], name: str) -> str:
    return next((each.text for each in by_name.get(name, ()) if each.text), "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _identifier(text: str) -> str:
    return _URN.sub("", text, count=1).removesuffix(":ABPerson")
