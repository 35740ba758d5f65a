"""Reading tables of contacts: Google, Outlook, LinkedIn's single files, and any other."""

import io
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importers import NeedsAnswer, ReadingContext, UnreadableExport
from store.importers.cards.dates import order_in, table_date
from store.importers.reading.table_rows import rows_of
from store.importers.records import Card, Problem, Record, Skipped
from store.importers.tables.headings import fields, fields_of, languages
from tests import golden
from tests.growth import check_growth
from tests.importer_checks import (
    NO_SAMPLES,
    SAMPLES,
    check_any_bytes,
    mutations,
    records_in,
)

FORMATS = ("google-contacts", "outlook-contacts", "contact-table", "linkedin-file")
CASES = [case for format_ in FORMATS for case in golden.cases(format_)]
PLAIN = "Name,Email,Phone,Birthday,Notes\n"


def read(format_: str, text: str, **context: object) -> list[Record]:
    known = ReadingContext(name="people.csv", **context)  # type: ignore[arg-type]  # any field
    return list(golden.importer_of(format_).extract(io.BytesIO(text.encode()), known))


def cards_in(text: str, format_: str = "contact-table", **context: object) -> list[Card]:
    return [record for record in read(format_, text, **context) if isinstance(record, Card)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("google-contacts/old_headings.csv", "google-contacts/old_utf16.csv"),
        ("linkedin-file/connections.csv", "linkedin-file/connections_bom_crlf.csv"),
    ],
)
def test_encodings_and_line_ends_make_no_difference(one: str, other: str) -> None:
    assert golden.found_in(golden.FOLDER / one) == golden.found_in(golden.FOLDER / other)


def test_columns_are_known_by_name_and_not_by_place() -> None:
    template = "Last Name,Labels,First Name,E-mail 1 - Value,E-mail 1 - Label,File As\n"
    (card,) = cards_in(f"{template}Berg,Choir,Ida,ida@x.example,* Work,\n", "google-contacts")
    assert (card.full_name, card.categories) == ("Ida Berg", ("Choir",))
    assert card.methods[0].preferred


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(separator: str) -> None:
    (card,) = cards_in(
        f"{PLAIN}Ida Berg,ida@x.example,+46701740605,1990-04-12,tea\n".replace(",", separator)
    )
    assert (card.full_name, card.notes, card.dates[0].date) == ("Ida Berg", ("tea",), "1990-04-12")


def test_a_bad_row_costs_one_row_and_says_where_it_is() -> None:
    records = read(
        "contact-table",
        f'{PLAIN}Ann,ann@x.example,,,\nBad,"bad@x.example,,,\nBo,bo@x.example,,,\n'
        "Cy,a,b,c,d,e,f\n\n=1+1,dy@x.example,,,@SUM\n",
    )
    assert [card.full_name for card in records if isinstance(card, Card)] == ["Ann", "Bo", "=1+1"]
    assert [record.place for record in records if isinstance(record, Problem)] == [
        "line 3",
        "line 5",
    ]


def test_nuls_and_cells_without_end_are_survived() -> None:
    big = "x" * 300_000
    cards = cards_in(f"{PLAIN}A\0nn,ann@x.example,,,{big}\nBo,bo@x.example,,,\n")
    assert cards[-1].full_name == "Bo"
    assert "\0" not in repr(cards)


def test_a_table_of_headings_alone_holds_nobody() -> None:
    assert cards_in(PLAIN) == []


def test_a_file_without_headings_says_what_to_do() -> None:
    with pytest.raises(UnreadableExport, match=r"people\.csv has no line of headings"):
        read("google-contacts", "a\nb\n")


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (("3/4/1990", "25/12/1980"), "1990-04-03"),
        (("3/4/1990", "12/25/1980"), "1990-03-04"),
        (("5/5/1990",), "1990-05-05"),
    ],
)
def test_the_order_of_day_and_month_is_told_for_the_whole_file(
    dates: tuple[str, ...], first: str
) -> None:
    rows = "".join(f"P{n},p{n}@x.example,,{date},\n" for n, date in enumerate(dates))
    assert cards_in(PLAIN + rows)[0].dates[0].date == first


