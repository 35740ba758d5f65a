"""Partial dates as days: whatever an address book holds."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from store.facts.life_events import LifeEvent
from tests.due_filler import due_contact
from tools.days.partial import days_of, next_day, yearly_days
from tools.due.due_lines import Horizon
from tools.due.events import event_line
from tools.due.lead_days import LEAD_DAYS, nearness

DATES = st.dates(date(1, 1, 1), date(9999, 12, 31))
NUMBERS = st.integers(-1, 40).map(str) | st.integers(0, 10**30).map(str)
TEXTS = st.text("0123456789-–/ ٣²", max_size=12) | st.lists(NUMBERS, max_size=4).map("-".join)


@given(TEXTS | TEXTS.map("--".__add__), DATES)
@example("99999999999999999999-01-01", date(2026, 11, 20))
@example("--02-29", date(9999, 12, 31))
def test_no_date_is_too_strange(text: str, today: date) -> None:
    for days in (days_of(text), yearly_days(text, today)):
        assert days is None or days.first <= days.last


@given(DATES.map(date.isoformat), st.booleans(), st.dates(date(2, 1, 1), date(9997, 12, 31)))
def test_a_yearly_day_comes_within_a_year(on: str, with_year: bool, today: date) -> None:
    found = next_day(on if with_year else f"--{on[5:]}", today)
    assert found is not None
    assert timedelta(0) <= found - today <= timedelta(366)
    assert f"{found:%m-%d}" == on[5:] or (f"{found:%m-%d}", on[5:]) == ("02-28", "02-29")


@given(DATES.map(date.isoformat), st.booleans(), DATES, st.integers(0, 366))
def test_what_has_a_line_is_among_the_days_that_are_read(
    on: str, yearly: bool, today: date, within: int
) -> None:
    horizon = Horizon(today, within)
    event = LifeEvent(1, "e_0000001", "birthday", "", on, yearly, None)
    line = event_line(event, due_contact(), None, dead=False, horizon=horizon)
    near = nearness(horizon)
    assert near.lead >= max(LEAD_DAYS.values())
    assert line is None or on[5:] in near.days
