"""The words that people promise with: data (`promises`), compiled once a language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from store.text.languages import words
from tools.days.words import any_of, date_words
from tools.talk.cues import languages_of

Kind = Literal[
    "promise", "introduction", "reminder", "accepted",
    "birthday", "move", "job", "birth", "wedding", "loss", "date",
]  # fmt: skip
_NEVER: Final = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to say something. name: what an owner is told of it.

    needs_day, needs_you: only with a day beside it, with the other named in it; if both, either.
    despite: blockers (`condition`, `question`) that do not count here. whose: who owes it, where
    that is not the writer.
    """

    name: str
    kind: Kind
    pattern: re.Pattern[str]
    owner_text: str
    contact_text: str
    needs_day: bool
    needs_you: bool
    despite: frozenset[str]
    whose: str


@dataclass(frozen=True, slots=True)
class NewsRule:
    """One way to tell news. text: what it becomes, with the names of the pattern's groups.

    past: a weekday is the last one. undated: without a day, the month of the message. later: after
    it a day ahead is named.
    """

    name: str
    kind: Kind
    pattern: re.Pattern[str]
    text: str
    past: bool
    undated: bool
    later: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Wording:
    """How words are turned so that they are addressed to the owner."""

    clause_end: re.Pattern[str]
    you: re.Pattern[str]
    empty: re.Pattern[str]
    verbs: dict[str, str]
    contact_verbs: dict[str, str]
    said_by_owner: dict[str, str]
    said_by_contact: dict[str, str]
    contact_text: str


@dataclass(frozen=True, slots=True)
class Language:
    """All that is known of one language. before_day: words that go with a day."""

    name: str
    promises: tuple[Rule, ...]
    news: tuple[NewsRule, ...]
    before: re.Pattern[str]
    known: re.Pattern[str]
    after: re.Pattern[str]
    anywhere: re.Pattern[str]
    joking: re.Pattern[str]
    condition: re.Pattern[str]
    idioms: re.Pattern[str]
    tags: re.Pattern[str]
    request: re.Pattern[str]
    accepted: re.Pattern[str]
    refused: re.Pattern[str]
    done: re.Pattern[str]
    wording: Wording
    before_day: re.Pattern[str]
    forwarded: tuple[str, ...]


@cache
def known_languages() -> dict[str, Language]:
    """Every language that promises are read in, by name."""
    return {name: _language(name, lists) for name, lists in words("promises").items()}


def languages_in(text: str) -> list[Language]:
    """The languages that a text may be in, of those whose promises are known."""
    known = known_languages()
    return [known[name] for name in languages_of(text) if name in known]


@cache
def forwarded() -> re.Pattern[str]:
    """Where, in any language, a message goes on with somebody else's words."""
    heads = [head for language in known_languages().values() for head in language.forwarded]
    return re.compile("|".join(f"(?:{head})" for head in heads), re.IGNORECASE)


def _language(name: str, lists: Mapping[str, Any]) -> Language:
    patterns = _Patterns(lists["fragments"])
    blockers = lists["blockers"]
    return Language(
        name=name,
        promises=tuple(_rule(rule, lists["wording"], patterns) for rule in lists["promise"]),
        news=tuple(_news_rule(rule, patterns) for rule in lists["event"]),
        before=patterns.any_of(blockers["before"]),
        known=patterns.any_of(blockers["known"]),
        after=patterns.any_of(blockers["after"]),
        anywhere=_open_ended(blockers["anywhere"]),
        joking=_open_ended(blockers["joking"]),
        condition=patterns.any_of(blockers["condition"]),
        idioms=re.compile(f"(?:{'|'.join(blockers['idioms'])})", re.IGNORECASE),
        tags=re.compile("|".join(blockers["tags"]), re.IGNORECASE),
        request=patterns.any_of(lists["request"]["patterns"]),
        accepted=patterns.any_of(lists["request"]["accepted"]),
        refused=patterns.any_of(lists["request"]["refused"]),
        done=patterns.any_of(lists["done"]["patterns"]),
        wording=_wording(lists["wording"], patterns),
        before_day=_before_day(name),
        forwarded=tuple(lists["quoting"]["forwarded"]),
    )


class _Patterns:
    """Makes patterns of a language's forms. fragments: what stands for `{name}` in them."""

    def __init__(self, fragments: dict[str, str]) -> None:
        self._fragments = fragments

    def one(self, form: str) -> re.Pattern[str]:
        """One form, which keeps the groups that it names."""
        return re.compile(rf"(?<!\w)(?:{_filled(form, self._fragments)})", re.IGNORECASE)

    def any_of(self, forms: list[str]) -> re.Pattern[str]:
        """Any of several forms, up to the end of a word."""
        # Two forms in one pattern cannot both have a group of that name.
        filled = (_filled(form, self._fragments).replace("(?P<what>", "(") for form in forms)
        return re.compile(rf"(?<!\w)(?:{'|'.join(filled)})(?!\w)", re.IGNORECASE)


def _open_ended(signs: list[str]) -> re.Pattern[str]:
    """Any of these signs; emoji stand beside each other."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(signs)})", re.IGNORECASE)


def _rule(rule: Mapping[str, Any], wording: Mapping[str, Any], patterns: _Patterns) -> Rule:
    return Rule(
        name=rule["name"],
        kind=rule.get("kind", "promise"),
        pattern=patterns.one(rule["pattern"]),
        owner_text=rule.get("owner_text", wording["owner_text"]),
        contact_text=rule.get("contact_text", wording["contact_text"]),
        needs_day="day" in rule.get("needs", ""),
        needs_you="you" in rule.get("needs", ""),
        despite=frozenset(rule.get("despite", ())),
        whose=rule.get("whose", ""),
    )


def _news_rule(rule: Mapping[str, Any], patterns: _Patterns) -> NewsRule:
    return NewsRule(
        name=rule["name"],
        kind=rule["kind"],
        pattern=patterns.one(rule["pattern"]),
        text=rule["text"],
        past=rule.get("tense") == "past",
        undated=rule.get("undated", False),
        later=patterns.one(rule["later"]) if "later" in rule else _NEVER,
    )


def _wording(wording: Mapping[str, Any], patterns: _Patterns) -> Wording:
    return Wording(
        you=patterns.any_of([wording["you"]]),
        empty=patterns.any_of([wording["empty"]]),
        clause_end=re.compile("|".join(wording["clause_end"]), re.IGNORECASE),
        verbs=wording["verbs"],
        contact_verbs=wording["contact_verbs"],
        said_by_owner=wording["said_by_owner"],
        said_by_contact=wording["said_by_contact"],
        contact_text=wording["contact_text"],
    )


def _before_day(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"\s+(?:{any_of(date_words()[name].forms('before_any'))})\s*$", re.IGNORECASE
    )


def _filled(pattern: str, fragments: dict[str, str]) -> str:
    """The pattern with its fragments in it; a group's own `(?P<name>` is none."""
    return re.sub(r"(?<!P)<(\w+)>", lambda match: fragments[match[1]], pattern)
