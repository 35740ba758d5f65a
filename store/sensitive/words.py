"""The word lists: data, those of languages and, in `words/`, what is no language's own."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from store.sensitive.canonical import folded
from store.text.languages import words

_SPELT_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@cache
def _lists() -> list[Mapping[str, Any]]:
    folder = files("store.sensitive") / "words"
    of_no_language = [
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    ]
    return [*words("sensitive").values(), *of_no_language]


def words_of(section: str, name: str) -> list[str]:
    """The entries of one list in all languages, each once, in lower case and without accents.

    Whoever has no key for an umlaut writes two letters: `ue` for `ü`.
    """
    entries = [entry for each in _lists() for entry in each.get(section, {}).get(name, [])]
    spelt = [way for entry in entries for way in (entry, entry.lower().translate(_SPELT_OUT))]
    return list(dict.fromkeys(folded(way) for way in spelt))


ALL_LANGUAGES: Final = -1


def entries_of(section: str, name: str) -> list[tuple[str, int]]:
    """The entries of one list, folded, each with its language as a bit of `language_bits`."""
    return [
        (folded(way), 1 << at)
        for at, lists in enumerate(words("sensitive").values())
        for entry in lists.get(section, {}).get(name, [])
        for way in dict.fromkeys((entry, entry.lower().translate(_SPELT_OUT)))
    ]


@cache
def _common_words() -> Mapping[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for at, lists in enumerate(words("sensitive").values()):
        for word in dict.fromkeys(map(folded, lists.get("language", {}).get("words", []))):
            found.setdefault(word, []).append(at)
    return {word: tuple(languages) for word, languages in found.items()}


_MOST_WORDS: Final = 200


def language_bits(said: list[str]) -> int:
    """The languages that words, folded, may be of, by those that a language cannot do without."""
    common, counts = _common_words(), [0] * len(words("sensitive"))
    for word in said[:_MOST_WORDS]:
        for language in common.get(word, ()):
            counts[language] += 1
    most = max(counts, default=0)
    # As good as the best: a short line may be of two. One without such words is of none.
    return sum(1 << at for at, n in enumerate(counts) if n and n >= most - max(1, most // 3))


# Words beside a number that say what it is.
CARD_WORDS: Final = frozenset(words_of("number", "card"))
ACCOUNT_WORDS: Final = frozenset(words_of("number", "account"))
OTHER_NUMBERS: Final = frozenset(words_of("number", "other"))
