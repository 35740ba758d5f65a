"""`kinkeeper doctor`: is everything in order on this machine?"""

import json
import shutil
from dataclasses import asdict, replace
from typing import Final

import click

from embeddings.encoder import EncoderUnavailable
from embeddings.load import is_compiled
from server.cli.errors import with_plain_errors
from server.cli.exit_codes import FAILED, exit_code_of
from server.cli.owner_terminal import is_owners
from server.settings import Settings, load_settings
from server.version import VERSION
from store.engine.driver import sqlite_is_safe, sqlite_version
from store.engine.file_errors import DamagedMemory
from store.engine.health import Check, check_memory
from store.memory import open_writer
from store.people.owner_settings import load_owner_settings

_OF_THE_OWNER: Final = frozenset({"owner", "people", "imports"})
LITTLE_SPACE = 500 * 1024 * 1024


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@with_plain_errors
def command(as_json: bool) -> None:
    """Check this machine and your memory, and say what to do.

    \b
    Example:
      kinkeeper doctor
    """
    settings = load_settings()
    checks = _machine(settings)
    with open_writer(settings.memory_path) as writer:
        owner = load_owner_settings(writer)
        checks.append(
            Check(
                "owner",
                owner is not None,
                f"{owner.name}, {owner.zone}" if owner else "unknown; run: kinkeeper init",
            )
        )
        memory = check_memory(writer)
    checks += memory
    if not is_owners():
        checks = [_without_names(check) for check in checks]
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        for check in checks:
            click.echo(f"{'ok ' if check.fine else 'NOT'}  {check.name}: {check.finding}")
    if not all(check.fine for check in memory):
        click.echo(
            "The memory is not sound. Keep a copy of the folder; importing your exports into a new "
            "one (KINKEEPER_HOME) brings everything imported back.",
            err=True,
        )
        raise SystemExit(exit_code_of(DamagedMemory))
    if not all(check.fine for check in checks):
        raise SystemExit(FAILED)


def _without_names(check: Check) -> Check:
    """What a script is told of a check that may hold names, or count who is hidden."""
    if check.name not in _OF_THE_OWNER:
        return check
    return replace(check, finding="fine" if check.fine else "not fine")


def _machine(settings: Settings) -> list[Check]:
    return [
        Check("kinkeeper", True, VERSION),
        Check("sqlite", sqlite_is_safe(), sqlite_version()),
        Check("memory", True, str(settings.memory_path)),
        _space(settings),
        _model(settings),
    ]


def _space(settings: Settings) -> Check:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    return Check("free space", free > LITTLE_SPACE, f"{free / 1024**3:.1f} GB")


def _model(settings: Settings) -> Check:
    try:
        ready = is_compiled(settings.model, settings.cache / "models")
    except EncoderUnavailable as error:
        return Check("model", False, f"search works by words only: {error}")
    return Check(
        "model", True, settings.model if ready else "not prepared yet; run: kinkeeper index"
    )