def test_an_order_that_cannot_be_told_is_asked() -> None:
    text = f"{PLAIN}Ann,ann@x.example,,3/4/1990,\n"
    with pytest.raises(NeedsAnswer, match="3/4/1990") as raised:
        read("contact-table", text)
    assert raised.value.question == "date order"
    (card,) = cards_in(text, date_order="day first")
    assert card.dates[0].date == "1990-04-03"


def test_headings_of_a_language_that_writes_days_first_answer_by_themselves() -> None:
    (card,) = cards_in("Vorname;Nachname;E-Mail-Adresse;Geburtstag\nA;B;a@x.example;3/4/1990\n")
    assert card.dates[0].date == "1990-04-03"


def test_unclear_columns_are_asked_and_the_answer_is_kept_to() -> None:
    text = "Wer das ist,Da schreiben\nIda Berg,ida@x.example\nPer Holm,per@x.example\n"
    assert golden.importer_of("contact-table").recognises(Path("a.csv"), text.encode())
    with pytest.raises(NeedsAnswer) as raised:
        read("contact-table", text)
    assert raised.value.question == "columns"
    assert raised.value.options == ("Wer das ist", "Da schreiben")
    assert "“Wer das ist” = name" in str(raised.value)
    answer = (("wer das IST", "nickname"), ("Da schreiben", "email/work"))
    (first, _) = cards_in(text, columns=answer)
    assert (first.nicknames, first.methods[0].label) == (("Ida Berg",), "work")


@pytest.mark.parametrize(
    ("columns", "words"),
    [((("Nme", "name"),), "no column “Nme”"), ((("Name", "nme"),), "“nme” is no field")],
)
def test_an_answer_that_fits_nothing_is_asked_again(
    columns: tuple[tuple[str, str], ...], words: str
) -> None:
    with pytest.raises(NeedsAnswer, match=words):
        read("contact-table", f"{PLAIN}Ann,ann@x.example,,,\n", columns=columns)


def test_columns_of_no_known_meaning_are_kept() -> None:
    (card,) = cards_in("Name,Email,Shoe size\nAnn,ann@x.example,38\n")
    assert card.extra == (("Shoe size", "38"),)


@pytest.mark.parametrize(
    "text",
    [
        "Date,Description,Amount\n2026-01-01,Coffee,3\n2026-01-02,Tea,2\n",
        "Name,Price,Description\nLamp,3,warm\nChair,5,soft\n",
        "Title,Author,ISBN\nA Book,Some Body,1\nOther Book,Any Body,2\n",
        "Date/Time,Link\n2026-01-01 10:00,https://x.example\n2026-01-01 11:00,https://y.example\n",
        "just a text, with commas\nand lines\n",
    ],
)
def test_tables_of_other_things_are_nobodys(text: str) -> None:
    for format_ in FORMATS:
        assert not golden.importer_of(format_).recognises(Path("a.csv"), text.encode())


def test_a_row_keeps_its_key_when_it_changes() -> None:
    (before,) = cards_in(f"{PLAIN}Ida Berg,,,,\n")
    (after,) = cards_in(f"{PLAIN}ida  BERG,ida@x.example,+46701740605,1990-04-12,tea\n")
    assert after.uid == before.uid


def test_namesakes_keep_their_keys_in_another_order() -> None:
    rows = ["John Smith,one@x.example,,,", "John Smith,two@x.example,,,"]
    uids = [
        {card.methods[0].value: card.uid for card in cards_in(PLAIN + "\n".join(order))}
        for order in (rows, rows[::-1])
    ]
    assert uids[0] == uids[1]
    assert len(set(uids[0].values())) == 2


def test_the_same_row_twice_counts_once() -> None:
    records = read("contact-table", PLAIN + "Ann,ann@x.example,,,\n" * 3)
    assert sum(isinstance(record, Card) for record in records) == 1
    assert sum(isinstance(record, Skipped) for record in records) == 2


