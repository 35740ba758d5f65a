"""One contact of a Monica export as a `Card`."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from store.importers.cards.methods import MethodKind
from store.importers.monica.values import day_of, text_of, values_of
from store.importers.records import (
    Affiliation,
    Card,
    CardDate,
    CardRelation,
    DatedNote,
    FollowUp,
    Gift,
    Method,
)

Instance = Mapping[str, Mapping[str, Any]]

_GIFTS: Final[dict[str, Literal["idea", "given", "received"]]] = {
    "idea": "idea",
    "offered": "given",
    "given": "given",
    "received": "received",
}
_ADDRESS: Final = ("street", "city", "province", "postal_code", "country")
_KINDS: Final[dict[str, MethodKind]] = {"email": "email", "phone": "phone"}
_SPANS: Final = frozenset({"day", "week", "month", "year"})
_MOST_APART: Final = 1_000


def contact_card(
    contact: Mapping[str, Any], instance: Instance, names: Mapping[str, str]
) -> Card | None:
    """Make a card; None without a name.

    instance: what UUIDs of kinds and genders mean. names: full names of the contacts by UUID.
    """
    said = _properties(contact)
    given, family = text_of(said.get("first_name")), text_of(said.get("last_name"))
    middle, nickname = text_of(said.get("middle_name")), text_of(said.get("nickname"))
    full_name = " ".join(part for part in (given, middle, family) if part) or nickname
    if not full_name:
        return None
    job = Affiliation(text_of(said.get("company")), text_of(said.get("job")))
    notes, dates = [*_notes(contact, said)], [*_dates(contact, said, instance)]
    gender = _properties(instance.get(text_of(said.get("gender")), {}))
    starred = ("starred",) if said.get("is_starred") is True else ()
    return Card(
        uid=text_of(contact.get("uuid")),
        full_name=full_name,
        given_name=given,
        family_name=family,
        additional_names=middle,
        nicknames=(nickname,) if nickname and nickname != full_name else (),
        methods=tuple(dict.fromkeys(_methods(contact, instance))),
        affiliations=(job,) if job != Affiliation("") else (),
        dates=tuple(dict.fromkeys(dates)),
        relations=_introduced(said),
        notes=tuple(filter(None, (text_of(said.get("description")), _food(said)))),
        dated_notes=(*_how_met(said, names), *notes),
        gifts=tuple(_gifts(contact)),
        follow_ups=tuple(_follow_ups(contact)),
        categories=(*_tags(said), *starred),
        gender=text_of(gender.get("name")).lower(),
        extra=tuple(_extra(contact, said, instance)),
        place=f"contact {text_of(contact.get('uuid'))}",
    )


def _properties(holder: Any) -> Mapping[str, Any]:
    said = holder.get("properties") if isinstance(holder, Mapping) else None
    return said if isinstance(said, dict) else {}


def _each(contact: Mapping[str, Any], kind: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield the properties of each value of a kind, with the day on which it was made."""
    for value in values_of(contact, kind):
        if said := _properties(value):
            yield said, day_of(value.get("created_at"))


def _tags(said: Mapping[str, Any]) -> list[str]:
    tags = said.get("tags")
    return [tag for each in (tags if isinstance(tags, list) else ()) if (tag := text_of(each))]


def _food(said: Mapping[str, Any]) -> str:
    text = text_of(said.get("food_preferences"))
    return f"Food preferences: {text}" if text else ""


def _methods(contact: Mapping[str, Any], instance: Instance) -> Iterator[Method]:
    for said, _ in _each(contact, "contact_field"):
        kind = _properties(instance.get(text_of(said.get("type")), {}))
        name, value = text_of(kind.get("name")).lower(), text_of(said.get("data"))
        if not value:
            continue
        stated = text_of(kind.get("type")).lower() or name
        if stated in _KINDS:
            yield Method(_KINDS[stated], value, name if name != stated else "")
        elif value.lower().startswith(("http://", "https://")):
            yield Method("url", value, name)
        else:
            # A contact field of an unknown kind may still be an address.
            yield Method("email" if not stated and "@" in value[1:] else "im", value, name)
    for said, _ in _each(contact, "address"):
        place = said.get("place")
        parts = {**said, **_properties(place), **(place if isinstance(place, dict) else {})}
        lines = [text for name in _ADDRESS if (text := text_of(parts.get(name)))]
        if lines:
            yield Method("address", ", ".join(lines), text_of(said.get("name")).lower())


def _dates(
    contact: Mapping[str, Any], said: Mapping[str, Any], instance: Instance
) -> Iterator[CardDate]:
    if date := _partial(said.get("birthdate")):
        yield CardDate("birthday", date)
    if date := _partial(said.get("deceased_date")):
        yield CardDate("death", date)
    for event, _ in _each(contact, "life_event"):
        label = text_of(event.get("name")) or kind_in_words(event, instance, "life_event_type")
        label = label or "life event"
        if date := day_of(event.get("happened_at")):
            yield CardDate("other", date, label)
    for reminder, _ in _each(contact, "reminder"):
        date = day_of(reminder.get("initial_date"))
        if date and reminder.get("frequency_type") == "year" and _each_time(reminder) == 1:
            yield CardDate("other", date, text_of(reminder.get("title")) or "reminder", yearly=True)


