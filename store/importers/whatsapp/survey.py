"""The first reading of a WhatsApp chat: what has to be known before its messages can be read.

The form of its lines, the order of day and month, who wrote, which of them is the owner, and
whether it is a chat of two or a group.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from store.importers import NeedsAnswer, ReadingContext, UnreadableExport
from store.importers.whatsapp.body import (
    Body,
    body_of,
    is_group_notice,
    is_own_deletion,
    told_in,
)
from store.importers.whatsapp.header import Form, Stamp, stamp_of, without_marks
from store.importers.whatsapp.sent import title_of
from store.importers.whatsapp.words import ENCRYPTION, GROUP_CREATED
from store.text.names import name_key, visible

_MOST_FORMS: Final = 20
_LINES_OF_BEGINNING: Final = 5
_LONGEST_NOTICE: Final = 300
_MOST_LABELS: Final = 5_000
_MOST_OPTIONS: Final = 60
_OPTIONS_BEFORE_NOBODY: Final = 19
# Chats are exported in order; wrong clocks and travel shift times by hours, never by days.
_JUMP: Final = timedelta(days=2)
_PHONE: Final = re.compile(r"\+?[\d\s().-]{6,30}")
_FEWEST_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Chat:
    """What the first reading found.

    title: the chat's name, or empty. peer: in a chat of two the other's label, or empty.
    owners: the labels that are the owner's.
    """

    form: Form
    is_day_first: bool
    is_spaced: bool
    is_group: bool
    title: str
    peer: str
    owners: frozenset[str]


@dataclass(slots=True)
class _Seen:
    """What was seen of one form of lines."""

    count: int = 0
    spaced: int = 0
    unspaced: int = 0
    first_over_12: int = 0
    second_over_12: int = 0
    example: str = ""
    has_both_readings: bool = False
    jumps: Counter[bool] = field(default_factory=Counter)
    last: dict[bool, datetime] = field(default_factory=dict)
    writers: Counter[str] = field(default_factory=Counter)
    owners: set[str] = field(default_factory=set)
    notice_sender: str = ""
    in_groups_name: int = 0
    has_group_notice: bool = False

    def leave_out_the_groups_name(self, title: str) -> None:
        """Stop counting the group as a writer, unless somebody has its name and wrote too."""
        label = next((label for label in self.writers if same_label(label, title)), "")
        if label and self.writers[label] <= self.in_groups_name:
            del self.writers[label]


def survey(lines: Iterable[tuple[str, bool]], context: ReadingContext) -> Chat:
    """Read all lines once. Raises UnreadableExport and NeedsAnswer."""
    forms: dict[Form, _Seen] = {}
    title = _title(context)
    for line, _ in lines:
        stamp = stamp_of(line)
        if stamp is None:
            continue
        seen = forms.get(stamp.form)
        if seen is None:
            if len(forms) >= _MOST_FORMS:
                continue
            seen = forms[stamp.form] = _Seen()
        _look(seen, stamp, line, title)
    if not forms:
        raise UnreadableExport(
            f"No line of {context.name} begins like a message of a WhatsApp chat. In WhatsApp, "
            "open the chat, choose Export chat, and import the file that it makes."
        )
    form, seen = max(forms.items(), key=lambda each: each[1].count)
    is_day_first = form.is_year_first or _is_day_first(form, seen, context)
    title = title or seen.notice_sender
    is_group, peer = _kind(seen, title)
    if is_group:
        seen.leave_out_the_groups_name(title)
    owners = _owners(seen, context, peer)
    if not is_group and not peer:
        peer = next((label for label in seen.writers if label not in owners), "")
    return Chat(
        form, is_day_first, seen.unspaced <= seen.spaced, is_group, title, peer, frozenset(owners)
    )


@lru_cache(maxsize=4096)
def same_label(one: str, other: str) -> bool:
    """Whether two labels mean the same entry: by their letters, or by their digits for numbers."""
    if is_phone(one) and is_phone(other):
        return _digits(one) == _digits(other)
    return (name_key(one) or visible(one)) == (name_key(other) or visible(other))


def is_phone(label: str) -> bool:
    """Whether a label is a telephone number, as for people who are in no address book."""
    return bool(_PHONE.fullmatch(label)) and len(_digits(label)) >= _FEWEST_DIGITS


def is_in_the_groups_name(body: Body, form: Form, title: str) -> bool:
    """Whether WhatsApp wrote this in the group's name, as iPhones do, some without a mark."""
    return (
        form.opening == "["
        and same_label(body.sender, title)
        and len(body.text) <= _LONGEST_NOTICE
        and is_group_notice(body.text)
    )


def _digits(label: str) -> str:
    return "".join(character for character in label if character.isdecimal())


