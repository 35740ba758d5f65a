"""Finding the encoding of address books, tables and notes that do not state it."""

import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importers.reading.charset_letters import TITLES
from store.importers.reading.charsets import charset_of
from store.importers.records import Card, Problem, Record
from tests.growth import check_growth
from tests.importer_checks import records_in

# Family name, given name: what an address book holds, and little of it.
NAMES = {
    "cp1250": ["Żak Łukasz", "Wiśniewska Świętosława", "Dvořák Jiří", "Őri Győző", "Kovačić Đuro"],
    "iso8859_2": ["Żak Łukasz", "Wiśniewska Bożena", "Šťastný Tomáš"],
    "cp852": ["Żak Łukasz", "Wiśniewska Świętosława"],
    "cp1251": ["Ким Ольга", "Їжакевич Євген", "Петров-Водкин Кузьма", "Ђорђевић Љубица"],
    "koi8_u": ["Ким Ольга", "Петров Иван"],
    "cp866": ["Ким Ольга", "Петров Иван"],
    "cp1253": ["Παπαδόπουλος Γιώργος", "Νίκου Άννα"],
    "cp1254": ["Yıldız Şükrü", "Çağlar İpek"],
    "cp1255": ["כהן דוד", "לוי שרה"],
    "cp1256": ["حسن فاطمة", "علي محمد"],
    "cp1257": ["Kazlauskas Žydrūnas", "Bērziņš Jānis", "Šimkutė Rūta"],
    "cp874": ["สมชาย ใจดี", "มานี รักไทย"],
    "cp932": ["山田 太郎", "佐藤 花子", "髙橋 みゆき"],
    "euc_jp": ["山田 太郎", "佐藤 花子"],
    "gb18030": ["王 伟", "李 秀英", "张 丽"],
    "big5": ["陳 怡君", "林 淑惠"],
    "cp949": ["김 민준", "이 서연"],
    "cp1252": ["Müller Jürgen", "Gonçalves João", "Åkesson Björn", "Ibáñez Íñigo", "Sørensen Søs"],
    "mac_roman": ["Müller Jürgen", "Gonçalves João"],
    "cp850": ["Müller Jürgen", "Gonçalves João"],
}


def cards_in(records: list[Record]) -> list[str]:
    return [record.full_name for record in records if isinstance(record, Card)]


def vcards(names: list[str], charset: str, *, quoted: bool = False, more: str = "") -> bytes:
    text = b""
    for name in names:
        family, given_name = name.split(" ")
        value = f"{family};{given_name};;;".encode(charset)
        if quoted:
            coded = quopri.encodestring(value, quotetabs=True).replace(b"=\n", b"=\r\n")
            line = b"N;ENCODING=QUOTED-PRINTABLE:" + coded
        else:
            line = b"N:" + value
        text += b"BEGIN:VCARD\r\nVERSION:2.1\r\n" + line + b"\r\n"
        text += f"TEL;CELL:+4850060070{len(text) % 10}{more}\r\nEND:VCARD\r\n".encode(charset)
    return text


@pytest.mark.parametrize("charset", sorted(NAMES))
@pytest.mark.parametrize("quoted", [False, True])
def test_a_vcard_without_charset(charset: str, *, quoted: bool) -> None:
    names = NAMES[charset]
    records = records_in("vcard", vcards(names, charset, quoted=quoted))
    # In East Asia the family's name comes first.
    is_turned = charset not in ("cp932", "euc_jp", "gb18030", "big5", "cp949")
    expected = [" ".join(reversed(name.split(" "))) if is_turned else name for name in names]
    assert cards_in(records) == expected
    assert not [record for record in records if isinstance(record, Problem)]


@pytest.mark.parametrize("charset", sorted(NAMES))
def test_a_table(charset: str) -> None:
    names = [" ".join(reversed(name.split(" "))) for name in NAMES[charset]]
    rows = [f"{name};p{number}@x.example" for number, name in enumerate(names)]
    data = "\r\n".join(("Name;E-mail", *rows, "")).encode(charset)
    assert cards_in(records_in("contact-table", data)) == names


@pytest.mark.parametrize("charset", ["cp1250", "cp1251", "cp932"])
def test_a_note(charset: str) -> None:
    name = NAMES[charset][0]
    data = f"---\ntype: person\nname: {name}\n---\n".encode(charset)
    assert cards_in(records_in("person-note", data)) == [name]


def test_one_card_in_another_encoding_costs_only_itself() -> None:
    data = vcards(["Żak Łukasz", "Wiśniewska Bożena"], "utf-8") + vcards(["Reis João"], "cp1252")
    assert cards_in(records_in("vcard", data)) == ["Łukasz Żak", "Bożena Wiśniewska", "João Reis"]


def test_a_stated_charset_counts() -> None:
    data = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=windows-1251:Ольга\nNOTE:João\nEND:VCARD\n"
    lines = [line.encode("cp1251" if "CHARSET" in line else "cp1252") for line in data.split("\n")]
    (card,) = [r for r in records_in("vcard", b"\n".join(lines)) if isinstance(r, Card)]
    assert (card.full_name, card.notes) == ("Ольга", ("João",))


def test_what_does_not_tell_is_said() -> None:
    data = b"BEGIN:VCARD\nVERSION:2.1\nFN:\xb3\xbf\x80\xa4\nEND:VCARD\n"
    (problem,) = [r for r in records_in("vcard", data) if isinstance(r, Problem)]
    assert "does not say its encoding" in problem.reason
    table = b"Name,Email\n\xb3\xbf\x80\xa4,a@x.example\n"
    (problem,) = [r for r in records_in("contact-table", table) if isinstance(r, Problem)]
    assert "does not say its encoding" in problem.reason


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_have_an_encoding_or_none(data: bytes) -> None:
    found = charset_of(data)
    if found is not None:
        assert found.title
        data.decode(found.name, "replace")


@pytest.mark.parametrize("piece", [b"\xe9", b"\xf0z", b"\xb3\xbf ", b"\x81\x40", b"a\xea\n"])
def test_time_grows_with_the_text(piece: bytes) -> None:
    check_growth(lambda size: charset_of(piece * size), 100_000)


def test_every_encoding_has_a_title_and_names() -> None:
    assert NAMES.keys() == TITLES.keys()