def kind_in_words(said: Mapping[str, Any], instance: Instance, named: str) -> str:
    """What Monica calls a kind of event: as the owner renamed it, else its own key as words."""
    uuid = text_of(said.get("type")) or text_of(said.get(named))
    kind = _properties(instance.get(uuid, {}))
    keys = ("translation_key", f"default_{named}_key")
    key = next((text for name in keys if (text := text_of(kind.get(name)))), "")
    return text_of(kind.get("name")) or key.replace("_", " ")


def _each_time(reminder: Mapping[str, Any]) -> int:
    number = reminder.get("frequency_number")
    return number if isinstance(number, int) and 1 < number < _MOST_APART else 1


def _partial(value: Any) -> str:
    """A date without its year when that is unknown; only the year when the date is a guess."""
    if not isinstance(value, dict):
        return day_of(value)
    said = _properties(value) or value
    date = day_of(said.get("date"))
    if date and said.get("is_age_based") is True:
        return date[:4]
    return f"-{date[4:]}" if date and said.get("is_year_unknown") is True else date


def _introduced(said: Mapping[str, Any]) -> tuple[CardRelation, ...]:
    through = text_of(said.get("first_met_through"))
    return (CardRelation("introduced by", uid=through),) if through else ()


def _how_met(said: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[DatedNote]:
    told = [text_of(said.get("first_met_additional_info")), text_of(said.get("first_met_where"))]
    through = names.get(text_of(said.get("first_met_through")), "")
    told += [f"through {through}"] if through else []
    date = _partial(said.get("first_met_date"))
    if date or any(told):
        yield DatedNote("; ".join(filter(None, told)) or "First met", date, "how we met")


def _notes(contact: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[DatedNote]:
    for note, day in _each(contact, "note"):
        if text := text_of(note.get("body")):
            yield DatedNote(text, day)
    for event, _ in _each(contact, "life_event"):
        if text := text_of(event.get("note")):
            yield DatedNote(text, day_of(event.get("happened_at")))
    if said.get("is_active") is False:
        yield DatedNote("Archived in Monica")


def _gifts(contact: Mapping[str, Any]) -> Iterator[Gift]:
    for gift, _ in _each(contact, "gift"):
        told = [text_of(gift.get("name")), text_of(gift.get("comment")), text_of(gift.get("url"))]
        state = _GIFTS.get(text_of(gift.get("status")), "idea")
        if text := ": ".join(filter(None, told)):
            yield Gift(state, text, day_of(gift.get("date")))


def _follow_ups(contact: Mapping[str, Any]) -> Iterator[FollowUp]:
    for task, _ in _each(contact, "task"):
        if text := _titled(task):
            yield FollowUp(text, done=task.get("completed") is True)
    for reminder, _ in _each(contact, "reminder"):
        how = text_of(reminder.get("frequency_type"))
        number = _each_time(reminder)
        if (text := _titled(reminder)) and (how != "year" or number > 1):
            every = f"every {number} {how}s" if number > 1 else f"every {how}"
            often = f" ({every})" if how in _SPANS else ""
            yield FollowUp(f"{text}{often}", due_on=day_of(reminder.get("initial_date")))
    for debt, _ in _each(contact, "debt"):
        money = (text_of(debt.get("amount")), text_of(debt.get("currency")))
        amount = " ".join(filter(None, money))
        reason = text_of(debt.get("reason"))
        told = ": ".join(filter(None, (f"debt of {amount}" if amount else "debt", reason)))
        in_debt = text_of(debt.get("in_debt")).lower() in ("yes", "1")
        done = text_of(debt.get("status")) in ("complete", "completed")
        yield FollowUp(told, "owner" if in_debt else "contact", done=done)


def _titled(said: Mapping[str, Any]) -> str:
    told = (text_of(said.get("title")), text_of(said.get("description")))
    return ": ".join(filter(None, told))


def _extra(
    contact: Mapping[str, Any], said: Mapping[str, Any], instance: Instance
) -> Iterator[tuple[str, str]]:
    for pet, _ in _each(contact, "pet"):
        kind = _properties(instance.get(text_of(pet.get("category")), {}))
        told = (text_of(pet.get("name")), text_of(kind.get("name")).lower())
        if text := ", ".join(filter(None, told)):
            yield "pet", text
    if days := text_of(said.get("stay_in_touch_frequency")):
        yield "stay in touch every", f"{days} days"
    if day := day_of(said.get("last_talked_to")):
        yield "last talked to", day
    if said.get("is_dead") is True:
        yield "died", "yes"
