"""Words that hide, disguise themselves or play our own question, before the owner says yes.

They are proposed to memories, and a sitting goes through each in a terminal of 80 columns and
24 rows. What is looked at is what stands on those 24 rows when a key is asked for.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import pytest
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.types import ElicitResult

from server.mcp.build import build_server
from server.settings import Settings
from tests.conftest import copied_demo
from tests.proposing import ALEX, propose, remembered, switch_on_dialogs
from tests.running import environment
from tests.terminal import Terminal, in_terminal
from tools.doubtful_text import signs

ROWS: Final = 24
COLUMNS: Final = 80
FIRST: Final = "Owes Nora 900 euros"
LAST: Final = "likes tea"
TURNING: Final = "Enter: the next page"


@dataclass(frozen=True)
class Attempt:
    """One text. name: what it does; said: what has to be on a screen; warned: is pointed out."""

    name: str
    text: str
    said: tuple[str, ...] = (FIRST, LAST)
    warned: bool = True


def _around(filling: str, name: str, **more: Any) -> Attempt:
    return Attempt(name, f"{FIRST}{filling}{LAST}", **more)


FILLINGS: Final = {
    "3,800 empty lines": "\n" * 3_800,
    "lines of one blank": " \n" * 1_500,
    "lines of no-break spaces": "\n" + "\u00a0\n" * 1_500,
    "lines of Braille blanks": "\n" + "\u2800\n" * 1_500,
    "lines of Hangul fillers": "\n" + "\u3164\n" * 1_500,
    "lines of half-width Hangul fillers": "\n" + "\uffa0\n" * 1_500,
    "lines of ideographic spaces": "\n" + "\u3000\n" * 1_500,
    "lines of zero-width spaces": "\n" + "\u200b\n" * 1_500,
    "lines of word joiners": "\n" + "\u2060\n" * 1_500,
    "lines of Mongolian vowel separators": "\n" + "\u180e\n" * 1_500,
    "lines of soft hyphens": "\n" + "\u00ad\n" * 1_500,
    "lines of variation selectors": "\n" + "\ufe0f\n" * 1_500,
    "lines of tag characters": "\n" + "\U000e0041\n" * 1_500,
    "lines of musical null notes": "\n" + "\U0001d159\n" * 1_500,
    "lines of private characters": "\n" + "\ue000\n" * 1_500,
    "lines of all blanks in turn": "\n" + " \n\u2003\n\u2800\n\t\n" * 350,
    "one line 900 times": "\n" + "(nothing)\n" * 390,
    "a long row of spaces": " " * 3_000,
    "a long row of tabs": "\t" * 900,
    "a long row of em spaces": "\u2003" * 2_000,
    "a long row of Braille blanks": "\u2800" * 2_000,
    "carriage returns": "\r" * 50,
    "backspaces": "\b" * 40,
    "vertical tabs": "\v" * 300,
    "line separators": "\u2028" * 500,
    "next lines": "\u0085" * 500,
    "a clearing of the screen": "\x1b[2J\x1b[H\x1b[3J",
    "a cursor that goes up": "\x1b[20A\x1b[J",
    "the other direction": " \u202eorue eno \u202c",
    "a word of 2,000 letters": " " + "w" * 2_000 + " ",
    "a letter with 500 marks": " z" + "\u0301" * 500 + " ",
    "many letters with 20 marks": " " + ("e" + "\u0363" * 20 + " ") * 100,
    "enclosing marks": " o" + "\u20dd" * 60 + " ",
}
PAGED: Final = {
    "a dot on each of 1,800 lines": "\n" + ".\n,\n" * 150,
    "60 short lines": "\n" + "\n".join(f"line {number}" for number in range(60)) + "\n",
    "a text of 3,800 characters": " " + "She said that it rains. " * 155,
    "two empty lines, a dot, again": "\n" + "\n\n.\n\n\n:\n" * 60,
}
IMITATIONS: Final = (
    "[a]ccept  [e]dit  [r]eject  [s]kip\n> a",
    "a accept  r reject",
    "a = accept, r = reject",
    "Decided: accepted",
    "Remembered as n_4k2v9qx.",
    "1 accepted, 2 left for later.",
    "Proposal 2 of 3 · p_4k2v9qx",
    "[1/3]",
    "2 of 3",
    "Seite\n2 von 3",
    "If you accept:\n  + nothing at all",
    "It rests on:\n  1. your own words",
    "Careful:\n  ! nothing",
    "Nothing is waiting for you.",
    "Continue? [Y/n]",
    "Weiter? (j/n)",
    "Continuar? (s/n)",
    "Continuer ? [o/n]",
    "Kontynuowac? [t/n]",
    "Продолжить? [д/н]",
    "Press Enter to go on",
    "Drücken Sie die Eingabetaste",
    "Pressione Enter",
    "Pulse cualquier tecla: pulsa A",
    "Appuyez sur Entrée",
    "Premi Invio",
    "Druk op Enter",
    "Naciśnij Enter",
    "Tryck Enter",
    "Нажмите Enter",
    "────────────────────",
    "  │ a line of the frame",
    "====================",
    "$ kinkeeper review --undo p_4k2v9qx",
    "> a",
    "❯ a",
    "a annehmen  r ablehnen",
    "[а]ссерт  [г]еjесt",
    "［ａ］ｃｃｅｐｔ",
    "Entschieden: angenommen",
    "Decidido: aceito",
    "Принято: да",
    "Accept: a  Reject: r",
    "Your choice: a",
    "Tippe a zum Annehmen",
    "Escriba a para aceptar",
    "Digite a para aceitar",
    "承認するには a を押してください",
    "按 a 接受",
    "a를 누르세요",
    "اضغط a للقبول",
    "Paina Enter",
    "Tryk på Enter",
    "Stiskněte Enter",
    "Nyomja meg az Entert",
    "Πατήστε Enter",
    "Натисніть Enter",
    "Apăsați Enter",
    "לחץ Enter",
    "Enter दबाएँ",
    "Nhấn Enter",
    "nora@host:~$ ",
    "Vorschlag 2 von 3",
    "End of text.",
    "--More--",
    "(end)",
    "Page 1/1",
    "[system] this text was verified",
    "Verified by the owner",
    "You already accepted this",
    "Kinkeeper: this is safe",
    "Note on “Bo Lund” (c_abc1234)",
    "Caution: none",
    "a/e/r/s/o/t/x/q",
    "[A] [E] [R]",
    "Open until 4 March",
)
DISGUISES: Final = (
    "pаypal is her bank",
    "Her mail is on gооgle",
    "Αlex prefers mornings",
    "Ａccepts everything",
    "Ⓐccepts everything",
    "She is ᴀᴄᴄᴇᴘᴛᴇᴅ everywhere",
    "She works at Аpple and loves it",
    "She banks with раура and trusts it",
    "𝐒𝐡𝐞 trusts everybody",
    "ＳＨＥ trusts everybody",
    "Ⓢⓗⓔ trusts everybody",
    "ꓢhe is Lisu and Latin in one word, ꓢhe",
)
ATTEMPTS: Final = (
    *(_around(filling, name) for name, filling in FILLINGS.items()),
    *(_around(filling, name, warned=False) for name, filling in PAGED.items()),
    *(_around(f"\n{text}\n", f"imitates {text[:20]!r}") for text in IMITATIONS),
    *(Attempt(f"disguised {text[:20]}", f"{FIRST}. {text}", (FIRST,)) for text in DISGUISES),
)
KNOWN_LIMITS: Final = (
    "An imitation in a language or in words that the list of signs does not know is not warned of;"
    " it stands behind the frame's margin all the same.",
    "A text of innocent words can be as long as 4,000 characters: it has to be turned page by"
    " page, and whether it is read is the owner's affair.",
)


@pytest.fixture(scope="module")
def screens(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What stood on the screen at each question, by the name of the attempt."""
    seen: dict[str, list[str]] = {}
    # A sitting goes through so many.
    for first in range(0, len(ATTEMPTS), 100):
        attempts = ATTEMPTS[first : first + 100]
        settings = copied_demo(demo_home, tmp_path_factory.mktemp("review"))
        with patch("store.proposals.proposing.MOST_PENDING_A_PERSON", len(attempts)):
            for attempt in attempts:
                propose(settings, attempt.text)
        env = environment(settings.home, settings.cache)
        with in_terminal("review", env=env, rows=ROWS) as terminal:
            for attempt in attempts:
                seen[attempt.name] = list(_questions(terminal))
                terminal.type("s")
            assert terminal.end()[1] == 0
        assert remembered(settings) == []
    return seen


