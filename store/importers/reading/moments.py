"""When something was written or changed, as address books and tables write it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_COMPACT: Final = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?"
)
_TIME: Final = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?\s*([AaPp])?\.?[Mm]?\.?")


def written_moment(text: str) -> datetime | None:
    """The moment of `20250504T101500Z`, `2025-05-04T10:15:00+02:00` or `2025-05-04`, else None.

    Without a zone it is taken for UTC: what is compared comes from the same program.
    """
    text = text.strip()[:60]
    if match := _COMPACT.fullmatch(text):
        parts = [match[number] or "00" for number in range(4, 7)]
        text = f"{match[1]}-{match[2]}-{match[3]}T{':'.join(parts)}{match[7] or ''}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # Outside these years a change of zone leaves the calendar.
    if not 1970 <= moment.year < 9999:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def moment_on(day: str, text: str) -> datetime | None:
    """The moment on a day (`YYYY-MM-DD`) at the time in a text, midnight if there is none."""
    begins = written_moment(day) if len(day) == 10 else None
    found = _TIME.search(text[:100])
    if begins is None or found is None:
        return begins
    hour = (
        int(found[1]) % 12 + (12 if (found[4] or "").lower() == "p" else 0)
        if found[4]
        else int(found[1])
    )
    return begins + timedelta(hours=hour, minutes=int(found[2]), seconds=int(found[3] or 0))
