"""From the cells of one row to a `Card`, whatever the table calls its columns."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from store.importers.cards.dates import DateOrder, table_date
from store.importers.cards.limits import EXTRA_CHARACTERS, EXTRA_COUNT
from store.importers.cards.methods import DIRECTION_MARKS, MethodKind
from store.importers.cards.names import said_name
from store.importers.cards.words import GENDERS, date_kind
from store.importers.reading.moments import moment_on, written_moment
from store.importers.reading.month_names import month_number
from store.importers.reading.partial_dates import partial_date
from store.importers.records import (
    Affiliation,
    Card,
    CardDate,
    CardRelation,
    DatedNote,
    Gift,
    Method,
    Problem,
)

# Which the export writes behind a name: of the page that it is the title of, or of a file.
_ANY_LINK: Final = re.compile(
    r"[ \t]*\((?:https?://[^\s()]{1,500}|[^\s()]{1,300}\.(?:md|csv|html)(?:#[^\s()]*)?)\)"
)
_LINK: Final = re.compile(r"\[([^\[\]\n]{1,300})\]\((?:https?|mailto|tel):[^\s()]{1,500}\)")
_KEEPS_LINKS: Final = frozenset({"note", "url", "extra"})
# How spreadsheets keep a number from being made one.
_AS_TEXT: Final = re.compile(r"=\"+([^\"]*)\"+|'(?=[+0-9=@-])(.*)", re.DOTALL)
_OTHER_JOBS: Final = 10_000_000
# In one cell.
MOST_VALUES: Final = 50

ADDRESS_PARTS: Final = ("po box", "extended", "street", "city", "region", "postal code", "country")
_EMAIL_ENDS: Final = re.compile(r"[\s,;<>\[\]()\"]+")
_PHONE_ENDS: Final = re.compile(r"[;\n|]|, | / ")
# A spreadsheet turned it into a number, and the digits after the first few are lost.
_DAMAGED_PHONE: Final = re.compile(r"\d(?:[.,]\d{1,15})?E\+\d{1,2}", re.IGNORECASE)
# How Exchange names people of its own organization.
_NO_ADDRESS: Final = ("/o=", "ex:/o=")
_EAST_ASIAN: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")


@dataclass(slots=True)
class CardDraft:
    """A card in the making: values are put in field by field.

    place: where the row is. order: of day and month in the file.
    """

    place: str
    order: DateOrder = ""
    problems: list[Problem] = field(default_factory=list)
    _texts: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _methods: dict[tuple[MethodKind, str], Method] = field(default_factory=dict)
    _addresses: defaultdict[str, dict[str, list[str]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _jobs: defaultdict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    _dates: list[CardDate] = field(default_factory=list)
    _relations: list[CardRelation] = field(default_factory=list)
    _extra: list[tuple[str, str]] = field(default_factory=list)

    def put(self, name: str, value: str, label: str = "", number: int = 1) -> None:
        """Put in one cell.

        name: a field of the words for headings, or `extra` with the heading as its label.
        label: such as `work`. number: tells which columns belong together.
        """
        value = _as_typed(value.strip())
        value = _LINK.sub(r"\1", value) if name in _KEEPS_LINKS else without_links(value)
        if not value:
            return
        if name in ("email", "phone", "url", "im"):
            for each in _PUT[name](value):
                self.put_method(name, each, label)  # type: ignore[arg-type]  # one of the kinds
        elif name == "address":
            self.put_method("address", _one_line(value), label)
        elif name in ADDRESS_PARTS:
            self._addresses[f"{label}\x1f{number}"].setdefault(name, []).append(_one_line(value))
        elif name == "organization":
            # Several in one cell are several jobs; a comma may be part of a name.
            for at, each in enumerate(_lines(value)):
                self._jobs[number + _OTHER_JOBS * at].setdefault(name, _one_line(each))
        elif name in ("title", "department"):
            self._jobs[number].setdefault(name, _one_line(value))
        elif name in ("birthday", "anniversary", "date"):
            self._put_date(name, value, label)
        elif name == "relation":
            self._relations += [
                CardRelation(label or "related", name=person) for person in _listed(value)
            ]
        elif name == "extra":
            self._extra.append((label, value[:EXTRA_CHARACTERS]))
        else:
            self._texts[name].append(value)

    def put_method(
        self, kind: MethodKind, value: str, label: str = "", *, preferred: bool = False
    ) -> None:
        """Put in one way to reach the person, as it is."""
        value = _as_typed(DIRECTION_MARKS.sub("", value).strip())
        if kind == "phone" and _DAMAGED_PHONE.fullmatch(value):
            self.problems.append(
                Problem(f"a spreadsheet damaged the telephone number ({value})", self.place)
            )
        elif value:
            self._methods.setdefault((kind, value), Method(kind, value, label, preferred))

    def _put_date(self, name: str, value: str, label: str) -> None:
        found = table_date(value, self.order)
        if name == "birthday":
            made = CardDate("birthday", found)
        elif name == "anniversary":
            made = CardDate("anniversary", found)
        else:
            kind = date_kind("X-ABDATE", label)
            made = CardDate(kind, found, label if kind == "other" else "")
        if found:
            self._dates.append(made)
        elif any(character in "123456789" for character in value) and not value.startswith("0/0"):
            self._extra.append((label or name, value[:EXTRA_CHARACTERS]))

    def card(self) -> Card | None:
        """Make the card, without a UID if the table gave none; None when nobody is named."""
        texts = self._texts
        self._settle_emails()
        self._put_birthday()
        for key, parts in self._addresses.items():
            lines = [line for name in ADDRESS_PARTS for line in parts.get(name, ())]
            self.put_method("address", ", ".join(lines), key.partition("\x1f")[0])
        jobs = [
            Affiliation(*(job.get(name, "") for name in ("organization", "title", "department")))
            for job in self._jobs.values()
        ]
        methods = tuple(self._methods.values())
        given, family = self._one("given name"), self._one("family name")
        full_name = self._one("name") or _joined(given, self._one("middle name"), family)
        full_name, department = said_name(full_name, given, family)
        if department and not any(job.department == department for job in jobs):
            self._extra.append(("department", department))
        nicknames = tuple(dict.fromkeys(w for t in texts["nickname"] for w in _listed(t)))
        is_company = not full_name and not nicknames and bool(jobs and jobs[0].organization)
        stand_ins = [*nicknames, *(job.organization for job in jobs), self._one("file as")]
        stand_ins += [each.value for each in methods]
        full_name = full_name or next(filter(None, stand_ins), "")
        if not full_name:
            return None
        return Card(
            uid=self._one("uid"),
            full_name=full_name,
            kind="organization" if is_company else "person",
            given_name=given,
            family_name=family,
            additional_names=self._one("middle name"),
            prefix=self._one("prefix"),
            suffix=self._one("suffix"),
            nicknames=nicknames,
            former_names=tuple(texts["former name"]),
            other_names=self._as_it_sounds(),
            methods=methods,
            affiliations=tuple(dict.fromkeys(jobs)),
            dates=tuple(dict.fromkeys(self._dates)),
            relations=tuple(dict.fromkeys(self._relations)),
            notes=tuple(dict.fromkeys(texts["note"])),
            dated_notes=self._how_met(),
            gifts=tuple(Gift("idea", text) for text in texts["gift"]),
            interests=tuple(dict.fromkeys(w for t in texts["interest"] for w in _listed(t))),
            categories=tuple(dict.fromkeys(w for t in texts["tag"] for w in _listed(t))),
            gender=GENDERS.get(self._one("gender").upper(), self._one("gender").lower()),
            pronouns=self._one("pronouns"),
            languages=tuple(dict.fromkeys(w for t in texts["language"] for w in _listed(t))),
            extra=tuple(dict.fromkeys(self._extra))[:EXTRA_COUNT],
            place=self.place,
            changed_at=self._changed_at(),
        )

    def _one(self, name: str) -> str:
        return _one_line(self._texts[name][0]) if self._texts[name] else ""

    def _as_it_sounds(self) -> tuple[str, ...]:
        """The name in letters that say how it sounds, as East Asian address books have it."""
        parts = ("given name", "middle name", "family name")
        sounds = [self._one(f"phonetic {part}") for part in parts]
        if any(sounds):
            # A part that is said as it is written needs no letters for it.
            sounds = [sound or self._one(part) for sound, part in zip(sounds, parts, strict=True)]
        return tuple(filter(None, (self._one("phonetic name"), _joined(*sounds))))

    def _put_birthday(self) -> None:
        year, month, day = (self._one(f"birth {part}") for part in ("year", "month", "day"))
        if any(each.kind == "birthday" for each in self._dates) or not (year or month):
            return
        numbers = [month_number(month) or month, day]
        told = "-".join(str(number).zfill(2) for number in numbers if number)
        found = partial_date("-".join(filter(None, (year or "-", told))))
        if found:
            self._dates.append(CardDate("birthday", found))
        else:
            self._extra.append(("birthday", " ".join(filter(None, (year, month, day)))))

    def _changed_at(self) -> datetime | None:
        text = self._one("changed")
        return written_moment(text) or moment_on(table_date(text, self.order), text)

    def _settle_emails(self) -> None:
        """Take the addresses of Exchange's own people from their display names."""
        shown = [
            word for text in self._texts["email name"] for word in _emails(text) if "@" in word
        ]
        for key, method in list(self._methods.items()):
            if method.kind == "email" and "@" not in method.value:
                del self._methods[key]
                if not method.value.lower().startswith(_NO_ADDRESS):
                    self._extra.append(("email", method.value))
                elif shown:
                    self.put_method("email", shown[0], method.label)

    def _how_met(self) -> tuple[DatedNote, ...]:
        on = next((d for t in self._texts["met on"] if (d := table_date(t, self.order))), "")
        told = "; ".join([*self._texts["how we met"], *([] if on else self._texts["met on"])])
        return (DatedNote(told or "First met", on, "how we met"),) if told or on else ()


