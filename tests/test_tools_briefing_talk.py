"""What the briefing makes out of talk: bursts, subjects, days, open loops, salience."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.talk import FRIEND, NOW, at, said
from tools.briefing.salience import salience, varied
from tools.days.mentioned import mentioned_day
from tools.talk.bursts import in_bursts
from tools.talk.cues import (
    ANSWER,
    OWN_LIFE,
    TIME,
    cue_patterns,
    cues_in,
    languages,
    languages_of,
)
from tools.talk.open_loops import open_loops

SAID_ON = date(2026, 11, 11)  # a Wednesday
NOW_SECONDS = int(NOW.timestamp())


def test_messages_that_one_writer_sends_in_a_row_are_one_burst() -> None:
    start = at("2026-11-01")
    bursts = in_bursts(
        [
            said("we got the flat", start),
            said("third floor", start + 30),
            said("!!!", start + 60, by_owner=True),
            said("keys in January", start + 90),
        ]
    )
    assert [burst.text for burst in bursts] == [
        "we got the flat / third floor",
        "!!!",
        "keys in January",
    ]


def test_a_pause_or_another_conversation_ends_a_burst() -> None:
    start = at("2026-11-01")
    bursts = in_bursts(
        [
            said("morning", start),
            said("evening", start + 40_000),
            said("elsewhere", start + 40_010, conversation_id=2),
        ]
    )
    assert len(bursts) == 3


def test_a_file_without_words_is_told_by_its_kind() -> None:
    [burst] = in_bursts([said("", at("2026-11-01"), attachments=("voice message",))])
    assert burst.text == "[voice message]"


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("I'll send you the name of the pediatrician by Friday", "promise"),
        ("remind me to bring the tent", "promise"),
        ("Ich schicke dir das Geld morgen", "promise"),
        ("prometo que te mando a receita", "promise"),
        ("jag hör av mig i helgen", "promise"),
        ("mum was in the hospital since Thursday", "health"),
        ("a avó caiu e foi ao hospital", "health"),
        ("I got the job!!", "work change"),
        ("ich hab gekündigt und fange im Mai an", "work change"),
        ("we're moving to Lisbon", "home"),
        ("her father died in March", "loss"),
        ("min farfar gick bort i natt, det är tungt", "loss"),
        ("please don't bring it up at dinner", "careful"),
        ("I can't stand coriander", "preference"),
        ("are you around on Sunday?", "question"),
    ],
)
def test_a_line_shows_what_it_is_about(text: str, cue: str) -> None:
    assert cue in cues_in(text)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        # Swedish `dog` is died and `gift` is married; these lines are English.
        ("finished the book you gave me for the train. the dog!!", "loss"),
        ("I have a gift for you and it is in the car", "family"),
        ("I will never understand this", "promise"),
        ("may I come in", "work"),
        ("These bowls remind me of my grandmother", "promise"),
        ("I'm lucky to have people like you to remind me.", "promise"),
        ("the oven died on Sunday", "loss"),
        ("it must have been tough taking a break from pottery", "break-up"),
    ],
)
def test_a_word_of_another_language_or_sense_does_not_count(text: str, cue: str) -> None:
    assert cue not in cues_in(text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("I moved to Basel last year", {OWN_LIFE, TIME}),
        ("vi flyttade i maj", {OWN_LIFE}),
        ("Wow, that photo is amazing", {ANSWER}),
        ("the train is late", set()),
    ],
)
def test_what_kind_of_statement_a_line_is(text: str, kinds: set[str]) -> None:
    assert cues_in(text) & {OWN_LIFE, TIME, ANSWER} == kinds


@pytest.mark.parametrize("language", languages())
def test_no_cue_is_missed_for_how_its_words_begin(language: str) -> None:
    """Only cues that a word of the text may begin are searched for; the lists say which."""
    for text in re.findall(r"[\w’' ]+", str(languages()[language])):
        lowered = f" {text.lower()}"
        for name in languages_of(text):
            shown = {cue for cue, known in cue_patterns(name).items() if known.search(lowered)}
            assert shown <= cues_in(text), text


def test_small_words_tell_the_language() -> None:
    assert languages_of("och det är som en ny bil") == ["sv"]
    assert languages_of("12:30") == ["de", "en", "pt", "sv"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see you tomorrow", date(2026, 11, 12)),
        ("the interview is on Friday", date(2026, 11, 13)),
        ("on Wednesday then", date(2026, 11, 18)),
        ("dinner Sunday 22 november", date(2026, 11, 22)),
        ("we sign on the 14th of December", date(2026, 12, 14)),
        ("he starts in January", date(2027, 1, 31)),
        ("ele volta em fevereiro", date(2027, 2, 28)),
        ("am 3. dezember um acht", date(2026, 12, 3)),
        ("den 5 december kör vi", date(2026, 12, 5)),
        ("I passed the interviews last Friday!", None),
        ("falámos na sexta passada", None),
        ("letzten freitag war ich krank, am montag nicht mehr", date(2026, 11, 16)),
        ("previous friday was fun", None),
        ("übermorgen um acht", date(2026, 11, 13)),
        ("maybe you may", None),
        ("on 31 february", None),
        ("nothing here", None),
    ],
)
def test_a_line_names_a_day_after_it_was_said(text: str, expected: date | None) -> None:
    assert mentioned_day(text, SAID_ON) == expected


@given(st.text(max_size=80), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_any_text_gives_a_day_within_a_year_or_none(text: str, said_on: date) -> None:
    day = mentioned_day(text, said_on)
    assert day is None or said_on <= day <= said_on + timedelta(days=366)


def test_a_promise_is_open_until_something_tells_that_it_was_kept() -> None:
    promise = said("I'll send you the contract template by Friday", at("2026-10-01"))
    other = said("how was your day", at("2026-10-05"), by_owner=True)
    [loop] = open_loops(in_bursts([promise, other]), FRIEND, NOW_SECONDS)
    assert (loop.kind, loop.by_owner) == ("promise", False)
    thanks = said("thanks for the template, perfect", at("2026-10-06"), by_owner=True)
    assert open_loops(in_bursts([promise, other, thanks]), FRIEND, NOW_SECONDS) == []


def test_thanks_for_something_else_closes_no_promise() -> None:
    promise = said("I'll lend you the tent, of course", at("2026-09-01"), by_owner=True)
    thanks = said("thanks for the flowers", at("2026-09-20"))
    assert len(open_loops(in_bursts([promise, thanks]), FRIEND, NOW_SECONDS)) == 1


def test_an_old_promise_is_no_open_loop_any_more() -> None:
    promise = said("I'll bring your book", at("2024-01-01"))
    assert open_loops(in_bursts([promise]), FRIEND, NOW_SECONDS) == []


def test_a_question_waits_for_whoever_did_not_write_after_it() -> None:
    asked = said("could we sleep at yours from the 4th?", at("2026-11-05"))
    [loop] = open_loops(in_bursts([asked]), FRIEND, NOW_SECONDS)
    assert (loop.kind, loop.by_owner) == ("question", True)
    answer = said("of course", at("2026-11-06"), by_owner=True)
    assert open_loops(in_bursts([asked, answer]), FRIEND, NOW_SECONDS) == []


def test_a_question_in_a_group_waits_for_nobody() -> None:
    asked = said("who brings wine?", at("2026-11-05"), conversation_kind="group")
    assert open_loops(in_bursts([asked]), FRIEND, NOW_SECONDS) == []


def test_what_tells_more_weighs_more() -> None:
    telling, empty, old = in_bursts(
        [
            said("mum is in the hospital in Viana since Thursday", at("2026-11-01")),
            said("ok", at("2026-11-02")),
            said("mum is in the hospital in Viana since Thursday", at("2021-11-03")),
        ]
    )
    weights = [salience(burst, NOW_SECONDS) for burst in (telling, old, empty)]
    assert weights == sorted(weights, reverse=True)


def test_one_story_does_not_fill_the_briefing() -> None:
    day = at("2026-11-01")
    bursts = in_bursts(
        [said(f"the hospital says mum needs an operation {n}", day + n * 5000) for n in range(6)]
        + [said("we bought a flat in Campo de Ourique", day + 90_000)]
    )
    first_two = varied(bursts, NOW_SECONDS, 2)
    assert any("flat" in burst.text for burst in first_two)


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_talk_can_be_read(texts: list[str]) -> None:
    bursts = in_bursts([said(text, at("2026-11-01") + n * 60) for n, text in enumerate(texts)])
    assert len(varied(bursts, NOW_SECONDS, 100)) == len(bursts)
    open_loops(bursts, FRIEND, NOW_SECONDS)
