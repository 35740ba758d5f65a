"""A WhatsApp chat is known by what lasts: not by its file, its title, or how a number is called."""

import io
from itertools import permutations
from pathlib import Path
from typing import Final

import pytest

from store.engine.connections import Writer
from store.importers import NeedsAnswer, ReadingContext
from store.importers.whatsapp.whatsapp import IMPORTER
from tests.chat_exports import ROBIN, import_folder, seen, texts, write
from tests.growth import check_growth
from tests.made_exports import made_memory

TWO: Final = "25/01/2026, 19:02 - Ana Gil: report?\n25/01/2026, 19:03 - Robin Owner: tomorrow\n"


def _take(writer: Writer, folder: Path, name: str, text: str) -> None:
    import_folder(writer, write(folder, {name: text}))


def _chats(writer: Writer) -> list[tuple[str, str]]:
    return [tuple(row) for row in writer.all("SELECT kind, title FROM conversation ORDER BY id")]


@pytest.mark.parametrize(
    "name",
    [
        "WhatsApp Chat with Ana Gil - Copy.txt",
        "WhatsApp Chat with Ana Gil - Copy (2).txt",
        "WhatsApp Chat with Ana Gil-1.txt",
        "WhatsApp Chat with Ana Gil 2.txt",
        "WhatsApp Chat with Ana Gil (3).txt",
        "WhatsApp Chat with Ana Gil copy.txt",
        "Copy of WhatsApp Chat with Ana Gil.txt",
        "WhatsApp Chat mit Ana Gil - Kopie.txt".replace("Chat mit", "Chat with"),
        "WhatsApp-Chat mit Ana Gil – Kopie.txt".replace("–", "-"),
        "Kopie von WhatsApp-Chat mit Ana Gil.txt",
        "Chat de WhatsApp con Ana Gil - copia.txt",
        "Discussion WhatsApp avec Ana Gil - Copie.txt",
        "Chat WhatsApp dengan Ana Gil.txt",
    ],
)
def test_a_copy_of_the_file_is_the_chat_of_two(name: str, tmp_path: Path) -> None:
    with made_memory(tmp_path, ROBIN) as writer:
        _take(writer, tmp_path / "a", name, TWO)
        _take(writer, tmp_path / "b", "WhatsApp Chat with Ana Gil.txt", TWO)
        assert _chats(writer) == [("direct", "Ana Gil")]
        assert texts(writer) == ["report?", "tomorrow"]


def test_a_number_at_the_end_of_a_name_stays_where_the_writer_has_it(tmp_path: Path) -> None:
    with made_memory(tmp_path, ROBIN) as writer:
        _take(
            writer, tmp_path / "a", "WhatsApp Chat with Ana 2.txt", TWO.replace("Ana Gil", "Ana 2")
        )
        assert _chats(writer) == [("direct", "Ana 2")]


@pytest.mark.parametrize("program", ["Meta AI", "ChatGPT", "Copilot", "Perplexity", "Rumi"])
def test_an_assistant_that_answers_makes_no_group(program: str, tmp_path: Path) -> None:
    more = (
        f"26/01/2026, 08:00 - Robin Owner: @{program} what is the capital of Peru?\n"
        f"26/01/2026, 08:00 - {program}: The capital of Peru is Lima.\n"
        "26/01/2026, 08:03 - Ana Gil: told you\n"
    )
    with made_memory(tmp_path, ROBIN) as writer:
        _take(writer, tmp_path / "a", "WhatsApp Chat with Ana Gil.txt", TWO)
        _take(writer, tmp_path / "b", "WhatsApp Chat with Ana Gil.txt", TWO + more)
        assert _chats(writer) == [("direct", "Ana Gil")]
        assert seen(writer)["people"] == ["Ana Gil", "Robin Owner"]
        assert len(texts(writer)) == 5


def test_lines_that_were_pasted_into_a_message_stay_in_it(tmp_path: Path) -> None:
    text = (
        "[25/01/2026, 19:05:00] Maya Lind: look what he wrote:\n"
        "[24/01/2026, 08:00:00] Karl Berg: I am leaving the firm\n"
        "[24/01/2026, 08:01:00] Karl Berg: do not tell Robin\r\n"
        "[25/01/2026, 19:06:00] Robin Owner: oh\r\n"
    )
    with made_memory(tmp_path, ROBIN) as writer:
        _take(writer, tmp_path / "WhatsApp Chat - Maya Lind", "_chat.txt", text)
        assert _chats(writer) == [("direct", "Maya Lind")]
        assert len(texts(writer)) == 2
        assert "Karl Berg" not in str(seen(writer)["people"])


