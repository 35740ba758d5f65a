"""Reading address books."""

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importers import ReadingContext, UnreadableExport
from store.importers.cards.methods import METHODS
from store.importers.cards.words import DATES, RELATIONS
from store.importers.reading.partial_dates import partial_date
from store.importers.records import Card, Problem, SourceInfo
from store.importers.vcard.vcard import IMPORTER
from tests import golden
from tests.growth import check_growth
from tests.importer_checks import (
    NO_SAMPLES,
    SAMPLES,
    check_any_bytes,
    mutations,
    peak_while_reading,
    records_in,
    samples,
)

CASES = golden.cases("vcard")
CONTEXT = ReadingContext(name="book.vcf")


def cards_in(text: str) -> list[Card]:
    records = records_in("vcard", text.encode())
    assert not [record for record in records if isinstance(record, Problem)]
    return [record for record in records if isinstance(record, Card)]


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


def test_encodings_make_no_difference() -> None:
    cases = [case for case in CASES if case.stem in ("utf16", "bom", "cp1252", "cr_only")]
    found = [golden.found_in(case) for case in cases]
    assert len(found) == 4
    assert all(each == found[0] for each in found)


def test_a_file_without_cards_says_what_to_do() -> None:
    with pytest.raises(UnreadableExport, match=r"book\.vcf.*BEGIN:VCARD"):
        list(IMPORTER.extract(io.BytesIO(b"hello"), CONTEXT))


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@pytest.mark.parametrize("value", ["Doe, John", "a;b", "VP, Sales; East", "back\\\\slash"])
def test_unescaped_separators_cut_nothing(version: str, value: str) -> None:
    (found,) = cards_in(card(f"FN:{value}", f"NOTE:{value}", f"TITLE:{value}", version=version))
    expected = value.replace("\\\\", "\\")
    assert (found.full_name, found.notes, found.affiliations[0].title) == (
        expected,
        (expected,),
        expected,
    )


@pytest.mark.parametrize("value", ["", ";", ",", "\\", ":", "urn:uuid:", "tel:", "=", " "])
def test_properties_without_a_value_say_nothing(value: str) -> None:
    names = {"N", "ORG", "TITLE", "NICKNAME", "NOTE", "GENDER", "LANG", "MEMBER", "UID", "KIND"}
    lines = [
        f"{name}:{value}" for name in sorted(names | METHODS | DATES.keys() | RELATIONS.keys())
    ]
    (found,) = cards_in(card("FN:Ann", *lines))
    assert found.full_name == "Ann"
    assert found.dates == ()


def test_a_picture_is_never_read() -> None:
    (found,) = cards_in(card("FN:Ann", "PHOTO:https://pictures.example/ann.jpg", "TEL:1"))
    assert "pictures.example" not in repr(found)


def test_the_source_stays_the_same_when_the_program_is_updated() -> None:
    def source(version: str) -> SourceInfo:
        text = card(f"PRODID:-//Apple Inc.//iOS {version}//EN", "FN:Ann")
        (first, *_) = records_in("vcard", text.encode())
        assert isinstance(first, SourceInfo)
        return first

    assert source("17.1") == source("26.2") == SourceInfo("vcard", "apple", "Apple Contacts")


def test_the_identity_of_a_card_without_uid_ignores_what_changes() -> None:
    before = cards_in(card("FN:Ann", "TEL:1", "EMAIL:a@x.example"))[0].uid
    after = cards_in(card("FN:Ann", "EMAIL:a@x.example", "TEL:1", "NOTE:new", "BDAY:--0101"))
    assert after[0].uid == before


def test_a_card_larger_than_the_limit_keeps_its_beginning() -> None:
    lines = ["FN:Ann", *(f"X-PAD-{number}:{'x' * 200_000}" for number in range(9)), "TEL:1"]
    records = records_in("vcard", (card(*lines) + card("FN:Next")).encode())
    problems = [record for record in records if isinstance(record, Problem)]
    names = [record.full_name for record in records if isinstance(record, Card)]
    assert ["larger than 1 MB" in problem.reason for problem in problems] == [True]
    assert names == ["Ann", "Next"]


