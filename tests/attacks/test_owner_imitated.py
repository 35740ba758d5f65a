"""Contacts whose names are, or look like, the words by which the owner is told from others.

Each attempt is a name, in a language, an alphabet or a spelling. Somebody who is called so has a
card, a chat of two and a group with the owner, and is asked about in every tool and in the
terminal: no message of theirs and no line about them may pass for the owner's.
"""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from mcp import Client

from server.mcp.build import build_server
from server.settings import Settings
from store.text.quoting import named, own_field
from tests.attacks.hostile_people import (
    MINE,
    Asked,
    asked_about_all,
    hostile_memory,
    phone,
    strings,
)
from tests.running import environment, kinkeeper, structured

ATTEMPTS: Final = (
    # As it is, in other cases, with what does not show or is easily passed over.
    "you", "You", "YOU", "yOu", "You.", "You:", "“You”", "'you'", "(you)", "You!", "you…", "- you",
    "You (owner)", "You (the owner)", "You, typed", "You (You, typed)", "you: “yes”", "You / Bo",
    "Y o u", "Y.o.u.", "Y-o-u", "Y_o_u", "you1", "You 2", "Yo​u", "Yo‌u",
    "\u202eYou", "You\u2060", "You\u3164", "You\u2800", "Yo\u00adu", "Yo\u034fu", "You\ufe0f",
    "You\n", "\tYou", "Y\u0301ou", "Y̲o̲u̲", "Yòu", "You 👤", "👤 You", "~You~", "*You*", "You*",
    # Letters that look like them.
    "Υou", "Yοu", "Yоu", "уou", "уоu", "Υου", "γου", "ΥΟU", "Yoս", "ｙｏｕ", "Ｙｏｕ", "𝐘𝐨𝐮", "𝓨𝓸𝓾",
    "Ⓨⓞⓤ", "🅈🄾🅄", "🆈🅾🆄", "🇾🇴🇺", "ʏᴏᴜ", "ⲨⲞⲨ", "ᎽᎾᏌ", "ꓬꓳꓴ", "Ɏou", "Ƴou", "Yøu", "Y0u", "Yoᴜ",
    "Yȯů", "ẏou", "ỵou", "yöu", "Ｙ０ｕ", "Yᴏu", "ʸᵒᵘ", "Y໐u", "Yⲟu", "Yoꓴ", "Ყou",
    # The words of other languages, and words for the owner.
    "Ich", "ICH", "lch", "Du", "Sie", "ich", "Yo", "Tú", "Tu", "tú", "Usted", "Moi", "Je", "Toi",
    "Vous", "Io", "Eu", "Você", "você", "Ik", "Jij", "Jag", "Mig", "Ty", "Ja, ich", "Я", "я", "Вы",
    "Ты", "Εγώ", "Εσύ", "我", "你", "您", "私", "あなた", "나", "당신", "أنا", "أنت", "אני", "אתה",
    "मैं", "आप",
    "คุณ", "Me", "me", "Myself", "I", "Self", "Owner", "owner", "The Owner", "the owner", "0wner",
    "Οwner", "Own​er", "User", "user", "Yourself", "You Yourself", "Me Myself", "Your Owner",
    "Y°u", "Y○u", "Y●u", "Y◯u", "Y⊙u", "Y@u", "¥ou", "¥@u", "Yo∪", "Yoᑌ", "Y⭕u",
    "Saya", "Anda", "Bạn", "Vostè", "Jūs", "شما", "من", "آپ", "আপনি", "நீங்கள்",
    "ನೀವು", "შენ", "Դու", "អ្នក", "自分", "나 자신", "我自己", "Inhaberin", "Eigentümerin",
    "Propietaria", "Владелица", "Ich selbst", "Moi-même", "Yo mismo", "Io stesso", "Eu mesma",
    "Mig själv", "Я сам", "Kendim", "The User", "Account Holder", "It's me", "Tulajdonos",
)  # fmt: skip
KNOWN_LIMITS: Final = (
    "Somebody who bears the owner's own name is shown by it: the owner is `you` or `by_owner`,"
    " never that name.",
    "A name that means the owner in a language without a list here, such as Ben in Turkish, stands"
    " as it is where it is a field of its own; `by_owner` is missing there, and it is never `you`.",
)
_AS_OWNER: Final = re.compile(r"(?:^|[\s>·;(])you(?: in “[^“”]*”)?: “([^“”]*)”")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("imitated")
    return hostile_memory(folder, [f"tea {n}" for n in range(len(ATTEMPTS))], ATTEMPTS)


def spoken_as_owner(text: str) -> list[str]:
    """The quotes in a line that stand there as the owner's words."""
    return _AS_OWNER.findall(text)


