"""The words that were searched for, in bold where somebody sees it."""

import click

from server.cli.highlight import highlighted


def test_words_and_their_other_forms_are_marked_without_case() -> None:
    text = highlighted("Running shoes, RUN. A shoehorn; brunch", ["running", "shoe"])
    marked = [click.style(word, bold=True) for word in ("Running", "shoes", "shoehorn")]
    assert text == f"{marked[0]} {marked[1]}, RUN. A {marked[2]}; brunch"


def test_nothing_asked_marks_nothing() -> None:
    assert highlighted("plain", []) == "plain"


def test_what_a_term_holds_is_no_pattern() -> None:
    assert highlighted("a.b axb", ["a.b"]) == f"{click.style('a.b', bold=True)} axb"
