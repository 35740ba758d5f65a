"""The name of a WhatsApp chat, from the names of its file, its zip or its folder."""

import re
from collections.abc import Iterator
from typing import Final

from store.importers import ReadingContext
from store.importers.whatsapp.sent import title_of

# What computers add to the name of a copy. A number at the end may belong to the name.
_COPY: Final = re.compile(
    r"\s+-\s+(?:Copy|Kopie|Copie|Copia|Cópia|Kopia|Kopi|Kopio|Kopija|Másolat|Kopya|Копия|Копія"
    r"|Αντιγραφή|コピー|副本|複製|복사본)(?:\s\(\d{1,3}\))?\Z"
    r"|\s+(?:copy|Kopie|copie|copia|cópia|kopia|kopi)(?:\s\d{1,3})?\Z"
    r"|\s*\(\d{1,3}\)\Z",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"(?<=\S)(?:-|\s|_)\d{1,2}\Z")
_ENDING: Final = re.compile(r"\.(?:txt|zip)\Z", re.IGNORECASE)


def names_in(context: ReadingContext) -> list[str]:
    """What the chat may be called, the surest first."""
    holder = context.container.rstrip("/").rpartition("/")[2]
    names = map(title_of, (context.name, holder, context.folder))
    return list(dict.fromkeys(filter(None, names)))


def without_copy(title: str) -> Iterator[str]:
    """The name without what a copy of the file added to it, the most likely first."""
    name = _ENDING.sub("", title)
    while (shorter := _COPY.sub("", name).strip()) != name and shorter:
        yield shorter
        name = shorter
    if (shorter := _NUMBER.sub("", name).strip()) != name and shorter:
        yield shorter