@pytest.fixture(scope="module")
def everything(crowd: Settings) -> list[list[Asked]]:
    return asked_about_all(crowd, len(ATTEMPTS))


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=range(len(ATTEMPTS)))
def test_nobody_else_is_shown_as_the_owner(everything: list[list[Asked]], attempt: str) -> None:
    answers = [asked.answer for asked in everything[ATTEMPTS.index(attempt)]]
    hits = [hit for answer in answers for hit in answer.get("hits", ())]
    owners = 0
    for turn in [*hits, *(turn for answer in answers for turn in answer.get("messages", ()))]:
        is_mine = MINE in turn.get("text", turn.get("quote"))
        assert turn.get("by_owner") is (True if is_mine else None)
        assert (turn["sender"] == "you") is is_mine
        assert is_mine or not _reads_as_owner(turn["sender"]), turn["sender"]
        owners += is_mine
    assert owners
    for answer in answers:
        for path, text in strings(answer):
            for quoted in spoken_as_owner(text):
                assert MINE in quoted, text
                owners += 1
            if path[-1] == "name" and len(path) > 1:
                assert not _reads_as_owner(text), text
            if path[-1] in {"next", "waiting", "why"}:
                # Whoever they are, their name is no word of the sentence.
                assert not re.search(
                    r"(?:Ask|Answer what|Give|tell|Try) you\b", text, re.IGNORECASE
                ), text
    assert owners > 3


def _reads_as_owner(name: str) -> bool:
    return name.strip().casefold() in {"you", "me", "i", "owner", "the owner", "ich", "tú", "yo"}


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=range(len(ATTEMPTS)))
def test_a_name_that_may_pass_for_the_owner_is_quoted_everywhere(attempt: str) -> None:
    assert own_field(attempt).startswith("“")
    assert named(attempt).startswith("“")
    assert named(attempt).count("“") == 1
    assert "\n" not in own_field(attempt)


@pytest.mark.parametrize(
    "name",
    "Alex Moreira|Ana|Ben|Mina|Lei Wang|José|Łukasz Żak|Nguyễn Văn An|Jean-Luc Picard|Maya de Souza"
    "|Siobhán O’Brien|Dr. Bo Ek|Мария Иванова|Νίκος|Anna M.|McDonald|Person012 Ek|Tu Nguyen".split(
        "|"
    ),
)
def test_the_names_of_most_people_need_no_quotes(name: str) -> None:
    assert named(name) == own_field(name) == name


@pytest.mark.parametrize("number", range(0, len(ATTEMPTS), 9))
def test_nor_does_the_terminal_show_anybody_as_the_owner(crowd: Settings, number: int) -> None:
    env = environment(crowd.home, crowd.cache)
    for words in (
        ("search", f"tea n{number}", "--person", phone(number)),
        ("brief", phone(number), "--max-tokens", "4000"),
        ("due", "--person", phone(number), "--within", "60"),
        ("contacts", phone(number)),
    ):
        shown = kinkeeper(*words, env=env).stdout
        assert shown
        for line in shown.splitlines():
            assert all(MINE in quoted for quoted in spoken_as_owner(line)), line
            if re.match(r"\s*> you: ", line):
                assert MINE in line


async def test_the_owner_is_told_by_a_field_that_no_import_fills(crowd: Settings) -> None:
    async with Client(build_server(crowd)) as client:
        for tool in (await client.list_tools()).tools:
            if tool.name in {"search_context", "read_context"}:
                assert '"by_owner":{"const":true}' in str(tool.output_schema).replace(
                    " ", ""
                ).replace("'", '"').replace("True", "true")


async def test_a_relation_to_the_owner_is_you_and_no_other_is(tmp_path: Path) -> None:
    settings = hostile_memory(tmp_path, ["You"])
    env = environment(settings.home, settings.cache)
    done = kinkeeper("relate", phone(0), "cousin of", "me", env=env)
    assert done.returncode == 0, done.stderr
    async with Client(build_server(settings)) as client:
        told: dict[str, Any] = structured(
            await client.call_tool("get_contact", {"person": phone(0)})
        )
        brief = structured(await client.call_tool("brief_me", {"person": phone(0)}))
    relations = [(each["text"], each.get("id", "")) for each in told["facts"]["relationships"]]
    assert {text for text, _ in relations} == {"you", "“You”"}
    assert [text for text, id_ in relations if id_] == ["you"]
    lines = brief["sections"].get("People around them", []) + brief["sections"]["Who"]
    assert any("cousin: you" in line for line in lines)
    assert all("sister you" not in line for line in lines)
