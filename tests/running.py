"""Running the real command, and asking the real server, from the tests."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mcp.types import CallToolResult, TextContent

from server.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[1]
COMMAND: Final = (sys.executable, str(ROOT / "kinkeeper.py"))
NOW: Final = "2026-11-20T09:00:00+00:00"
ERAS: Final = ("auto", "legacy")
SECONDS: Final = 60


def environment(home: Path, cache: Path, **more: str) -> dict[str, str]:
    """The environment of a test's own memory, with the toy model and a clock that stands."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("KINKEEPER")},
        "KINKEEPER_HOME": str(home),
        "KINKEEPER_CACHE": str(cache),
        "KINKEEPER_MODEL": "toy",
        "KINKEEPER_NOW": NOW,
        **more,
    }


def kinkeeper(
    *arguments: str | Path, env: Mapping[str, str], stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would; nothing that it does may end in a traceback."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=dict(env),
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def fixed_settings(home: Path, cache: Path, model: str = "toy") -> Settings:
    """Settings for a server in the tests' own process."""
    return Settings(home=home, cache=cache, model=model, clock=lambda: datetime.fromisoformat(NOW))


def text_of(answer: CallToolResult) -> str:
    """The text beside the structured answer, or the error."""
    return "\n".join(part.text for part in answer.content if isinstance(part, TextContent))


def structured(answer: CallToolResult) -> dict[str, Any]:
    """The structured answer of a call that must have worked."""
    assert not answer.is_error, text_of(answer)
    assert answer.structured_content is not None
    content: dict[str, Any] = answer.structured_content
    assert json.loads(text_of(answer)) == content
    return content
