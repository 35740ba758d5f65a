"""Promises, introductions, reminders and accepted requests in one message.

Every hit names the rule that found it and the sentence it stands in. Precision comes first: what
is conditional, reported, denied, asked, joked or done at once is left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from store.text.quoting import quote
from tools.days.promised import Named, named_days
from tools.promises.sentences import LONGEST_SENTENCE, sentences
from tools.promises.wording import plain_form
from tools.promises.words import Kind, Language, Rule, languages_in

Owes = Literal["owner", "contact", ""]
LONGEST_YES: Final = 80
MOST_A_MESSAGE: Final = 3
TURNS_BEFORE: Final = 2
_CLAUSE: Final = re.compile(r"[^;\n]{0,200}")
_LOOSE_ENDS: Final = re.compile(r"[\s,]+(?=[,.]|$)|(?<=\s)\s+")


@dataclass(frozen=True, slots=True)
class Turn:
    """A message as the rules need it. by_owner: the owner wrote it, else the contact."""

    by_owner: bool
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a message shows.

    owes: who has to keep a promise; '' for news. due: an ISO date, maybe partial, or ''.
    text: what the follow-up or life event would say. sentence: the evidence. rule: its name.
    confidence: 0 to 1, higher with a day and when it is said to the other. of_another: news of
    somebody close to the contact. from_before: how many turns before stands what was asked for.
    """

    kind: Kind
    owes: Owes
    text: str
    due: str
    sentence: str
    rule: str
    confidence: float
    of_another: bool = False
    from_before: int = 0


def find_promises(turn: Turn, said_on: date, name: str, before: Sequence[Turn] = ()) -> list[Found]:
    """What the writer of a message takes upon themselves.

    said_on: the owner's calendar day. name: what the contact is called. before: the turns before
    it in the conversation, the last one last; at most two are read.
    """
    accepted = _accepted(turn, said_on, name, before[-TURNS_BEFORE:])
    if accepted is not None:
        return [accepted]
    found: dict[str, Found] = {}
    languages = languages_in(turn.text[:LONGEST_SENTENCE])
    for sentence in sentences(turn.text):
        for language in languages:
            hit = _in_sentence(sentence, turn, said_on, name, language)
            if hit is not None:
                found.setdefault(hit.text.casefold(), hit)
                break
        if len(found) == MOST_A_MESSAGE:
            break
    return list(found.values())


def says_done(text: str) -> bool:
    """Whether a message says that something was done or came: `sent it`, `thanks for the book`."""
    short = text[:LONGEST_SENTENCE].replace("’", "'")
    return any(language.done.search(short) for language in languages_in(short))


def _in_sentence(
    sentence: str, turn: Turn, said_on: date, name: str, language: Language
) -> Found | None:
    if language.anywhere.search(sentence):
        return None
    is_question = sentence.rstrip(" )\"'").endswith("?") and not language.tags.search(sentence)
    for rule in language.promises:
        match = rule.pattern.search(sentence)
        if match is None:
            continue
        start = match.start("what")
        clause = _clause(sentence, start)
        if _is_blocked(rule, sentence[: match.start()], sentence, clause, language, is_question):
            continue
        day, shift = named_days(sentence[start:], said_on, language.name), start
        if day is None:
            day, shift = named_days(sentence[:start], said_on, language.name), 0
        has_what_it_needs = not (rule.needs_day or rule.needs_you) or (
            (rule.needs_day and day is not None)
            or (rule.needs_you and language.wording.you.search(clause))
        )
        if not has_what_it_needs:
            continue
        if day is None and (
            language.joking.search(sentence)
            or language.wording.empty.fullmatch(clause.strip(" .!,"))
        ):
            continue
        owes: Owes = "owner" if rule.whose or turn.by_owner else "contact"
        template = rule.owner_text if turn.by_owner else rule.contact_text
        return Found(
            kind=rule.kind,
            owes=owes,
            text=plain_form(
                _without_day(clause, start, day, shift, language),
                language.wording,
                by_owner=turn.by_owner,
                owed_by_owner=owes == "owner",
                template=template,
                name=name,
            ),
            due="" if day is None else day.last.isoformat(),
            sentence=sentence,
            rule=rule.name,
            confidence=_confidence(clause, day),
        )
    return None


def _is_blocked(
    rule: Rule, lead: str, sentence: str, clause: str, language: Language, is_question: bool
) -> bool:
    if is_question and "question" not in rule.despite:
        return True
    if "condition" not in rule.despite and language.condition.search(sentence):
        return True
    return bool(
        language.before.search(lead)
        or language.idioms.match(clause)
        or language.after.search(clause)
    )


def _accepted(turn: Turn, said_on: date, name: str, before: Sequence[Turn]) -> Found | None:
    """The other's request that this short message says yes to."""
    answer = turn.text.strip().replace("’", "'")
    if not before or len(answer) > LONGEST_YES:
        return None
    for language in languages_in(f"{before[-1].text[:LONGEST_SENTENCE]} {answer}"):
        if not language.accepted.match(answer) or language.refused.search(answer):
            continue
        if language.done.search(answer) or (
            answer.endswith("?") and not language.tags.search(f" {answer}")
        ):
            continue
        for back, asked in enumerate(reversed(before), 1):
            if asked.by_owner == turn.by_owner:
                break
            if hit := _asked(asked, turn, answer, said_on, name, language, back):
                return hit
    return None


def _asked(
    asked: Turn,
    turn: Turn,
    answer: str,
    said_on: date,
    name: str,
    language: Language,
    back: int,
) -> Found | None:
    for sentence in sentences(asked.text):
        match = language.request.search(sentence)
        if match is None or language.joking.search(sentence):
            continue
        # Each form of a request has a group of its own.
        start = next(
            (match.start(group) for group in range(1, match.re.groups + 1) if match[group]),
            match.start(),
        )
        clause = _clause(sentence, start)
        if language.idioms.match(clause):
            continue
        in_request = named_days(sentence[start:], said_on, language.name)
        day = named_days(answer, said_on, language.name) or in_request
        return Found(
            kind="accepted",
            owes="owner" if turn.by_owner else "contact",
            text=plain_form(
                _without_day(clause, start, in_request, start, language),
                language.wording,
                by_owner=asked.by_owner,
                owed_by_owner=turn.by_owner,
                template="{phrase}" if turn.by_owner else language.wording.contact_text,
                name=name,
            ),
            due="" if day is None else day.last.isoformat(),
            sentence=sentence,
            rule=f"a request and {quote(answer[:40])}",
            confidence=_confidence(clause, day),
            from_before=back,
        )
    return None


def _clause(sentence: str, start: int) -> str:
    match = _CLAUSE.match(sentence, start)
    return match[0] if match else ""


def _without_day(clause: str, start: int, day: Named | None, shift: int, language: Language) -> str:
    """The clause without the words for its day; they may stand before it, or in the middle."""
    if day is None:
        return clause
    begin, end = day.start + shift - start, day.end + shift - start
    if begin < 0 or begin >= len(clause):
        return clause
    kept = language.before_day.sub(" ", clause[:begin]) + clause[end:]
    return _LOOSE_ENDS.sub("", kept)


def _confidence(clause: str, day: Named | None) -> float:
    """A day is the best sign of a real promise; then that it is long enough to mean something."""
    return round(0.6 + 0.25 * (day is not None) + 0.1 * (len(clause.split()) > 2), 2)
