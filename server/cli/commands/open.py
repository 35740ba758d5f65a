"""`kinkeeper open`: let assistants see one withheld item for a time."""

import re
from datetime import datetime
from typing import Final

import click

from server.cli.errors import with_plain_errors
from server.cli.session import ask_memory, echo_json
from server.settings import load_settings
from store.memory import open_writer
from store.sharing.opened import close_items, open_item, opened_items
from tools.memory import Memory

_DURATION: Final = re.compile(r"(\d{1,4})(m|h|d)")
_SECONDS: Final = {"m": 60, "h": 3_600, "d": 86_400}
LONGEST_DAYS: Final = 30


class Duration(click.ParamType[int]):
    """A time such as `30m`, `1h` or `1d`, in seconds."""

    name = "duration"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """The seconds that a duration stands for."""
        found = _DURATION.fullmatch(str(value))
        seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
        if not 0 < seconds <= LONGEST_DAYS * _SECONDS["d"]:
            self.fail(f"write it as 30m, 1h or 1d, at most {LONGEST_DAYS}d", param, ctx)
        return seconds


@click.command("open")
@click.argument("ref", required=False)
@click.option(
    "--for", "seconds", type=Duration(), default="1h", show_default=True, help="How long."
)
@click.option("--close", is_flag=True, help="Withhold it again; without REF, everything.")
@click.option("--json", "as_json", is_flag=True, help="Print what is open as JSON.")
@with_plain_errors
def command(ref: str | None, seconds: int, close: bool, as_json: bool) -> None:
    """Let assistants see a withheld message, note, life event or contact for a time.

    Of a contact: the name, the addresses, how you met, why they matter.

    Cards, bank accounts, identity numbers, keys, passwords and codes never leave all the same.
    Without REF: what is open now.

    \b
    Example:
      kinkeeper open m_4k2v9qx --for 1h
    """
    settings = load_settings()
    if close:
        with open_writer(settings.memory_path) as writer:
            closed = close_items(writer, settings.now(), ref)
        click.echo(f"{closed} withheld again.")
        return
    if ref is not None:
        with open_writer(settings.memory_path) as writer:
            open_item(writer, ref, settings.now() + seconds)
    opened, until = ask_memory(_open_now)
    if as_json:
        echo_json(opened)
        return
    for each in opened:
        click.echo(f"{each} is open to assistants until {until[each]}")
    if not opened:
        click.echo("Nothing is open.")


async def _open_now(memory: Memory) -> tuple[dict[str, str], dict[str, str]]:
    found = await opened_items(memory.reader, memory.now())
    return (
        {ref: datetime.fromtimestamp(end, memory.zone).isoformat() for ref, end in found.items()},
        {ref: memory.when(end) for ref, end in found.items()},
    )
