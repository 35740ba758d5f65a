"""The word lists: data, those of languages and, in `words/`, what is no language's own."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from store.text.languages import words


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
    """The entries of one list in all languages, each once, in lower case."""
    entries = [entry for each in _lists() for entry in each.get(section, {}).get(name, [])]
    return list(dict.fromkeys(entry.lower() for entry in entries))


# Words beside a number that say what it is.
CARD_WORDS: Final = frozenset(words_of("number", "card"))
ACCOUNT_WORDS: Final = frozenset(words_of("number", "account"))
OTHER_NUMBERS: Final = frozenset(words_of("number", "other"))
