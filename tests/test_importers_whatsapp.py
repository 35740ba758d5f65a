"""Reading chats that WhatsApp exported."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importers import NeedsAnswer, ReadingContext, UnreadableExport
from store.importers.records import (
    Account,
    Conversation,
    Event,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
)
from store.importers.whatsapp.whatsapp import IMPORTER
from tests import golden
from tests.growth import check_growth
from tests.importer_checks import (
    NO_SAMPLES,
    SAMPLES,
    check_any_bytes,
    mutations,
    peak_while_reading,
    samples,
)

CASES = golden.cases("whatsapp")
NAME = "WhatsApp Chat with Maya.txt"
ANSWERED = ReadingContext(
    name=NAME, zone=golden.ZONE, me=("Nora", f"nobody in {NAME}"), date_order="day first"
)


def read(text: str, **said: object) -> list[Record]:
    context = ReadingContext(**{"name": NAME, "zone": golden.ZONE, **said})  # type: ignore[arg-type]
    return list(IMPORTER.extract(io.BytesIO(text.encode()), context))


def messages(records: list[Record]) -> list[Message]:
    return [record for record in records if isinstance(record, Message)]


def owners(records: list[Record]) -> list[str]:
    return [each.account.value for each in records if isinstance(each, OwnerAccount)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


# Each form of a message's beginning that is known from exports, with the local time that it means.
FORMS = [
    ("1/25/23, 7:02\u202fPM - A: x", "2023-01-25 19:02:00"),
    ("1/25/23, 12:02 AM - A: x", "2023-01-25 00:02:00"),
    ("01/25/23, 19:02 - A: x", "2023-01-25 19:02:00"),
    ("25/01/2023, 7:02 pm - A: x", "2023-01-25 19:02:00"),
    ("[31/12/2022 11:40:26] A: x", "2022-12-31 11:40:26"),
    ("\u200e[2020-06-01, 12:00:06] A: x", "2020-06-01 12:00:06"),
    ("[13.06.18, 21:25:15] A: x", "2018-06-13 21:25:15"),
    ("13.06.18 21.25.15: A: x", "2018-06-13 21:25:15"),
    ("13.6.2018 klo 21.25.15 - A: x", "2018-06-13 21:25:15"),
    ("[13.6.2018 klo 21.25.15] A: x", "2018-06-13 21:25:15"),
    ("02.05.18 à 18:00 - A: x", "2018-05-02 18:00:00"),
    ("30/08/25 18.00 - A: x", "2025-08-30 18:00:00"),
    ("28/3/2025, 9:29\u00a0p.\u00a0m. - A: x", "2025-03-28 21:29:00"),
    ("[28/3/25 9:29:01\u202fa.\u00a0m.] A: x", "2025-03-28 09:29:01"),
    ("2023-12-20, 5:46 p.m. - A: x", "2023-12-20 17:46:00"),
    ("[2026/7/9 02:28:37] A:x", "2026-07-09 02:28:37"),
    ("[٣٠/١٢/٢٠٢٢، ٧:٠٢:١١ م] A: x", "2022-12-30 19:02:11"),
    ("\u200f30/12/2022\u060c 7:02 \u0635 - A: x", "2022-12-30 07:02:00"),
    ("۱۴۰۲/۳/۵, ۱۸:۰۰ - A: x", "2023-05-26 18:00:00"),
    ("13. 6. 2018. 21:25:15 A: x", "2018-06-13 21:25:15"),
    ("2023. 4. 1. 오후 7:02 - A: x", "2023-04-01 19:02:00"),
    ("2023년 4월 1일 오후 7:02, A : x", "2023-04-01 19:02:00"),
    ("[2023. 4. 1. 오전 7:02:09] A: x", "2023-04-01 07:02:09"),
    ("2023/4/1 下午7:02 - A: x", "2023-04-01 19:02:00"),
    ("2023年4月1日 中午12:30 - A: x", "2023-04-01 12:30:00"),
    ("2023/04/01, 19:02 - A: x", "2023-04-01 19:02:00"),
    ("25/3/2563 18:00 - A: x", "2020-03-25 18:00:00"),
    ("25/3/63 18:00 - A: x", "2020-03-25 18:00:00"),
    ("13-06-18 21:25 - A: x", "2018-06-13 21:25:00"),
    ("2018. 06. 13. 21:25 - A: x", "2018-06-13 21:25:00"),
    ("13/06/18, 21 h 25 - A: x", "2018-06-13 21:25:00"),
    ("[13/6/18 9:25:15 μ.μ.] A: x", "2018-06-13 21:25:15"),
    ("13.06.2018 ÖS 9:25 - A: x", "2018-06-13 21:25:00"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "local"), FORMS)
def test_every_form_of_a_beginning_is_read(line: str, local: str) -> None:
    text = f"{line}\n{line} y\n"
    assert IMPORTER.recognises(Path("chat.txt"), text.encode())
    found = messages(read(text, zone="UTC", me=("A",)))
    assert [each.text for each in found] == ["x", "x y"]
    assert found[0].sender == Account("label", "A", "A", scope="me")
    assert found[0].sent_at == datetime.fromisoformat(local).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "Dear diary,\n13/06/18 was fine", "2020-01-01 12:00:00 INFO started: ok\n",
     "13/13/13, 10:00 - A: x", "[2019-12-24, 12:23] Jane: from another program\n"],
)  # fmt: skip
def test_other_texts_are_not_recognised(text: str) -> None:
    assert not IMPORTER.recognises(Path("notes.txt"), text.encode()) or "13/13" in text


def test_a_text_without_messages_is_refused_with_advice() -> None:
    with pytest.raises(UnreadableExport, match="Export chat"):
        read("Dear diary,\n")


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["03/04/23", "13/04/23"], "2023-04-03"),
        (["03/04/23", "04/13/23"], "2023-03-04"),
        (["11/01/23", "01/02/23"], "2023-01-11"),  # the other way it would go back by months
        (["01/11/23", "02/01/23"], "2023-01-11"),
        (["05/05/23", "05/05/23"], "2023-05-05"),
        (["03.04.23", "04.04.23"], "2023-04-03"),
    ],
)
def test_the_order_of_day_and_month_is_told_by_the_file(dates: list[str], expected: str) -> None:
    text = "".join(f"{date}, 12:00 - {who}: x\n" for date, who in zip(dates, "AB", strict=True))
    found = messages(read(text, me=("A",)))
    assert found[0].sent_at is not None
    assert found[0].sent_at.date().isoformat() == expected


def test_the_owner_is_asked_when_dates_can_be_read_both_ways() -> None:
    text = "03/04/23, 12:00 - Maya: x\n05/06/23, 12:00 - Nora: y\n"
    with pytest.raises(NeedsAnswer, match="03/04/23") as raised:
        read(text)
    assert raised.value.question == "date order"
    for order, expected in (("day first", "2023-04-03"), ("month first", "2023-03-04")):
        found = messages(read(text, date_order=order))
        assert found[0].sent_at is not None
        assert found[0].sent_at.date().isoformat() == expected


def test_the_owner_of_a_chat_of_two_is_the_one_who_is_not_in_its_name() -> None:
    text = "13/04/23, 12:00 - Maya: x\n13/04/23, 12:01 - Nora Lind: y\n"
    assert owners(read(text)) == ["Nora Lind"]
    named = {"name": "_chat.txt", "container": "WhatsApp Chat - Maya (2).zip"}
    assert owners(read(text, **named)) == ["Nora Lind"]
    assert owners(read(text, name="Chat WhatsApp con Maya.txt")) == ["Nora Lind"]
    # Though a friend bears the name that the owner has elsewhere.
    assert owners(read(text, me=("Maya",))) == ["Nora Lind"]


def test_the_owner_of_a_group_is_asked_for_with_its_members() -> None:
    text = "".join(f"13/04/23, 12:0{n} - {who}: x\n" for n, who in enumerate("BABC"))
    with pytest.raises(NeedsAnswer) as raised:
        read(text, name="group.txt")
    assert raised.value.question == "me"
    assert raised.value.options == ("B", "A", "C", "nobody in group.txt")
    assert owners(read(text, name="group.txt", me=("A",))) == ["A"]
    assert owners(read(text, name="group.txt", me=("nobody in group.txt",))) == []


def test_a_saved_name_is_one_person_in_all_chats_and_a_chosen_one_is_not() -> None:
    text = "".join(
        f"13/04/23, 12:0{n} - {who}: x\n"
        for n, who in enumerate(["Nora", "Karl", "~\u202fKarl", "\u202a+46 70 174 06 05\u202c"])
    )
    found = {
        name: {each.sender for each in messages(read(text, name=name, me=("Nora",)))}
        for name in ("WhatsApp Chat with One.txt", "WhatsApp Chat with Two.txt")
    }
    common = set.intersection(*found.values())
    assert common == {
        Account("label", "Nora", "Nora", scope="me"),
        Account("label", "Karl", "Karl", saved_by_owner=True),
        Account("phone", "+46 70 174 06 05"),
    }
    assert all(len(senders) == 4 for senders in found.values())


def test_keys_stay_in_a_newer_export_of_another_phone_with_and_without_files() -> None:
    old = (
        "13/04/23, 12:00 - Maya: same\n13/04/23, 12:00 - Maya: same\n"
        "13/04/23, 12:01 - Maya: <Media omitted>\n13/04/23, 12:01 - Nora: <Media omitted>\nnice\n"
    )
    new = (
        "[13.04.23, 12:00:05] Maya: same\n[13.04.23, 12:00:09] Maya: same\n"
        "[13.04.23, 12:01:10] Maya: \u200e<attached: 0001-PHOTO.jpg>\n"
        "[13.04.23, 12:01:20] Nora: nice \u200e<attached: 0002-PHOTO.jpg>\n"
        "[13.04.23, 12:02:20] Maya: more\n"
    )
    keys = [[each.key for each in messages(read(text))] for text in (old, new)]
    assert keys[1][:4] == keys[0]
    assert len(set(keys[1])) == 5


def test_the_hour_that_comes_twice_goes_by_the_order_of_the_file() -> None:
    text = "".join(
        f"[31.10.21, {at}] {who}: x\n"
        for at, who in [("02:50:00", "Maya"), ("02:10:00", "Nora"), ("03:00:00", "Maya")]
    )
    told = [f"{each.sent_at:%H:%M}" for each in messages(read(text))]
    assert told == ["00:50", "01:10", "02:00"]


def test_a_notice_with_a_colon_in_it_is_no_person() -> None:
    text = (
        '13/04/23, 12:00 - Karl changed the subject from "A: b" to "c"\n'
        "13/04/23, 12:01 - Maya: x\n13/04/23, 12:02 - Nora: y\n"
    )
    records = read(text, name="WhatsApp Chat with Rowing.txt", me=("Nora",))
    assert {each.sender.value for each in messages(records) if each.sender} == {"Maya", "Nora"}
    assert [each.kind for each in records if isinstance(each, Conversation)] == ["group"]


def test_what_is_said_in_the_name_of_a_group_is_no_message() -> None:
    text = (
        "[13.04.23, 12:00:00] Rowing: Karl hat die Gruppe „Rowing“ erstellt\n"
        "[13.04.23, 12:00:01] Rowing: Karl hat dich hinzugefügt\n"
        "[13.04.23, 12:01:00] Karl: x\n[13.04.23, 12:02:00] Nora: y\n"
    )
    records = read(text, name="_chat.txt", container="WhatsApp Chat - Rowing.zip", me=("Nora",))
    assert [each.text for each in messages(records)] == ["x", "y"]
    assert [each.kind for each in records if isinstance(each, Conversation)] == ["group"]
    assert sum(isinstance(each, Skipped) for each in records) == 2
    # Somebody may bear the name of the group.
    text += "[13.04.23, 12:03:00] Rowing: z\n"
    records = read(text, name="_chat.txt", container="WhatsApp Chat - Rowing.zip", me=("Nora",))
    assert [each.text for each in messages(records)] == ["x", "y", "z"]


@pytest.mark.parametrize(
    "text",
    ["Video call, tomorrow at 8?", "Missed call from your mother, ring her", "<grin>", "a <b>",
     "notes.txt (draft)", "Are messages end-to-end encrypted?", "null and void", "POLLY: hi",
     "This message was deleted by mistake", "omitted", "16:9"],
)  # fmt: skip
def test_own_words_that_look_like_whatsapps_are_kept(text: str) -> None:
    for begin in ("13/04/23, 12:00 - Maya: ", "[13.04.23, 12:00:00] Maya: "):
        assert [each.text for each in messages(read(f"{begin}{text}\n"))] == [text]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("Voice call, \u200e5 min", 5), ("Videoanruf. 1 Std. 5 Min.", 65), ("Appel vocal, 90 s", 1.5),
     ("Video call, \u200eNo answer", None), ("Missed voice call, \u200eTap to call back", None)],
)  # fmt: skip
def test_a_call_is_an_event_when_somebody_took_it(text: str, minutes: float | None) -> None:
    records = read(f"[13.04.23, 12:00:00] Maya: \u200e{text}\n[13.04.23, 12:00:00] Nora: y\n")
    calls = [each for each in records if isinstance(each, Event)]
    lengths = [each.ends_at - each.starts_at for each in calls if each.ends_at and each.starts_at]
    assert [length.total_seconds() / 60 for length in lengths] == ([minutes] if minutes else [])
    if calls:
        assert {each.value for each in calls[0].attendees} == {"Maya", "Nora"}
    else:
        reasons = [each.reason for each in records if isinstance(each, Skipped)]
        assert reasons == ["a call that nobody took"]


def test_a_friend_who_tells_of_groups_does_not_make_one() -> None:
    text = (
        "[13.04.23, 12:00:00] Maya: Karl created the group\n"
        "[13.04.23, 12:01:00] Nora: and you left\n[13.04.23, 12:02:00] Maya: he added me\n"
    )
    records = read(text.replace("created the group", "left"))
    assert len(messages(records)) == 3
    assert [each.kind for each in records if isinstance(each, Conversation)] == ["direct"]


def test_a_line_of_another_clock_is_a_pasted_one() -> None:
    pasted = "25/01/2023, 19:02 - Bo: the other phone"
    found = read(f"25/01/2023, 7:05 pm - Nora: look\n{pasted}\n25/01/2023, 7:06 pm - Maya: oh")
    assert [each.text for each in messages(found)] == [f"look\n{pasted}", "oh"]


def test_a_pasted_chat_stays_inside_its_message() -> None:
    text = (
        "13/04/23, 12:00 - Maya: look\n[13.04.23, 11:00:00] Karl: hi\n13/04/23, 12:01 - Nora: y\n"
    )
    assert [each.text for each in messages(read(text))] == [
        "look\n[13.04.23, 11:00:00] Karl: hi", "y",
    ]  # fmt: skip


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>\u200e\x85\u2028\u2029"),
    max_size=30,
).filter(lambda text: text.strip() and text.isprintable() and not text.strip().isdecimal())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["Maya", "Nora"]), words), min_size=1, max_size=8))
def test_turns_in_are_turns_out(said: list[tuple[str, str]]) -> None:
    text = "".join(f"25/12/22, 18:{n:02} - {who}: {what}\n" for n, (who, what) in enumerate(said))
    records = list(IMPORTER.extract(io.BytesIO(text.encode()), ANSWERED))
    found = [each for each in records if isinstance(each, Message | Skipped | Event)]
    assert len(found) == len(said)
    for record, (who, what) in zip(found, said, strict=True):
        # Words that are a notice of the program's own, "This message was deleted", are its notice.
        if isinstance(record, Message) and not (record.attachments or record.deleted):
            assert record.sender is not None
            assert record.sender.value == who
            assert "".join(record.text.split()) == "".join(what.split())


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    check_any_bytes("whatsapp", data, ANSWERED)
    check_any_bytes("whatsapp", b"13/04/23, 12:00 - Maya: " + data, ANSWERED)


changed = st.lists(
    st.tuples(
        st.integers(0, 5_000),
        st.integers(0, 60),
        st.sampled_from(
            [b"", b"\n", b"\r", b": ", b" - ", b"[", b"<", "\u200e".encode(), b"13/04/23, 12:00 - "]
        )
        | st.binary(max_size=8),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=120)
@given(st.sampled_from(CASES), changed)
def test_damage_is_survived(case: Path, changes: list[tuple[int, int, bytes]]) -> None:
    check_any_bytes("whatsapp", mutations(case.read_bytes(), changes), ANSWERED)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (lambda size: "x" * size, 5_000_000),
        (lambda size: " " * size, 2_000_000),
        (lambda size: "\u200e" * size, 1_000_000),
        (lambda size: "<" * size, 1_000_000),
        (lambda size: "\n" * size, 100_000),
        (lambda size: "a.b " * size, 400_000),
        (lambda size: "13/04/23, 12:00 " * size, 100_000),
        (lambda size: "1" * size, 2_000_000),
        (lambda size: "POLL:" + "\nOPTION:" * size, 100_000),
        (lambda size: ("\n" + "." * 690) * size, 1_000),
    ],
    ids=[
        "long",
        "spaces",
        "marks",
        "brackets",
        "lines",
        "dots",
        "dates",
        "digits",
        "poll",
        "tails",
    ],
)
def test_hostile_texts_end_soon(text: Callable[[int], str], size: int) -> None:
    begin = "13/04/23, 12:00 - Maya: "

    def read(size: int) -> None:
        words = text(size)
        data = f"{begin}{words}\n{begin}y\n{begin}\u200e{words}\n".encode()
        check_any_bytes("whatsapp", data, ANSWERED)

    check_growth(read, size)


def test_memory_stays_small_for_a_big_chat() -> None:
    count = 1_200
    data = "".join(
        f"{1 + n // 100:02}/12/2022, {n // 60 % 24:02}:{n % 60:02} - {'Maya' if n % 2 else 'Nora'}"
        f": words {n} {'and so on ' * 1_000}\n"
        for n in range(count)
    ).encode()
    found, peak = peak_while_reading(IMPORTER, io.BytesIO(data), ANSWERED)
    assert found == count
    assert peak < 8_000_000 < len(data)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=NO_SAMPLES)
def test_samples_of_other_projects_are_read() -> None:
    wanted = json.loads((SAMPLES / "whatsapp" / "chatminer_target.json").read_text("utf-8"))
    said = {(each["timestamp"], each["author"]) for each in wanted}
    for path in samples("whatsapp", "*.txt"):
        context = ReadingContext(name=path.name, me=("John Doe",))
        records = list(IMPORTER.extract(io.BytesIO(path.read_bytes()), context))
        assert not [record for record in records if isinstance(record, Problem)], path.name
        found = {
            (f"{each.sent_at:%Y-%m-%dT%H:%M:%S}", each.sender.value if each.sender else "")
            for each in messages(records)
        }
        # The other project leaves out one that holds nothing but a full stop.
        assert found - said == {("2019-01-20T11:23:00", "John Doe")}, path.name
        assert said < found, path.name
