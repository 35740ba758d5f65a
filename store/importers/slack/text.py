"""Slack's way of writing text: `<@U123>`, `<https://…|words>`, `&amp;`."""

import html
import re
from collections.abc import Mapping
from typing import Final

from store.importers.reading.storable import storable

_LONGEST: Final = 100_000
_MARK: Final = re.compile(r"<([@#!]?)([^<>|]{1,2000})(?:\|([^<>]{0,2000}))?>")


def plain_text(text: str, names: Mapping[str, str]) -> str:
    """Return what was meant. names: of people and channels, by their ids."""

    def written(match: re.Match[str]) -> str:
        sign, target, label = match.groups()
        if sign == "@":
            return "@" + (names.get(target) or label or target)
        if sign == "#":
            return "#" + (label or names.get(target) or target)
        if sign == "!":
            return label or "@" + target.partition("^")[0]
        return f"{label} ({target})" if label and label != target else target

    return storable(html.unescape(_MARK.sub(written, text[:_LONGEST]))).strip()