def test_every_word_for_a_field_is_found_and_every_language_has_the_important_ones() -> None:
    for language, words in languages().items():
        found = {field.partition("/")[0] for field in words.values()}
        assert {"name", "given name", "family name", "email", "phone", "birthday"} <= found, (
            language
        )
    assert fields_of(["Vorname", "E-Mail 2: Adresse", "Nonsense"]) == ["given name", "email", ""]
    assert {"extra", "skip", "how we met"} <= fields()


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("12 Mar 2024", "2024-03-12"),
        ("7-Feb-22", "2022-02-07"),
        ("Mar 12, 1990", "1990-03-12"),
        ("12. März 1990", "1990-03-12"),
        ("12 de marzo de 1990", "1990-03-12"),
        ("March 12", "--03-12"),
        ("March 1990", "1990-03"),
        ("25/12/80", "1980-12-25"),
        ("6/25/2010 12:00:00 AM", "2010-06-25"),
        ("2024-03-12T10:00:00Z", "2024-03-12"),
        ("12.4.", "--04-12"),
        ("0/0/00", ""),
        ("3/4/1990", ""),
        ("31/2/1990", ""),
        ("soon", ""),
    ],
)
def test_dates_as_tables_write_them(text: str, date: str) -> None:
    assert table_date(text) == date


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = table_date(text, "day first")
    assert found == "" or table_date(found) == found
    assert order_in([text])[0] in ("", "day first", "month first")


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


@given(st.lists(st.tuples(cells, cells, cells), max_size=8))
def test_what_a_spreadsheet_writes_is_read_back(table: list[tuple[str, str, str]]) -> None:
    text = "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in table
    )
    lines = (f"{line}\n" for line in text.split("\n")[:-1])
    found = [each.cells for each in rows_of(lines, ",", 3) if not isinstance(each, Problem)]
    assert found == [list(row) for row in table if any(cell.strip() for cell in row)]


changes = st.lists(
    st.tuples(
        st.integers(0, 5_000),
        st.integers(0, 40),
        st.sampled_from([b"", b"\n", b",", b";", b'"', b'"""', b"\r", b"\xff", b"\0", b" ::: "])
        | st.binary(max_size=8),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=200)
@given(st.sampled_from(CASES), changes)
def test_damage_is_survived(case: Path, cuts: list[tuple[int, int, bytes]]) -> None:
    with suppress(NeedsAnswer):
        check_any_bytes(case.parent.name, mutations(case.read_bytes(), cuts))


@pytest.mark.parametrize(
    ("before", "part", "after", "size"),
    [
        ("", '"', "", 200_000),
        ("", '"a\n', "", 60_000),
        ("", 'x,"""a\n', "", 20_000),
        ("", ",", "", 200_000),
        ("Ann,ann@x.example,", " ", "1,,\n", 120_000),
        ("Ann,", "a", ",,,\n", 120_000),
        ("Ann,,,,", "; ", "\n", 60_000),
        ("", "Ann,ann@x.example,,,\n", "", 5_000),
    ],
    ids=["quotes", "open", "odd quotes", "commas", "spaces", "no mail", "list", "namesakes"],
)
def test_hostile_tables_end_soon(before: str, part: str, after: str, size: int) -> None:
    def read(size: int) -> None:
        records_in("contact-table", f"{PLAIN}{before}{part * size}{after}".encode())

    check_growth(read, size)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=NO_SAMPLES)
def test_samples_of_other_projects_are_read() -> None:
    found = {}
    for path in (SAMPLES / "synthetic").glob("*.csv"):
        data = path.read_bytes()
        (taker,) = [f for f in FORMATS if golden.importer_of(f).recognises(path, data[:65536])]
        context = ReadingContext(path.name, date_order="month first")
        records = list(golden.importer_of(taker).extract(io.BytesIO(data), context))
        assert not [record for record in records if isinstance(record, Problem)], path.name
        found[path.name] = sum(isinstance(record, Card) for record in records)
    assert found["linkedin_Connections.csv"] == 2
    assert found["google_contacts_new.csv"] == 2
    assert min(found.values()) >= 1


