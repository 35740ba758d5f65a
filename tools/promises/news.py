"""News that a contact tells of themselves or of those close to them: birthdays, moves, losses."""

from datetime import date

from tools.days.promised import Named, event_date, named_days
from tools.promises.detect import MOST_A_MESSAGE, Found
from tools.promises.sentences import LONGEST_SENTENCE, sentences
from tools.promises.wording import turned
from tools.promises.words import Language, NewsRule, languages_in


def find_news(text: str, said_on: date, name: str) -> list[Found]:
    """The life events that a contact's message tells of, each with its date.

    said_on: the owner's calendar day. name: what the contact is called. What has no date, and did
    not just happen, is left out: a life event needs one.
    """
    found: dict[str, Found] = {}
    languages = languages_in(text[:LONGEST_SENTENCE])
    for sentence in sentences(text):
        for language in languages:
            hit = _in_sentence(sentence, said_on, name, language)
            if hit is not None:
                found.setdefault(hit.kind, hit)
                break
        if len(found) == MOST_A_MESSAGE:
            break
    return list(found.values())


def _in_sentence(sentence: str, said_on: date, name: str, language: Language) -> Found | None:
    if sentence.endswith("?") and not language.tags.search(sentence):
        return None
    if language.anywhere.search(sentence) or language.condition.search(sentence):
        return None
    for rule in language.news:
        match = rule.pattern.search(sentence)
        lead = sentence[: match.start()] if match else ""
        if match is None or language.before.search(lead) or language.known.search(lead):
            continue
        if language.after.search(sentence[match.end() : match.end() + 40]):
            continue
        on = _date(sentence, match.end(), said_on, rule, language)
        if not on:
            continue
        groups = {
            group: turned(words, language.wording, by_owner=False, name=name)
            for group, words in match.groupdict().items()
            if words is not None
        }
        text = rule.text.format_map({"who": "", "where": "", "thing": "", **groups}).strip()
        if groups.get("who") and "{who}" not in rule.text:
            text = f"{text} ({groups['who']})"
        return Found(
            kind=rule.kind,
            owes="",
            text=text[:1].upper() + text[1:],
            due=on,
            sentence=sentence,
            rule=rule.name,
            confidence=0.85 if len(on) > len("2026-11") - 1 else 0.7,
            of_another="who" in groups,
        )
    return None


def _date(sentence: str, end: int, said_on: date, rule: NewsRule, language: Language) -> str:
    """The event's date, maybe partial; '' when there is none. A birthday has no year."""
    day: Named | None = None
    if later := rule.later.search(sentence, end):
        day = named_days(sentence[later.end() :], said_on, language.name)
    day = (
        day
        or named_days(sentence[end:], said_on, language.name, past=rule.past)
        or named_days(sentence, said_on, language.name, past=rule.past)
    )
    if day is None:
        return f"{said_on:%Y-%m}" if rule.undated else ""
    if rule.kind == "birthday":
        return f"--{day.last:%m-%d}" if day.first == day.last else ""
    return event_date(day)
