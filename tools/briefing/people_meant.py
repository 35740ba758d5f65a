"""Who a briefing is asked for: one person, several by name, or a group."""

import re
from contextlib import suppress
from typing import Final

from store.errors import StoreError
from store.people.contact_lists import list_contacts
from store.people.contacts import Contact, ContactNotFound, get_contact
from store.talk.shared_history import people_in_chat
from store.text.quoting import quote
from tools.memory import Memory
from tools.people import find_person

MOST_PEOPLE: Final = 12
_GROUP: Final = re.compile(r"\s*(?:group|tag)\s*:\s*(.{1,200})", re.IGNORECASE | re.DOTALL)
_SEMICOLON: Final = re.compile(r"\s*;\s*")
_BETWEEN: Final = re.compile(r"\s*[,&\n]\s*(?:(?:and|und|och|e)\s+)?|\s+(?:and|und|och|e)\s+")


class GroupNotFound(StoreError):
    """No group, tag or group chat is called so, or nobody is in it."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            f"No group, tag or group chat is called {quote(asked[:80])}. Name the people instead,"
            " with commas between them."
        )


class TooManyPeople(StoreError):
    """More people than one briefing can tell anything of."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"These are {count} people; a briefing is for {MOST_PEOPLE} at most. Name those who"
            " matter for the meeting, with commas between them."
        )


async def people_meant(memory: Memory, asked: str) -> list[Contact]:
    """The people that `asked` names: an id or a name, several with commas or `and` between them
    (with semicolons, where a name may have a comma in it), or `group:` and the name of a group, a
    tag or a group chat.

    Raises: WhichPerson, ContactNotFound, GroupNotFound or TooManyPeople.
    """
    if group := _GROUP.fullmatch(asked):
        return await _in_group(memory, group[1].strip())
    between = _SEMICOLON if ";" in asked else _BETWEEN
    names = [name for name in between.split(asked) if name.strip()]
    if len(names) < 2:
        return [await find_person(memory, asked)]
    if len(names) > MOST_PEOPLE:
        raise TooManyPeople(len(names))
    if len(names) == 2 and "," in asked:
        # One name may have a comma in it: Moreira, Alex.
        with suppress(ContactNotFound):
            return [await find_person(memory, asked)]
    found = [await find_person(memory, name) for name in names]
    return list({person.id: person for person in found}.values())


async def _in_group(memory: Memory, name: str) -> list[Contact]:
    reader = memory.reader
    ids = (
        list(await list_contacts(reader, group=name))
        or list(await list_contacts(reader, tag=name))
        or await people_in_chat(reader, name)
    )
    if not ids:
        raise GroupNotFound(name)
    if len(ids) > MOST_PEOPLE:
        raise TooManyPeople(len(ids))
    return [await get_contact(reader, contact_id) for contact_id in ids]
