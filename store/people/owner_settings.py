"""What the owner said once: kept in the memory, not in the environment."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from store.engine.connections import Reader, Writer
from store.engine.opening import glance
from store.text.keys import phone_region


@dataclass(frozen=True, slots=True)
class OwnerSettings:
    """Who the owner is and where they live. zone: IANA name; all dates are shown in it."""

    name: str
    zone: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @property
    def time_zone(self) -> ZoneInfo:
        """The owner's zone."""
        return ZoneInfo(self.zone)

    @property
    def region(self) -> str | None:
        """The country of their number, two letters, for reading national ones; None without one."""
        return next(filter(None, map(phone_region, self.phones)), None)


def save_owner_settings(writer: Writer, settings: OwnerSettings) -> None:
    """Store the owner's settings; runs in the caller's transaction."""
    for name, value in (
        ("owner_name", settings.name),
        ("zone", settings.zone),
        ("owner_emails", "\n".join(settings.emails)),
        ("owner_phones", "\n".join(settings.phones)),
    ):
        writer.run(
            "INSERT INTO setting(name, value) VALUES (?, ?) "
            "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
            (name, value),
        )


def has_owner(path: Path) -> bool:
    """Whether a memory is there and knows whose it is. Raises as `opening.glance` does."""
    return bool(glance(path, "SELECT 1 FROM setting WHERE name = 'zone'"))


_ALL = "SELECT name, value FROM setting"


def load_owner_settings(writer: Writer) -> OwnerSettings | None:
    """The owner's settings, or None before `init` has been told."""
    return _from_rows(dict(tuple(row) for row in writer.all(_ALL)))


async def read_owner_settings(reader: Reader) -> OwnerSettings | None:
    """The owner's settings, or None before `init` has been told."""
    return _from_rows(dict(tuple(row) for row in await reader.all(_ALL)))


def _from_rows(values: dict[str, str]) -> OwnerSettings | None:
    if "zone" not in values:
        return None
    return OwnerSettings(
        name=values.get("owner_name", ""),
        zone=values["zone"],
        emails=tuple(values.get("owner_emails", "").split()),
        phones=tuple(filter(None, values.get("owner_phones", "").split("\n"))),
    )
