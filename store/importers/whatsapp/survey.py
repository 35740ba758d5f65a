"""The first reading of a WhatsApp chat: what has to be known before its messages can be read.

The form of its lines, the order of day and month, who wrote, which of them is the owner, whether it
is a chat of two or a group, and some lines by which it is recognized under another name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from store.importers import NeedsAnswer, ReadingContext, UnreadableExport
from store.importers.whatsapp.body import (
    Body,
    body_of,
    is_group_notice,
    is_own_deletion,
    told_in,
)
from store.importers.whatsapp.dates import DatesSeen
from store.importers.whatsapp.header import DateOrder, Form, Stamp, stamp_of
from store.importers.whatsapp.labels import LONGEST_NOTICE, begins_with_label, is_phone, same_label
from store.importers.whatsapp.sample import Sample
from store.importers.whatsapp.title import names_in, without_copy
from store.importers.whatsapp.words import (
    ENCRYPTION,
    GROUP_CREATED,
    PROGRAMS,
    QUOTED,
    TO_YOURSELF,
    YOU,
)
from store.text.names import name_key

_MOST_FORMS: Final = 20
_LINES_OF_BEGINNING: Final = 5
_MOST_LABELS: Final = 5_000
_MOST_OPTIONS: Final = 60
_OPTIONS_BEFORE_NOBODY: Final = 19
_TEXTS_KEPT: Final = 3
_LINES_OF_RETURNS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Chat:
    """What the first reading found.

    order: of day, month and year; is_misread: its dates jump back all the same. title: the chat's
    name, or empty. peer: in a chat of two the other's label, or empty. owners: the labels that are
    the owner's. programs: labels of assistants that answer among people. is_to_oneself: the owner's
    notes. notice_only: the group's name, where nobody wrote under it. sample: see `Sample`.
    """

    form: Form
    order: DateOrder
    is_misread: bool
    is_spaced: bool
    is_group: bool
    title: str
    peer: str
    owners: frozenset[str]
    programs: frozenset[str]
    is_to_oneself: bool
    sample: Sample
    notice_only: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Seen:
    """What was seen of one form of lines. texts: the first of each label's, if it wrote few."""

    count: int = 0
    spaced: int = 0
    unspaced: int = 0
    dates: DatesSeen = field(default_factory=DatesSeen)
    writers: Counter[str] = field(default_factory=Counter)
    texts: dict[str, list[str]] = field(default_factory=dict)
    owners: set[str] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)
    mentions: set[str] = field(default_factory=set)
    notice_sender: str = ""
    in_groups_name: int = 0
    has_group_notice: bool = False
    is_to_oneself: bool = False
    sample: Sample = field(default_factory=Sample)

    def leave_out_the_groups_name(self, title: str) -> None:
        """Stop counting the group as a writer, unless somebody has its name and wrote too."""
        label = next((label for label in self.writers if same_label(label, title)), "")
        if label and self.writers[label] <= self.in_groups_name:
            del self.writers[label]

    def group_by_form(self, form: Form) -> str:
        """The group's own name, in whose name WhatsApp writes, in a language that we do not know.

        All that stands under it begins with the label of somebody who wrote as well.
        """
        if form.opening != "[":
            return ""
        for label, texts in self.texts.items():
            told = [begins_with_label(text, self.writers, but=label) for text in texts]
            if (
                any(told)
                and self.writers[label] <= len(texts)
                and all(
                    is_told or ENCRYPTION.search(text)
                    for is_told, text in zip(told, texts, strict=True)
                )
            ):
                return label
        return ""


def ends_with_return(lines: Iterable[tuple[str, bool]]) -> bool:
    """Whether messages end with a carriage return, as on an iPhone, and breaks within them do not.

    So a line of another chat that was pasted into a message is known. Most lines of a short chat
    may be pasted; a file whose ends were mixed up by another program has few that are right.
    """
    is_after_return = False
    counts = {True: 0, False: 0}
    for text, _ in islice(lines, _LINES_OF_RETURNS):
        stamp = stamp_of(text)
        if stamp and stamp.form.opening == "[":
            counts[is_after_return] += 1
        is_after_return = text.endswith("\r")
    # Nothing precedes the first line.
    return counts[True] > 0 and 4 * counts[True] >= counts[False] - 1


