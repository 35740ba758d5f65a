"""A message as the sentences that its writer wrote: no quotes, no songs, nothing forwarded."""

import re
from typing import Final

from tools.promises.words import forwarded

LONGEST_MESSAGE: Final = 4_000
LONGEST_SENTENCE: Final = 400
MOST_SENTENCES: Final = 40
_SONG: Final = re.compile("[♪♫♬🎵🎶]")
_QUOTED: Final = re.compile('“[^”\n]{0,400}”|„[^“”\n]{0,400}[“”]|"[^"\n]{0,400}"|«[^»\n]{0,400}»')
# After a number a full stop makes an ordinal: `3. März`.
_END: Final = re.compile(r"(?<=[!?…])\s+|(?<=[^\d\s]\.)\s+|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of a message, bounded in number and length; ’ becomes '."""
    text = text[:LONGEST_MESSAGE].replace("’", "'")
    if ahead := forwarded().search(text):
        text = text[: ahead.start()]
    own = "\n".join(
        line for line in text.split("\n") if not line.startswith(">") and not _SONG.search(line)
    )
    # The place of quoted words stays marked, so that what stands around them is not joined.
    parts = _END.split(_QUOTED.sub(" “ ” ", own))
    return [part.strip()[:LONGEST_SENTENCE] for part in parts if part.strip()][:MOST_SENTENCES]
