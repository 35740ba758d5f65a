"""Dates as the owner types them, in four languages, on one Friday."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.days.typed import read_date, read_day
from tools.days.typed_numbers import Looking, UnclearDate
from tools.occasions import occasion

TODAY = date(2026, 11, 20)  # a Friday

CASES: list[tuple[str, Looking, str]] = [
    ("today", "back", "2026-11-20"),
    ("Yesterday", "back", "2026-11-19"),
    ("day before yesterday", "back", "2026-11-18"),
    ("last friday", "back", "2026-11-13"),
    ("friday", "back", "2026-11-13"),
    ("fri", "ahead", "2026-11-27"),
    ("on Sunday", "ahead", "2026-11-22"),
    ("next week", "ahead", "2026-11-27"),
    ("next month", "ahead", "2026-12"),
    ("3 weeks", "ahead", "2026-12-11"),
    ("3 weeks", "back", "2026-10-30"),
    ("in two months", "ahead", "2027-01-20"),
    ("two days ago", "back", "2026-11-18"),
    ("a week from now", "ahead", "2026-11-27"),
    ("in May", "ahead", "2027-05"),
    ("in May", "back", "2026-05"),
    ("november", "ahead", "2026-11"),
    ("May 2028", "ahead", "2028-05"),
    ("12 April", "every year", "--04-12"),
    ("April 12, 1990", "every year", "1990-04-12"),
    ("12.4.", "every year", "--04-12"),
    ("12.4.", "ahead", "2027-04-12"),
    ("12.4.1990", "back", "1990-04-12"),
    ("24/12", "back", "2025-12-24"),
    ("12/24", "back", "2025-12-24"),
    ("29 Feb", "ahead", "2028-02-29"),
    ("1990", "every year", "1990"),
    ("1990-4", "every year", "1990-04"),
    ("--04-12", "every year", "--04-12"),
    ("2026/12/1", "ahead", "2026-12-01"),
    ("2026.3.4", "back", "2026-03-04"),
    ("the day after tomorrow", "ahead", "2026-11-22"),
    ("next year", "ahead", "2027"),
    ("last month", "back", "2026-10"),
    ("tomorrow", "every year", "--11-21"),
    ("friday", "every year", "--11-27"),
    ("20 years ago", "every year", "2006-11-20"),
    ("May 1990", "every year", "1990-05"),
    ("gestern", "back", "2026-11-19"),
    ("übermorgen", "ahead", "2026-11-22"),
    ("ano passado", "back", "2025"),
    ("vor 2 wochen", "back", "2026-11-06"),
    ("am 3. Mai", "ahead", "2027-05-03"),
    ("sexta passada", "back", "2026-11-13"),
    ("em maio", "ahead", "2027-05"),
    ("om två veckor", "ahead", "2026-12-04"),
    ("i förrgår", "back", "2026-11-18"),
    ("by next friday", "ahead", "2026-11-27"),
    ("friday night", "ahead", "2026-11-27"),
]


@pytest.mark.parametrize(("text", "looking", "expected"), CASES)
def test_a_date_in_words(text: str, looking: Looking, expected: str) -> None:
    assert read_date(text, TODAY, looking) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "31.2.", "30 Feb", "12.4.90", "friday the thing", "0"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UnclearDate):
        read_date(text, TODAY, "back")


def test_a_day_that_can_be_read_both_ways_is_asked_back() -> None:
    with pytest.raises(UnclearDate, match="4 Dec 2025” or “12 Apr 2025"):
        read_date("12/4/2025", TODAY, "back")


def test_what_happened_was_on_one_day_that_is_over() -> None:
    with pytest.raises(UnclearDate, match="lies ahead"):
        read_day("tomorrow", TODAY, "back")
    with pytest.raises(UnclearDate, match="Which day"):
        read_day("in May", TODAY, "back")
    with pytest.raises(UnclearDate, match="over already"):
        read_day("yesterday", TODAY, "ahead")
    assert read_day("in May", TODAY, "ahead") == date(2027, 5, 1)


@given(
    st.text(max_size=80) | st.from_regex(r"\A[0-9./ -]{1,12}\Z"), st.sampled_from(["back", "ahead"])
)
def test_any_text_is_a_date_or_refused(text: str, looking: Looking) -> None:
    try:
        found = read_date(text, TODAY, looking)
    except UnclearDate:
        return
    assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", found)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    spelt = f"{day.day} {day:%B} {day.year}"
    for text in (day.isoformat(), spelt, f"{day.day}.{day.month}.{day.year}"):
        assert read_date(text, TODAY, "back") == day.isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("coffee, she starts in May", "coffee"),
        ("had a long lunch", "lunch"),
        ("rang about the kiln", "call"),
        ("fika på stan", "coffee"),
        ("almoço no mercado", "lunch"),
        ("the roof is done", ""),
    ],
)
def test_the_first_words_tell_the_occasion(text: str, expected: str) -> None:
    assert occasion(text) == expected
