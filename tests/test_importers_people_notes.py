"""Reading notes about people, and leaving all other notes alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.importers import ReadingContext
from store.importers.notes.front_matter import read_note, skim_note
from store.importers.notes.note import is_person
from store.importers.notes.people_notes import FOLDER_IMPORTER
from store.importers.records import Card, CardRelation, Problem, Record
from store.imports.export_folders import DiskFolder, FolderPart
from tests import golden
from tests.growth import check_growth
from tests.importer_checks import check_any_bytes, records_in

CASES = golden.cases("person-note")


def read(folder: Path) -> list[Record]:
    whole = DiskFolder(folder)
    (export,) = FOLDER_IMPORTER.find(whole)
    part = FolderPart(whole, export.root, export.files, lambda _count: None)
    return list(FOLDER_IMPORTER.extract(part, ReadingContext(name=whole.name)))


def write(folder: Path, **notes: str) -> Path:
    for name, text in notes.items():
        path = folder / f"{name.replace('__', '/').replace('_', ' ')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def person(front: str, body: str = "") -> str:
    return f"---\ntype: person\n{front}\n---\n{body}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("---\ntags: [people]\n---\n", ""),
        ("---\ntags: '#contact/work'\n---\n", ""),
        ("---\ntype: '[[Person]]'\n---\n", ""),
        ("---\nemail: a@x.example\n---\n", ""),
        ("---\ngeburtstag: 1990-04-12\n---\n", ""),
        ("---\ncompany: Berg\nspouse: Olle\n---\n", ""),
        ("no front matter at all", "People"),
        ("no front matter at all", "Kontakte"),
    ],
)
def test_notes_about_people_are_known(text: str, folder: str) -> None:
    assert is_person(skim_note(text.encode()), folder)


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("# Shopping\nmilk, phone: call Ida", ""),
        ("---\ntags: [project]\n---\n", ""),
        ("---\ntype: book\nemail: x@x.example\n---\n", ""),
        ("---\ntitle: A book\nauthor: Some Body\nalias: B\n---\n", ""),
        ("---\ncompany: Berg\n---\n", ""),
        ("---\ndate: 2026-01-01\nstatus: open\n---\n", "People"),
        ("---\ntags: [peoples-history]\n---\n", ""),
    ],
)
def test_notes_about_other_things_are_not(text: str, folder: str) -> None:
    assert not is_person(skim_note(text.encode()), folder)


def test_a_whole_notebook_is_never_taken_for_people(tmp_path: Path) -> None:
    write(
        tmp_path,
        Ida_Berg=person("email: ida@x.example"),
        People__Per_Holm="Met in Lund.",
        Recipe="# Soup\nboil it",
        Journal__2026_01_01="---\ndate: 2026-01-01\n---\nA day.",
        Journal__only_words="Called Ida.",
    )
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / ".obsidian" / "people.md").write_text(person(""))
    cards = [record for record in read(tmp_path) if isinstance(record, Card)]
    assert [card.full_name for card in cards] == ["Ida Berg", "Per Holm"]


def test_a_folder_without_people_holds_no_export(tmp_path: Path) -> None:
    assert list(FOLDER_IMPORTER.find(DiskFolder(write(tmp_path, Recipe="# Soup")))) == []


def test_links_find_the_note_by_its_name_and_by_its_other_names(tmp_path: Path) -> None:
    write(
        tmp_path,
        Ida_Berg=person("spouse: '[[People/Olle Berg|my husband]]'\nfriends: ['[[Pelle]]', Zoe]"),
        People__Olle_Berg=person(""),
        Per_Holm=person("aliases: [Pelle]"),
    )
    ida = next(r for r in read(tmp_path) if isinstance(r, Card) and r.full_name == "Ida Berg")
    assert ida.relations == (
        CardRelation("spouse", uid="olle berg"),
        CardRelation("friend", uid="per holm"),
        CardRelation("friend", name="Zoe"),
    )


def test_two_notes_of_one_name_are_two_people(tmp_path: Path) -> None:
    write(tmp_path, A__Ida=person(""), B__Ida=person(""))
    uids = [record.uid for record in read(tmp_path) if isinstance(record, Card)]
    assert len(set(uids)) == 2


@pytest.mark.parametrize(
    ("front", "field", "value"),
    [
        ("phone: 0712345", "phone", ("0712345",)),
        ("country: NO", "country", ("NO",)),
        ("time: 12:30", "time", ("12:30",)),
        ("spouse: [[Bob]]", "spouse", ("[[Bob]]",)),
        ("friends:\n  - [[Bob]]\n  - Ann", "friends", ("[[Bob]]", "Ann")),
        ("tags: one two", "tags", ("one two",)),
        ("handle: @ida", "handle", ("@ida",)),
        ("note: a: b: c", "note", ("a: b: c",)),
        ("a: &x 1\nb: *x", "b", ("*x",)),
    ],
)
def test_values_stay_the_text_that_was_written(
    front: str, field: str, value: tuple[str, ...]
) -> None:
    assert read_note(f"\ufeff---\r\n{front}\r\n---\r\nbody".encode()).fields[field] == value


def test_a_broken_front_matter_is_reported_and_the_note_is_kept(tmp_path: Path) -> None:
    records = read(write(tmp_path, Ida=person("email: ida@x.example\nhandle: @ida", "Likes tea.")))
    (problem,) = [record for record in records if isinstance(record, Problem)]
    assert problem.place == "Ida.md"
    assert "line 4" in problem.reason
    (card,) = [record for record in records if isinstance(record, Card)]
    assert (card.methods[0].value, card.notes) == ("ida@x.example", ("Likes tea.",))


def test_inline_fields_and_dated_sections(tmp_path: Path) -> None:
    body = (
        "Born in Lund.\nemployer:: [[Berg & Co]]\n[email:: ida@x.example]\n\n"
        "### 2026-01-02 Tea\nGood."
    )
    (card,) = [r for r in read(write(tmp_path, Ida=person("", body))) if isinstance(r, Card)]
    assert card.affiliations[0].organization == "Berg & Co"
    assert card.methods[0].value == "ida@x.example"
    assert [(note.text, note.on) for note in card.dated_notes] == [("Tea\nGood.", "2026-01-02")]


@given(st.text(max_size=200) | st.text("-:[]{}&*#|> \n\"'ab", max_size=200))
def test_any_front_matter_is_read(text: str) -> None:
    data = f"---\ntype: person\n{text}\n---\n{text}".encode("utf-8", "replace")
    check_any_bytes("person-note", data)


@pytest.mark.parametrize(
    ("front", "size"),
    [
        (lambda size: "a: " + "[" * size, 30_000),
        (lambda size: "- " * size, 30_000),
        (
            lambda size: (
                "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(size))
            ),
            2_000,
        ),
        (lambda size: "a: '" + "''" * size, 30_000),
        (lambda size: "a::" + " " * size + "x", 60_000),
        (lambda size: "? " * size, 30_000),
    ],
    ids=["brackets", "dashes", "aliases", "quotes", "spaces", "question marks"],
)
@pytest.mark.parametrize("where", ["front", "body"])
def test_hostile_notes_end_soon(front: Callable[[int], str], size: int, where: str) -> None:
    def read(size: int) -> None:
        words = front(size)
        text = person(words) if where == "front" else person("", (words + "\n```\n%%\n") * 10)
        check_any_bytes("person-note", text.encode())

    check_growth(read, size)


def card_in(text: str, name: str = "Ida Berg.md") -> Card:
    context = ReadingContext(name=name)
    (found,) = [r for r in records_in("person-note", text.encode(), context) if isinstance(r, Card)]
    return found


@pytest.mark.parametrize(
    ("written", "ways"),
    [
        ("contact:\n  work: i@work.example\n  phone: '+351910000777'",
         {("email", "work", "i@work.example"), ("phone", "", "+351910000777")}),
        ("phone:\n  home: '0123 456'\n  mobile: '0987 654'",
         {("phone", "home", "0123 456"), ("phone", "mobile", "0987 654")}),
        ("emails:\n  - type: work\n    value: i@work.example\n  - i@home.example",
         {("email", "work", "i@work.example"), ("email", "", "i@home.example")}),
        ("social:\n  twitter: '@ida'\n  links:\n    linkedin: https://linkedin.com/in/ida",
         {("im", "twitter", "@ida"), ("url", "linkedin", "https://linkedin.com/in/ida")}),
        ("address:\n  street: Rua 1\n  city: Porto\n  country: PT",
         {("address", "", "Rua 1, Porto, PT")}),
        ("email: '[i@x.example](mailto:i@x.example)'", {("email", "", "i@x.example")}),
        ("other: i@x.example", {("email", "other", "i@x.example")}),
    ],
)  # fmt: skip
def test_maps_in_the_front_matter(written: str, ways: set[tuple[str, str, str]]) -> None:
    found = card_in(f"---\ntype: person\n{written}\n---\n")
    assert {(each.kind, each.label, each.value) for each in found.methods} == ways
    assert (found.full_name, found.extra) == ("Ida Berg", ())


@pytest.mark.parametrize(
    "file",
    [
        "Ida Berg.md",
        "@Ida Berg.md",
        "Ida Berg 1f1e2d3c4b5a69788796a5b4c3d2e1f0.md",
        "@Ida Berg 1f1e2d3c4b5a69788796a5b4c3d2e1f0.md",
    ],
)
def test_the_name_in_the_name_of_the_file(file: str) -> None:
    assert card_in("---\ntype: person\n---\n", file).full_name == "Ida Berg"


PAGE = "# Ida Berg\n\nEmail: i@x.example\nPhone: +351 910 000 405\nBirthday: April 12, 1983\n"


def test_a_page_of_notion() -> None:
    partner = "Lia Berg (Lia%20Berg%201f1e2d3c4b5a69788796a5b4c3d2e1f0.md)"
    page = f"{PAGE}Tags: friend, surf\nPartner: {partner}\n\nLoves surfing: on Sundays.\n"
    found = card_in(page, "Ida Berg 0f1e2d3c4b5a69788796a5b4c3d2e1f0.md")
    assert [each.value for each in found.methods] == ["i@x.example", "+351 910 000 405"]
    assert (found.dates[0].date, found.categories) == ("1983-04-12", ("surf",))
    assert [(each.type, each.name) for each in found.relations] == [("partner", "Lia Berg")]
    assert found.notes == ("Loves surfing: on Sundays.",)
    assert found.uid == "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("---\ntype: person\n---\n# {{title}}", "vault/Templates"),
        ("---\ntype: person\nbirthday: <% tp.date %>\n---\n", "People"),
        ("---\ntype: person\nname: '{{title}}'\n---\n", "People"),
        ("---\ntype: person\n---\n", "Vorlagen"),
        ("# Hotel Sol\n\nEmail: h@x.example\nRating: 4\n\n", "Places"),
        ("# Standup\n\nAttendees: Ida, Bo\nEmail: x@x.example\n\n", "Meetings"),
        ("Mood: good\nWeather: rain\n\n", "Daily"),
        ("Call me: at 5\n\nEmail: x@x.example is what he said", "Daily"),
    ],
)
def test_what_is_nobody(text: str, folder: str) -> None:
    assert not is_person(skim_note(text.encode()), folder)


@pytest.mark.parametrize(
    "written",
    [
        "relationships:\n  - 'husband: [[@Bo Berg]]'\n  - sister:: [[Maja Holm]]",
        "relationships:\n  husband: '[[@Bo Berg|Bo]]'\n  sister: Maja Holm",
        "husband: '[[People/@Bo Berg]]'\nsister: '[[Maja Holm]]'",
    ],
)
def test_relations_in_any_form(written: str) -> None:
    found = card_in(f"---\ntype: person\n{written}\n---\n")
    assert [(each.type, each.name) for each in found.relations] == [
        ("husband", "Bo Berg"),
        ("sister", "Maja Holm"),
    ]


def test_a_note_says_when_it_was_changed() -> None:
    found = card_in("---\ntype: person\nupdated: 2025-05-05T10:00:00Z\n---\n")
    assert found.changed_at is not None
    assert found.changed_at.isoformat() == "2025-05-05T10:00:00+00:00"


@pytest.mark.parametrize("piece", ["a: b\n", "# x\n", "a:\n  b:\n", "aaaa ", "a: ", "(x.md"])
def test_the_lines_below_a_title_take_time_in_proportion(piece: str) -> None:
    check_growth(lambda size: read_note(f"# t\n\n{piece * size}".encode()), 20_000)
