"""Somebody hidden comes back: from a new account, or in what others pass on of their words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from store.memory import open_writer
from store.sharing.access import set_access
from tests.attacks.world import BO, NORA, World, everything_told, home_of, honest, take_in

KNOWN_LIMITS: Final = (
    "What others tell of a hidden person in words of their own stays theirs.",
    "Words that somebody copies without a mark, and without saying whose they are, are not known.",
    "A new account under a name that is not like theirs is somebody else.",
)
HILDE: Final = "Hilde Strand <hilde@strand.example>"
NEW: Final = "Hilde Strand <{mark}@new.example>"
BEFORE: Final = "The boathouse keys lie under the old stone"


class Attempt(NamedTuple):
    """What brings words of Hilde's with a mark into the memory after she was hidden."""

    name: str
    attack: Callable[[World, str], Any]


def _mail_from(sender: str, *, answered: bool = False) -> Callable[[World, str], None]:
    def attack(world: World, mark: str) -> None:
        who = sender.format(mark=mark)
        asked = world.mail(who, NORA, f"{mark}subject", f"The harbour {mark}text")
        if answered:
            world.mail(NORA, who, "Re: x", f"Harbour, {mark}own", answers=asked)

    return attack


def _telegram_from(name: str, kind: str = "personal_chat") -> Callable[[World, str], None]:
    def attack(world: World, mark: str) -> None:
        number = f"77{mark[2:]}"
        title = name if kind == "personal_chat" else "Rowing"
        world.chat(
            title, kind, (number, name, f"harbour {mark}text"), ("1", "Nora Lind", "See you")
        )

    return attack


def _whatsapp_from(label: str) -> Callable[[World, str], None]:
    def attack(world: World, mark: str) -> None:
        world.whatsapp[f"{label} {mark[2:]}"] = (
            f"20/10/2026, 10:00 - {label}: The harbour {mark}text\n"
            f"20/10/2026, 10:01 - Nora Lind: Thank you, {mark}own\n"
        )

    return attack


def _mail_of_bo(text: str) -> Callable[[World, str], None]:
    def attack(world: World, mark: str) -> None:
        world.mail(BO, NORA, f"Boat{mark[2:]}", text.replace("MARK", mark))

    return attack


def _mail_of_owner(text: str) -> Callable[[World, str], None]:
    def attack(world: World, mark: str) -> None:
        world.mail(NORA, BO, f"Boat{mark[2:]}", text.replace("MARK", mark))

    return attack


def _chat_of_bo(text: str, **extra: Any) -> Callable[[World, str], None]:
    def attack(world: World, mark: str) -> None:
        world.chat(
            "Bo Lund", "personal_chat", ("3", "Bo Lund", text.replace("MARK", mark)),
            ("1", "Nora Lind", "Oh"), extra={1: extra} if extra else {},
        )  # fmt: skip

    return attack


def _card(number: int, name: str) -> Callable[[World, str], None]:
    """A card with nothing of hers but the name, in the address book that has hers already."""

    def attack(world: World, mark: str) -> None:
        address = f"x{number}@cards.example"
        world.others[f"cards{number}.vcf"] = (
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{number}\r\nFN:{name}\r\n"
            f"EMAIL:{address}\r\nEND:VCARD\r\n"
        )
        asked = world.mail(f"{name} <{address}>", NORA, "x", f"The harbour {mark}text")
        world.mail(NORA, address, "Re: x", f"Harbour, {mark}own", answers=asked)

    return attack


def _unnamed_quote(text: str) -> Callable[[World, str], None]:
    """Bo repeats what she wrote in the same group, without her name."""

    def attack(world: World, mark: str) -> None:
        said = f"The boathouse {mark}text will be sold in spring"
        world.chat(
            "Rowing", "private_group", ("9", "Hilde Strand", said),
            ("3", "Bo Lund", text.format(said=said)), ("1", "Nora Lind", "Oh"),
        )  # fmt: skip

    return attack


def _elsewhere(world: World, mark: str) -> None:
    said = f"The boathouse {mark}text will be sold in spring"
    world.chat("Rowing", "private_group", ("9", "Hilde Strand", said), ("1", "Nora Lind", "Oh"))
    world.chat("Bo Lund", "personal_chat", ("3", "Bo Lund", f"> {said}\nA pity"), ("1", "N", "Oh"))


