"""Text that a database can hold, from bytes of any kind and from damaged strings.

Real exports carry NULs, halves of surrogate pairs, and charset labels that are wrong.
"""

import codecs
from functools import lru_cache

# The label that programs write, and the larger charset that they mean.
_MEANT = {
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
}
# Not charsets of texts, and slow on long input.
_UNFIT = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


def storable(text: str) -> str:
    """Return `text` without NUL, with surrogate pairs joined and lone halves replaced."""
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def decoded(data: bytes, charset: str = "", guess: str = "") -> str:
    """Decode with the stated charset if it is known and fits, else as UTF-8 or Windows-1252.

    Damaged UTF-8 stays UTF-8, with marks where it is damaged, as long as most of it is sound.
    guess: what the file was found to be in (`store.importers.reading.charsets`), in place of both
        for what is no UTF-8.
    """
    if data.isascii() and not charset:
        return data.decode("ascii").replace("\0", "")
    for name in (_codec(charset[:60].lower()), "utf-8"):
        if name:
            try:
                return storable(data.decode(name))
            except ValueError:
                # The label is wrong.
                continue
    if guess:
        return storable(data.decode(guess, "replace"))
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    sound = sum(character > "\x7f" for character in text) - damaged
    return storable(text if sound > damaged else data.decode("cp1252", "replace"))


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    """Find the codec for a charset label, or return an empty string."""
    try:
        found = codecs.lookup(charset.strip("'\" "))
    except (LookupError, ValueError):
        return ""
    is_text = getattr(found, "_is_text_encoding", True)
    return _MEANT.get(found.name, found.name) if is_text and found.name not in _UNFIT else ""