def test_what_thunderbird_writes() -> None:
    (card,) = cards_in(
        "First Name,Last Name,Display Name,Primary Email,Secondary Email,Screen Name,Home Address,"
        "Home Address 2,Home City,Home ZipCode,Home Country,Work ZipCode,Birth Year,Birth Month,"
        "Birth Day,Pager Number\n"
        "Tom,Bird,Tom Bird,tom@x.example,tom2@x.example,tomb,Rua 1,2nd,Lisboa,1000,PT,2000,1977,4,"
        "9,12\n"
    )
    emails = [each.value for each in card.methods if each.kind == "email"]
    addresses = {each.label: each.value for each in card.methods if each.kind == "address"}
    assert emails == ["tom@x.example", "tom2@x.example"]
    assert addresses == {"home": "Rua 1, 2nd, Lisboa, 1000, PT", "work": "2000"}
    assert card.dates[0].date == "1977-04-09"
    assert not card.extra


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [("1977", "4", "9", "1977-04-09"), ("", "4", "9", "--04-09"), ("1977", "", "", "1977"),
     ("1977", "April", "9", "1977-04-09"), ("1977", "13", "9", "")],
)  # fmt: skip
def test_a_birthday_in_three_columns(year: str, month: str, day: str, expected: str) -> None:
    heading = "Name,Email,Birth Year,Birth Month,Birth Day\n"
    (card,) = cards_in(f"{heading}Ida Berg,i@x.example,{year},{month},{day}\n")
    assert [each.date for each in card.dates] == ([expected] if expected else [])
    assert bool(card.extra) is not bool(expected)


OUTLOOK = {
    "it": "Titolo,Nome,Cognome,Società,Via (uff.),Città (uff.),Telefono ufficio,Cellulare"
    ",Compleanno,Coniuge,Figli,Indirizzo posta elettronica",
    "pl": "Tytuł,Imię,Nazwisko,Firma,Ulica (służbowe),Miejscowość (służbowe),Telefon służbowy"
    ",Telefon komórkowy,Urodziny,Współmałżonek,Dzieci,Adres e-mail",
    "ru": "Обращение,Имя,Фамилия,Организация,Улица (раб. адрес),Город (раб. адрес),Рабочий телефон,"
    "Телефон переносной,День рождения,Супруг(а),Дети,Адрес эл. почты",
    "cs": "Titul,Jméno,Příjmení,Společnost,Ulice (zam.),Město (zam.),Telefon do zaměstnání,Mobilní"
    " telefon,Narozeniny,Manžel/manželka,Děti,E-mailová adresa",
    "hu": "Megszólítás,Utónév,Vezetéknév,Cég,Utca (hivatali),Város (hivatali),Hivatali telefon,"
    "Mobiltelefon,Születésnap,Házastárs,Gyermekek,E-mail cím",
    "ja": "敬称,名,姓,会社名,番地 (会社),市区町村 (会社),会社電話,携帯電話,誕生日,配偶者,子供,"
    "電子メール アドレス",
    "zh": "称谓,名,姓,单位,商务地址 街道,商务地址 市/县,商务电话,移动电话,生日,配偶,子女,"
    "电子邮件地址",
    "tr": "Unvan,Ad,Soyadı,Şirket,İş Adresi Sokak,İş Adresi Şehir,İş Telefonu,Cep Telefonu,"
    "Doğum Günü,Eş,Çocuklar,E-posta Adresi",
    "fi": "Titteli,Etunimi,Sukunimi,Yritys,Katuosoite (työ),Paikkakunta (työ),Työpuhelin,"
    "Matkapuhelin,Syntymäpäivä,Puoliso,Lapset,Sähköpostiosoite",
    "nb": 'Tittel,Fornavn,Etternavn,Firma,"Gate, arbeid","Poststed, arbeid","Telefon, arbeid",'
    "Mobiltelefon,Fødselsdag,Ektefelle,Barn,E-postadresse",
}