def without_links(value: str) -> str:
    """A value without what it is linked to: `Lia (https://…)` and `[Lia](https://…)` are Lia."""
    return _ANY_LINK.sub("", _LINK.sub(r"\1", value)).strip()


def _as_typed(value: str) -> str:
    """A value without what a spreadsheet put around it."""
    match = _AS_TEXT.fullmatch(value)
    return value if match is None else (match[1] or match[2] or "").strip()


def _emails(text: str) -> list[str]:
    if text.lower().startswith(_NO_ADDRESS):
        return [text]
    words = [word.strip("'").removeprefix("mailto:") for word in _EMAIL_ENDS.split(text)]
    addresses = [word for word in words if "@" in word.strip("@")]
    return addresses[:MOST_VALUES] or [_one_line(text)]


def _phones(text: str) -> list[str]:
    plain = text.strip("[]\"' ").replace(" ::: ", ";").replace('",', ";")
    return [each.strip("\"' ") for each in _PHONE_ENDS.split(plain)][:MOST_VALUES]


def _lines(text: str) -> list[str]:
    parts = text.replace(" ::: ", "\n").replace(";", "\n").split("\n")
    return [part.strip() for part in parts if part.strip()][:MOST_VALUES]


_PUT: Final = {"email": _emails, "phone": _phones, "url": _lines, "im": _lines}


def _listed(text: str) -> list[str]:
    """The words of a list in one cell, such as categories."""
    plain = text.strip("[]").replace(" ::: ", ";").replace("\n", ";").replace(",", ";")
    words = (word.strip(" \"'#") for word in plain.split(";"))
    return [word for word in words if word][:MOST_VALUES]


def _joined(given: str, middle: str, family: str) -> str:
    if given and family and _EAST_ASIAN.fullmatch(given) and _EAST_ASIAN.fullmatch(family):
        return family + given
    return " ".join(part for part in (given, middle, family) if part)


def _one_line(text: str) -> str:
    return ", ".join(
        line for part in text.split("\n") if (line := " ".join(part.split()).strip(","))
    )