def test_memory_stays_small_for_a_big_book_with_photos(tmp_path: Path) -> None:
    photo = base64.b64encode(bytes(range(256)) * 24).decode()
    folded = "\r\n ".join(photo[at : at + 74] for at in range(0, len(photo), 74))
    path = tmp_path / "book.vcf"
    with path.open("w", newline="") as book:
        for number in range(2_000):
            book.write(card(f"FN:Person {number}", "TEL:1", f"PHOTO;ENCODING=b:{folded}"))
    with path.open("rb") as stream:
        found, peak = peak_while_reading(IMPORTER, stream)
    assert found == 2_000
    assert peak < 4_000_000


names = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20
).filter(lambda text: text.strip() == text and " ".join(text.split()) == text)


def escaped(text: str) -> str:
    for character in ("\\", ",", ";"):
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(names, names, st.lists(names, max_size=3)), min_size=1, max_size=5))
def test_what_was_written_comes_back(people: list[tuple[str, str, list[str]]]) -> None:
    text = "".join(
        card(
            f"UID:u{number}",
            f"FN:{escaped(full)}",
            f"N:{escaped(family)};;;;",
            *(f"NOTE:{escaped(note)}" for note in notes),
        )
        for number, (full, family, notes) in enumerate(people)
    )
    found = cards_in(text)
    assert [(each.full_name, each.notes) for each in found] == [
        (full, tuple(notes)) for full, _, notes in people
    ]


@settings(max_examples=150)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_survived(data: bytes) -> None:
    check_any_bytes("vcard", data)
    check_any_bytes("vcard", b"BEGIN:VCARD\n" + data)


cuts = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 40),
        st.sampled_from(
            [b"", b"\n", b":", b";", b'"', b"\\", b"=", b"BEGIN:VCARD\n", b"END:VCARD\n", b"\xff"]
        )
        | st.binary(max_size=8),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=200)
@given(st.sampled_from(CASES), cuts)
def test_damage_is_survived(case: Path, changes: list[tuple[int, int, bytes]]) -> None:
    check_any_bytes("vcard", mutations(case.read_bytes(), changes))


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = partial_date(text)
    assert found == "" or partial_date(found) == found


@pytest.mark.parametrize(
    ("line", "size"),
    [
        (lambda size: "FN:" + "\\" * size, 200_000),
        (lambda size: "N:" + ";" * size, 200_000),
        (lambda size: 'TEL;TYPE="' + '"' * size, 100_000),
        (lambda size: "TEL" + ";a=b" * size + ":1", 60_000),
        (lambda size: "NOTE;ENCODING=QUOTED-PRINTABLE:" + "=\n" * size, 100_000),
        (lambda size: "NOTE:" + "\n x" * size, 100_000),
        (lambda size: "NOTE:a" + "\nx" * size, 300_000),
    ],
    ids=["backslashes", "semicolons", "quotes", "parameters", "soft breaks", "folds", "raw lines"],
)
def test_hostile_lines_end_soon(line: Callable[[int], str], size: int) -> None:
    check_growth(lambda size: check_any_bytes("vcard", card(line(size)).encode()), size)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=NO_SAMPLES)
def test_samples_of_other_projects_are_read() -> None:
    for path in samples("vcard", "*.vcf"):
        data = path.read_bytes()
        records = check_any_bytes("vcard", data)
        begun = data.upper().count(b"BEGIN:VCARD")
        assert sum(isinstance(record, Card) for record in records) == begun, path.name
        assert not [record for record in records if isinstance(record, Problem)], path.name


NAME = "Ольга Викторина"


