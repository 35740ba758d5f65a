"""Making the program reach out: links, pictures and addresses in exports, names of models

Every process of the command runs with a hook that notes each look-up of a name and each
connection to anything but a socket of this machine's own files.
"""

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from server.settings import Settings
from tests.running import ROOT, environment, kinkeeper_process
from tests.wire import serving

HOOK: Final = """
import os, sys

def note(event, arguments):
    if event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg",
                 "urllib.Request", "http.client.connect", "smtplib.connect", "ftplib.connect"}:
        told = repr(arguments)
    elif event == "socket.connect" and not isinstance(arguments[1], (str, bytes)):
        told = repr(arguments[1])
    else:
        return
    with open(os.environ["NOTES_OF_CONNECTIONS"], "a") as notes:
        notes.write(f"{event} {told}\\n")

sys.addaudithook(note)
"""
FAR: Final = "collect.example"
MAIL: Final = f"""\
From: Bo <bo@x.example>
To: nora@lind.example
Subject: pictures
Message-ID: <1@x.example>
Date: Tue, 3 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8
Disposition-Notification-To: bo@{FAR}
List-Unsubscribe: <https://{FAR}/u?1>

<html><head><link rel="stylesheet" href="https://{FAR}/a.css"></head><body>
<img src="https://{FAR}/p.png"><iframe src="//{FAR}/f"></iframe>
<p background="http://{FAR}/b">Hi, look</p></body></html>
"""
CARD: Final = f"""\
BEGIN:VCARD
VERSION:4.0
FN:Bo Ek
PHOTO:https://{FAR}/bo.png
SOUND;VALUE=uri:http://{FAR}/bo.ogg
SOURCE:https://{FAR}/bo.vcf
KEY:https://{FAR}/bo.asc
URL:https://{FAR}/
MEMBER:mailto:x@{FAR}
EMAIL:bo@{FAR}
END:VCARD
"""
EVENT: Final = f"""\
BEGIN:VCALENDAR
VERSION:2.0
X-WR-TIMEZONE:http://{FAR}/zone
BEGIN:VTIMEZONE
TZID:Far
TZURL:https://{FAR}/tz.ics
BEGIN:STANDARD
DTSTART:20200101T000000
TZOFFSETFROM:+0100
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTART;TZID=Far:20261103T100000
SUMMARY:Lunch
ATTACH:https://{FAR}/menu.pdf
URL:https://{FAR}/
CONFERENCE;VALUE=URI:https://{FAR}/call
ORGANIZER:mailto:bo@{FAR}
ATTENDEE:mailto:nora@lind.example
END:VEVENT
END:VCALENDAR
"""
TELEGRAM: Final = json.dumps(
    {
        "name": "Bo",
        "type": "personal_chat",
        "id": 7,
        "messages": [
            {
                "id": 1,
                "type": "message",
                "date": "2026-11-03T10:00:00",
                "date_unixtime": "1793700000",
                "from": "Bo",
                "from_id": "user7",
                "photo": f"https://{FAR}/x.jpg",
                "text": [{"type": "link", "text": f"https://{FAR}/"}],
            }
        ],
    }
)
WHATSAPP: Final = f"""\
03/11/2026, 10:00 - Bo: https://{FAR}/video
03/11/2026, 10:01 - Nora: look at www.{FAR}
"""
FEED: Final = f"""\
<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "http://{FAR}/a">
<!ENTITY % b SYSTEM "http://{FAR}/b"> %b;]><x>&a;</x>
"""
NOTE: Final = f"""\
---
type: person
name: Bo Ek
photo: https://{FAR}/bo.png
---
![Bo](https://{FAR}/bo.png) [[{FAR}]] <img src="https://{FAR}/x">
"""


class Attempt(NamedTuple):
    """arguments: of the command. file, text: what lies beside it. env: more of the environment."""

    name: str
    arguments: tuple[str, ...] = ()
    file: str = ""
    text: str = ""
    env: tuple[tuple[str, str], ...] = ()


def _import(name: str, file: str, text: str) -> Attempt:
    return Attempt(f"import: {name}", ("import", "{file}", "--no-index"), file, text)