def _look(seen: _Seen, stamp: Stamp, line: str, title: str) -> None:
    seen.count += 1
    if not stamp.form.is_year_first:
        _look_at_date(seen, stamp, line)
    rest = line[stamp.length :]
    colon = rest.find(":", 0, 100)
    if colon >= 0:
        if rest[colon + 1 : colon + 2] in ("", " "):
            seen.spaced += 1
        else:
            seen.unspaced += 1
    body = body_of(rest, is_spaced=seen.unspaced <= seen.spaced)
    if _is_notice(seen, stamp, body):
        seen.has_group_notice = seen.has_group_notice or is_group_notice(body.text)
    elif is_in_the_groups_name(body, stamp.form, title):
        seen.in_groups_name += 1
        if seen.count <= _LINES_OF_BEGINNING and GROUP_CREATED.match(body.text):
            seen.has_group_notice = True
        seen.writers[body.sender] += 1
    elif body.sender in seen.writers or len(seen.writers) < _MOST_LABELS:
        seen.writers[body.sender] += 1
        if is_own_deletion(body.text):
            seen.owners.add(body.sender)


def _is_notice(seen: _Seen, stamp: Stamp, body: Body) -> bool:
    if not body.sender:
        return True
    told = told_in(body.text, has_marks=stamp.form.opening == "[")
    if "notice" not in told.reason and "WhatsApp" not in told.reason:
        return False
    # An iPhone writes the notice about encryption in the name of the chat.
    if not seen.notice_sender and seen.count == 1 and ENCRYPTION.search(body.text):
        seen.notice_sender = body.sender
    return True


def _look_at_date(seen: _Seen, stamp: Stamp, line: str) -> None:
    readings = {each: stamp.moment(is_day_first=each) for each in (True, False)}
    if readings[True] and not readings[False]:
        seen.first_over_12 += 1
    elif readings[False] and not readings[True]:
        seen.second_over_12 += 1
    elif readings[True] != readings[False]:
        seen.has_both_readings = True
        seen.example = seen.example or without_marks(line[: stamp.length]).strip("[] -–—:")
    for is_day_first, moment in readings.items():
        if moment:
            last = seen.last.get(is_day_first, moment)
            seen.jumps[is_day_first] += moment < last - _JUMP
            seen.last[is_day_first] = moment


def _is_day_first(form: Form, seen: _Seen, context: ReadingContext) -> bool:
    """Tell the order of day and month, by one step after the other."""
    if seen.first_over_12 != seen.second_over_12:
        return seen.first_over_12 > seen.second_over_12
    if form.separator == "." or not seen.has_both_readings:
        # No language writes the month first with dots.
        return True
    if context.date_order:
        return context.date_order == "day first"
    if seen.jumps[True] != seen.jumps[False]:
        return seen.jumps[True] < seen.jumps[False]
    raise NeedsAnswer(
        "date order",
        f"In {context.name}, dates such as “{seen.example}” can be read in two ways. "
        "Does the day or the month stand first?",
        ("day first", "month first"),
    )


def _title(context: ReadingContext) -> str:
    """The chat's name, from the name of the file, or of the zip or folder that holds it."""
    names = (context.name, context.container.rstrip("/").rpartition("/")[2], context.folder)
    return next(filter(None, map(title_of, names)), "")


def _kind(seen: _Seen, title: str) -> tuple[bool, str]:
    """Whether it is a group, and if not, the other's label, empty while it is not known."""
    named = next((label for label in seen.writers if title and same_label(title, label)), "")
    if seen.has_group_notice or len(seen.writers) > 2:
        return True, ""
    if named:
        return False, named
    if len(seen.writers) == 2 and title:
        return True, ""
    return False, title


def _owners(seen: _Seen, context: ReadingContext, peer: str) -> set[str]:
    """The owner's labels: the one beside the other's, else those they named, else as it shows."""
    others = [label for label in seen.writers if label != peer]
    if peer in seen.writers and len(others) <= 1:
        return set(others)
    said = {label for label in seen.writers if label in context.me} or {
        label for label in seen.writers if any(same_label(name, label) for name in context.me)
    }
    # Answers are remembered, and that the owner wrote nothing is true of this chat alone.
    nobody = f"nobody in {context.name}"
    if said or seen.owners or nobody in context.me or not seen.writers:
        return said or seen.owners
    options = [label for label, _ in seen.writers.most_common(_MOST_OPTIONS)]
    options.insert(_OPTIONS_BEFORE_NOBODY, nobody)
    raise NeedsAnswer(
        "me",
        f"The chat in {context.name} does not say who of those who wrote in it you are.",
        options,
    )