def folded_name(break_: str, blank: str = "=20", at: int = 36) -> str:
    text = "".join(f"={byte:02X}" for byte in NAME.encode()).replace("=20", blank)
    value = break_.join(text[start : start + at] for start in range(0, len(text), at))
    lines = (f"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{value}", "TEL;CELL:+79990000201")
    return card(*lines, version="2.1")


@pytest.mark.parametrize(
    "break_", ["=\r\n", "=\r\n ", "=\r\n\t", "\r\n", "\r\n ", "=\n", "=\r\r\n", "=\n ", "\n"]
)
@pytest.mark.parametrize("blank", ["=20", " "])
@pytest.mark.parametrize("at", [36, 35])
def test_quoted_printable_lines_may_be_broken_in_any_way(break_: str, blank: str, at: int) -> None:
    if (at == 35 and break_.strip("\r\n")) or (blank == " " and break_[-1] in " \t"):
        pytest.skip("a soft break stands behind a whole escape; a blank may be meant")
    (found,) = cards_in(folded_name(break_, blank, at))
    assert found.full_name == NAME
    assert len(found.methods) == 1


def test_a_blank_after_a_soft_break_may_be_meant() -> None:
    line = "NOTE;ENCODING=QUOTED-PRINTABLE:two words and=\r\n more=\r\n words"
    (found,) = cards_in(card("FN:Ann", line, version="2.1"))
    assert found.notes == ("two words and more words",)


def test_android_s_own_fields() -> None:
    item = "X-ANDROID-CUSTOM:vnd.android.cursor.item"
    (found,) = cards_in(
        card(
            "FN:Ida Berg",
            f"{item}/nickname;Idi;1;;;;;;;;;;;;;",
            f"{item}/contact_event;2011-06-12;1;;;;;;;;;;;;;",
            f"{item}/contact_event;1981-04-12;3;;;;;;;;;;;;;",
            f"{item}/contact_event;--0701;0;Name day;;;;;;;;;;;;",
            f"{item}/relation;Bo Berg;14;;;;;;;;;;;;;",
            f"{item}/relation;Ugo\\, Jr;0;Godson;;;;;;;;;;;;",
            "X-ANDROID-CUSTOM;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
            "vnd.android.cursor.item/nickname;=C3=85sa;1;;;;",
            f"{item}/unheard_of;x;1",
            version="2.1",
        )
    )
    assert found.nicknames == ("Idi", "Åsa")
    assert [(each.kind, each.date, each.label) for each in found.dates] == [
        ("anniversary", "2011-06-12", ""),
        ("birthday", "1981-04-12", ""),
        ("other", "--07-01", "Name day"),
    ]
    assert [(each.type, each.name) for each in found.relations] == [
        ("spouse", "Bo Berg"),
        ("Godson", "Ugo, Jr"),
    ]
    assert [name for name, _ in found.extra] == ["X-ANDROID-CUSTOM"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("N:山田;太郎;;;", "X-PHONETIC-FIRST-NAME:タロウ", "X-PHONETIC-LAST-NAME:ヤマダ"),
         "ヤマダ タロウ"),
        (("N:山田;太郎;;;", "SOUND;X-IRMC-N:ヤマダ;タロウ;;;"), "ヤマダ タロウ"),
        (("N:Oso;Marisol;;;", "X-PHONETIC-FIRST-NAME:mah-ree-SOL"), "mah-ree-SOL Oso"),
    ],
)  # fmt: skip
def test_how_a_name_sounds(lines: tuple[str, ...], expected: str) -> None:
    (found,) = cards_in(card(*lines, version="2.1"))
    assert found.other_names == (expected,)
    assert not found.extra


def test_a_name_without_fn_has_its_parts_in_their_order() -> None:
    names = [card("N:山田;太郎;;;"), card("N:김;민준;;;"), card("N:Berg;Ida;;Dr.;")]
    assert [each.full_name for each in cards_in("".join(names))] == [
        "山田 太郎",
        "김 민준",
        "Dr. Ida Berg",
    ]
