"""An importer that does what its file says, for the tests of the process that parses.

The process imports the module that an `Export` names, so that a test can name this one.
"""

import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from store.importers import NeedsAnswer, ReadingContext, UnreadableExport
from store.importers.records import Account, Conversation, Message, Record, SourceInfo
from store.imports.find_exports import Export

if sys.platform == "win32":
    KILL: Final = signal.SIGTERM
else:
    KILL: Final = signal.SIGKILL
ANNA = Account("telegram", "user7", "Anna Holm")


class ObedientImporter:
    """First as many messages as the file's first line says, then what its second line says."""

    format = "obedient"
    title = "Obedient"

    def recognises(self, _path: Path, _head: bytes) -> bool:
        """See `Importer.recognises`."""
        return False

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        count, deed = stream.read().decode().split()
        yield SourceInfo("telegram", "user1", "Obedient")
        if deed == "ask" and "Anna" not in context.me:
            raise NeedsAnswer("me", "Who are you in this chat?", ["Anna", "Bo Ek"])
        yield Conversation("a", "direct", "Anna", (ANNA,))
        for number in range(int(count)):
            yield Message(f"a/{number}", "a", ANNA, None, f"word{number}")
        _do(deed)


def _do(deed: str) -> None:
    match deed:
        case "spin":
            while True:
                pass
        case "regex":
            re.match(r"(a+)+$", "a" * 40 + "b")
        case "eat":
            eaten = []
            while True:
                eaten.append(bytearray(16 * 1024 * 1024))
        case "print":
            print("not a record", flush=True)  # noqa: T201 a library that talks must do no harm
        case "garbage":
            # What a parser that was taken over would do.
            for descriptor in range(3, 20):
                try:
                    os.write(descriptor, b"\x00\x00\x00\x02{}")
                except OSError:
                    continue
        case "die":
            os.abort()
        case "kill":
            os.kill(os.getpid(), KILL)
        case "fail":
            raise KeyError("somebody's words")
        case "refuse":
            raise UnreadableExport("it breaks off.")


IMPORTER = ObedientImporter()


def obedient(file: Path, count: int, deed: str) -> Export:
    """Write a file that has the importer do something, as an export."""
    file.write_text(f"{count} {deed}", encoding="utf-8")
    return Export(file, file.name, "obedient", "Obedient", __name__)
