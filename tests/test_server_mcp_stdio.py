"""The server as a process of its own: the wire, how it ends, and what it does not load."""

import json
import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.settings import Settings
from tests.running import COMMAND, ERAS, NOW, SECONDS, environment
from tests.wire import serving

# Starts the server on its own streams and waits to be killed.
CLIENT_THAT_DIES = """
import subprocess, sys, time
subprocess.Popen(sys.argv[1:])
print("started", file=sys.stderr, flush=True)
time.sleep(600)
"""
FORBIDDEN = {"torch", "transformers", "sentence_transformers", "onnxruntime", "numpy", "tokenizers"}
NOT_NEEDED = {"phonenumbers", "email_validator", "huggingface_hub", "sqlite_vec", "ijson"}


@pytest.fixture
def env(demo: Settings) -> dict[str, str]:
    return environment(demo.home, demo.cache)


@pytest.mark.parametrize("era", ERAS)
def test_only_messages_of_the_protocol_are_on_stdout_until_its_input_ends(
    env: dict[str, str], tmp_path: Path, era: str
) -> None:
    with serving(env, tmp_path / "stderr", era) as wire:
        assert wire.greet()["result"]["serverInfo" if era == "legacy" else "instructions"]
        assert len(wire.ask("tools/list")["result"]["tools"]) >= 5
        assert not wire.call("search_context", query="school").get("isError")
        assert not wire.call("brief_me", person="Alex Moreira").get("isError")
        assert wire.call("brief_me", person="Alex")["isError"]
        assert wire.hang_up() == 0
    for line in wire.lines:
        assert json.loads(line)["jsonrpc"] == "2.0"
    assert (tmp_path / "stderr").read_text() == ""


def test_it_ends_when_its_input_ends_before_a_word_was_said(
    env: dict[str, str], tmp_path: Path
) -> None:
    with serving(env, tmp_path / "stderr") as wire:
        assert wire.hang_up() == 0
    assert (tmp_path / "stderr").read_text() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_on_a_signal(env: dict[str, str], tmp_path: Path, number: signal.Signals) -> None:
    with serving(env, tmp_path / "stderr") as wire:
        wire.greet()
        wire.call("find_contacts")
        wire.process.send_signal(number)
        assert wire.process.wait(SECONDS) == -number
    assert "Traceback" not in (tmp_path / "stderr").read_text()


def test_it_ends_when_nobody_reads_its_answers_any_more(
    env: dict[str, str], tmp_path: Path
) -> None:
    output, theirs = os.pipe()
    process = subprocess.Popen(
        [*COMMAND, "serve"], env=env, stdin=subprocess.PIPE, stdout=theirs, stderr=subprocess.PIPE
    )
    os.close(theirs)
    os.close(output)
    with process:
        assert process.wait(SECONDS) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_it_ends_when_its_client_is_killed_and_the_streams_stay_open(
    env: dict[str, str], tmp_path: Path
) -> None:
    output, theirs = os.pipe()
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT_THAT_DIES, *COMMAND, "serve"],
        env=env,
        stdin=subprocess.PIPE,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(theirs)
    with client, os.fdopen(output) as answers:
        assert client.stdin is not None
        assert client.stderr is not None
        assert client.stderr.readline() == "started\n"
        client.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
        client.stdin.flush()
        assert json.loads(answers.readline())["id"] == 1  # it serves
        client.kill()
        client.wait(SECONDS)
        # Only the server holds the other end now: it is at its end when the server is.
        assert select.select([answers], [], [], SECONDS)[0]
        assert answers.read() == ""


@pytest.mark.parametrize("era", ERAS)
def test_nothing_heavy_is_loaded_to_answer_the_first_questions(
    env: dict[str, str], tmp_path: Path, era: str
) -> None:
    command = (COMMAND[0], "-X", "importtime", *COMMAND[1:], "serve")
    with serving(env, tmp_path / "stderr", era, command) as wire:
        wire.greet()
        wire.ask("tools/list")
        assert wire.hang_up() == 0
    loaded = re.findall(
        r"^import time:.*\| +(\S+)$", (tmp_path / "stderr").read_text(), re.MULTILINE
    )
    packages = {name.partition(".")[0] for name in loaded}
    assert "mcp" in packages
    assert not packages & FORBIDDEN
    assert not packages & NOT_NEEDED


def test_a_start_before_there_is_a_memory_makes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(environment(home, tmp_path / "cache"), tmp_path / "stderr") as wire:
        wire.greet()
        result = wire.call("brief_me", person="Alex")
        assert "kinkeeper init" in result["content"][0]["text"]
        assert wire.hang_up() == 0
    assert not home.exists()


def test_a_setting_that_cannot_be_used_ends_the_start_with_one_line(tmp_path: Path) -> None:
    env = environment(tmp_path, tmp_path, KINKEEPER_NOW=NOW.replace("+00:00", ""))
    with serving(env, tmp_path / "stderr") as wire:
        assert wire.process.wait(SECONDS) == 2
    assert "KINKEEPER_NOW" in (tmp_path / "stderr").read_text()
    assert wire.lines == []
