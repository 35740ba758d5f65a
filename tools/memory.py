"""The memory that the tools work on: the reader, the clock, the owner's zone, the encoder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from embeddings.lazy import LazyEncoder
from store.engine.connections import Reader
from store.search.vector_codes import VectorCodes


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything a tool needs. clock: gives an aware UTC instant; zone: the owner's.

    codes: what this process holds of the memory's vectors.
    """

    reader: Reader
    clock: Callable[[], datetime]
    zone: ZoneInfo
    encoder: LazyEncoder
    codes: VectorCodes = field(default_factory=VectorCodes)

    def now(self) -> int:
        """The present instant in UTC seconds."""
        return int(self.clock().timestamp())

    def today(self) -> date:
        """The owner's calendar day."""
        return self.clock().astimezone(self.zone).date()

    def day(self, instant: int) -> date:
        """The owner's calendar day of an instant in UTC seconds."""
        return datetime.fromtimestamp(instant, self.zone).date()

    def when(self, instant: int | None) -> str:
        """Day, time and zone as the owner's clock showed them, such as `2026-11-02 18:40`."""
        if instant is None:
            return "unknown time"
        return datetime.fromtimestamp(instant, self.zone).strftime("%Y-%m-%d %H:%M")


def utc(instant: datetime) -> int:
    """An aware instant in UTC seconds."""
    return int(instant.astimezone(UTC).timestamp())
