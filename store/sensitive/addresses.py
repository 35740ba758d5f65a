"""Postal addresses: a street by the words of its language, with a house number."""

import re
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.kinds import ADDRESS
from store.sensitive.spans import Span
from store.sensitive.words import words_of

_ENDINGS: Final = words_of("address", "endings")
_AFTER: Final = words_of("address", "after_name")
_BEFORE: Final = words_of("address", "before_name")
_FIRST: Final = words_of("address", "after_number")
_HINTS: Final = frozenset(word[-3:] for word in [*_ENDINGS, *_AFTER, *_BEFORE, *_FIRST])


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = r"\d{1,5}(?:[-/]\d{1,4})?[ ]?[a-z]?(?!\w)"
_NAME: Final = rf"(?!(?:{_any_of(words_of('address', 'no_names'))})(?!\w))[^\W\d_][\w.'’-]{{0,24}}"
# What may follow on: floor, postcode and town.
_REST: Final = (
    r"(?:,?[ ](?:apt|flat|unit|nº|no|esq|dto|dir|º|bât)\.?[ ]?\w{1,6})?"
    r"(?:[,\n]{0,2}[ ]?(?:[a-z]-)?\d{4,5}(?:-\d{3,4}|[ ]?\d{2})?[ ]" + _NAME + r")?"
    r"(?:,[ ](?:"
    + _NAME
    + r"[ ]?){1,2},?[ ](?:[a-z]{1,2}\d[a-z\d]?[ ]?\d[a-z]{2}|[a-z]{2}[ ]\d{5}))?"
)
_FORMS: Final = re.compile(
    rf"(?<!\w)(?:{_NUMBER},?[ ](?:{_NAME}[ ]){{1,4}}?(?:{_any_of(_AFTER)})(?!\w)\.?"
    rf"|[^\W\d_]{{2,24}}(?:{_any_of(_ENDINGS)})[ ]{_NUMBER}"
    rf"|(?:{_NAME}[ ])(?:{_any_of(_ENDINGS)})[ ]{_NUMBER}"
    rf"|(?:{_NUMBER},?[ ])?(?:{_any_of(_BEFORE)})[ ](?:{_NAME}[ ]){{0,4}}{_NAME}"
    rf"(?:,?[ ](?:n\.?º?[ ]?)?{_NUMBER}))" + _REST
)
# French writes the number first, and the street alone after it.
_NUMBER_FIRST: Final = re.compile(
    rf"(?<!\w){_NUMBER},?[ ](?:bis[ ]|ter[ ])?(?:{_any_of(_FIRST)})"
    rf"[ ](?:{_NAME}[ ]){{0,3}}{_NAME}" + _REST
)


def find_addresses(seen: Canonical) -> list[Span]:
    """Streets with a house number, and what of postcode and town follows; canonical places."""
    if not _DIGIT.search(seen.text):
        return []
    if not any(word[-3:] in _HINTS for word in seen.vocabulary):
        return []
    return [
        Span(*found.span(), ADDRESS)
        for form in (_FORMS, _NUMBER_FIRST)
        for found in form.finditer(seen.plain)
    ]
