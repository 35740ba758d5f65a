"""`kinkeeper settings`: what the owner chose about what assistants get."""

import textwrap

import click

from server.cli.errors import with_plain_errors
from server.cli.session import ask_memory, echo_json
from server.settings import load_settings
from store.memory import open_writer
from store.sharing.choices import (
    SETTINGS,
    Setting,
    check_choice,
    choose,
    chosen_values,
    setting_named,
)


@click.command("settings")
@click.argument("name", required=False)
@click.argument("value", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@with_plain_errors
def command(name: str | None, value: str | None, as_json: bool) -> None:
    """Show the settings, each with its reason and safe value, or set one.

    A running server goes by a change at once. Nothing that an assistant says overrides them.

    \b
    Example:
      kinkeeper settings disclosure_budget 200
    """
    shown = SETTINGS if name is None else (setting_named(name),)
    if name is not None and value is not None:
        check_choice(name, value)
        with open_writer(load_settings().memory_path) as writer:
            choose(writer, name, value)
    now = ask_memory(lambda memory: chosen_values(memory.reader))
    if as_json:
        echo_json({setting.name: now[setting.name] for setting in shown})
        return
    for setting in shown:
        click.echo(_text(setting, now[setting.name]))


def _text(setting: Setting, now: str) -> str:
    values = [*(["a number"] if setting.number else []), *setting.values]
    head = f"{setting.name} = {now}  (safe: {setting.default}; can be {', '.join(values)})"
    return head + "\n" + textwrap.indent(textwrap.fill(setting.reason, 84), "    ")