@pytest.mark.parametrize("language", sorted(OUTLOOK))
@pytest.mark.parametrize("format_", ["outlook-contacts", "contact-table"])
def test_outlook_in_other_languages(language: str, format_: str) -> None:
    row = "Dr.,Ida,Berg,Firm,Street 1,Town,+46 8 555 01 01,+46701740605,1981-04-12,Bo Berg,Ugo,"
    (card,) = cards_in(f"{OUTLOOK[language]}\n{row}ida@x.example\n", format_)
    ways = {(each.kind, each.label): each.value for each in card.methods}
    assert card.full_name == "Ida Berg"
    assert ways["address", "work"] == "Street 1, Town"
    assert (ways["phone", "work"], ways["phone", "mobile"]) == ("+46 8 555 01 01", "+46701740605")
    assert ways["email", ""] == "ida@x.example"
    assert [(each.type, each.name) for each in card.relations] == [
        ("spouse", "Bo Berg"),
        ("child", "Ugo"),
    ]
    assert (card.affiliations[0].organization, card.dates[0].date) == ("Firm", "1981-04-12")
    assert not card.extra


@pytest.mark.parametrize(
    ("heading", "cell", "kind", "values"),
    [
        ("Correo 1", "a@x.example", "email", ["a@x.example"]),
        ("Zzz", "a@x.example; b@x.example", "email", ["a@x.example", "b@x.example"]),
        ("Reach", "<a@x.example>, b@x.example", "email", ["a@x.example", "b@x.example"]),
        ("Zzz", "+351 910 000 405", "phone", ["+351 910 000 405"]),
        ("Zzz", "'+351 910 000 405", "phone", ["+351 910 000 405"]),
        ("Zzz", "https://www.linkedin.com/in/ida", "url", ["https://www.linkedin.com/in/ida"]),
        ("Profile (web)", "linkedin.com/in/ida", "url", ["linkedin.com/in/ida"]),
    ],
)
def test_columns_told_by_what_they_hold(
    heading: str, cell: str, kind: str, values: list[str]
) -> None:
    (card,) = cards_in(f'Name,Birthday,{heading}\nIda Berg,1981-04-12,"{cell}"\n')
    assert [each.value for each in card.methods if each.kind == kind] == values


@pytest.mark.parametrize("cell", ["12345678", "2025-05-05", "ask @ida", "a@b", "ida", "10:00"])
def test_what_may_be_anything_stays_an_extra_field(cell: str) -> None:
    (card,) = cards_in(f"Name,Email,Zzz\nIda Berg,i@x.example,{cell}\n")
    assert card.extra == (("Zzz", cell),)


@pytest.mark.parametrize(
    "link",
    [
        "(https://www.notion.so/Barros-Lda-0f1e2d3c4b5a69788796a5b4c3d2e1f0?pvs=21)",
        "(https://team.notion.site/x)",
        "(Companies/Barros%20Lda%200f1e2d3c4b5a69788796a5b4c3d2e1f0.md)",
        "(../People%20db/Barros.csv)",
        "(https://coda.example/d/x)",
    ],
)
def test_links_behind_names_are_cut(link: str) -> None:
    heading = "Name,Email,Company,Partner,Tags,Website\n"
    row = f'Ida Berg {link},i@x.example,Barros Lda {link},"Lia {link}, Bo {link}",Surf {link},'
    (card,) = cards_in(f"{heading}{row}https://ida.example/x\n")
    assert (card.full_name, card.affiliations[0].organization) == ("Ida Berg", "Barros Lda")
    assert [each.name for each in card.relations] == ["Lia", "Bo"]
    assert card.categories == ("Surf",)
    assert [each.value for each in card.methods if each.kind == "url"] == ["https://ida.example/x"]


