"""Which facts cannot both hold; dates that are known in part agree with those they fit."""

import pytest

from store.facts.contact_facts import Fact
from tools.contradictions import contradictions, same_day


def fact(kind: str, text: str, source: str, at: int = 0, on: str = "") -> Fact:
    return Fact(kind, text, source, "", at, "imported", 0, on=on)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("--04-12", "1990-04-12", True),
        ("1990", "1990-04-12", True),
        ("1990", "--04-12", True),
        ("1990-04", "--04-12", True),
        ("1990-05", "--04-12", False),
        ("--04-13", "1990-04-12", False),
        ("1991-04-12", "1990-04-12", False),
    ],
)
def test_partial_dates(one: str, other: str, agree: bool) -> None:
    assert same_day(one, other) is same_day(other, one) is agree


def test_two_sources_name_another_employer_and_the_newer_one_comes_first() -> None:
    roles = [
        fact("role", "Nurse at City Hospital", "Cards", 100),
        fact("role", "Nurse at Acme", "LinkedIn", 200),
    ]
    (found,) = contradictions(roles, [])
    assert (found.about, [each.text for each in found.facts]) == (
        "work",
        ["Nurse at Acme", "Nurse at City Hospital"],
    )


def test_two_jobs_in_one_source_and_a_former_one_are_no_contradiction() -> None:
    two = [fact("role", "A at Acme", "Cards"), fact("role", "B at Bcme", "Cards")]
    assert contradictions(two, []) == []
    over = [fact("role", "A at Acme", "Cards"), fact("role", "B at B (until 2020)", "LinkedIn")]
    assert contradictions(over, []) == []
    shared = [*two, fact("role", "Boss at ACME", "LinkedIn")]
    assert contradictions(shared, []) == []


def test_birthdays() -> None:
    agree = [
        fact("birthday", "birthday", "Cards", on="--04-12"),
        fact("birthday", "birthday", "Chat", on="1990-04-12"),
    ]
    assert contradictions([], agree) == []
    (found,) = contradictions([], [*agree, fact("birthday", "birthday", "Table", on="--04-13")])
    assert found.about == "birthday"
    assert len(found.facts) == 3