def survey(
    lines: Iterable[tuple[str, bool]], context: ReadingContext, *, has_returns: bool = False
) -> Chat:
    """Read all lines once. Raises UnreadableExport and NeedsAnswer.

    has_returns: see `ends_with_return`.
    """
    forms: dict[Form, _Seen] = {}
    titles = names_in(context)
    is_pasted = False
    for text, _ in lines:
        line = text.removesuffix("\r")
        stamp = None if is_pasted else stamp_of(line)
        is_pasted = has_returns and not text.endswith("\r")
        if stamp is not None:
            seen = forms.get(stamp.form)
            if seen is None and len(forms) < _MOST_FORMS:
                seen = forms[stamp.form] = _Seen()
            if seen is not None:
                _look(seen, stamp, line, titles[0] if titles else "")
        else:
            for seen in forms.values():
                seen.sample.go_on()
    if not forms:
        raise UnreadableExport(
            f"No line of {context.name} begins like a message of a WhatsApp chat. In WhatsApp, "
            "open the chat, choose Export chat, and import the file that it makes."
        )
    form, seen = max(forms.items(), key=lambda each: each[1].count)
    return _chat(form, seen, titles, context)


def _chat(form: Form, seen: _Seen, titles: list[str], context: ReadingContext) -> Chat:
    order = seen.dates.order(form, context)
    programs = _programs(seen, titles)
    for label in programs:
        del seen.writers[label]
    title = _title(seen, titles)
    by_form = seen.group_by_form(form)
    # Only groups have names that are quoted in notices of what somebody did.
    seen.has_group_notice |= any(
        QUOTED.search(text) and begins_with_label(text, seen.writers) for text in seen.notices
    )
    if by_form and (not title or same_label(title, by_form)):
        title = by_form
        seen.has_group_notice = True
        seen.in_groups_name = seen.writers[by_form]
    if _is_to_oneself(seen, title, titles, context):
        owners = frozenset(seen.writers)
        return _made(form, order, seen, title, owners, programs, is_to_oneself=True)
    title = title or seen.notice_sender
    is_group, peer = _kind(seen, title)
    if not is_group and _is_between_others(seen, context):
        is_group, peer = True, ""
    if is_group:
        seen.leave_out_the_groups_name(title)
    owners = frozenset(_owners(seen, context, peer))
    if not is_group and not peer:
        peer = next((label for label in seen.writers if label not in owners), "")
    return _made(form, order, seen, title, owners, programs, is_group=is_group, peer=peer)


def _made(
    form: Form,
    order: DateOrder,
    seen: _Seen,
    title: str,
    owners: frozenset[str],
    programs: frozenset[str],
    *,
    is_group: bool = False,
    peer: str = "",
    is_to_oneself: bool = False,
) -> Chat:
    return Chat(
        form=form,
        order=order,
        is_misread=seen.dates.jumps[order] > 0,
        is_spaced=seen.unspaced <= seen.spaced,
        is_group=is_group,
        title=title,
        peer=peer,
        owners=owners,
        programs=programs,
        is_to_oneself=is_to_oneself,
        sample=seen.sample,
        notice_only=frozenset({title} - set(seen.writers)) if is_group else frozenset(),
    )


def is_in_the_groups_name(body: Body, form: Form, title: str) -> bool:
    """Whether WhatsApp wrote this in the group's name, as iPhones do, some without a mark."""
    return (
        form.opening == "["
        and same_label(body.sender, title)
        and len(body.text) <= LONGEST_NOTICE
        and is_group_notice(body.text)
    )


def _look(seen: _Seen, stamp: Stamp, line: str, title: str) -> None:
    seen.count += 1
    seen.sample.end()
    if not stamp.form.is_year_first:
        seen.dates.look_at(stamp, line)
    else:
        seen.dates.look_at_order(stamp)
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
        _look_at_writer(seen, stamp, body)


def _look_at_writer(seen: _Seen, stamp: Stamp, body: Body) -> None:
    seen.writers[body.sender] += 1
    texts = seen.texts.setdefault(body.sender, [])
    if len(texts) < _TEXTS_KEPT:
        texts.append(body.text[: LONGEST_NOTICE + 1])
    if is_own_deletion(body.text):
        seen.owners.add(body.sender)
    if "@" in body.text and len(seen.mentions) < _MOST_LABELS:
        seen.mentions.update(_mentioned(body.text))
    seen.sample.begin(stamp, body)


