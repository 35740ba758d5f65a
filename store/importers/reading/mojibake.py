"""Text of Meta's exports, whose UTF-8 bytes were written down as if each were a letter."""

from store.importers.reading.storable import storable


def repaired(text: str) -> str:
    """Return the text that was meant; one that is not broken is returned as it is."""
    if text.isascii():
        return storable(text)
    try:
        return storable(text.encode("latin-1").decode("utf-8"))
    except (UnicodeEncodeError, UnicodeDecodeError):
        return storable(text)
