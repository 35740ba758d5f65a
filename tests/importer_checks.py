"""What every importer has to keep to, whatever its file holds."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from store.importers import Importer, ReadingContext, UnreadableExport
from store.importers.records import Card, Conversation, Message, Record, SourceInfo
from tests.golden import ZONE, importer_of, plain

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
NO_SAMPLES = "the samples of other projects are not beside this checkout"


def records_in(format_: str, data: bytes, context: ReadingContext | None = None) -> list[Record]:
    """Read bytes as a file of a format."""
    context = context or ReadingContext(name="made-up", zone=ZONE, me=("nobody in made-up",))
    return list(importer_of(format_).extract(io.BytesIO(data), context))


def check_any_bytes(
    format_: str, data: bytes, context: ReadingContext | None = None
) -> list[Record]:
    """Read bytes that may be anything; only the promised error may come, and the order holds."""
    try:
        records = records_in(format_, data, context)
    except UnreadableExport:
        return []
    return check_order(records)


def check_order(records: list[Record]) -> list[Record]:
    """See that the source comes first, conversations before their messages, and text is sound."""
    assert [type(record) for record in records].index(SourceInfo) == 0
    assert sum(isinstance(record, SourceInfo) for record in records) == 1
    begun: set[str] = set()
    for record in records:
        if isinstance(record, Conversation):
            begun.add(record.key)
        elif isinstance(record, Message):
            assert record.conversation_key in begun
            assert record.key
            assert record.sent_at is None or record.sent_at.tzinfo is not None
    told = json.dumps(plain(records), ensure_ascii=False)
    told.encode()  # no half of a surrogate pair
    assert "\\u0000" not in told.replace("\\\\", "")
    return records


def peak_while_reading(
    importer: Importer, stream: BinaryIO, context: ReadingContext | None = None
) -> tuple[int, int]:
    """Count cards and messages; measure the most bytes that were held at a time."""
    tracemalloc.start()
    context = context or ReadingContext(name="made-up", zone=ZONE)
    count = sum(isinstance(each, Card | Message) for each in importer.extract(stream, context))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return count, peak


def mutations(data: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    """Put pieces into bytes in place of others. cuts: (where, how many, piece)."""
    for where, count, piece in cuts:
        start = where % (len(data) + 1)
        data = data[:start] + piece + data[start + count :]
    return data


def samples(folder: str, pattern: str) -> Iterator[Path]:
    """Find the samples of a format."""
    return iter(sorted((SAMPLES / folder).rglob(pattern)))
