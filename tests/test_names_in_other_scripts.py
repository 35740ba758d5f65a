"""Names of other scripts, names as they sound, and numbers with any dash: they are found."""

from pathlib import Path

import pytest

from store.engine.connections import Reader
from store.importers.records import Account
from store.memory import open_reader
from store.people.contacts import resolve_contact
from store.text.keys import phone_key
from store.text.latin import in_latin
from tests.made_exports import BOOK, card, chat_of, made_memory, said, take_in
from tests.made_people import GOOGLE, asked_of, names_of

PEOPLE = [
    card("1", "Ольга Ким"),
    card("2", "山田 太郎", other_names=("ヤマダ タロウ", "Yamada Taro")),
    card("3", "Γιώργος Παππάς"),
    card("4", "Łukasz Żak"),
    card("5", "Boris Petrov"),
    card("6", "王 伟"),
    card("7", "שרה לוי"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, *PEOPLE])
    return tmp_path / "memory.db"


async def found(reader: Reader, text: str) -> str:
    return (await resolve_contact(reader, text)).name


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Olga Kim", "Ольга Ким"),
        ("olga", "Ольга Ким"),
        ("Ольга", "Ольга Ким"),
        ("Борис Петров", "Boris Petrov"),
        ("Борис", "Boris Petrov"),
        ("Yamada Taro", "山田 太郎"),
        ("Taro Yamada", "山田 太郎"),
        ("ヤマダ タロウ", "山田 太郎"),
        ("山田", "山田 太郎"),
        ("Giorgos Pappas", "Γιώργος Παππάς"),
        ("lukasz zak", "Łukasz Żak"),
        ("zak", "Łukasz Żak"),
        ("Wang Wei", "王 伟"),
    ],
)
async def test_somebody_is_found_in_the_other_script(path: Path, asked: str, name: str) -> None:
    reader = await open_reader(path)
    try:
        assert await found(reader, asked) == name
    finally:
        await reader.close()


def test_two_scripts_are_never_one_person_by_the_name(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Ольга Ким", ("phone", "+351213000000"))])
        take_in(writer, [GOOGLE, card("2", "Olga Kim", ("phone", "+351213000000"))])
        assert names_of(writer) == ["Olga Kim", "Ольга Ким"]
        assert asked_of(writer) == {frozenset(("Olga Kim", "Ольга Ким"))}


def test_an_account_under_the_name_as_it_sounds_is_the_card_s(tmp_path: Path) -> None:
    taro = Account("email", "taro@x.example", "Yamada Taro")
    with made_memory(tmp_path) as writer:
        yamada = card("1", "山田 太郎", ("email", "taro@x.example"), other_names=("Yamada Taro",))
        take_in(writer, [BOOK, yamada, chat_of("m", taro), said("1", "hi", by=taro, chat="m")])
        assert names_of(writer) == ["山田 太郎"]


DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe58\ufe63\u2043\u00ad\u00b7\u30fc"
SPACES = " \u00a0\u1680\u2000\u2002\u2003\u2005\u2007\u2009\u200a\u202f\u205f\u3000\u200b\u2060"


@pytest.mark.parametrize("sign", [*DASHES, *SPACES], ids=lambda sign: f"{ord(sign):04x}")
def test_a_number_with_any_dash_or_space_is_the_number(sign: str) -> None:
    number = "+351 910 000 405".replace(" ", sign)
    assert phone_key(number, None) == "+351910000405"
    assert phone_key(number.replace("+351", "").strip(sign), "PT") == "+351910000405"


@pytest.mark.parametrize(
    "number", ["＋３５１ ９１０ ０００ ４０５", "+٣٥١ ٩١٠ ٠٠٠ ٤٠٥", "⁦+351 910 000 405⁩"]
)
def test_a_number_in_other_digits_is_the_number(number: str) -> None:
    assert phone_key(number, None) == "+351910000405"


@pytest.mark.parametrize("name", ["Ida Berg", "João Müller", "Ānanda", ""])
def test_latin_names_stay_as_they_are(name: str) -> None:
    assert in_latin(name) == name