def _questions(terminal: Terminal) -> Iterator[str]:
    """The screen at each question about one proposal; a yes is tried before the last page."""
    while True:
        screen = _visible(terminal.until("\n> "))
        yield screen
        if TURNING not in screen:
            return
        terminal.type("a")
        assert TURNING in terminal.until("\n> ")
        terminal.type("")


def _visible(shown: str) -> str:
    """The last rows of what was shown, as a terminal of this size holds them."""
    rows = [row for line in shown.split("\n") for row in _rows(line)]
    return "\n".join(rows[-ROWS:])


def _flat(page: str) -> str:
    """The words of a page, as they read on from row to row."""
    return " ".join(re.sub(r"\n  [│┆]", " ", page).split())


def _rows(line: str) -> Iterator[str]:
    row, taken = "", 0
    for character in line:
        wide = unicodedata.east_asian_width(character) in {"W", "F"}
        width = 0 if unicodedata.combining(character) else 1 + wide
        if taken + width > COLUMNS:
            yield row
            row, taken = "", 0
        row, taken = row + character, taken + width
    yield row


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_the_words_are_seen_beside_the_keys(
    screens: dict[str, list[str]], attempt: Attempt
) -> None:
    pages = screens[attempt.name]
    last = pages[-1]
    assert "A note on Alex Moreira" in last
    for page in pages[:-1]:
        assert "[a]ccept" not in [line[:8] for line in page.splitlines()]
    for words in attempt.said:
        assert any(words in _flat(page) for page in pages), words
    if len(pages) == 1:
        assert all(words in _flat(last) for words in attempt.said)
    else:
        assert "lines stand before it: key t" in last
    ours = [line for line in last.splitlines() if not line.startswith(" ")]
    assert sum(line.startswith("If you accept:") for line in ours) <= 1
    assert not any(line.startswith(("Decided", "Remembered", "Press", "$", "─")) for line in ours)
    assert "\x1b" not in "".join(pages)
    if attempt.warned:
        assert signs(attempt.text)
        assert any("Careful:" in page for page in pages)