def _mail_thread(world: World, mark: str) -> None:
    said = f"The boathouse {mark}text will be sold in spring, and the boat with it, as I said."
    asked = world.mail(HILDE, NORA, "Boathouse", said, cc=BO)
    wrapped = said.replace("sold in", "sold\n> in")
    world.mail(
        BO, NORA, "Re: Boathouse", f"First\n> {wrapped}\nA pity\n> x\nLast", answers=asked, cc=HILDE
    )


_ON: Final = "On Tue, 3 Nov 2026 at 10:00, {who} wrote:\n> harbour MARKtext\nTrue!\n> MARKmore\nBo"
_HEADER: Final = (
    "From: {who}\nSent: Tuesday, 3 November 2026 10:00\nTo: Bo Lund\nSubject: x\n\nHarbour MARKtext"
)
ATTEMPTS: Final = (
    Attempt("a mail from a new address", _mail_from(NEW)),
    Attempt("a new address that the owner answers", _mail_from(NEW, answered=True)),
    Attempt("family name first", _mail_from('"Strand, Hilde" <{mark}@new.example>')),
    Attempt("in capitals", _mail_from("HILDE STRAND <{mark}@new.example>", answered=True)),
    Attempt(
        "with a middle name", _mail_from("Hilde Marie Strand <{mark}@x.example>", answered=True)
    ),
    Attempt("with an initial", _mail_from("H. Strand <{mark}h@x.example>", answered=True)),
    Attempt("with a title", _mail_from("Dr. Hilde Strand <{mark}d@x.example>", answered=True)),
    Attempt("in Cyrillic letters", _mail_from("Хилде Странд <{mark}c@x.example>", answered=True)),
    Attempt(
        "in wide letters", _mail_from("Ｈｉｌｄｅ Ｓｔｒａｎｄ <{mark}w@x.example>", answered=True)
    ),
    Attempt("her nickname", _mail_from("Otter <{mark}o@x.example>", answered=True)),
    Attempt("her first name", _mail_from("Hilde <{mark}f@x.example>", answered=True)),
    Attempt("no name, a speaking address", _mail_from("hilde.strand@new1.example", answered=True)),
    Attempt("no name, written together", _mail_from("strandhilde@new2.example", answered=True)),
    Attempt("no name, with digits", _mail_from("hilde_strand85@new3.example", answered=True)),
    Attempt("her address with a tag", _mail_from("X <hilde+{mark}@strand.example>", answered=True)),
    Attempt("a new Telegram account", _telegram_from("Hilde Strand")),
    Attempt("a new Telegram account, first name", _telegram_from("Hilde")),
    Attempt("a new Telegram account with a flower", _telegram_from("Hilde Strand 🌻")),
    Attempt("a new account in a group", _telegram_from("Hilde Strand", "private_group")),
    Attempt("a chat in WhatsApp", _whatsapp_from("Hilde Strand")),
    Attempt("a chat in WhatsApp by number", _whatsapp_from("+47 40 00 00 09")),
    Attempt("a chat in WhatsApp by push name", _whatsapp_from("~ Hilde Strand")),
    Attempt("a second card", _card(1, "Hilde Strand")),
    Attempt("a second card, family name first", _card(2, "Strand Hilde")),
    Attempt("a second card in capitals", _card(3, "HILDE STRAND")),
    *(
        Attempt(f"copied: {text[:40]!r}", _chat_of_bo(text))
        for text in (
            "03/11/2026, 10:00 - Hilde Strand: harbour MARKtext",
            "Hilde Strand (10:00): harbour MARKtext",
            "10:00 Hilde Strand: harbour MARKtext",
            "Hilde Strand\n10:00\nharbour MARKtext",
            "Hilde Strand  10:00 AM\nharbour MARKtext\nMARKmore",
            "**Hilde Strand** — 03/11/2026 10:00\nharbour MARKtext",
            "**Hilde Strand** — Today at 10:00\nharbour MARKtext",
            "<Hilde Strand> harbour MARKtext",
            "Hilde> harbour MARKtext",
            "hilde@strand.example: harbour MARKtext",
            "Message from Hilde Strand: harbour MARKtext",
            "Forwarded message from Hilde Strand:\nharbour MARKtext",
            "Mensaje reenviado de Hilde Strand:\nMARKtext",
            "Nachricht von Hilde: MARKtext",
            "FW from Hilde: harbour MARKtext",
            "From: Hilde Strand\nharbour MARKtext",
            "Hilde Strand sent:\nharbour MARKtext",
            "Hilde texted me: harbour MARKtext",
            'Hilde said, "harbour MARKtext"',
            "Hilde sagte: „Hafen MARKtext“",
            "Hilde Strand escribió ayer: «puerto MARKtext»",
            "“harbour MARKtext”, wrote Hilde Strand",
            "„Hafen MARKtext“, schrieb Hilde gestern",
            "W dniu 3.11.2026 o 10:00 Hilde Strand pisze:\n> MARKtext",
            "вт, 3 нояб. 2026 г. в 10:00, Hilde Strand <hilde@strand.example>:\n> MARKtext",
            "2026年11月3日(火) 10:00 Hilde Strand <hilde@strand.example>:\n> MARKtext",
            "Quoting Hilde Strand <hilde@strand.example>:\n> MARKtext",
            "---- On Tue, 03 Nov 2026 10:00:00 Hilde Strand <hilde@strand.example> wrote ----\n"
            "MARKtext",
        )
    ),
    Attempt("answers between the lines", _mail_of_bo(_ON.format(who=HILDE))),
    Attempt("quoted by first name", _mail_of_bo(_ON.format(who="Hilde"))),
    Attempt("quoted by address", _mail_of_bo(_ON.format(who="hilde@strand.example"))),
    Attempt(
        "quoted in German",
        _mail_of_bo(
            "Am 03.11.2026 um 10:00 schrieb Hilde Strand:\n> MARKtext\nStimmt\n> MARKmore\nBo"
        ),
    ),
    Attempt(
        "quoted in Spanish",
        _mail_of_bo(
            "El mar, 3 nov 2026 a las 10:00, Hilde Strand escribió:\n> MARKtext\nSí\n> MARKmore\nBo"
        ),
    ),
    Attempt(
        "quoted in Portuguese",
        _mail_of_bo(
            "Em ter., 3 de nov. de 2026 às 10:00, Hilde Strand escreveu:\n> MARKtext\nSim\n> x\nBo"
        ),
    ),
    Attempt(
        "quoted in Swedish",
        _mail_of_bo(
            "Den tis 3 nov. 2026 kl 10:00 skrev Hilde Strand:\n> MARKtext\nJa\n> MARKmore\nBo"
        ),
    ),
    Attempt(
        "quoted within a quotation",
        _mail_of_bo(
            "> Alex thinks so\n> On 3 Nov 2026, Hilde Strand wrote:\n>>"
            " MARKtext\n> No\nYes\n> x\nBo"
        ),
    ),
    Attempt(
        "an introduction of two lines",
        _mail_of_bo(
            "On Tue, 3 Nov 2026 at 10:00, Hilde"
            " Strand\n<hilde@strand.example> wrote:\n> MARKtext\nA\n> b\nB"
        ),
    ),
    Attempt("forwarded by Outlook", _mail_of_bo(_HEADER.format(who="Hilde Strand"))),
    Attempt(
        "forwarded, with a word before",
        _mail_of_bo("See below\n\n-----Original Message-----\n" + _HEADER.format(who=HILDE)),
    ),
    Attempt(
        "forwarded by Gmail",
        _mail_of_bo(
            "---------- Forwarded message ---------\nFrom: Hilde Strand <hilde@strand.example>\n"
            "Date: Tue, 3 Nov 2026 at 10:00\nSubject: x\nTo: Bo Lund\n\n\nHarbour MARKtext"
        ),
    ),
    Attempt(
        "forwarded by Apple",
        _mail_of_bo(
            "Begin forwarded message:\n\n> From: Hilde Strand"
            " <hilde@strand.example>\n> Subject: x\n"
            "> Date: 3 November 2026\n> To: Bo\n> \n> Harbour MARKtext"
        ),
    ),
    Attempt(
        "forwarded in German",
        _mail_of_bo(
            "-----Ursprüngliche Nachricht-----\nVon: Hilde"
            " Strand\nGesendet: Dienstag\nAn: Bo Lund\n"
            "Betreff: x\n\nHafen MARKtext"
        ),
    ),
    Attempt(
        "forwarded from a new address",
        _mail_of_bo(_HEADER.format(who="Hilde Strand <other@x.example>")),
    ),
    Attempt("the owner quotes her to somebody", _mail_of_owner(_ON.format(who=HILDE))),
    Attempt("the owner forwards her", _mail_of_owner(_HEADER.format(who=HILDE))),
    Attempt(
        "forwarded in Telegram", _chat_of_bo("harbour MARKtext", forwarded_from="Hilde Strand")
    ),
    Attempt("forwarded in Telegram, first name", _chat_of_bo("MARKtext", forwarded_from="Hilde")),
    Attempt(
        "forwarded with paragraphs",
        _chat_of_bo("harbour MARKtext\n\nand MARKmore", forwarded_from="Hilde Strand"),
    ),
    Attempt(
        "forwarded, in words", _chat_of_bo("Look\nForwarded from Hilde Strand: harbour MARKtext")
    ),
    Attempt(
        "forwarded, in German", _chat_of_bo("Weitergeleitet von Hilde Strand:\nHafen MARKtext")
    ),
    Attempt(
        "copied from WhatsApp",
        _chat_of_bo(
            "[10:00, 03/11/2026] Hilde Strand: harbour"
            " MARKtext\nMARKmore\n[10:01, 03/11/2026] Bo Lund: ok"
        ),
    ),
    Attempt(
        "copied from Telegram", _chat_of_bo("Hilde Strand, [03.11.26 10:00]\nharbour MARKtext")
    ),
    Attempt("a transcript", _chat_of_bo("Hilde Strand: harbour MARKtext")),
    Attempt("a transcript of first names", _chat_of_bo("Hilde: “harbour MARKtext”")),
    Attempt("wrote, in one line", _chat_of_bo('Hilde wrote: "harbour MARKtext"')),
    Attempt("a quotation in a chat", _chat_of_bo("Hilde wrote:\n> harbour MARKtext\nWhat now?")),
    Attempt("a quotation without a name", _unnamed_quote("> {said}\nWhat a pity")),
    Attempt("in quotation marks", _unnamed_quote("She says “{said}”, what a pity")),
    Attempt("in German quotation marks", _unnamed_quote("Sie sagt „{said}“, wie schade")),
    Attempt("a reaction as text", _unnamed_quote("Loved “{said}”")),
    Attempt("a cut reaction as text", _unnamed_quote("Laughed at “{said}…”")),
    Attempt("a quotation of a mail, wrapped anew", _mail_thread),
    Attempt("a quotation in another chat", _elsewhere),
    Attempt(
        "a card as text",
        _chat_of_bo("BEGIN:VCARD\nVERSION:3.0\nFN:Hilde Strand\nNOTE:MARKtext\nEND:VCARD"),
    ),
)


