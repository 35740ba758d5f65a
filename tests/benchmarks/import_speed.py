"""How fast exports come into the memory, from the file to the commit with its words searchable.

    python -m tests.benchmarks.import_speed [messages|cards|linkedin|linking] [HOW_MANY]

messages: a Telegram account export; cards: an address book (vCard); linkedin: its messages.csv;
linking: who is who among cards and five times as many accounts, and the suggestions.
Exports are made up, in a temporary folder. CPU is that of this process and of the one that parses;
what both take counts, because they run beside each other.
"""

import csv
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from store.imports.import_run import import_export
from store.imports.parser_process import Answers, find_apart
from store.imports.settling import settle_imports
from tests.benchmarks.identity import scale
from tests.made_exports import NOW, OWNER, made_memory

_WORDS = (
    "the lamp is broken again and I will bring tea to the harbour on friday with Bo because nobody"
    " else could come around noon please remember tickets boat"
).split()
_chance = random.Random(3)  # noqa: S311 nothing secret


def _said() -> str:
    words = _chance.choices(_WORDS, k=_chance.randint(3, 25))
    return f"{' '.join(words)} n{_chance.randrange(100_000)}"


def messages(path: Path, count: int) -> Path:
    """A Telegram export with chats of 500 messages."""
    chats = []
    for chat in range(0, count, 500):
        other = {"from": f"Person {chat}", "from_id": f"user{chat + 2}"}
        lines = [
            {
                "id": number,
                "type": "message",
                "date_unixtime": str(1_600_000_000 + chat + number * 40_000),
                "text": _said(),
                **_chance.choice([{"from": "Nora", "from_id": "user1"}, other]),
            }
            for number in range(min(500, count - chat))
        ]
        about = {"name": f"Person {chat}", "type": "personal_chat", "id": chat + 2}
        chats.append({**about, "messages": lines})
    owner = {"user_id": 1, "first_name": "Nora"}
    export = {"personal_information": owner, "chats": {"list": chats}}
    file = path / "result.json"
    file.write_text(json.dumps(export, indent=1), encoding="utf-8")
    return file


def cards(path: Path, count: int) -> Path:
    """An address book."""
    file = path / "cards.vcf"
    with file.open("w", encoding="utf-8", newline="") as book:
        for number in range(count):
            lines = (
                "BEGIN:VCARD",
                "VERSION:3.0",
                f"UID:u{number}",
                f"FN:Ana{number % 977} Family{number}",
                f"N:Family{number};Ana{number % 977};;;",
                f"EMAIL;TYPE=WORK:p{number}@example.org",
                f"TEL;TYPE=CELL:+3519227{number:05}",
                f"ORG:Company {number % 300}",
                "TITLE:Engineer",
                f"BDAY:19{60 + number % 39}-0{1 + number % 9}-1{number % 9}",
                f"NOTE:{_said()}",
                f"CATEGORIES:Friends,Porto{number % 20}",
                "END:VCARD",
                "",
            )
            book.write("\r\n".join(lines))
    return file


def linkedin(path: Path, count: int) -> Path:
    """LinkedIn's messages, four in a conversation."""
    file = path / "messages.csv"
    head = (
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE"
    )
    nora = ("Nora Lind", "https://www.linkedin.com/in/nora-lind")
    with file.open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table)
        rows.writerow([*head.split(","), "SUBJECT", "CONTENT", "FOLDER"])
        for number in range(count):
            chat = number // 4
            other = (f"Person {chat}", f"https://www.linkedin.com/in/person-{chat}")
            by, to = (nora, other) if number % 2 else (other, nora)
            when = f"20{10 + chat % 15}-0{1 + chat % 9}-1{number % 4} 10:{number % 60:02}:00 UTC"
            rows.writerow([f"c{chat}", "", *by, *to, when, "", _said(), "INBOX"])
    return file


def _cpu() -> float:
    if sys.platform == "win32":
        return time.process_time()
    import resource

    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, both))


def measure(make: Callable[[Path, int], Path], count: int) -> None:
    """Print what an import of so many records takes."""
    with tempfile.TemporaryDirectory() as folder, made_memory(Path(folder)) as writer:
        file = make(Path(folder), count)
        start, cpu = time.perf_counter(), _cpu()
        own = time.process_time()
        for export in find_apart([file], None, {}).exports:
            answers = Answers(OWNER.zone, (OWNER.name,))
            summary = import_export(writer, export, answers, {}, OWNER, NOW, lambda _d, _a: None)
            settle_imports(writer, NOW)
            wall = time.perf_counter() - start
            print(
                f"{make.__name__}: {summary.read:,} records in {wall:.1f} s,"
                f" {summary.read / wall:,.0f}/s; CPU {_cpu() - cpu:.1f} s,"
                f" of which storing {time.process_time() - own:.1f} s"
            )
    if sys.platform != "win32":
        import resource

        for who, usage in (
            ("storing", resource.RUSAGE_SELF),
            ("parsing", resource.RUSAGE_CHILDREN),
        ):
            print(f"  peak memory, {who}: {resource.getrusage(usage).ru_maxrss / 1024:,.0f} MB")


_EXPORTS: dict[str, tuple[Callable[[Path, int], Path], int]] = {
    "messages": (messages, 100_000),
    "cards": (cards, 20_000),
    "linkedin": (linkedin, 20_000),
}


def main() -> None:
    """Print the figures of what was asked for, or of everything."""
    for name in sys.argv[1:2] or [*_EXPORTS, "linking"]:
        make, count = _EXPORTS.get(name, (None, 20_000))
        count = int(sys.argv[2]) if len(sys.argv) > 2 else count
        if make is None:
            scale(count)
        else:
            measure(make, count)


if __name__ == "__main__":
    main()