def _mentioned(text: str) -> Iterator[str]:
    """What may be the name of somebody who is addressed: one word or two after an @."""
    for piece in text.split("@")[1:6]:
        words = piece.strip("\u2068\u2069 ").split(None, 3)
        for count in (1, 2):
            yield " ".join(words[:count]).strip("\u2068\u2069").casefold()


def _is_notice(seen: _Seen, stamp: Stamp, body: Body) -> bool:
    if not body.sender:
        if len(seen.notices) < _TEXTS_KEPT * 10:
            seen.notices.append(body.text[:LONGEST_NOTICE])
        seen.is_to_oneself |= seen.count == 1 and bool(TO_YOURSELF.search(body.text))
        return True
    told = told_in(body.text, form=stamp.form)
    if (
        stamp.form.opening == "["
        and "\u200e" not in body.text
        and begins_with_label(body.text, (body.sender,))
    ):
        return True
    if "notice" not in told.reason and "WhatsApp" not in told.reason:
        return False
    # An iPhone writes the notice about encryption in the name of the chat.
    is_early = seen.count <= _LINES_OF_BEGINNING
    if not seen.notice_sender and is_early and ENCRYPTION.search(body.text):
        seen.notice_sender = body.sender
        seen.is_to_oneself |= bool(TO_YOURSELF.search(body.text))
    return True


def _programs(seen: _Seen, titles: list[str]) -> frozenset[str]:
    """The labels of assistants: known by name, or asked with an @ in a chat of two others."""
    known = {label for label in seen.writers if name_key(label) in PROGRAMS}
    people = [label for label in seen.writers if label not in known]
    if len(people) > 2 and not seen.has_group_notice:
        named = {label for label in people for title in titles if same_label(label, title)}
        if named:
            asked = {p for p in people if p not in named and p.casefold() in seen.mentions}
            if len(people) - len(asked) == 2:
                known |= asked
    return frozenset(label for label in known if not any(same_label(label, t) for t in titles))


def _title(seen: _Seen, titles: list[str]) -> str:
    """The chat's name: as the file has it, or without what a copy of the file added to it."""
    for title in titles:
        for name in (title, *without_copy(title)):
            if any(same_label(name, label) for label in seen.writers):
                return name
    if not titles:
        return ""
    surely = [name for name in without_copy(titles[0]) if not name[-1:].isdecimal()]
    return surely[0] if surely and not is_phone(titles[0]) else titles[0]


def _is_to_oneself(seen: _Seen, title: str, titles: list[str], context: ReadingContext) -> bool:
    """Whether the owner is alone: by the notice, by the name of the chat, by who they are."""
    if len(seen.writers) > 1 or seen.has_group_notice:
        return False
    if seen.is_to_oneself or any(YOU.search(each) for each in titles):
        return True
    [writer] = seen.writers or [""]
    is_called_so = not title or same_label(title, writer)
    return bool(writer) and is_called_so and any(same_label(writer, me) for me in context.me)


def _is_between_others(seen: _Seen, context: ReadingContext) -> bool:
    """Whether the owner said that nobody in it is them: a chat that was forwarded."""
    return nobody_in(context) in context.me and len(seen.writers) > 1


def nobody_in(context: ReadingContext) -> str:
    """The answer that none of the labels is the owner's, which is true of this file alone."""
    return f"nobody in {context.name}"


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
    # Whoever is in no address book writes under a name of their own choice, perhaps the owner's.
    said = {label for label in seen.writers if label in context.me} or {
        label
        for label in seen.writers
        if not label.startswith("~") and any(same_label(name, label) for name in context.me)
    }
    # Answers are remembered, and that the owner wrote nothing is true of this chat alone.
    nobody = nobody_in(context)
    if said or seen.owners or nobody in context.me or not seen.writers:
        return said or seen.owners
    options = [label for label, _ in seen.writers.most_common(_MOST_OPTIONS)]
    options.insert(_OPTIONS_BEFORE_NOBODY, nobody)
    raise NeedsAnswer(
        "me",
        f"The chat in {context.name} does not say who of those who wrote in it you are.",
        options,
    )