def test_two_groups_of_one_name_are_two(tmp_path: Path) -> None:
    one = (
        "25/01/2026, 19:02 - Ana Gil: a\n25/01/2026, 19:03 - Robin Owner: ok\n"
        "25/01/2026, 19:03 - Jo: b\n"
    )
    other = one.replace("Ana Gil: a", "Kate Owner: c").replace("Jo: b", "Tom: d")
    with made_memory(tmp_path, ROBIN) as writer:
        for _ in range(2):
            _take(writer, tmp_path / "a", "WhatsApp Chat with Family.txt", one)
            _take(writer, tmp_path / "b", "WhatsApp Chat with Family.txt", other)
        assert _chats(writer) == [("group", "Family")] * 2
        assert len(texts(writer)) == 6


NUMBER: Final = (
    "25/01/2026, 19:02 - +351 911 222 333: hi it is Ana from the course\n"
    "25/01/2026, 19:03 - Robin Owner: hi!\n"
)
NAMED: Final = NUMBER.replace("+351 911 222 333", "Ana Gil") + (
    "26/01/2026, 19:03 - Ana Gil: lunch?\n27/01/2026, 19:03 - Robin O.: gladly\n"
)
LATER: Final = "26/01/2026, 19:03 - Ana Gil: lunch?\n27/01/2026, 19:03 - Robin O.: gladly\n"


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_number_that_was_saved_under_a_name_is_one_chat_in_any_order(
    order: tuple[int, ...], tmp_path: Path
) -> None:
    exports = [
        ("WhatsApp Chat with +351 911 222 333.txt", NUMBER),
        ("WhatsApp Chat with Ana Gil.txt", NAMED.replace("Robin Owner", "Robin O.")),
        ("WhatsApp Chat with Ana Gil.txt", LATER),
    ]
    with made_memory(tmp_path, ROBIN) as writer:
        for round_ in range(2):
            for number in order:
                folder = write(tmp_path / f"{round_}{number}", dict([exports[number]]))
                import_folder(writer, folder, ("Robin Owner", "Robin O."))
        assert _chats(writer) == [("direct", "Ana Gil")]
        assert texts(writer) == ["hi it is Ana from the course", "hi!", "lunch?", "gladly"]
        assert seen(writer)["people"] == ["Ana Gil", "Robin Owner"]


def test_one_greeting_to_many_makes_no_two_chats_one(tmp_path: Path) -> None:
    said = (
        "01/01/2026, 00:01 - Robin Owner: Happy new year!\n01/01/2026, 00:03 - {0}: you too\n"
        "22/01/2026, 10:00 - {0}: about {0}\n22/01/2026, 10:01 - Robin Owner: {0}!\n"
    )
    with made_memory(tmp_path, ROBIN) as writer:
        for name in ("Ana Gil", "Karl Berg"):
            _take(writer, tmp_path / name, f"WhatsApp Chat with {name}.txt", said.format(name))
        assert len(_chats(writer)) == 2


@pytest.mark.parametrize("order", [("a", "b", "a"), ("b", "a", "b")])
def test_an_unnamed_chat_whose_export_begins_later_goes_on(
    order: tuple[str, ...], tmp_path: Path
) -> None:
    lines = [
        "25/01/2026, 19:02 - Ana Gil: first\n",
        "25/01/2026, 19:02 - Karl Berg: me too\n",
        "26/01/2026, 19:03 - Robin Owner: second\n",
        "27/01/2026, 19:03 - Ana Gil: third\n",
        "28/01/2026, 19:03 - Karl Berg: fourth\n",
    ]
    exports = {"a": "".join(lines[:4]), "b": "".join(lines[2:])}
    with made_memory(tmp_path, ROBIN) as writer:
        for name in order:
            _take(writer, tmp_path / name, "rowing.txt", exports[name])
        assert texts(writer) == ["first", "me too", "second", "third", "fourth"]