_PROXY: Final = (("HTTPS_PROXY", f"http://{FAR}:80"), ("HF_ENDPOINT", f"http://{FAR}"))
ATTEMPTS: Final = (
    _import("a mail with pictures and styles from afar", "a.eml", MAIL),
    _import("a mailbox with the same", "a.mbox", f"From bo Tue Nov  3 10:00:00 2026\n{MAIL}\n"),
    _import("a card with a picture, a key and a source", "a.vcf", CARD),
    _import("an invitation with files and a zone from afar", "a.ics", EVENT),
    _import("a chat whose picture is an address", "result.json", TELEGRAM),
    _import("a chat with links", "WhatsApp Chat with Bo.txt", WHATSAPP),
    _import("entities of XML", "a.xml", FEED),
    _import("a note with pictures", "Bo.md", NOTE),
    Attempt("import: an address instead of a file", ("import", f"https://{FAR}/a.vcf")),
    Attempt("import: a share of another computer", ("import", f"//{FAR}/share/a.vcf")),
    Attempt("index: a model that is not here", ("index",), env=(("KINKEEPER_MODEL", "far/away"),)),
    Attempt(
        "index: a model by its address",
        ("index",),
        env=(("KINKEEPER_MODEL", f"https://{FAR}/model"), *_PROXY),
    ),
    Attempt("search: a link", ("search", f"https://{FAR}/"), env=_PROXY),
    Attempt("brief: somebody called like a host", ("brief", FAR), env=_PROXY),
    Attempt("due", ("due",), env=_PROXY),
    Attempt("review", ("review", "month"), env=_PROXY),
    Attempt("doctor", ("doctor",), env=_PROXY),
    Attempt("help", ("--help",), env=_PROXY),
)
KNOWN_LIMITS: Final[tuple[str, ...]] = (
    "The hook sees what Python does; libraries in C that open sockets of their own are read, not"
    " watched.",
)


def watched(folder: Path, base: dict[str, str]) -> tuple[dict[str, str], Path]:
    """The environment with the hook, and the file in which it notes what it sees."""
    hook = folder / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(textwrap.dedent(HOOK))
    notes = folder / "notes"
    return {**base, "PYTHONPATH": str(hook), "NOTES_OF_CONNECTIONS": str(notes)}, notes


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[each.name for each in ATTEMPTS])
def test_no_connection_is_made(attempt: Attempt, demo: Settings, tmp_path: Path) -> None:
    more = {"TMPDIR": str(tmp_path), **dict(attempt.env)}
    env, notes = watched(tmp_path, {**environment(demo.home, demo.cache), **more})
    folder = tmp_path / "exports"
    folder.mkdir()
    file = folder / attempt.file
    if attempt.file:
        file.write_text(attempt.text, "utf-8")
    kinkeeper_process(*(each.format(file=file) for each in attempt.arguments), env=env)
    assert not notes.exists(), notes.read_text()


def test_nor_by_the_server_whatever_is_asked(demo: Settings, tmp_path: Path) -> None:
    env, notes = watched(tmp_path, environment(demo.home, demo.cache))
    with serving(env, tmp_path / "stderr") as wire:
        wire.greet()
        for tool, arguments in (
            ("brief_me", {"person": f"https://{FAR}/"}),
            ("search_context", {"query": f"https://{FAR}/"}),
            ("due_followups", {}),
            ("propose_note", {"person": "Alex Moreira", "text": f"see https://{FAR}/"}),
        ):
            wire.call(tool, **arguments)
    assert not notes.exists(), notes.read_text()


def test_the_hook_sees_a_connection(tmp_path: Path) -> None:
    env, notes = watched(tmp_path, environment(tmp_path, tmp_path))
    reach = (
        "import contextlib, socket\n"
        "with contextlib.suppress(OSError): socket.create_connection(('localhost', 9), 1)"
    )
    subprocess.run([sys.executable, "-c", reach], env=env, check=True, cwd=ROOT)
    assert "socket.getaddrinfo" in notes.read_text()
    assert "socket.connect" in notes.read_text()
