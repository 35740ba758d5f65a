"""The words for days, of every language that has them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from store.text.languages import words


@cache
def day_words() -> dict[str, Mapping[str, Any]]:
    """The lists for days by language, the names of the months with them as `month_names`."""
    months = words("months")
    return {
        language: {**lists, "month_names": months[language]["names"]}
        for language, lists in words("days").items()
    }