@pytest.mark.parametrize("order", [("old", "new", "old"), ("new", "old", "new")])
def test_what_was_taken_back_or_edited_stays_so_without_ids(
    order: tuple[str, ...], tmp_path: Path
) -> None:
    exports = {
        "old": TWO + "25/01/2026, 19:04 - Ana Gil: I was fired, keep it to yourself\n"
        "25/01/2026, 19:06 - Robin Owner: at sevn\n25/01/2026, 19:07 - Ana Gil: fine\n",
        "new": TWO + "25/01/2026, 19:04 - Ana Gil: This message was deleted\n"
        "25/01/2026, 19:06 - Robin Owner: at seven <This message was edited>\n"
        "25/01/2026, 19:07 - Ana Gil: fine\n",
    }
    with made_memory(tmp_path, ROBIN) as writer:
        for name in order:
            _take(writer, tmp_path / name, "WhatsApp Chat with Ana Gil.txt", exports[name])
        assert texts(writer) == ["report?", "tomorrow", "at seven", "fine"]


DATES: Final = {
    "a remembered answer against the order of the file": (
        ["10/01/2026", "02/02/2026", "05/03/2026", "04/04/2026"], "month first", "2026-01-10"
    ),
    "years of two digits first, told by the order": (
        ["25/12/30", "25/12/31", "26/01/02"], "", "2025-12-30"
    ),
    "years of two digits first, told by years before WhatsApp": (["26/01/03"], "", "2026-01-03"),
    "days first, in one month of two years": (["26/01/25", "27/01/25"], "", "2025-01-26"),
}  # fmt: skip


@pytest.mark.parametrize("case", DATES)
def test_the_dates_of_a_file_speak_before_an_answer(case: str, tmp_path: Path) -> None:
    dates, answer, first = DATES[case]
    text = "".join(f"{date}, 19:0{n} - Iva Petz: {n}\n" for n, date in enumerate(dates))
    text += f"{dates[-1]}, 20:00 - Robin Owner: ok\n"
    folder = write(tmp_path / "a", {"WhatsApp Chat with Iva Petz.txt": text})
    with made_memory(tmp_path, ROBIN) as writer:
        import_folder(writer, folder, date_order=answer)
        sent = writer.value("SELECT date(min(sent_at), 'unixepoch') FROM message")
        assert sent == first


def test_a_year_that_may_stand_first_is_asked_about(tmp_path: Path) -> None:
    text = "".join(f"26/01/{day}, 19:00 - Iva Petz: {day}\n" for day in (25, 26, 27))
    folder = write(tmp_path / "a", {"WhatsApp Chat with Iva Petz.txt": text})
    with made_memory(tmp_path, ROBIN) as writer:
        with pytest.raises(NeedsAnswer) as raised:
            import_folder(writer, folder)
        assert raised.value.options == ("day first", "month first", "year first")
        import_folder(writer, folder, date_order="year first")
        last = writer.value("SELECT date(max(sent_at), 'unixepoch') FROM message")
        assert last == "2026-01-27"


def test_dates_that_go_back_are_told(tmp_path: Path) -> None:
    text = "".join(
        f"{d}, 19:00 - Iva Petz: {d}\n" for d in ("13/03/2026", "14/02/2026", "15/03/2026")
    )
    folder = write(tmp_path / "a", {"WhatsApp Chat with Iva Petz.txt": text})
    with made_memory(tmp_path, ROBIN) as writer:
        [summary] = import_folder(writer, folder)
        [(place, reason)] = summary.problems
        assert place == "line 2"
        assert "--date-order" in reason
        assert summary.new == 3


NOTICES: Final = {
    "Polish": ("12.06.2024, 10:00 - ", 'Ola Nowak utworzył(a) grupę "Wyjazd: lato"'),
    "Indonesian": (
        "22/06/24 10.00 - ",
        'Ola Nowak mengubah nama grup dari "A: B" menjadi "Wyjazd"',
    ),
    "Finnish": ("12.6.2024 klo 10.00 - ", "Ola Nowak loi ryhmän ”Retki: kesä”"),
    "German": ("12.06.24, 10:00 - ", "Ola Nowak hat die Gruppe „Reise: Sommer“ erstellt"),
    "Russian": ("12.06.2024, 10:00 - ", "Ola Nowak создал(а) группу «Поход: лето»"),
    "Japanese": ("2024/06/12 10:00 - ", "Ola Nowakが「旅行: 夏」を作成しました"),
}


@pytest.mark.parametrize("case", NOTICES)
def test_a_notice_that_quotes_a_colon_is_no_person(case: str, tmp_path: Path) -> None:
    stamp, notice = NOTICES[case]
    text = f"{stamp}{notice}\n{stamp}Ola Nowak: who comes?\n{stamp}Robin Owner: me\n"
    with made_memory(tmp_path, ROBIN) as writer:
        _take(writer, tmp_path / "a", "WhatsApp Chat with Wyjazd.txt", text)
        assert seen(writer)["people"] == ["Ola Nowak", "Robin Owner"]
        assert texts(writer) == ["who comes?", "me"]
        assert _chats(writer)[0][0] == "group"


