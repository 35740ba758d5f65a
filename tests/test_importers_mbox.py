"""Reading mailboxes, and the mails in them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importers import UnreadableExport
from store.importers.mail.addresses import addresses_of
from store.importers.mail.headers import decoded_words, sent_at
from store.importers.mail.mbox import (
    CHUNK_BYTES,
    IMPORTER,
    LOOK_AHEAD_BYTES,
    envelope_date,
    split_mbox,
)
from store.importers.mail.message import MailReader, plain_subject
from store.importers.mail.text import own_words, tidy
from store.importers.reading.html import words_of
from store.importers.records import Conversation, Message, Problem, Record
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

CASES = golden.cases("mbox")
ENVELOPE = b"From somebody@example.com Sat Jan  1 10:00:00 2022\n"
HEADER = (
    b"From: Ann <ann@example.com>\nTo: bo@example.com\nSubject: words\n"
    b"Date: Sat, 01 Jan 2022 11:00:00 +0100\nMessage-ID: <one@example.com>\n"
)


def message_in(raw: bytes) -> Message:
    (found,) = (each for each in MailReader().records(raw, "here") if isinstance(each, Message))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


def test_answers_in_all_languages_lose_the_quotation() -> None:
    (case,) = (case for case in CASES if case.stem == "answers")
    found = [each for each in golden.found_in(case) if each["record"] == "Message"]
    assert len(found) >= 20
    assert [each["text"] for each in found] == [f"My own words {n}." for n in range(len(found))]


def test_a_file_without_mail_says_what_to_do() -> None:
    with pytest.raises(UnreadableExport, match=r"made-up holds no mail"):
        records_in("mbox", b"Dear Bo,\n\nFrom here on it is a letter.\n")


@pytest.mark.parametrize("shift", range(-8, 8))
def test_messages_that_begin_where_a_chunk_is_cut(shift: int) -> None:
    first = ENVELOPE + HEADER + b"\n"
    for end in (CHUNK_BYTES - LOOK_AHEAD_BYTES, CHUNK_BYTES):
        body = (b"words\n" * CHUNK_BYTES)[: end + shift - len(first) - 2] + b"\n\n"
        mailbox = first + body + first.replace(b"one@", b"two@") + b"next\n"
        found = [each for each in records_in("mbox", mailbox) if isinstance(each, Message)]
        assert [each.key for each in found] == ["one@example.com", "two@example.com"]
        assert found[1].text == "next"


def test_text_before_the_first_message_is_reported() -> None:
    records = records_in("mbox", b"stray words\n\n" + ENVELOPE + HEADER + b"\nhello\n")
    assert Problem("text before the first message was left out", "byte 0") in records
    assert sum(isinstance(record, Message) for record in records) == 1


def test_a_mail_larger_than_the_limit_keeps_its_beginning() -> None:
    large = ENVELOPE + HEADER + b"\nhello\n" + b"x" * 70 + b"\n" * (26 * 1024 * 1024)
    records = records_in("mbox", large + b"\n" + ENVELOPE + HEADER + b"\nnext\n")
    problems = [record for record in records if isinstance(record, Problem)]
    texts = [record.text[:5] for record in records if isinstance(record, Message)]
    assert ["larger than 25 MB" in problem.reason for problem in problems] == [True]
    assert texts == ["hello", "next"]


@pytest.mark.parametrize(
    ("written", "expected", "minutes"),
    [
        ("Sat, 01 Jan 2022 11:00:00 +0100", datetime(2022, 1, 1, 10, tzinfo=UTC), 60),
        ("Sat, 01 Jan 2022 10:00:00 -0000", datetime(2022, 1, 1, 10, tzinfo=UTC), None),
        ("Sat, 01 Jan 2022 10:00:00 +0000", datetime(2022, 1, 1, 10, tzinfo=UTC), 0),
        ("1 Jan 22 10:00", datetime(2022, 1, 1, 10, tzinfo=UTC), None),
        ("1 Jan 2022 05:00 EST", datetime(2022, 1, 1, 10, tzinfo=UTC), -300),
        ("1 Jan 2022 10:00:60 GMT", datetime(2022, 1, 1, 10, 0, 59, tzinfo=UTC), 0),
    ],
)
def test_dates(written: str, expected: datetime, minutes: int | None) -> None:
    assert sent_at(written) == (expected, minutes)


@pytest.mark.parametrize("written", ["", "soon", "31 Feb 2022 10:00", "1 Jan 1890 10:00 +0000"])
def test_no_dates(written: str) -> None:
    assert sent_at(written) is None


@pytest.mark.parametrize(
    "line",
    [
        b"From 1720@xxx Sat Jan 01 10:00:00 +0000 2022\r\n",
        b"From - Sat Jan 01 10:00:00 2022\n",
        b"From bo@example.com  Sat Jan  1 10:00:00 2022",
        b"From bo@example.com Sat, 01 Jan 2022 10:00:00 +0000\n",
    ],
)
def test_lines_that_begin_a_message(line: bytes) -> None:
    assert envelope_date(line) == datetime(2022, 1, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("line", [b"From here on\n", b"From Sat to Sun we ski\n", b"Fromage\n"])
def test_lines_of_a_body(line: bytes) -> None:
    assert envelope_date(line) is None


def test_threads_by_references_and_by_the_mail_that_is_answered() -> None:
    def mail(number: int, fields: str) -> bytes:
        return f"From: a@x.example\nMessage-ID: <{number}@x>\n{fields}\n\nwords\n".encode()

    reader = MailReader()
    mails = [
        mail(1, "Subject: a"),
        mail(2, "In-Reply-To: <1@x>"),
        mail(3, "References: <2@x>"),
        mail(4, "References: <lost@x> <3@x>"),
        mail(5, "Subject: Re: a"),
    ]
    records: list[Record] = [each for raw in mails for each in reader.records(raw, "here")]
    keys = [each.conversation_key for each in records if isinstance(each, Message)]
    assert keys == ["1@x", "1@x", "1@x", "1@x", "5@x"]
    assert sum(isinstance(each, Conversation) for each in records) == 2


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: Fwd: AW: WG: SV: plan", "plan"),
        ("RE[2]: plan", "plan"),
        ("回复：转发：计划", "计划"),
        ("Refund: plan", "Refund: plan"),
        ("Re:", ""),
    ],
)
def test_subjects_without_prefixes(subject: str, expected: str) -> None:
    assert plain_subject(subject) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("=?utf-8?Q?Smith=2C_John?=", "Smith, John"),
        ("=?utf-8?B?w6Q=?= =?utf-8?B?w7Y=?=", "äö"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", "ä"),
        ("a =?iso-8859-1?Q?=E4?= b", "a ä b"),
        ("=?x-unheard-of?Q?=E4?=", "ä"),
        ("=?utf-8?B?!!!?= rest", "=?utf-8?B?!!!?= rest"),
        ("=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
    ],
)
def test_encoded_words(words: str, expected: str) -> None:
    assert decoded_words(words) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Doe, Jane" <jane@example.com>', [("jane@example.com", "Doe, Jane")]),
        ("jane@example.com (Jane Doe)", [("jane@example.com", "Jane Doe")]),
        ("undisclosed-recipients:;", []),
        ("team: a@x.example, <b@x.example>;", [("a@x.example", ""), ("b@x.example", "")]),
        ("a@x.example, A@x.example", [("a@x.example", "")]),
        ("=?utf-8?Q?Smith=2C_John?= <j@x.example>", [("j@x.example", "Smith, John")]),
        ("Bob <bob@x.example", [("bob@x.example", "Bob")]),
        ("'Bob' <bob@x.example>, no address", [("bob@x.example", "Bob")]),
        ("jane@x.example <jane@x.example>", [("jane@x.example", "")]),
        ("=?utf-8?Q?bob=40x.example?=", [("bob@x.example", "")]),
    ],
)
def test_address_lists(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.value, each.name) for each in addresses_of(text)] == expected


def test_recipients_are_limited() -> None:
    raw = HEADER + b"Cc: " + b", ".join(b"p%d@x.example" % n for n in range(900)) + b"\n\nhello\n"
    assert len(message_in(raw).recipients) == 500


lines = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=30)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(lines | st.just("From here on"), max_size=4), min_size=1, max_size=4))
def test_turns_in_are_turns_out(bodies: list[list[str]]) -> None:
    mailbox = b""
    for number, body in enumerate(bodies):
        header = f"From: a@x.example\nMessage-ID: <{number}@x>\nContent-Type: text/plain"
        text = "\n".join(f">{line}" if line.startswith("From ") else line for line in body)
        mailbox += ENVELOPE + f"{header}; charset=utf-8\n\n{text}\n\n".encode()
    found = [each for each in records_in("mbox", mailbox) if isinstance(each, Message)]
    assert len(found) == len(bodies)
    for message, body in zip(found, bodies, strict=True):
        assert (message.original or message.text).strip() == tidy("\n".join(body)).strip()


@settings(max_examples=150)
@given(st.binary(max_size=1_000))
def test_any_bytes_are_survived(data: bytes) -> None:
    check_any_bytes("mbox", data)
    check_any_bytes("mbox", ENVELOPE + HEADER + data)


changed = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 60),
        st.sampled_from(
            [
                b"",
                b"\n",
                b"\n\n",
                b"--",
                b"=?utf-8?B?",
                b"<",
                b">",
                b'"',
                b";",
                b"charset=",
                b"\xff",
            ]
        )
        | st.binary(max_size=8),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=200)
@given(st.sampled_from(CASES), changed)
def test_damage_is_survived(case: Path, changes: list[tuple[int, int, bytes]]) -> None:
    check_any_bytes("mbox", mutations(case.read_bytes(), changes))


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            ["> old", "", "On Mon, 3 Jan 2022 Ann <a@x.example> wrote:", "words", "--", "From: a",
             "To: b", "Sent: c", "-----Original Message-----", "Sent from my iPhone", "12:30:"]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_own_words_invent_nothing(written: list[str]) -> None:
    text = "\n".join(written)
    own = own_words(text)
    remaining = iter(text.split("\n"))
    assert own == "" or all(line in remaining for line in own.split("\n"))


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            ["<div>", "</div>", "<p>", "<br>", "<td>", "<blockquote type=cite>", "</blockquote>",
             "<div class=gmail_quote>", "<b style='display:none'>", "</b>", "<!--", "-->", "<pre>",
             "words", "&amp;", "<script>", "</script>", "<select>", "<option>", "\x01", "<"]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_any_html_is_survived(pieces: list[str]) -> None:
    own, whole = words_of("".join(pieces))
    assert not {"\x01", "\x02", "\x03"} & set(own + whole)


def test_memory_stays_small_for_a_big_mailbox(tmp_path: Path) -> None:
    path = tmp_path / "all.mbox"
    with path.open("wb") as mailbox:
        for number in range(300):
            header = HEADER.replace(b"<one@", b"<%d@" % number)
            mailbox.write(ENVELOPE + header + b"\n" + b"words of a mail\n" * 1_000 + b"\n")
    with path.open("rb") as stream:
        found, peak = peak_while_reading(IMPORTER, stream)
    assert found == 300
    assert peak < 8_000_000


HTML = HEADER + b"Content-Type: text/html\n\n"
Bomb = tuple[Callable[[int], bytes], int]


def nested(size: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(size)
    )


def several(before: bytes, part: bytes, after: bytes = b"") -> Callable[[int], bytes]:
    return lambda size: before + part * size + after


def numbered(before: bytes, part: bytes, after: bytes = b"") -> Callable[[int], bytes]:
    return lambda size: before + b"".join(part % n for n in range(size)) + after


BOMBS: dict[str, Bomb] = {
    "encoded words": (several(HEADER + b"Subject: ", b"=?utf-8?q?=C3=A4?= "), 20_000),
    "encoded names": (several(b"From: ", b"=?utf-8?q?=C3=A4?= ", b"<a@b.example>"), 9_000),
    "references": (numbered(HEADER + b"References: ", b"<%d@x> "), 100_000),
    "recipients": (numbered(HEADER + b"Cc: ", b"a%d@b.c, "), 100_000),
    "backslashes": (several(HEADER + b"Cc: ", b"\\"), 100_000),
    "brackets": (several(HEADER + b"Cc: ", b"(<"), 100_000),
    "fields": (numbered(b"", b"X-%d: a\n", HEADER), 50_000),
    "long field": (several(b"X: ", b"a", b"\n" + HEADER), 3_000_000),
    "parameters": (several(HEADER + b"Content-Type: text/plain", b';"'), 4_000),
    "comments": (several(HTML, b"<!--"), 100_000),
    "nested elements": (several(HTML, b"<div>"), 200_000),
    "options": (several(HTML + b"<select>", b"<option>x"), 100_000),
    "spaces": (several(HTML, b"<b> </b>"), 100_000),
    "brackets in html": (several(HTML, b"<"), 1_000_000),
    "nested parts": (lambda size: HEADER + nested(size), 3_000),
    "parts": (
        several(HEADER + b"Content-Type: multipart/mixed; boundary=b\n\n", b"--b\n\nx\n"),
        100_000,
    ),
    "introductions": (
        several(HEADER + b"\n", b"On Mon, Jan 3, 2022 at 10:00 a <a@b.c> wrote:\n> x\n"),
        900,
    ),
    "wrote": (
        lambda size: HEADER + b"\nOn " + b"On a, " * size + b"wrote" * (size // 4) + b":",
        8_000,
    ),
    "skrev": (several(HEADER + b"\nDen", b" skrev", b":"), 7_000),
    "colons": (several(HEADER + b"\n", b"a:\n"), 100_000),
    "headers in the text": (several(HEADER + b"\n", b"From: x\n"), 100_000),
    "answers between": (several(HEADER + b"\n", b"> x\nhi\n"), 60_000),
    "signatures": (several(HEADER + b"\n", b"--\n"), 100_000),
    "punycode": (
        several(HEADER + b"Content-Type: text/plain; charset=punycode\n\n", b"abc-"),
        200_000,
    ),
    "labels": (several(HEADER + b"X-Gmail-Labels: ", b'"'), 50_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_mails_made_to_hurt_end_soon(name: str) -> None:
    bomb, size = BOMBS[name]

    def read(size: int) -> list[Record]:
        return check_any_bytes("mbox", ENVELOPE + bomb(size) + b"\n\nend\n")

    records = check_growth(read, size)
    assert sum(isinstance(record, Message) for record in records) == 1


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=NO_SAMPLES)
def test_samples_of_other_projects_are_read() -> None:
    for path in samples("email", "*.eml"):
        records = list(MailReader().records(path.read_bytes(), path.name))
        assert sum(isinstance(record, Message) for record in records) == 1, path.name
        assert not [record for record in records if isinstance(record, Problem)], path.name
    for path in samples("synthetic", "*.mbox"):
        with path.open("rb") as stream:
            written = sum(1 for _ in split_mbox(stream))
        found = check_any_bytes("mbox", path.read_bytes())
        assert sum(isinstance(record, Message) for record in found) == written == 2
