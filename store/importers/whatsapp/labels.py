"""The labels of those who write in a WhatsApp chat: names of an address book, and numbers."""

import re
import unicodedata
from collections.abc import Container
from functools import lru_cache
from typing import Final

from store.text.names import name_key, visible

LONGEST_NOTICE: Final = 300
_PHONE: Final = re.compile(r"\+?[\d\s().\u2010-\u2015\u2212-]{6,30}")
_LONGEST_LABEL: Final = 100
_FEWEST_DIGITS: Final = 6


@lru_cache(maxsize=4096)
def same_label(one: str, other: str) -> bool:
    """Whether two labels mean the same entry: by their letters, or by their digits for numbers."""
    if is_phone(one) and is_phone(other):
        return _digits(one) == _digits(other)
    return (name_key(one) or visible(one)) == (name_key(other) or visible(other))


def is_phone(label: str) -> bool:
    """Whether a label is a telephone number, as for people who are in no address book."""
    if not label.isascii():
        label = unicodedata.normalize("NFKC", label)
    return bool(_PHONE.fullmatch(label)) and len(_digits(label)) >= _FEWEST_DIGITS


def begins_with_label(text: str, labels: Container[str], but: str = "") -> bool:
    """Whether a short text begins with somebody's label, as WhatsApp's own lines do.

    but: a label that does not count. In time that does not grow with the number of labels.
    """
    if len(text) > LONGEST_NOTICE:
        return False
    end = text.find(" ")
    while 0 < end <= _LONGEST_LABEL:
        if text[:end] in labels and text[:end] != but:
            return True
        end = text.find(" ", end + 1)
    return False


def _digits(label: str) -> str:
    return "".join(character for character in label if character.isdecimal())
