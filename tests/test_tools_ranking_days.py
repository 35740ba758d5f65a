"""The days that a question names, from a Friday in November."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.days.asked import asked_days

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("query", "inside", "outside"),
    [
        ("what did she say yesterday", "2026-11-19", "2026-11-17"),
        ("what did she say last Friday", "2026-11-13", "2026-11-16"),
        ("two weeks ago", "2026-11-06", "2026-11-20"),
        ("12 days ago", "2026-11-08", "2026-11-12"),
        ("last week", "2026-11-09", "2026-11-18"),
        ("last month", "2026-10-15", "2026-11-05"),
        ("last spring", "2026-04-15", "2026-06-15"),
        ("last autumn", "2025-10-10", "2026-10-10"),
        ("this autumn", "2026-10-10", "2025-10-10"),
        ("last winter", "2026-01-20", "2025-01-20"),
        ("last year", "2025-05-05", "2026-05-05"),
        ("in March 2024", "2024-03-31", "2025-03-10"),
        ("on 3 May 2023", "2023-05-04", "2023-05-06"),
        ("May 3rd, 2023", "2023-05-02", "2023-04-30"),
        ("2024-02", "2024-02-29", "2024-03-03"),
        ("am 3.5.2024", "2024-05-03", "2024-05-10"),
        ("on August 8", "2021-08-08", "2021-08-18"),
        ("in June", "2019-06-11", "2019-07-11"),
        ("last Christmas", "2025-12-25", "2025-11-25"),
        ("Nov, 2024", "2024-11-30", "2024-06-10"),
        ("a couple of years ago", "2024-11-20", "2026-05-01"),
        ("noch im märz 2024", "2024-03-31", "2024-06-10"),
        ("vor zwei Wochen", "2026-11-06", "2026-11-20"),
        ("no verão passado", "2026-07-15", "2026-11-15"),
        ("há três meses", "2026-08-20", "2026-11-15"),
        ("förra veckan", "2026-11-10", "2026-11-18"),
    ],
)
def test_a_day_is_inside_or_not(query: str, inside: str, outside: str) -> None:
    days = asked_days(query, TODAY)
    assert days.hold(date.fromisoformat(inside))
    assert not days.hold(date.fromisoformat(outside))


@pytest.mark.parametrize(
    "query",
    [
        "what may happen next",
        "she can march",
        "31 June 2024",
        "next week",
        "room 2114",
        "a sun hat",
    ],
)
def test_what_names_no_day_that_was(query: str) -> None:
    assert not asked_days(query, TODAY)


@given(st.text(max_size=120), st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)))
def test_no_question_breaks_it(query: str, today: date) -> None:
    asked_days(f"last year {query} 99999 years ago", today)


@given(st.dates(min_value=date(1990, 1, 1), max_value=TODAY - timedelta(days=1)))
def test_a_full_date_holds_that_day(day: date) -> None:
    assert asked_days(f"on {day:%d %B %Y}", TODAY).hold(day)
