"""Settings from the environment, read in one place."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import platformdirs

from store.engine.file_errors import UnsafeLocation
from store.engine.location import MEMORY_FILE_NAME
from store.errors import StoreError


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment that Kinkeeper reads."""

    name: str
    meaning: str


HOME: Final = Variable(
    "KINKEEPER_HOME", "the folder of the memory; default: the platform's data folder"
)
CACHE: Final = Variable(
    "KINKEEPER_CACHE", "where the prepared model lies; default: the platform's cache folder"
)
MODEL: Final = Variable(
    "KINKEEPER_MODEL",
    "another embedding model: a sentence-transformers folder, or a name in your local cache",
)
NOW: Final = Variable(
    "KINKEEPER_NOW",
    "an instant in ISO 8601 that stands for the present, for demos and tests",
)
# The README and docs/reference.md are printed from this table.
VARIABLES: Final = (HOME, CACHE, MODEL, NOW)


class UnusableSetting(StoreError):
    """A setting in the environment that cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """home: the memory's folder. clock: returns an aware UTC instant.

    parsers_environment: what the processes that parse exports get to see of this one's.
    """

    home: Path
    cache: Path
    model: str
    clock: Callable[[], datetime]
    parsers_environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def memory_path(self) -> Path:
        """The memory file."""
        return self.home / MEMORY_FILE_NAME

    def now(self) -> int:
        """The present in UTC seconds."""
        return int(self.clock().timestamp())


def load_settings() -> Settings:
    """The settings of this process. Raises UnusableSetting, UnsafeLocation."""
    home = os.environ.get(HOME.name)
    cache = os.environ.get(CACHE.name)
    return Settings(
        home=_not_in_onedrive(
            Path(home).expanduser() if home else platformdirs.user_data_path("kinkeeper", False)
        ),
        cache=Path(cache).expanduser()
        if cache
        else platformdirs.user_cache_path("kinkeeper", False),
        model=os.environ.get(MODEL.name, "default"),
        clock=_clock(os.environ.get(NOW.name)),
        # Without what it may hold for Kinkeeper.
        parsers_environment={
            name: value for name, value in os.environ.items() if not name.startswith("KINKEEPER")
        },
    )


def _not_in_onedrive(home: Path) -> Path:
    """The folder, unless OneDrive, which tells where its own are, copies it to other computers."""
    for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial"):
        copied = os.environ.get(name)
        if copied and home.resolve().is_relative_to(Path(copied).resolve()):
            raise UnsafeLocation(
                f"{home} lies in a folder that OneDrive copies to other computers. A memory of"
                " people must stay on this one, and syncing damages it. Choose another folder with"
                " KINKEEPER_HOME.",
                home,
            )
    return home


def _clock(fixed: str | None) -> Callable[[], datetime]:
    if not fixed:
        return lambda: datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(fixed)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise UnusableSetting(
            f"{NOW.name} is “{fixed}”, which is no instant. Write it with its zone, such as "
            "2026-11-20T09:00:00+00:00, or unset it."
        )
    return lambda: instant
