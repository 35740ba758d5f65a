"""The occurrences of a recurring calendar entry, within bounds.

The rule is counted on the clock of the entry's own zone, as people mean it: every Monday at ten,
in summer and in winter. RFC 5545, sections 3.3.10 and 3.8.5.
"""

import re
from collections.abc import Iterator
from datetime import MAXYEAR, UTC, date, datetime, time, tzinfo
from itertools import islice
from typing import Final

from dateutil.rrule import rrule, rrulestr

MOST_OCCURRENCES: Final = 6_000
# After this many years the calendar repeats, weekdays and leap years included.
_AGE: Final = 400
_MOST_PARTS: Final = 20
_MOST_VALUES: Final = 60
_SEVERAL_A_DAY: Final = re.compile(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)
_UNTIL: Final = re.compile(r"UNTIL=(\d{8})(?:T(\d{6})(Z?))?", re.IGNORECASE)
_LEGAL: Final = re.compile(r"(?:[A-Z]+=[A-Z0-9,+-]+;?)+", re.IGNORECASE)
_COUNT: Final = re.compile(r"COUNT=(\d{1,9})", re.IGNORECASE)
_UNUSUAL: Final = re.compile(r"BY(?:EASTER|HOUR|MINUTE|SECOND)=", re.IGNORECASE)
# If such a rule never comes true (every 30 February), the library tries every day to the end of
# time.
_DAYS_OF_DAYS: Final = re.compile(
    r"(?=.*FREQ=(?:DAILY|WEEKLY)).*BY(?:MONTHDAY|YEARDAY|WEEKNO)=", re.IGNORECASE
)


class UnusableRule(ValueError):
    """A recurrence rule that cannot be followed."""


class NeverComes(UnusableRule):
    """A recurrence rule that was searched to the end of the calendar, which takes time."""


def occurrences(rule: str, start: datetime | date, until: date) -> Iterator[datetime | date]:
    """Yield when a series takes place, first one included, up to a day.

    rule: the value of an RRULE. start: the first time, aware or a whole day. until: no occurrence
    after this day is yielded, nor more than `MOST_OCCURRENCES`.
    Raises UnusableRule; NeverComes after the last time, when the calendar holds no other.
    """
    # Exchange writes `BYDAY=MO, TU`.
    rule = rule.replace(" ", "")
    if not _LEGAL.fullmatch(rule) or rule.count(";") > _MOST_PARTS:
        raise UnusableRule("the rule is written in a way that is not known here")
    if max(part.count(",") for part in rule.split(";")) > _MOST_VALUES:
        raise UnusableRule("the rule lists more days than a year has use for")
    if _SEVERAL_A_DAY.search(rule) or _UNUSUAL.search(rule) or _DAYS_OF_DAYS.match(rule):
        raise UnusableRule("the rule repeats more often than once a day, or in an unusual way")
    if isinstance(start, datetime):
        first, zone = start.replace(tzinfo=None), start.tzinfo
    else:
        first, zone = datetime.combine(start, time()), None
    last = datetime.combine(until, time.max)
    if found := _UNTIL.search(rule):
        last = min(last, _end_of_rule(found, zone))
        rule = _without(_UNTIL, rule)
    most = MOST_OCCURRENCES
    if found := _COUNT.search(rule):
        most = min(most, int(found[1]))
        rule = _without(_COUNT, rule)
    # The library looks for a next time up to its last year; near that year it soon finishes.
    later = (MAXYEAR - max(first.year, last.year)) // _AGE * _AGE
    try:
        parsed = rrulestr(rule, dtstart=first.replace(year=first.year + later))
        if not isinstance(parsed, rrule):
            raise UnusableRule("the rule is several in one")
        end = last.replace(year=last.year + later)
        yield start
        left = most
        for found_then in islice(parsed, most):
            if found_then > end:
                return
            left -= 1
            each = found_then.replace(year=found_then.year - later)
            if each > first:
                yield each.replace(tzinfo=zone) if isinstance(start, datetime) else each.date()
    except (ValueError, TypeError, OverflowError, KeyError) as error:
        raise UnusableRule("the rule is written in a way that is not known here") from error
    if left:
        raise NeverComes("the rule names days that never come")


def _without(part: re.Pattern[str], rule: str) -> str:
    return part.sub("", rule).strip(";").replace(";;", ";")


def _end_of_rule(found: re.Match[str], zone: tzinfo | None) -> datetime:
    """The last moment that UNTIL allows, on the series' own clock."""
    try:
        if not found[2]:
            return datetime.combine(date.fromisoformat(found[1]), time.max)
        end = datetime.fromisoformat(f"{found[1]}T{found[2]}")
    except ValueError as error:
        raise UnusableRule("the rule ends on a day that does not exist") from error
    if found[3] and zone is not None:
        return end.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    return end