def test_several_values_in_a_cell() -> None:
    heading = "Full name,Emails,Phones,Companies,Job title,Urls,Kid's names,Spouse/Partner\n"
    row = (
        "Pia Wolf,a@x.example; b@x.example,+4915100000001; +4915100000002,Wolf GmbH; Zweite AG,CEO,"
        '"https://www.linkedin.com/in/pia; https://pia.example","Noa, Lia",Hugo Vale\n'
    )
    (card,) = cards_in(heading + row)
    assert [each.kind for each in card.methods] == [
        "email",
        "email",
        "phone",
        "phone",
        "url",
        "url",
    ]
    assert [(each.organization, each.title) for each in card.affiliations] == [
        ("Wolf GmbH", "CEO"),
        ("Zweite AG", ""),
    ]
    assert [(each.type, each.name) for each in card.relations] == [
        ("child", "Noa"),
        ("child", "Lia"),
        ("spouse", "Hugo Vale"),
    ]


@pytest.mark.parametrize(
    ("formatted", "street", "city", "code", "expected"),
    [
        ("A 1\n1000 Lisboa\nPT ::: B 2\n4000 Porto\nPT", "A 1 ::: B 2", "Lisboa ::: Porto", "",
         ["A 1, 1000 Lisboa, PT", "B 2, 4000 Porto, PT"]),
        ("", "A 1 ::: B 2", "Lisboa ::: Porto", "1000 ::: 4000",
         ["A 1, Lisboa, 1000", "B 2, Porto, 4000"]),
        ("", "A 1 ::: B 2 ::: C 3", "Lisboa", "", ["A 1, Lisboa", "B 2", "C 3"]),
        ("A 1\nLisboa", "A 1", "Lisboa", "", ["A 1, Lisboa"]),
        ("A 1\n1000 Lisboa", "A 1", "", "", ["A 1, 1000 Lisboa"]),
        ("A 1 ::: B 2", "", "", "", ["A 1", "B 2"]),
    ],
)  # fmt: skip
def test_several_addresses_under_one_label_of_google(
    formatted: str, street: str, city: str, code: str, expected: list[str]
) -> None:
    heading = "Name,Group Membership,Address 1 - Label,Address 1 - Formatted,Address 1 - Street"
    (card,) = cards_in(
        f"{heading},Address 1 - City,Address 1 - Postal Code\n"
        f'Ana Sousa,,Home,"{formatted}",{street},{city},{code}\n',
        "google-contacts",
    )
    assert [each.value for each in card.methods if each.kind == "address"] == expected


def test_what_a_spreadsheet_put_around_a_number_goes() -> None:
    heading = "Name,Group Membership,Phone 1 - Label,Phone 1 - Value\n"
    rows = 'A,,Home,\'+1 202 555 0130\nB,,Home,"=""+1 202 555 0131"""\n'
    found = cards_in(heading + rows, "google-contacts")
    assert [card.methods[0].value for card in found] == ["+1 202 555 0130", "+1 202 555 0131"]


@pytest.mark.parametrize(
    ("name", "given", "family", "expected"),
    [
        ("Moreira, Alex (Sales)", "", "", "Alex Moreira"),
        ("Moreira, Alex (Sales)", "Alex", "Moreira", "Alex Moreira"),
        ("Moreira, Alex", "Alex", "Moreira", "Alex Moreira"),
        ("Moreira, Alex", "", "", "Moreira, Alex"),
        ("Weber, Jr (Sales)", "", "", "Weber, Jr (Sales)"),
        ("Berg, PMP", "Ida", "Berg", "Berg, PMP"),
        ("Acme, Inc (London)", "", "", "Acme, Inc (London)"),
    ],
)
def test_names_that_are_sorted_by_family(name: str, given: str, family: str, expected: str) -> None:
    heading = "Name,First name,Last name,Email\n"
    (card,) = cards_in(f'{heading}"{name}",{given},{family},a@x.example\n')
    assert card.full_name == expected
