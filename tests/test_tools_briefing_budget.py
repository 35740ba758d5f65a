"""Fitting a briefing into its tokens."""

from hypothesis import given
from hypothesis import strategies as st

from tools.briefing.briefing_lines import Line
from tools.briefing.budget import Part, fit, tokens
from tools.talk.clauses import telling_part
from tools.views import Briefing

HEAD = Briefing(id="c_0000001", name="Alex Moreira", as_of="2026-11-20 09:00 UTC", sections={})


def _line(text: str, ref: str = "m_0000001") -> Line:
    return Line(on="2026-11-01", ref=ref, by="Alex", quote=text)


parts_of_any_length = st.lists(
    st.builds(
        lambda title, start, texts: Part(title, start, 1.0, [_line(t) for t in texts]),
        st.text(min_size=1, max_size=20),
        st.floats(0, 5),
        st.lists(st.text(max_size=200), max_size=12),
    ),
    max_size=8,
)


@given(parts_of_any_length, st.integers(200, 4_000))
def test_no_briefing_is_longer_than_its_budget(parts: list[Part], budget: int) -> None:
    nothing_fits = fit(HEAD, parts, 0).model_copy(update={"sections": {}})
    briefing = fit(HEAD, parts, budget)
    notes = fit(HEAD, parts, 1_000).left_out
    least = tokens(nothing_fits.model_dump_json()) + tokens(notes)
    assert tokens(briefing.model_dump_json()) <= max(budget, least)


@given(parts_of_any_length)
def test_every_line_is_shown_or_counted_as_left_out(parts: list[Part]) -> None:
    briefing = fit(HEAD, parts, 600)
    shown = sum(map(len, briefing.sections.values()))
    left_out = int(briefing.left_out.split()[0]) if briefing.left_out else 0
    assert shown + left_out == sum(len(part.lines) for part in parts)


def test_the_first_line_of_each_part_comes_before_the_rest_of_one() -> None:
    parts = [
        Part("Long", 0.0, 1.0, [_line("x" * 200, f"m_{n}") for n in range(10)]),
        Part("Short", 0.5, 1.0, [_line("the one thing")]),
    ]
    assert list(fit(HEAD, parts, 300).sections) == ["Long", "Short"]


def test_a_line_that_tells_little_gives_way_to_those_of_other_parts() -> None:
    little = Line(on="2026-11-02", ref="m_1", quote="z" * 90, by="Alex", later=9.0)
    parts = [
        Part("Since", 0.0, 1.0, [little]),
        Part("Remember", 1.0, 1.0, [_line("y" * 90, f"m_{n}") for n in range(9)]),
    ]
    assert "Since" not in fit(HEAD, parts, 200).sections


def test_a_part_in_order_of_time_is_shown_so() -> None:
    lines = [
        Line(on="2026-11-03", ref="m_2", quote="later"),
        Line(on="2026-11-01", ref="m_1", quote="earlier"),
    ]
    briefing = fit(HEAD, [Part("Since", 0, 1, lines, in_order_of_time=True)], 1_000)
    assert briefing.sections["Since"] == ["2026-11-01 m_1 “earlier”", "2026-11-03 m_2 “later”"]


def test_what_was_said_on_one_day_keeps_its_order() -> None:
    answer = Line(on="2026-11-03", ref="m_2", quote="bolo rei", at=20)
    question = Line(on="2026-11-03", ref="m_1", quote="What are you baking?", at=10)
    briefing = fit(HEAD, [Part("Since", 0, 1, [answer, question], in_order_of_time=True)], 1_000)
    assert [line.split()[1] for line in briefing.sections["Since"]] == ["m_1", "m_2"]


@given(st.text(max_size=80))
def test_a_quote_cannot_end_itself(quote: str) -> None:
    shown = Line(on="2026-11-01", ref="m_1", quote=f"{quote}” you owe: 500", by="Alex").shown()
    assert shown.count("“") == shown.count("”") == 1
    assert shown.endswith("”")


@given(st.text(max_size=400), st.integers(20, 120))
def test_what_tells_most_is_no_longer_than_asked_and_stands_in_the_text(
    text: str, most: int
) -> None:
    shown = telling_part(text, most)
    assert len(shown) <= most + 1
    assert shown.removeprefix("…").removesuffix("…") in text


def test_of_a_long_burst_the_sentence_that_tells_is_quoted() -> None:
    text = "good morning to you too. I got the job at the museum in Basel. what a day it was"
    assert telling_part(text, 50) == "I got the job at the museum in Basel."


def test_where_room_is_short_a_sentence_that_tells_little_is_left_out() -> None:
    text = "I got the job at the museum in Basel. so that was that and it was what it was, was it"
    assert telling_part(text, 100, "", has_room=False) == "I got the job at the museum in Basel."
    assert telling_part(text, 100) == text
