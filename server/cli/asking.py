"""Asking the owner what an export leaves open, in a terminal; naming the option elsewhere."""

import shlex
import sys
from dataclasses import replace
from typing import Final

import click

from server.cli import owner_terminal
from store.engine.connections import Writer
from store.importers import DateOrder, NeedsAnswer, UnreadableExport
from store.imports.import_answers import (
    remember_columns,
    remember_date_order,
    remember_me,
    remembered_columns,
)
from store.imports.parser_process import Answers
from store.text.quoting import named, quote
from tools.clean import clean_for_terminal

OPTIONS_SHOWN: Final = 20
DATE_ORDERS: Final[dict[str, DateOrder]] = {
    "day-first": "day first",
    "month-first": "month first",
    "year-first": "year first",
}


class NotAnswered(UnreadableExport):
    """Nobody is there to answer; the message ends with the option that does."""

    def __init__(self, need: NeedsAnswer) -> None:
        super().__init__(f"{need} Answer with: {_options_that_answer(need)}")


def answered(writer: Writer, format_name: str, answers: Answers, need: NeedsAnswer) -> Answers:
    """The answers with one more, which is remembered.

    Raises: NotAnswered without a terminal; UnreadableExport when the owner has no answer either.
    """
    if need.question == "columns":
        known = remembered_columns(writer, need.options)
        if known and known != answers.columns:
            return replace(answers, columns=known)
    if not sys.stdin.isatty() or owner_terminal.why_not_the_owner():
        raise NotAnswered(need)
    click.echo(clean_for_terminal(str(need)), err=True)
    match need.question:
        case "me":
            label = _choose(need, "Which of these are you? (0: none of them)")
            remember_me(writer, [label])
            return replace(answers, me=(*answers.me, label))
        case "date order":
            order = _choose(need, "How are dates written there? (0: I do not know)")
            chosen = next(each for each in DATE_ORDERS.values() if each == order)
            remember_date_order(writer, format_name, chosen)
            return replace(answers, date_order=chosen)
        case _:
            columns = _ask_columns(need)
            remember_columns(writer, need.options, columns)
            return replace(answers, columns=columns)


def which_are_yours(claims: list[str]) -> list[str]:
    """Ask at their terminal which accounts are the owner's, all in one question; else none."""
    if not sys.stdin.isatty() or owner_terminal.why_not_the_owner():
        return []
    click.echo("Exports call these accounts their own:", err=True)
    for number, claim in enumerate(claims, start=1):
        click.echo(f"  {number}  {named(claim)}", err=True)
    told = click.prompt(
        "Which of them are yours? (numbers; 0: none)", default="0", show_default=False, err=True
    )
    numbers = {int(word) for word in told.replace(",", " ").split() if word.isdecimal()}
    return [claim for number, claim in enumerate(claims, start=1) if number in numbers]


def _choose(need: NeedsAnswer, question: str) -> str:
    shown = need.options[:OPTIONS_SHOWN]
    for number, option in enumerate(shown, start=1):
        click.echo(
            f"  {number}  {option if need.question == 'date order' else named(option)}", err=True
        )
    if len(need.options) > len(shown):
        click.echo(f"  … and {len(need.options) - len(shown):,} more", err=True)
    number = click.prompt(question, type=click.IntRange(0, len(shown)), err=True)
    if number == 0:
        raise NotAnswered(need)
    return shown[number - 1]


def _ask_columns(need: NeedsAnswer) -> tuple[tuple[str, str], ...]:
    click.echo("What do the columns mean? NUMBER=FIELD, an empty line ends.", err=True)
    for number, heading in enumerate(need.options, start=1):
        click.echo(f"  {number}  {quote(heading)}", err=True)
    columns: list[tuple[str, str]] = []
    while line := click.prompt("Column", default="", show_default=False, err=True).strip():
        which, _, field = line.partition("=")
        if field and which.strip().isdecimal() and 1 <= int(which) <= len(need.options):
            columns.append((need.options[int(which) - 1], field.strip()))
        else:
            click.echo("Write it like this: 2=email", err=True)
    if not columns:
        raise NotAnswered(need)
    return tuple(columns)


def _options_that_answer(need: NeedsAnswer) -> str:
    match need.question:
        case "me":
            return " or ".join(
                f"--me {shlex.quote(option)}" for option in need.options[:OPTIONS_SHOWN]
            )
        case "date order":
            return " or ".join(f"--date-order {each.replace(' ', '-')}" for each in need.options)
        case _:
            headings = need.options[:OPTIONS_SHOWN]
            return " ".join(f"--map {shlex.quote(f'{heading}=FIELD')}" for heading in headings)
