"""Address books as people have reported them to other programs, made up after their reports.

Each names the report: owner/repository#number on GitHub.
"""

from typing import Any

import pytest

from store.importers.records import Card, Problem
from tests.importer_checks import records_in


def cards_of(format_: str, data: bytes) -> list[Card]:
    records = records_in(format_, data)
    assert not [record for record in records if isinstance(record, Problem)]
    return [record for record in records if isinstance(record, Card)]


def vcard(*lines: str) -> str:
    return "".join(f"{line}\n" for line in ("BEGIN:VCARD", "VERSION:2.1", *lines, "END:VCARD"))


QP = "CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE"
VCARDS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "owncloud-archive/contacts#861: letters of ASCII are escaped too",
        vcard(f"N;{QP}:=4E=6F=76=61=6B;=4D=61=74=C4=9B=6A;;;", "TEL;VOICE:+420604893826"),
        {"full_name": "Matěj Novak", "family_name": "Novak", "given_name": "Matěj"},
    ),
    (
        "owncloud-archive/contacts#656: parameters in the other order, the family name empty",
        vcard("N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:;Test=20Special=C4=83Name", "TEL:1"),
        {"full_name": "Test SpecialăName"},
    ),
    (
        "ubports/ubuntu-touch#868: all in small letters, the encoding as a bare word",
        "begin:vcard\nfn;quoted-printable:D=C3=BCmmy Haus\nemail;internet:d@x.example\n"
        "version:2.1\nend:vcard\n",
        {"full_name": "Dümmy Haus"},
    ),
    (
        "sabre-io/dav#1005: a line that begins with an escaped line feed and no blank",
        vcard("FN:Forrest Field", f"LABEL;{QP}:1 Way=0D=", "=0ATown"),
        {"full_name": "Forrest Field"},
    ),
    (
        "cozy/cozy-contacts-v2#44: a charset without an encoding",
        vcard("REV:2014-12-19T12:40:45Z", "N;CHARSET=UTF-8:NOVÁK;Jiří"),
        {"full_name": "Jiří NOVÁK"},
    ),
    (
        "nextcloud/contacts#209: PRODID stands there twice",
        vcard("PRODID:-//ownCloud//NONSGML Contacts 0.3//EN", "PRODID:-//x//EN", "FN:Ida Berg"),
        {"full_name": "Ida Berg"},
    ),
    (
        "nuovo/vCard-parser#7: a label of Apple's without a word; a person shown as a company",
        vcard("N:von Berg;Hans;;Dr.;", "FN:Berg Vertrieb GmbH", "ORG:Berg Vertrieb GmbH;Systems",
              "item2.URL;type=pref:www.berg.example", "item2.X-ABLabel:$!!$", "X-ABShowAs:COMPANY"),
        {"full_name": "Berg Vertrieb GmbH"},
    ),
    (
        "nextcloud/contacts#1940: somebody related in plain words",
        vcard("FN:Ida Berg", "RELATED;TYPE=CONTACT:Hans Holm"),
        {"full_name": "Ida Berg"},
    ),
    (
        "enesser/vCards-js#11: an empty label among the parameters",
        vcard("FN:Ida Berg", 'ADR;LABEL="";TYPE=home:;;Road 1;Town;;1000;'),
        {"full_name": "Ida Berg"},
    ),
    (
        "sabre-io/vobject#173: a date of Apple's without a label",
        vcard("FN:Ida Berg", "item1.X-ABDATE;type=pref:2011-06-12"),
        {"full_name": "Ida Berg"},
    ),
    (
        "libical/libical#339: a word in brackets as suffix, a picture with folded lines",
        vcard("N:de Tester;Test;;;(outlook)", "FN:Test de Tester (outlook)",
              "LABEL;WORK;ENCODING=QUOTED-PRINTABLE:Street 9=0D=0A=", "1111AA  Town=0D=0A=", "NL",
              "X-MS-CARDPICTURE;TYPE=JPEG;ENCODING=BASE64:", " /9j/4AAQ", " GRgVGBcb", ""),
        {"full_name": "Test de Tester (outlook)", "suffix": "(outlook)"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("report", "text", "expected"), VCARDS, ids=[v[0].split(":")[0] for v in VCARDS]
)
def test_reported_vcards(report: str, text: str, expected: dict[str, Any]) -> None:
    (card,) = cards_of("vcard", text.encode())
    assert {name: getattr(card, name) for name in expected} == expected, report
    told = {text for _, text in card.extra}
    assert not {"", "$!!$"} & told


def test_what_the_reports_say_of_other_fields() -> None:
    found = {
        report.split(":")[0]: cards_of("vcard", text.encode())[0] for report, text, _ in VCARDS
    }
    assert [(r.type, r.name) for r in found["nextcloud/contacts#1940"].relations] == [
        ("contact", "Hans Holm")
    ]
    assert found["enesser/vCards-js#11"].methods[0].value == "Road 1, Town, 1000"
    assert found["sabre-io/vobject#173"].dates[0].date == "2011-06-12"
    assert found["libical/libical#339"].methods[0].value == "Street 9, 1111AA  Town, NL"
    assert found["sabre-io/dav#1005"].methods[0].value == "1 Way, Town"
    assert found["cozy/cozy-contacts-v2#44"].changed_at is not None


THUNDERBIRD = {
    "RainLoop/rainloop-webmail#960 in English": "First Name,Last Name,Display Name,Nickname,Email,"
    "Secondary Email,Work Phone,Home Phone,Mobile Number,Home Address,Home City,Home County,"
    "Home Post Code,Home Country,Organisation,Birth Year,Birth Month,Birth Day",
    "RainLoop/rainloop-webmail#960 in Japanese": "名,姓,表示名,ニックネーム,メールアドレス,"
    "別のメールアドレス,勤務先の電話番号,自宅の電話番号,携帯電話の番号,自宅の番地,自宅の市区町村,"
    "自宅の都道府県,自宅の郵便番号,自宅の国名,"
    "組織,誕生年,誕生月,誕生日",
    "in German": "Vorname,Nachname,Anzeigename,Spitzname,Primäre E-Mail-Adresse,"
    "Sekundäre E-Mail-Adresse,Tel. dienstlich,Tel. privat,Mobil-Tel.-Nr.,Privat: Adresse,"
    "Privat: Ort,Privat: Bundesland,Privat: PLZ,Privat: Land,Organisation,"
    "Geburtsjahr,Geburtsmonat,Geburtstag",
}


@pytest.mark.parametrize("report", THUNDERBIRD)
def test_thunderbird_in_its_languages(report: str) -> None:
    row = (
        "Ida,Berg,Ida Berg,Idi,i@x.example,i2@x.example,+46 8 555 01 01,+46 8 555 01 02,"
        "+46701740605,Road 1,Town,State,1000,PT,Firm,1981,4,12\n"
    )
    (card,) = cards_of("contact-table", f"{THUNDERBIRD[report]}\n{row}".encode())
    assert [each.value for each in card.methods if each.kind == "email"] == [
        "i@x.example",
        "i2@x.example",
    ]
    ways = {(each.kind, each.label): each.value for each in card.methods}
    assert ways["address", "home"] == "Road 1, Town, State, 1000, PT"
    assert ways["phone", "mobile"] == "+46701740605"
    assert (card.dates[0].date, card.affiliations[0].organization) == ("1981-04-12", "Firm")
    assert not card.extra


@pytest.mark.parametrize("name", ["Имя Фамилия", "Νίκος Παππάς"])
def test_google_s_old_table_in_utf16(name: str) -> None:
    """owncloud-archive/contacts#785 and #790."""
    table = (
        "Name,Given Name,Family Name,Birthday,Group Membership,E-mail 1 - Type,E-mail 1 - Value,"
        "E-mail 2 - Type,E-mail 2 - Value\n"
        f"{name},,,1990-01-01,* My Contacts ::: Choir,* Home,a@x.example,Home,b@x.example\n"
    )
    (card,) = cards_of("google-contacts", table.encode("utf-16"))
    assert (card.full_name, card.categories) == (name, ("Choir",))
    assert [each.value for each in card.methods] == ["a@x.example", "b@x.example"]


def test_a_letter_with_an_umlaut_comes_first_in_its_cell() -> None:
    """tine20/tine20#3316."""
    data = "Nachname;Vorname;E-Mail\nÖzil;Ümit;a@x.example\n".encode("cp1252")
    (card,) = cards_of("contact-table", data)
    assert card.full_name == "Ümit Özil"
