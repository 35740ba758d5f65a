"""Fitting a briefing into its tokens."""

from hypothesis import given
from hypothesis import strategies as st

from tools.briefing.budget import Part, fit, tokens
from tools.views import Briefing, Line

HEAD = Briefing(id="c_0000001", name="Alex Moreira", as_of="2026-11-20 09:00 UTC", sections=[])


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
    head = tokens(HEAD.model_dump_json())
    notes = fit(HEAD, parts, 0).left_out
    least = head + sum(tokens(note) + 4 for note in notes)
    briefing = fit(HEAD, parts, budget)
    assert tokens(briefing.model_dump_json()) <= max(budget, least)


@given(parts_of_any_length)
def test_every_line_is_shown_or_counted_as_left_out(parts: list[Part]) -> None:
    briefing = fit(HEAD, parts, 600)
    shown = sum(len(section.lines) for section in briefing.sections)
    left_out = sum(int(note.split()[0]) for note in briefing.left_out[:-1])
    assert shown + left_out == sum(len(part.lines) for part in parts)


def test_the_first_line_of_each_part_comes_before_the_rest_of_one() -> None:
    parts = [
        Part("Long", 0.0, 1.0, [_line("x" * 200, f"m_{n}") for n in range(10)]),
        Part("Short", 0.5, 1.0, [_line("the one thing")]),
    ]
    briefing = fit(HEAD, parts, 300)
    assert [section.title for section in briefing.sections] == ["Long", "Short"]


def test_a_part_in_order_of_time_is_shown_so() -> None:
    lines = [
        Line(on="2026-11-03", ref="m_2", quote="later"),
        Line(on="2026-11-01", ref="m_1", quote="earlier"),
    ]
    briefing = fit(HEAD, [Part("Since", 0, 1, lines, in_order_of_time=True)], 1_000)
    assert [line.quote for line in briefing.sections[0].lines] == ["earlier", "later"]