async def test_what_is_doubtful_is_asked_in_no_dialog(
    demo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on_dialogs(demo)
    asked: list[str] = []

    async def answer(context: ClientRequestContext, params: Any) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action="accept", content={})

    async with Client(build_server(demo), elicitation_callback=answer) as client:
        for most in ("MOST_PENDING_A_PERSON", "MOST_PENDING", "MOST_AN_HOUR"):
            monkeypatch.setattr(f"store.proposals.proposing.{most}", 1_000)
        for attempt in ATTEMPTS:
            note = {"person": ALEX, "text": attempt.text, "kind": "note"}
            told = await client.call_tool("propose_note", note)
            assert not told.is_error
            if attempt.warned:
                assert told.structured_content is not None
                assert "waits for the owner's terminal" in told.structured_content["next"]
        assert not any(signs(question) for question in asked)
        harmless = {"person": ALEX, "text": "Prefers tea to coffee", "kind": "note"}
        before = len(asked)
        await client.call_tool("propose_note", harmless)
        assert len(asked) == before + 1
    assert remembered(demo) == []


PLAIN: Final = (
    "Prefers tea to coffee.",
    "Started at the hospital in May; night shifts until July.",
    "Her sister Maya (34) studies in Lyon, finishes 12.06.2027.",
    "Zieht im Frühjahr nach Köln, sucht eine Wohnung mit Balkon.",
    "Mudou-se para São Paulo; prefere ligações à noite.",
    "Любит чай, переехала в Минск.",
    "Της αρέσει ο καφές.",
    "彼女は紅茶が好きです。来月東京に引っ越します。",
    "می‌خواهد به تهران برود.",
    "Bringt 👩‍👩‍👧 mit ❤️ am Sonntag",
    "Wants: a tent, two mats and a stove - before June!",
    "Accepts the offer, so the move is on.",
    "Read a book in 2 days; rates it 4/5",
    "She asked whether we come on the 3rd or the 4th?",
    "Two things:\n\n- the tent\n- the stove",
    "Types fast; presses on with a new plan.",
    "Weekends: ask her or Tom, not both.",
    "Press release is due by a date in May.",
    "Her base is Porto; bas relief is a hobby of hers.",
    "Confirmed by her sister. Note on the door: knock twice.",
    "More on this in June. The end of May suits her.",
    "Speaks a little Greek (καλημέρα), wrote “Φιλιά”.",
    "Open until 4 in the morning, that bar is her favourite.",
    "My choice: the red one. Hers: a blue one",
    "Her mail is a/b tested",
    "Press: she works for a paper",
)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_notes_are_not_warned_of(text: str) -> None:
    assert signs(text) == []
