"""What the owner chooses about what assistants get: stored in the memory, read fresh at each call.

No argument of a tool, setting of a client or variable of the environment changes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from store.engine.connections import Reader, Writer
from store.engine.opening import glance
from store.errors import StoreError
from store.index.contact_names import index_names


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. values: what it may be; a number is allowed too where `number` is True.

    widest: the value with which assistants see or do most, '' where it says nothing about them.
    """

    name: str
    default: str
    values: tuple[str, ...]
    reason: str
    number: bool = False
    widest: str = ""


SETTINGS: Final = (
    Setting(
        "sensitive",
        "withhold",
        ("withhold", "grave", "share"),
        "Health, money, home addresses and family conflict are withheld until you open them:"
        " withhold goes by everyday words too (pregnant, my salary, she moved out), grave by grave"
        " ones alone. Cards, bank accounts, identity numbers, keys, passwords and codes never"
        " leave, whatever this says.",
        widest="share",
    ),
    Setting(
        "unknown_senders",
        "withhold",
        ("withhold", "share"),
        "The words, names and addresses of people whom you never turned to are withheld: they are"
        " neither in your address book nor did you write to them. A stranger's text may try to"
        " steer the assistant that reads it.",
        widest="share",
    ),
    Setting(
        "disclosure_budget",
        "20000",
        ("none",),
        "How many different messages assistants may be shown in an hour, all of them together, so"
        " that none can read everything unnoticed; scripts without your terminal have as many of"
        " their own. A full hour of work needs fewer: 60 briefings, 200 searches and a catch-up of"
        " 3,000 messages are at most 17,500.",
        number=True,
        widest="none",
    ),
    Setting(
        "confirm_in_client",
        "off",
        ("off", "on"),
        "Whether a yes in an assistant's own dialog makes a proposal a note. Nothing proves that a"
        " person answered there; kinkeeper review is the safe place.",
        widest="on",
    ),
    Setting(
        "find_promises",
        "on",
        ("on", "off"),
        "Whether an import looks for promises and news in new messages. All of it stays on this"
        " machine, and what is found waits as a proposal until you decide.",
    ),
    Setting(
        "scripts",
        "refuse",
        ("refuse", "allow"),
        "Whether commands that run without a terminal of yours (scripts, and assistants that have a"
        " shell) see what you see and store what you type. Refused, they see what an assistant"
        " sees, hidden people left out, and store nothing.",
        widest="allow",
    ),
)
_TWO: Final = 2
_BY_NAME: Final[Mapping[str, Setting]] = {setting.name: setting for setting in SETTINGS}


class UnusableChoice(StoreError):
    """A setting that there is not, or a value that it cannot have."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What holds now. disclosure_budget: different messages an hour, None for no limit.

    everyday_words: whether everyday words are withheld too; nothing where all is shared.
    """

    share_sensitive: bool
    share_unknown_senders: bool
    disclosure_budget: int | None
    everyday_words: bool = True


def setting_named(name: str) -> Setting:
    """The setting of this name. Raises UnusableChoice."""
    found = _BY_NAME.get(name)
    if found is None:
        raise UnusableChoice(
            f"There is no setting “{name[:40]}”. There are: {', '.join(_BY_NAME)}."
        )
    return found


def widens(setting: Setting, value: str, now: str) -> bool:
    """Whether a value lets assistants see or do more than what holds now."""
    if value == now or now == setting.widest:
        return False
    if setting.number and value.isdecimal() and now.isdecimal():
        return int(value) > int(now)
    # The values stand in the order of what they let out, the safe one first.
    if value in setting.values and now in setting.values and len(setting.values) > _TWO:
        return setting.values.index(value) > setting.values.index(now)
    return value == setting.widest


def check_choice(name: str, value: str) -> None:
    """Raises UnusableChoice for a setting that there is not, or a value that it cannot have."""
    setting = setting_named(name)
    is_number = setting.number and value.isascii() and value.isdecimal() and 0 < len(value) < 8
    if value not in setting.values and not is_number:
        *first, last = [*setting.values, *(["a whole number"] if setting.number else [])]
        allowed = f"{', '.join(first)} or {last}" if first else last
        raise UnusableChoice(f"{name} can be {allowed}, not “{value[:40]}”. Nothing was changed.")


def choose(writer: Writer, name: str, value: str) -> None:
    """Set one setting. Raises UnusableChoice."""
    check_choice(name, value)
    with writer.transaction():
        writer.run(
            "INSERT INTO setting(name, value) VALUES (?, ?)"
            " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
            (name, value),
        )
        if name in ("sensitive", "unknown_senders"):
            index_names(writer)


async def chosen_values(reader: Reader) -> dict[str, str]:
    """Every setting by name with what it is now."""
    rows = await reader.all("SELECT name, value FROM setting")
    stored = {row["name"]: row["value"] for row in rows}
    return {setting.name: stored.get(setting.name, setting.default) for setting in SETTINGS}


async def read_choices(reader: Reader) -> Choices:
    """What the owner has chosen; where that cannot be read, the safe value."""
    values = await chosen_values(reader)
    budget = values["disclosure_budget"]
    safe = int(setting_named("disclosure_budget").default)
    return Choices(
        share_sensitive=values["sensitive"] == "share",
        share_unknown_senders=values["unknown_senders"] == "share",
        disclosure_budget=None
        if budget == "none"
        else (int(budget) if budget.isdecimal() else safe),
        everyday_words=values["sensitive"] != "grave",
    )


def scripts_are_allowed(path: Path) -> bool:
    """Whether the owner of this memory lets scripts do as they do; False where none can be read."""
    try:
        return bool(glance(path, "SELECT value = 'allow' FROM setting WHERE name = 'scripts'"))
    except StoreError:
        return False