@pytest.mark.parametrize(
    ("created", "added", "omitted"),
    [
        ("bu grubu oluşturdu", "sizi ekledi", "görüntü dahil edilmedi"),
        ("skapade den här gruppen", "lade till dig", "bild utelämnades"),
        ("qrupu yaratdı", "sizi əlavə etdi", ""),
        ("hópinn bjó til", "bætti þér við", ""),
    ],
)
def test_an_iphone_without_marks_is_read_by_form(
    created: str, added: str, omitted: str, tmp_path: Path
) -> None:
    text = (
        f"[23.09.2016 17:00:28] Deniz Ak: Deniz Ak {created}\n"
        f"[5.05.2017 18:01:12] Kitap Kulübü: Deniz Ak {added}\n"
        "[5.05.2017 18:01:54] Robin Owner: Selam\n"
        "[5.05.2017 18:07:53] Lara: Merhaba\n"
        f"[5.05.2017 18:09:21] Deniz Ak: {omitted or 'x'}\n"
    )
    with made_memory(tmp_path, ROBIN) as writer:
        _take(writer, tmp_path / "a", "_chat.txt", text)
        assert _chats(writer) == [("group", "Kitap Kulübü")]
        assert seen(writer)["people"] == ["Deniz Ak", "Lara", "Robin Owner"]
        assert texts(writer) == ["Selam", "Merhaba", "" if omitted else "x"]


@pytest.mark.parametrize(
    ("name", "notice"),
    [
        ("WhatsApp Chat with Robin Owner (You).txt", ""),
        ("WhatsApp Chat with Robin Owner.txt", ""),
        ("WhatsApp Chat with Robbie.txt", "Messages to yourself are end-to-end encrypted."),
        ("WhatsApp-Chat mit Robbie (Du).txt", ""),
        ("Chat de WhatsApp con Robbie (Tú).txt", ""),
    ],
)
def test_notes_to_oneself_are_with_nobody(name: str, notice: str, tmp_path: Path) -> None:
    who = "Robbie" if "Robbie" in name else "Robin Owner"
    text = f"25/01/2026, 19:02 - {who}: buy stamps\n25/01/2026, 19:03 - {who}: call the notary\n"
    if notice:
        text = f"25/01/2026, 19:02 - {notice}\n{text}"
    with made_memory(tmp_path, ROBIN) as writer:
        _take(writer, tmp_path / "a", name, text)
        assert seen(writer)["people"] == ["Robin Owner"]
        assert texts(writer) == ["buy stamps", "call the notary"]


def test_who_writes_alone_in_a_chat_under_their_name_is_not_the_owner(tmp_path: Path) -> None:
    text = "25/01/2026, 19:02 - Ana Gil: hello?\n"
    with made_memory(tmp_path, ROBIN) as writer:
        _take(writer, tmp_path / "a", "WhatsApp Chat with Ana Gil.txt", text)
        assert seen(writer)["people"] == ["Ana Gil", "Robin Owner"]


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2212\uff0d-")
def test_a_number_with_any_dash_is_a_number(dash: str, tmp_path: Path) -> None:
    number = f"+1\u00a0(415)\u202f555{dash}0137"
    text = f"13/02/2026, 21:05 - {number}: this is Dana\n13/02/2026, 21:06 - Robin Owner: hi\n"
    with made_memory(tmp_path, ROBIN) as writer:
        _take(writer, tmp_path / "a", f"WhatsApp Chat with {number}.txt", text)
        assert writer.value("SELECT key FROM identity WHERE kind = 'phone' ORDER BY id DESC") == (
            "+14155550137"
        )
        assert _chats(writer)[0][0] == "direct"


def test_a_group_of_many_takes_no_more_time_for_each(tmp_path: Path) -> None:
    def read(size: int) -> None:
        lines = [f"[01/02/26, 10:00:00] Person {n}: Person {n + 1} is here\n" for n in range(size)]
        context = ReadingContext(name="_chat.txt", me=("Person 1",), date_order="day first")
        list(IMPORTER.extract(io.BytesIO("".join(lines).encode()), context))

    check_growth(read, 1_000)
