"""A memory in which every text that others choose is an attack: names, titles, tags, words."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from mcp import Client

from server.mcp.build import build_server
from server.settings import Settings
from store.importers.records import (
    Account,
    Affiliation,
    CardDate,
    CardRelation,
    Conversation,
    FollowUp,
    Gift,
    Message,
    OwnerAccount,
    Record,
)
from store.sharing.choices import choose
from tests.made_exports import BOOK, CHATS, NORA, card, made_memory, said, take_in
from tests.running import fixed_settings, structured

FRIEND: Final = Account("telegram", "user9999", "Bo Lund", saved_by_owner=True)
# The owner's own words, and where they are marked as such.
MINE: Final = "quince marmalade"


def hostile_memory(folder: Path, attacks: Sequence[str], names: Sequence[str] = ()) -> Settings:
    """Somebody for each attack. names: what they are called, where that is not the attack."""
    home = folder / "home"
    home.mkdir()
    cards: list[Record] = [BOOK, card("friend", "Bo Lund")]
    chats: list[Record] = [CHATS, OwnerAccount(NORA), FRIEND]
    for number, words in enumerate(attacks):
        name = names[number] if names else words
        cards.append(_card(number, name, words))
        chats += _talk(number, name, words)
    with made_memory(home) as writer:
        take_in(writer, cards)
        take_in(writer, chats)
        choose(writer, "disclosure_budget", "none")
    return fixed_settings(home, folder / "cache")


def phone(number: int) -> str:
    """By which the contact for an attack is found, whatever they are called."""
    return f"+35191{2_000_000 + number}"


def _card(number: int, name: str, words: str) -> Record:
    return card(
        str(number),
        name,
        ("phone", phone(number)),
        given_name=name,
        family_name="",
        nicknames=(words,),
        affiliations=(Affiliation(words, words), Affiliation("Acme", words, to_on="2020")),
        dates=(CardDate("other", "2026-11-24", words), CardDate("birthday", "1990-11-25")),
        relations=(CardRelation(words, name=words), CardRelation("sister", name=words)),
        notes=(words,),
        gifts=(Gift("idea", words),),
        interests=(words,),
        follow_ups=(FollowUp(words, due_on="2026-11-21"),),
        categories=(words,),
        pronouns=words,
        extra=((words, words),),
    )


def _talk(number: int, name: str, words: str) -> Iterator[Record]:
    account = Account(
        "telegram", f"user{1_000 + number}", name, phones=(phone(number),), saved_by_owner=True
    )
    chat, group = f"d{number}", f"g{number}"
    yield account
    yield Conversation(chat, "direct", name, (account,))
    yield Conversation(group, "group", words, (account, FRIEND))
    yield said("1", f"Could you bring {words} n{number}?", "2026-11-10T10:00", account, chat)
    yield said("2", f"{MINE} n{number}, of course", "2026-11-10T10:05", NORA, chat)
    yield said("3", f"When do you come, {words}?", "2026-11-12T10:00", account, chat)
    yield said("1", f"{words} all together n{number}", "2026-11-11T10:00", account, group)
    yield said("2", f"{MINE} for all n{number}", "2026-11-11T10:01", NORA, group)
    yield said("3", "see you there", "2026-11-11T10:02", FRIEND, group)
    file = said("4", "", "2026-11-11T10:03", account, group)
    yield Message(file.key, group, account, file.sent_at, "", attachments=(words, "photo.jpg"))


def strings(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every string of an answer with the keys that lead to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, (*path, key))


def keys(value: Any) -> Iterator[str]:
    """Every key of an answer, at every depth."""
    if isinstance(value, list):
        for item in value:
            yield from keys(item)
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from keys(item)


# By tool, what is asked about each person; the words are those of their messages.
def questions(number: int) -> Iterable[tuple[str, dict[str, Any]]]:
    """What an assistant asks about the person of an attack."""
    person = phone(number)
    yield "brief_me", {"person": person, "max_tokens": 6_000, "purpose": "marmalade"}
    yield "brief_me", {"person": person, "max_tokens": 500}
    yield "brief_me", {"person": f"{person}; Bo Lund", "max_tokens": 6_000}
    yield "get_contact", {"person": person}
    yield "find_contacts", {"query": person}
    yield "search_context", {"query": f"marmalade n{number}", "person": person, "limit": 20}
    yield "due_followups", {"person": person, "within_days": 60}


class Asked(NamedTuple):
    """One call and its answer."""

    tool: str
    arguments: dict[str, Any]
    answer: dict[str, Any]


def asked_about_all(settings: Settings, count: int) -> list[list[Asked]]:
    """What is answered about the person of each attack, by one server."""
    return asyncio.run(_ask_about_all(settings, count))


async def _ask_about_all(settings: Settings, count: int) -> list[list[Asked]]:
    found = []
    async with Client(build_server(settings)) as client:
        for number in range(count):
            asked = [
                Asked(tool, arguments, structured(await client.call_tool(tool, arguments)))
                for tool, arguments in questions(number)
            ]
            [hits] = [each.answer["hits"] for each in asked if "hits" in each.answer]
            around = {"ref": hits[0]["ref"], "around": 10}
            told = structured(await client.call_tool("read_context", around))
            found.append([*asked, Asked("read_context", around, told)])
    return found
