"""What a logged line is about, by its first words: a coffee, a call, a visit. Words are data."""

import re
from functools import cache
from typing import Final

from store.text.languages import words

# The occasion is within the first few words: `had a long coffee`.
_WORDS_LOOKED_AT: Final = 4


def occasion(text: str) -> str:
    """The occasion that the first known word names, such as `coffee`; '' when none does."""
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.casefold()[:200])
    return next((_known()[word] for word in words[:_WORDS_LOOKED_AT] if word in _known()), "")


@cache
def _known() -> dict[str, str]:
    return {
        word: name
        for language in words("owner").values()
        for name, known in language["occasions"].items()
        for word in known
    }
