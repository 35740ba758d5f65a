"""Pairs of a made-up export and what an importer has to find in it.

`tests/data/importers/<format>/<case>.<extension>` stands beside `<case>.expected.json`. After a
change that is meant, write the expected files anew and read the difference before keeping it:

    python -m tests.golden
"""

import dataclasses
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from store.importers import Importer, ReadingContext, all_importers
from store.importers.records import Record

FOLDER = Path(__file__).parent / "data" / "importers"
ZONE = "Europe/Stockholm"


def importer_of(format_: str) -> Importer:
    """Find an importer by its short name."""
    return next(each for each in all_importers() if each.format == format_)


def cases(format_: str) -> list[Path]:
    """List the made-up exports of a format."""
    files = sorted((FOLDER / format_).iterdir())
    return [path for path in files if not path.name.endswith(".expected.json")]


def expected_path(case: Path) -> Path:
    """Name the file that holds what has to be found in a case."""
    return case.with_name(f"{case.stem}.expected.json")


def found_in(case: Path) -> list[dict[str, Any]]:
    """Read a case with its importer, as plain JSON values without the fields left at default."""
    with case.open("rb") as stream:
        # Who wrote in a Telegram group is otherwise asked.
        me = (f"nobody in {case.name}",) if case.parent.name == "telegram" else ()
        context = ReadingContext(name=case.name, zone=ZONE, me=me)
        return plain(importer_of(case.parent.name).extract(stream, context))


def plain(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Make JSON values of records."""
    return [_plain(record) for record in records]


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        told = {
            each.name: _plain(getattr(value, each.name))
            for each in dataclasses.fields(value)
            if getattr(value, each.name) != each.default
        }
        return {"record": type(value).__name__, **told}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def write_expected() -> None:
    """Write the expected file of every case from what is found now."""
    for folder in sorted(FOLDER.iterdir()):
        if folder.is_dir():
            for case in cases(folder.name):
                text = json.dumps(found_in(case), indent=1, ensure_ascii=False)
                expected_path(case).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    write_expected()
