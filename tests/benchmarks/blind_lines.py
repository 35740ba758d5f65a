"""The detector on lines by other hands: recall and false alarms, by kind and language.

Run: python -m tests.benchmarks.blind_lines [FOLDER]… (each with never_out.jsonl, topics.jsonl and
harmless.jsonl; default: tests/data/blind_lines). `--missed` prints the lines that it fails on.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from store.sensitive import never_out, on_request, without

FOLDER: Final = Path(__file__).parents[1] / "data" / "blind_lines"


def lines_in(folders: list[Path], name: str) -> Iterator[dict[str, Any]]:
    """The lines of one file in each folder."""
    for folder in folders:
        if (folder / f"{name}.jsonl").exists():
            for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines():
                if line.strip():
                    yield json.loads(line)


def is_caught(line: dict[str, Any]) -> bool:
    """Whether nothing of the secret is left."""
    secrets = [line["secret"]] if isinstance(line["secret"], str) else line["secret"]
    left = without(line["text"], never_out(line["text"]))
    return not any(secret in left for secret in secrets)


def is_withheld(line: dict[str, Any]) -> bool:
    """Whether a line about a topic is withheld."""
    return bool(on_request(line["text"]))


def share(folders: list[Path], name: str, *, topics: bool = False) -> float:
    """The share of the lines of a file in which the detector finds something it is asked for."""
    found = [_found(line, name, topics) for line in lines_in(folders, name)]
    return sum(found) / len(found)


def _found(line: dict[str, Any], name: str, topics: bool) -> bool:
    if name == "never_out":
        return is_caught(line)
    if name == "topics" or topics:
        return is_withheld(line)
    return bool(never_out(line["text"]))


def _print(folders: list[Path], name: str, by: str, *, topics: bool, missed: bool) -> None:
    total, found = Counter[str](), Counter[str]()
    wanted = name != "harmless"
    for line in lines_in(folders, name):
        is_found = _found(line, name, topics)
        for key in (str(line.get(by) or "plain talk")[:28], line["lang"], "in all"):
            total[key] += 1
            found[key] += is_found
        if missed and is_found != wanted:
            print(f"  - {line['lang']} {line.get(by)}: {line['text']!r} {line.get('secret', '')}")
    what = "topics in harmless lines" if topics else name
    for key in sorted(total) if by != "near" else [k for k in sorted(total) if len(k) < 8]:
        print(f"  {what:24} {key:28} {found[key]:4}/{total[key]:<4} {found[key] / total[key]:7.1%}")


def main() -> None:
    """Print the figures of each folder."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--missed"]
    folders = [Path(each) for each in arguments] or sorted(FOLDER.iterdir())
    missed = "--missed" in sys.argv
    for name, by, topics in (
        ("never_out", "kind", False), ("topics", "topic", False),
        ("harmless", "near", False), ("harmless", "near", True),
    ):  # fmt: skip
        _print(folders, name, by, topics=topics, missed=missed)


if __name__ == "__main__":
    main()