def _mark(number: int) -> str:
    return f"zq{number:03}"


def _before() -> World:
    """The life before she is hidden."""
    world = honest()
    world.cards.append(("Hilde Strand", "hilde@strand.example", "+47 40 00 00 09"))
    world.cards.append(("Hilda Berg", "hilda@berg.example", "+47 40 00 00 10"))
    asked = world.mail(HILDE, NORA, "Boathouse", BEFORE)
    world.mail(NORA, HILDE, "Re: Boathouse", "I know", answers=asked)
    world.chat(
        "Hilde Strand", "personal_chat", ("9", "Hilde Strand", BEFORE), ("1", "Nora Lind", "Good")
    )
    return world


def _after() -> World:
    """What comes after: the attacks, and what has to stay."""
    world = _before()
    for number, attempt in enumerate(ATTEMPTS):
        attempt.attack(world, _mark(number))
    world.mail(BO, HILDE, "Copy", "Bo writes vvstay01 with her in copy", cc=NORA)
    world.mail(BO, NORA, "Copy", "Bo writes vvstay02 to both", cc=HILDE)
    world.mail("Hilda Berg <hilda@berg.example>", NORA, "x", "Hilda writes vvstay03")
    world.mail(NORA, "Hilda Berg <hilda@berg.example>", "x", "The owner writes vvstay04")
    world.mail(BO, NORA, "x", "I met Hilde Strand, vvstay05: she was well")
    world.mail(
        BO, NORA, "x",
        "On 3 Nov 2026, Hilda Berg <hilda@berg.example> wrote:\n> vvstay06 text\nTrue\n> x\nYes",
    )  # fmt: skip
    world.mail(
        BO, NORA, "x",
        "vvstay07 before\nOn 3 Nov 2026, Hilde Strand wrote:\n> gone\nvvstay08 between\n> gone\nBo",
    )  # fmt: skip
    world.chat(
        "Bo Lund", "personal_chat", ("3", "Bo Lund", "Hilde: can you bring vvstay09?"),
        ("3", "Bo Lund", "> vvstay10"),
        ("1", "Nora Lind", "She said “vvstay11 is for all of us”"),
    )  # fmt: skip
    world.chat(
        "Bo Lund", "personal_chat",
        ("3", "Bo Lund", "vvstay12 from Alex"), ("1", "Nora Lind", "Fine"),
        extra={1: {"forwarded_from": "Alex Moreira"}},
    )  # fmt: skip
    for number, text in enumerate(
        (
            "I told Hilde: vvstay15 come at ten",
            "Shall I ask Hilde, “vvstay16 the red one” or the blue?",
            "Meeting 10:00 Hilde Strand: vvstay17",
            "I gave Hilde the book “vvstay18 of old boats”",
            "A message from Hilde came, vvstay19",
            "Hilde said vvstay20 and left",
            "Bo Lund  10:00 AM\nvvstay21",
            "Bo Lund: vvstay22\nHilde at 10:00",
            "I texted Hilde: vvstay23 is done",
        )
    ):
        world.chat(
            f"Bo {number}", "personal_chat", ("3", "Bo Lund", text), ("1", "Nora Lind", "Fine")
        )
    # Whoever calls themselves like somebody else hides nobody.
    world.mail(
        "Hilde Strand <bo@lund.example>", NORA, "x", "zz",
        above="Authentication-Results: mx.example; dmarc=fail\n",
    )  # fmt: skip
    world.mail("Bo Lund <hilde.strand@evil.example>", NORA, "x", "zz")
    world.mail(BO, NORA, "x", "Bo writes vvstay13 as before")
    world.mail(
        "Alex Moreira <alex@moreira.example>", NORA, "x",
        "On 3 Nov 2026, Bo Lund wrote:\n> vvstay14\nTrue\n> x\nYes",
    )  # fmt: skip
    return world


