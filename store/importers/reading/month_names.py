"""The names of the months in the languages that exports are written in."""

from functools import cache

from store.text.languages import words
from store.text.names import name_key


def month_number(word: str) -> int | None:
    """Return 1 to 12 for a month's name or its usual short form, else None."""
    return _months().get(name_key(word))


@cache
def _months() -> dict[str, int]:
    return {
        name_key(form): number
        for lists in words("months").values()
        for forms in (lists["names"], lists.get("short", ()))
        for number, month in enumerate(forms, start=1)
        for form in month.split("|")
    }
