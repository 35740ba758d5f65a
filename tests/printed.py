"""What of the documents is printed from the code: docs/reference.md, and marked parts of others.

A marked part stands between `<!-- printed: NAME -->` and `<!-- end -->`. After a change of the
code `make docs` writes them anew:

    python -m tests.printed
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from server.cli import SECTIONS
from server.cli.exit_codes import EXIT_CODES
from server.cli.who_may import RULES, Who
from server.settings import VARIABLES
from store.importers import all_folder_importers, all_importers
from store.sharing.choices import SETTINGS
from tests import reference_commands, reference_tools
from tests.attack_classes import attack_table, limit_lines
from tests.markdown import bullet, table
from tests.rooms import rooms, top_folders
from tests.running import ROOT

REFERENCE: Final = ROOT / "docs" / "reference.md"
PART: Final = re.compile(r"(<!-- printed: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def tools() -> str:
    """Every tool with the first sentence of what it says of itself."""
    told = [(tool.name, first_sentence(tool.description)) for tool in reference_tools.all_tools()]
    return table(("tool", "does"), *((f"`{name}`", does) for name, does in told))


def first_sentence(text: str) -> str:
    """The first sentence of a text, without its full stop."""
    return re.split(r"\.(?:\s|$)", " ".join(text.split()), maxsplit=1)[0]


def commands() -> str:
    """The commands, section by section."""
    return table(
        ("`kinkeeper …`", "does"),
        *(
            (", ".join(f"`{name}`" for name in named), section)
            for section, named in SECTIONS.items()
        ),
    )


def who_may() -> str:
    """Where each command may run, class by class."""
    classes: dict[Who, list[str]] = {who: [] for who in Who}
    for name, rule in RULES.items():
        only_shows = " (shows: anywhere)" if rule.shows else ""
        classes[rule.who].append(f"`{name}`{only_shows}")
        if sharper := rule.sharper:
            classes[sharper.who].append(f"`{name}` {sharper.what}")
    return table(
        ("runs", "commands"), *((who.value, ", ".join(named)) for who, named in classes.items())
    )


def variables() -> str:
    """The variables of the environment."""
    return table(("variable", "meaning"), *((f"`{each.name}`", each.meaning) for each in VARIABLES))


def exit_codes() -> str:
    """The exit codes."""
    return table(
        ("exit code", "meaning"), *((str(each.number), each.meaning) for each in EXIT_CODES)
    )


def formats() -> str:
    """The formats that `import --as` knows; one may be read as a file and as a folder."""
    titles: dict[str, list[str]] = {}
    named = [(each.format, each.title) for each in all_importers()]
    named += [(each.format, each.title) for each in all_folder_importers()]
    for name, title in named:
        titles.setdefault(name, []).append(title)
    return table(
        ("format", "export"),
        *((f"`{name}`", "; ".join(titles[name])) for name in sorted(titles)),
    )


def settings() -> Iterator[str]:
    """What the owner chooses about what assistants get."""
    for each in SETTINGS:
        values = [f"`{value}`" for value in each.values] + (["a number"] if each.number else [])
        yield bullet(f"`{each.name}`: {', '.join(values)}; default `{each.default}`. {each.reason}")


def reference() -> str:
    """The whole of docs/reference.md."""
    lines = [
        "# Reference",
        "",
        "Printed from the code by `make docs`.",
        "",
        "## Commands",
        "",
        "Each has `--help`, which says the same. What stands in brackets may be left out.",
        "",
        *reference_commands.commands(),
        "## Who may run what",
        "",
        who_may(),
        "",
        "## Formats",
        "",
        "What `kinkeeper import --as FORMAT` knows. How to get each: [importing.md](importing.md).",
        "",
        formats(),
        "",
        "## Tools",
        "",
        *reference_tools.tools(),
        "## Resources",
        "",
        *reference_tools.resources(),
        "",
        "## Prompts",
        "",
        *reference_tools.prompts(),
        "",
        "## Settings",
        "",
        "`kinkeeper settings NAME VALUE` sets one; they are kept in the memory.",
        "",
        *settings(),
        "",
        "## Variables",
        "",
        variables(),
        "",
        "## Exit codes",
        "",
        exit_codes(),
    ]
    return "\n".join(lines) + "\n"


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "tools": tools,
    "commands": commands,
    "who may": who_may,
    "variables": variables,
    "exit codes": exit_codes,
    "folders": top_folders,
    "rooms": rooms,
    "attacks": attack_table,
    "limits of attacks": lambda: "\n".join(limit_lines()),
}


def printed_documents() -> dict[Path, str]:
    """Every document with printed parts, as it has to read."""
    found = {REFERENCE: reference()}
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]):
        text = path.read_text("utf-8")
        if path != REFERENCE and PART.search(text):
            found[path] = PART.sub(
                lambda part: f"{part[1]}{PARTS[part[2]]()}\n{part[3]}",
                text,
            )
    return found


def write() -> None:
    """Write every printed document anew."""
    for path, text in printed_documents().items():
        path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    write()
