"""Running the real command, and asking the real server, from the tests."""

import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import pytest
from mcp.types import CallToolResult, TextContent

from server.cli import main
from server.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[1]
COMMAND: Final = (sys.executable, str(ROOT / "kinkeeper.py"))
NOW: Final = "2026-11-20T09:00:00+00:00"
ERAS: Final = ("auto", "legacy")
SECONDS: Final = 60  # for what would hang; nothing is measured by it


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


def kinkeeper_process(
    *arguments: str | Path, env: Mapping[str, str], prefix: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run the command as a script would; nothing that it does may end in a traceback.

    For what a process alone can show. A dozen commands are slow to start: see `kinkeeper`. It has a
    session of its own, and so no terminal. prefix: what starts it; `script` takes it as one word.
    """
    command = [*COMMAND, *map(str, arguments)]
    if "script" in prefix:
        command = [shlex.join(command), "/dev/null"]
    done = subprocess.run(
        [*prefix, *command],
        env=dict(env),
        start_new_session=True,
        input="",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def kinkeeper(
    *arguments: str | Path, env: Mapping[str, str], stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, without a terminal, as `kinkeeper_process` does in its own.

    It has a thread to itself, because it starts an event loop, which its caller may have already.
    """
    typed = ["kinkeeper", *map(str, arguments)]
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_run_here, typed, env, stdin).result()


def _run_here(
    typed: list[str], env: Mapping[str, str], stdin: str
) -> subprocess.CompletedProcess[str]:
    given, said, told = (
        io.TextIOWrapper(io.BytesIO(text), "utf-8", write_through=True)
        for text in (stdin.encode(), b"", b"")
    )
    umask = os.umask(0o022)
    try:
        with (
            patch.dict(os.environ, env, clear=True),
            patch.multiple(sys, argv=typed, stdin=given, stdout=said, stderr=told),
            pytest.raises(SystemExit) as end,
        ):
            main()
    finally:
        os.umask(umask)
    code = end.value.code
    assert isinstance(code, int)
    for stream in (said, told):
        stream.seek(0)
    return subprocess.CompletedProcess(typed, code, said.read(), told.read())


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
