"""Words of messages and of questions: made alike, whatever the script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text.index_words import LONGEST_TERM, MOST_TERMS, content_terms, indexable


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("Who told me about the school in Lisbon?", ["school", "lisbon"]),
        ("What did she say?", ["what", "did", "she", "say"]),
        ("東京で会う", ["東京", "京で", "で会", "会う"]),
        ("茶", ["茶"]),
        ("🎻!", ["zu1f3bb"]),
        ("Müller's dog", ["müller", "dog"]),
        ("lamp Lamp LAMP", ["lamp"]),
    ],
)
def test_the_words_that_are_looked_for(query: str, terms: list[str]) -> None:
    assert content_terms(query) == terms


def test_words_in_other_letters_are_left_as_they_are() -> None:
    text = "Hej då, Ångström! Привет, שלום"
    assert indexable(text) == text


@given(st.text(max_size=400))
def test_every_term_of_a_text_stands_in_its_indexed_form(text: str) -> None:
    terms = content_terms(text)
    assert len(terms) <= MOST_TERMS
    assert all(0 < len(term) <= LONGEST_TERM and term.replace("_", "a").isalnum() for term in terms)
