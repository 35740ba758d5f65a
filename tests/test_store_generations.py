"""Fathers and sons of one name with one mailbox: two people, in whatever language it is written."""

from pathlib import Path

import pytest

from store.text.name_likeness import are_short_forms, generation, may_be_one
from store.text.names import name_key
from tests.made_exports import BOOK, card, made_memory, take_in
from tests.made_people import GOOGLE, asked_of, names_of

HOME = ("email", "home@example.net")
MARKS = (
    "jun.", "Jun", "jr", "Jr.", "JR", "Junior", "Júnior", "jnr", "sen.", "sr", "Sr.", "Senior",
    "ml.", "mladší", "mł.", "młodszy", "st.", "starší", "starszy", "d.y.", "d. y.", "den yngre",
    "d.ä.", "den äldre", "d.æ.", "den ældre", "d.e.", "den eldre", "the Younger", "the Elder",
    "d. J.", "der Jüngere", "d. Ä.", "der Ältere", "de Jonge", "de Oude", "le Jeune", "l'aîné",
    "père", "fils", "padre", "hijo", "Filho", "Neto", "Sobrinho", "il Giovane", "il Vecchio",
    "II", "III", "IV", "2nd", "3rd", "the Third", "nuorempi", "vanhempi", "мл.", "младший", "ст.",
    "старший", "молодший", "νεότερος", "الابن", "二世",
)  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_keeps_father_and_son_apart(mark: str) -> None:
    father, son = name_key("Karl Weber"), name_key(f"Karl Weber {mark}")
    assert generation(son)
    assert may_be_one(father, son) == "different"
    assert may_be_one(son, son) == "equal"


def test_hungarian_marks_stand_in_front() -> None:
    assert may_be_one(name_key("ifj. Nagy János"), name_key("Nagy János")) == "different"
    assert may_be_one(name_key("ifj. Nagy János"), name_key("id. Nagy János")) == "different"


@pytest.mark.parametrize(
    "name",
    [
        "Jan de Jonge",
        "Luc Le Jeune",
        "Anna Berg",
        "St John",
        "Rui d’Aire",
        "Dr. Ada Lund",
        "Ed Old",
    ],
)
def test_a_family_name_is_no_mark(name: str) -> None:
    assert generation(name_key(name)) == ""


@pytest.mark.parametrize(
    ("one", "other"), [("jun.", "Jr."), ("d.y.", "the Younger"), ("sen.", "Senior"), ("II", "2nd")]
)
def test_one_mark_in_two_spellings_is_one(one: str, other: str) -> None:
    assert may_be_one(name_key(f"Karl Weber {one}"), name_key(f"Karl Weber {other}")) == "equal"


@pytest.mark.parametrize(
    "suffix", ["jun.", "ml.", "d.y.", "the Younger", "o Moço", "kichik", "(h)"]
)
def test_the_suffix_field_alone_is_enough(tmp_path: Path, suffix: str) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Karl Weber", HOME)])
        take_in(writer, [GOOGLE, card("2", "Karl Weber", HOME, suffix=suffix)])
        assert names_of(writer) == ["Karl Weber", "Karl Weber"]


@pytest.mark.parametrize("suffix", ["PhD", "Ph.D.", "PMP", "MBA, PMP", "Esq.", "Dipl.-Ing.", "MD"])
def test_a_degree_says_nothing_about_who_it_is(tmp_path: Path, suffix: str) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Karl Weber", HOME)])
        take_in(writer, [GOOGLE, card("2", "Karl Weber", HOME, suffix=suffix)])
        assert names_of(writer) == ["Karl Weber"]


@pytest.mark.parametrize(("one", "other"), [("Liz", "Beth"), ("Bob", "Rob"), ("Bill", "Will")])
def test_two_short_forms_of_one_name_are_asked(tmp_path: Path, one: str, other: str) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", f"{one} Hill", HOME)])
        take_in(writer, [GOOGLE, card("2", f"{other} Hill", HOME)])
        assert names_of(writer) == sorted((f"{one} Hill", f"{other} Hill"))
        assert asked_of(writer) == {frozenset((f"{one} Hill", f"{other} Hill"))}


def test_a_short_form_and_the_whole_name_are_one() -> None:
    assert may_be_one("bob hill", "robert hill") == "compatible"
    assert not are_short_forms("bob hill", "bob hall")