@pytest.fixture(scope="module", params=["none", "summary"])
def told(
    request: pytest.FixtureRequest, new_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Everything that the server says once she is hidden, and the rest has come in."""
    folder = tmp_path_factory.mktemp("hidden")
    home, env = home_of(new_home, folder)
    take_in(_before().write(folder / "before"), env)
    with open_writer(home / "memory.db") as writer:
        ref = writer.value("SELECT ref FROM contact WHERE display_name = 'Hilde Strand'")
        set_access(writer, ref, request.param)
    world = _after()
    take_in(world.write(folder / "after"), env)
    with open_writer(home / "memory.db") as writer:
        refs = [
            row[0]
            for table in ("message", "conversation", "contact", "interaction")
            for row in writer.all(f"SELECT ref FROM {table}")
        ]
    words = ["harbour", "boathouse", "stone", "spring", "writes", "true"]
    return everything_told(env, folder, words, refs, ["Bo Lund", "Hilda Berg", "Hilde Strand"])


@pytest.mark.parametrize("number", range(len(ATTEMPTS)), ids=[each.name for each in ATTEMPTS])
def test_their_words_do_not_come_out(told: str, number: int) -> None:
    at = told.find(_mark(number))
    assert at < 0, told[max(0, at - 300) : at + 100]


@pytest.mark.parametrize("number", range(1, 24))
def test_and_nothing_else_is_withheld(told: str, number: int) -> None:
    assert f"vvstay{number:02}" in told


def test_what_they_wrote_before_does_not_come_out(told: str) -> None:
    assert BEFORE not in told
