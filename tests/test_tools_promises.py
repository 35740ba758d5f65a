"""Promises and news in lines of talk: the rules, the reasons to leave a line out, the figures."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promise_lines import SAID_ON, lines, score
from tools.days.promised import event_date, named_days
from tools.owed_by import owed_by
from tools.promises.detect import MOST_A_MESSAGE, Found, Turn, find_promises, says_done
from tools.promises.news import find_news
from tools.promises.sentences import (
    LONGEST_MESSAGE,
    LONGEST_SENTENCE,
    MOST_SENTENCES,
    sentences,
)


def by_owner(text: str, *before: str) -> list[Found]:
    return find_promises(Turn(True, text), SAID_ON, "Alex", [Turn(False, each) for each in before])


def by_contact(text: str, *before: str) -> list[Found]:
    return find_promises(Turn(False, text), SAID_ON, "Alex", [Turn(True, each) for each in before])


@pytest.mark.parametrize(
    ("text", "plain", "due", "rule"),
    [
        ("I'll send you the deck by Friday", "Send Alex the deck", "2026-11-20", "I'll + verb"),
        ("Tomorrow I’ll bring your book", "Bring Alex's book", "2026-11-19", "I'll + verb"),
        ("I'm sending you my notes tonight", "Send Alex your notes", "2026-11-18", "I'll be send"),
        ("You'll have my answer by Monday.", "Get Alex your answer", "2026-11-23", "you'll have"),
        ("I owe you a letter", "You owe Alex a letter", "", "I owe you"),
        ("let me introduce you to Sam", "Introduce Alex to Sam", "", "let me introduce you"),
        ("don't let me forget to pay you", "Pay Alex", "", "don't let me forget"),
        ("Ich schicke dir morgen das Foto", "Schicke Alex das Foto", "2026-11-19", "ich schicke"),
    ],
)
def test_what_the_owner_promises(text: str, plain: str, due: str, rule: str) -> None:
    [found] = by_owner(text)
    assert (found.owes, found.text, found.due) == ("owner", plain, due)
    assert found.sentence == text.replace("’", "'")
    assert found.rule.startswith(rule)
    assert owed_by(found.text, "Alex Moreira") == "owner"


@pytest.mark.parametrize(
    ("text", "plain", "due"),
    [
        ("I'll call you tomorrow", "Alex will call you", "2026-11-19"),
        ("will text you when I land on Friday", "Alex will text you when they land", "2026-11-20"),
        ("I'll introduce you to my sister", "Alex will introduce you to their sister", ""),
        ("I still owe you 20 euros", "Alex owes you 20 euros", ""),
        ("Ich melde mich morgen bei dir", "Alex meldet sich bei dir", "2026-11-19"),
    ],
)
def test_what_the_contact_promises(text: str, plain: str, due: str) -> None:
    [found] = by_contact(text)
    assert (found.owes, found.text, found.due) == ("contact", plain, due)
    assert owed_by(found.text, "Alex Moreira") == "contact"


def test_a_yes_takes_on_what_was_asked_for() -> None:
    [found] = by_owner("sure, tonight", "Hi!", "can you send me the photos from the lake?")
    assert (found.kind, found.owes, found.text) == (
        "accepted",
        "owner",
        "Send Alex the photos from the lake",
    )
    assert (found.due, found.from_before) == ("2026-11-18", 1)
    assert by_owner("sure, tonight", "are you home?") == []
    assert by_owner("no, sorry", "can you send me the photos?") == []
    # Two turns back, but not past an answer of one's own.
    assert by_contact("ok!", "can you pick up bread?", "and milk")[0].from_before == 2
    turns = [Turn(True, "can you pick up bread?"), Turn(False, "hm"), Turn(True, "so?")]
    assert find_promises(Turn(False, "ok!"), SAID_ON, "Alex", turns) == []


@pytest.mark.parametrize(
    "text",
    [
        "If I find it I'll send it to you",
        "maybe I'll bring a cake on Friday",
        "I said I'd send it",
        "I'll be honest, it was awful",
        "I'll call you back in a sec",
        "Shall I send you the file?",
        "> I'll bring you the book on Friday",
        "---------- Forwarded message ----------\nI'll send you the contract tomorrow",
        "♪ I'll write you a song ♪",
        "I won't send it before Friday",
        "he'll send you the invoice",
        "let's call Ana on Friday",
        "“I'll call you” is what they all say",
        "I'll find you and pay you back for this lol",
        "Will do!",
    ],
)
def test_what_is_no_promise(text: str) -> None:
    assert by_owner(text) == by_contact(text) == []


@pytest.mark.parametrize(
    ("text", "plain", "on"),
    [
        ("it's my birthday on Saturday", "Birthday", "--11-21"),
        ("my wife's birthday is on 24 January", "Birthday of their wife", "--01-24"),
        ("we're moving to Porto in January!", "Move to Porto", "2027-01"),
        ("I start my new job on Monday", "New job", "2026-11-23"),
        ("Our daughter was born on Sunday.", "Birth of a child", "2026-11-15"),
        ("my grandmother passed away on Sunday", "Death of their grandmother", "2026-11-15"),
        ("knee surgery is on 2 December", "Knee surgery", "2026-12-02"),
        ("Wir heiraten am 12. Juni 2027", "Wedding", "2027-06-12"),
    ],
)
def test_what_is_news(text: str, plain: str, on: str) -> None:
    [found] = find_news(text, SAID_ON, "Alex")
    assert (found.owes, found.text, found.due) == ("", plain, on)


@pytest.mark.parametrize(
    "text",
    [
        "we're getting married",
        "how was the exam?",
        "my phone died yesterday",
        "if I got a new job I'd move",
        "I've been tired since I lost my job",
        "our neighbour is moving to Paris in May",
    ],
)
def test_what_is_no_news(text: str) -> None:
    assert find_news(text, SAID_ON, "Alex") == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on Wednesday", "2026-11-25", "2026-11-25"),
        ("next Friday", "2026-11-27", "2026-11-27"),
        ("this weekend", "2026-11-21", "2026-11-22"),
        ("next week", "2026-11-23", "2026-11-29"),
        ("by the end of the month", "2026-11-30", "2026-11-30"),
        ("in two weeks", "2026-12-02", "2026-12-02"),
        ("on the 3rd", "2026-12-03", "2026-12-03"),
        ("5.1.2027", "2027-01-05", "2027-01-05"),
        ("on 3 March", "2027-03-03", "2027-03-03"),
        ("next year", "2027-01-01", "2027-12-31"),
        ("the day after tomorrow", "2026-11-20", "2026-11-20"),
        ("last Friday's notes on Sunday", "2026-11-22", "2026-11-22"),
    ],
)
def test_a_day_is_counted_from_the_day_of_the_message(text: str, first: str, last: str) -> None:
    named = named_days(text, SAID_ON, "en")
    assert named is not None
    assert (named.first.isoformat(), named.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text", ["last Friday", "on 3 March 2020", "in May 2026", "until 5 May 1990", "on 0 May"]
)
def test_a_day_that_is_over_is_no_day_for_a_promise(text: str) -> None:
    assert named_days(text, SAID_ON, "en") is None


def test_of_what_was_the_last_friday_is_meant() -> None:
    friday = named_days("on Friday", SAID_ON, "en", past=True)
    week = named_days("last week", SAID_ON, "en", past=True)
    assert friday is not None
    assert week is not None
    assert (event_date(friday), event_date(week)) == ("2026-11-13", "2026-11")
    assert named_days("on 31 June", SAID_ON, "en") is None


def test_what_says_that_it_is_done() -> None:
    assert all(map(says_done, ["sent it!", "Here you go", "thanks for the drill", "hier ist es"]))
    assert not any(map(says_done, ["I'll send it", "did you send it?", "thanks", "undone"]))


@pytest.mark.parametrize("name", ["tuning", "held_out"])
def test_most_of_what_is_found_is_real(name: str) -> None:
    result = score(name)
    assert result.precision() >= 0.95
    assert result.recall() >= 0.90
    assert result.due_right / result.dated >= 0.93
    assert len(lines(name)) >= (120 if name == "held_out" else 300)


def test_enough_of_the_lines_are_none() -> None:
    every = [*lines("tuning"), *lines("held_out")]
    assert sum("expect" not in line for line in every) >= len(every) / 3


@given(st.text(max_size=300), st.text(max_size=80), st.dates(date(1970, 1, 2), date(2100, 1, 1)))
def test_no_message_breaks_it(text: str, before: str, day: date) -> None:
    for words in (text, f"I'll send you {text}", f"ok {text}", f"ich schicke dir {text}"):
        found = find_promises(Turn(True, words), day, "Alex", [Turn(False, f"can you {before}")])
        found += find_news(f"my birthday is {words}", day, "Alex")
        assert len(found) <= 2 * MOST_A_MESSAGE
        assert all(hit.text.strip() and hit.sentence for hit in found)


@given(st.text(alphabet="ab \n.!?\"“>-♪'", max_size=6_000))
def test_no_more_of_a_message_is_read_than_an_owner_would(text: str) -> None:
    found = sentences(text)
    assert len(found) <= MOST_SENTENCES
    assert sum(map(len, found)) <= LONGEST_MESSAGE
    assert all(0 < len(sentence) <= LONGEST_SENTENCE for sentence in found)
    assert sentences(text[:LONGEST_MESSAGE] + "I'll send it" * 9) == sentences(
        text[:LONGEST_MESSAGE] + "I'll send it" * (0 if len(text) >= LONGEST_MESSAGE else 9)
    )
