"""From how many days before it a day in somebody's life concerns the owner."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from store.facts.life_events import DEATH, Nearness
from tools.due.due_lines import Horizon

# Where the owner has not said it, by kind.
LEAD_DAYS: Final = {"birthday": 7, "anniversary": 7, "wedding": 30, "move": 14, DEATH: 3}
OTHER_LEAD_DAYS: Final = 7
# A day that was missed may still be made good.
LATE_DAYS: Final = 3


def nearness(horizon: Horizon, whole: Sequence[int] = ()) -> Nearness:
    """What has to be read for `event_line` to find every line. whole: whose events are all read."""
    lead = max(horizon.within, *LEAD_DAYS.values())
    first = max(1, horizon.today.toordinal() - LATE_DAYS)
    last = min(date.max.toordinal(), horizon.today.toordinal() + lead)
    days = {date.fromordinal(day).isoformat()[5:] for day in range(first, last + 1)}
    # In years without a 29 February the 28th stands for it.
    if "02-28" in days:
        days.add("02-29")
    return Nearness(sorted(days), lead, whole)
