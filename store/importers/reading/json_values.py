"""Values of a JSON export, whatever is in their place."""

from datetime import UTC, datetime
from typing import Any

from store.importers import ExportFolder, UnreadableExport
from store.importers.reading.json_stream import JsonDamageError, JsonStream
from store.importers.reading.storable import storable


def text_in(value: Any) -> str:
    """A text, fit for a database and without space around it; empty when it is not one."""
    return storable(value).strip() if isinstance(value, str) else ""


def list_in(value: Any) -> list[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def object_in(value: Any) -> dict[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects_in(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; anything else in it is passed over."""
    return [each for each in list_in(value) if isinstance(each, dict)]


def moment_in(value: Any) -> datetime | None:
    """An ISO 8601 instant with its zone, or else UTC; None when it is not one."""
    try:
        found = datetime.fromisoformat(text_in(value))
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware if 1970 < aware.year < 2200 else None


def object_file(folder: ExportFolder, file: str) -> dict[str, Any]:
    """A small file that holds one object; an empty one when it cannot be read."""
    try:
        with folder.open(file) as stream:
            return object_in(JsonStream(stream).value())
    except (JsonDamageError, UnreadableExport):
        return {}
