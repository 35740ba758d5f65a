"""The words of texts and of questions, both made as the word index needs them.

The index's tokenizer takes a run of Chinese, Japanese or Thai, which has no spaces, for one word,
and ignores emoji. Here such a run becomes pairs of letters, and an emoji becomes a name.
"""

import re
from typing import Final

from store.text.languages import words_of_all

MOST_TERMS: Final = 16
LONGEST_TERM: Final = 64

# Han, kana, Thai, Lao, Khmer, Burmese: written without spaces. Hangul has them, but its endings
# stick
# to the word, so pairs find more.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f]+"
)
# Skin tones and variation selectors are left out: a thumb is a thumb.
_EMOJI: Final = re.compile("[\u2600-\u27bf\u2b50\u2b55\U0001f1e6-\U0001f3fa\U0001f400-\U0001faff]")

# Words in people's questions that say nothing about what they look for.
STOP_WORDS: Final = frozenset(words_of_all("questions", "stop_words"))


def indexable(text: str) -> str:
    """The text as the word index takes it; plain text in words is left as it is."""
    if text.isascii():
        return text
    text = _UNSPACED.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", text)
    return _EMOJI.sub(lambda found: f" {_emoji_word(found[0])} ", text)


def words_of(query: str) -> list[str]:
    """The words of a question in order, as the index holds them, without case."""
    return [word[:LONGEST_TERM] for word in re.findall(r"\w+", indexable(query.casefold()))]


def content_terms(query: str) -> list[str]:
    """The words of a query to look for, each once, in order.

    Every term is quoted in the match expression, and their number and length are capped, so that
    no query is a syntax error or a burden.
    """
    words = words_of(query)
    telling = [word for word in words if word not in STOP_WORDS and len(word) > 1]
    return list(dict.fromkeys(telling or words))[:MOST_TERMS]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def _emoji_word(emoji: str) -> str:
    return f"zu{ord(emoji):x}"
