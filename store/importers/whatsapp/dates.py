"""The order of day, month and year in the dates of one WhatsApp chat, told by all of its lines."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from store.importers import NeedsAnswer, ReadingContext
from store.importers.whatsapp.header import DateOrder, Form, Stamp, without_marks

# Chats are exported in order; wrong clocks and travel shift times by hours, never by days.
JUMP: Final = timedelta(days=2)
_ORDERS: Final[tuple[DateOrder, ...]] = ("day first", "month first", "year first")
# WhatsApp began in 2009, so that no message is older.
_FIRST_YEAR: Final = 2009


@dataclass(slots=True)
class DatesSeen:
    """What the dates of one form of lines are in each reading.

    impossible: how many dates do not exist; jumps: how many lie days before the line above.
    """

    impossible: Counter[DateOrder] = field(default_factory=Counter)
    jumps: Counter[DateOrder] = field(default_factory=Counter)
    has_two_readings: bool = False
    example: str = ""
    _last: dict[DateOrder, datetime] = field(default_factory=dict)
    _firsts: set[int] = field(default_factory=set)
    _thirds: set[int] = field(default_factory=set)

    def look_at(self, stamp: Stamp, line: str) -> None:
        """Take one date into account."""
        readings = {order: stamp.moment(order) for order in _ORDERS}
        for order, moment in readings.items():
            if moment is None or moment.year < _FIRST_YEAR:
                self.impossible[order] += 1
                continue
            last = self._last.get(order, moment)
            self.jumps[order] += moment < last - JUMP
            self._last[order] = moment
        if len(self._firsts) < 2:
            self._firsts.add(stamp.first)
        if len(self._thirds) < 2:
            self._thirds.add(stamp.third)
        if readings["day first"] != readings["month first"]:
            self.has_two_readings = True
            if not self.example and readings["day first"] and readings["month first"]:
                self.example = without_marks(line[: stamp.length]).strip("[] -–—:")

    def look_at_order(self, stamp: Stamp) -> None:
        """Take a date into account whose year stands first and has four digits."""
        if moment := stamp.moment("year first"):
            last = self._last.get("year first", moment)
            self.jumps["year first"] += moment < last - JUMP
            self._last["year first"] = moment

    def order(self, form: Form, context: ReadingContext) -> DateOrder:
        """The order that the dates show; what the owner said decides only where they do not.

        Raises NeedsAnswer.
        """
        if form.is_year_first:
            return "year first"
        is_short = form.has_short_year and not self.impossible["year first"]
        if is_short and self.impossible["day first"] and self.impossible["month first"]:
            return "year first"
        chosen = self._day_or_month(form, context)
        if is_short:
            mine = (self.impossible[chosen], self.jumps[chosen])
            if mine > (0, self.jumps["year first"]):
                return "year first"
            # One day and month in several years, or some days of one month?
            if mine == (0, self.jumps["year first"]) and len(self._firsts) == 1 < len(self._thirds):
                return context.date_order or self._ask(context, _ORDERS)
        return chosen

    def _day_or_month(self, form: Form, context: ReadingContext) -> DateOrder:
        for counts in (self.impossible, self.jumps):
            if counts is self.jumps and (form.separator == "." or not self.has_two_readings):
                # No language writes the month first with dots.
                return "day first"
            if counts["day first"] != counts["month first"]:
                is_day = counts["day first"] < counts["month first"]
                return "day first" if is_day else "month first"
        if context.date_order in ("day first", "month first"):
            return context.date_order
        return self._ask(context, _ORDERS[:2])

    def _ask(self, context: ReadingContext, orders: tuple[DateOrder, ...]) -> DateOrder:
        raise NeedsAnswer(
            "date order",
            f"In {context.name}, dates such as “{self.example}” can be read in two ways. "
            "What stands first in them?",
            orders,
        )
