"""Values of a Monica export, whatever is in their place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from store.importers.reading.partial_dates import partial_date
from store.importers.reading.storable import storable

MOST_CHARACTERS: Final = 100_000


def text_of(value: Any) -> str:
    """A text without what texts cannot hold; empty when it is none. Numbers are written out."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return storable(str(value)[:MOST_CHARACTERS]).strip()


def day_of(value: Any) -> str:
    """The calendar day of a date or an instant, `YYYY-MM-DD`; empty when there is none."""
    found = partial_date(text_of(value))
    return found if len(found) == 10 else ""


def moment_of(value: Any) -> datetime | None:
    """An instant in UTC, or None. Monica writes all instants in UTC."""
    try:
        moment = datetime.fromisoformat(text_of(value))
        # Outside these years a change of zone leaves the calendar.
        if not 1 < moment.year < 9999:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return None


def values_of(holder: Mapping[str, Any], kind: str) -> list[Any]:
    """The values of one kind under `data`; empty collections are absent."""
    found: list[Any] = []
    data = holder.get("data")
    for part in data if isinstance(data, list) else ():
        if isinstance(part, dict) and part.get("type") == kind:
            values = part.get("values")
            found += values if isinstance(values, list) else []
    return found
