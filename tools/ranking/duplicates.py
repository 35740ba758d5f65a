"""The same text in several places (forwarded, quoted, sent to several chats) is one hit."""

import re
from collections.abc import Iterable
from typing import Final

# Short texts such as "Happy birthday!" are said anew each time.
_SHORTEST: Final = 40
_FORWARDED: Final = re.compile(r"^(?:Forwarded from [^\n]{0,200}:\n|>+ ?)", re.MULTILINE)


def folded(texts: Iterable[tuple[int, str]]) -> list[list[int]]:
    """Row ids in the order given, with those that say the same in one list."""
    groups: dict[str, list[int]] = {}
    for message_id, text in texts:
        key = " ".join(re.findall(r"\w+", _FORWARDED.sub("", text).casefold()))
        groups.setdefault(key if len(key) >= _SHORTEST else f"#{message_id}", []).append(message_id)
    return list(groups.values())
