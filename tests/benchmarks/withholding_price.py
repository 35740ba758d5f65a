"""What each value of `settings sensitive` costs: how much of the demo an assistant does not get.

Run: python -m tests.benchmarks.withholding_price
"""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from mcp import Client

from server.mcp.build import build_server
from server.settings import Settings
from store.memory import open_writer
from store.sharing.choices import choose
from tests.running import environment, fixed_settings, kinkeeper, structured

MARKS: Final = tuple(f"[withheld: {kind}" for kind in ("health", "money", "family", "address"))
_VALUES: Final = ("withhold", "grave", "share")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


async def _price(settings: Settings, value: str) -> None:
    with open_writer(settings.memory_path) as writer:
        choose(writer, "sensitive", value)
        choose(writer, "disclosure_budget", "none")
        names = [row["ref"] for row in writer.all("SELECT ref FROM contact WHERE NOT is_owner")]
        conversations = [row["ref"] for row in writer.all("SELECT ref FROM conversation")]
    lines = withheld = words = words_withheld = 0
    async with Client(build_server(settings)) as client:
        for name in names:
            told = await client.call_tool("brief_me", {"person": name})
            if told.is_error:
                continue
            for section in structured(told)["sections"].values():
                for line in section if isinstance(section, list) else [section]:
                    lines += 1
                    withheld += any(mark in text for text in _strings(line) for mark in MARKS)
        for ref in conversations:
            cursor: str | None = ""
            while cursor is not None:
                arguments = {"ref": ref, **({"cursor": cursor} if cursor else {})}
                told = await client.call_tool("read_context", arguments)
                if told.is_error:
                    break
                answer = structured(told)
                for message in answer["messages"]:
                    words += 1
                    words_withheld += any(
                        mark in text for text in _strings(message) for mark in MARKS
                    )
                cursor = answer.get("next_cursor")
    print(
        f"{value:9} lines of briefings withheld {withheld}/{lines} ({withheld / lines:.1%}),"
        f" messages {words_withheld}/{words} ({words_withheld / max(words, 1):.1%})"
    )


def main() -> None:
    """Print the price of each value on the demo."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        made = kinkeeper("demo", "--home", home, env=environment(home, Path(folder)))
        assert made.returncode == 0, made.stderr
        for value in _VALUES:
            asyncio.run(_price(fixed_settings(home, Path(folder) / "cache"), value))


if __name__ == "__main__":
    main()
