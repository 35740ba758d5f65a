"""What people send in a chat stays in the chat: it is counted, and never read as the owner's."""

import json
import zipfile
from pathlib import Path
from typing import Final

import pytest

from store.imports.find_exports import find_exports

CARD: Final = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Karl Berg\r\nTEL:+351922700103\r\nEND:VCARD\r\n"
ICS: Final = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Party\r\n"
    "DTSTART:20260301T180000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
TABLE: Final = "Name,E-mail\nPiet Vos,piet@vos.example\n"
FORWARDED: Final = "24/01/2026, 08:00 - Olga Petri: do not tell\n24/01/2026, 08:01 - Karl: no\n"
IPHONE: Final = (
    "[25/01/2026, 19:02:11] Maya Lind: here\r\n"
    "[25/01/2026, 19:02:12] Maya Lind: \u200e<attached: 00000003-Karl Berg.vcf>\r\n"
    "[25/01/2026, 19:03:10] Robin Owner: thanks\r\n"
)
ANDROID: Final = (
    "25/01/2026, 19:02 - Maya Lind: here\n"
    "25/01/2026, 19:03 - Maya Lind: \u200eKarl Berg.vcf (file attached)\n"
    "25/01/2026, 19:03 - Maya Lind: \u200eWhatsApp Chat with Olga Petri.txt (file attached)\n"
    "25/01/2026, 19:04 - Robin Owner: thanks\n"
)
TELEGRAM: Final = json.dumps(
    {
        "name": "Mira",
        "type": "personal_chat",
        "id": 222,
        "messages": [
            {"id": 1, "type": "message", "date_unixtime": "1793530800", "from_id": "user222"}
        ],
    }
)
MESSENGER: Final = json.dumps(
    {
        "participants": [{"name": "Livia"}, {"name": "Robin"}],
        "messages": [{"sender_name": "Livia", "timestamp_ms": 1793530800000, "content": "hi"}],
        "title": "Livia",
    }
)
GOOGLE: Final = json.dumps({"messages": [{"creator": {"name": "Bo"}, "text": "hi"}]})
SLACK: Final = {
    "users.json": '[{"id": "U1", "name": "robin"}]',
    "channels.json": '[{"id": "C1", "name": "general"}]',
    "general/2026-11-01.json": '[{"type": "message", "user": "U1", "text": "x", "ts": "1.0"}]',
}
SIGNAL: Final = '{"version": "1", "backupTimeMs": "1700000000000"}\n{"account": {}}\n'
SIGNAL_EXPORT: Final = '{"date": "2026-01-01", "sender": "Me", "body": "x", "quote": ""}\n'
DISCORD: Final = json.dumps({"guild": {"id": "0"}, "channel": {"id": "1"}, "messages": []})
DATABASE: Final = "SQLite format 3\0 handle chat_message_join"

# The files of a folder or zip, and which of them are exports.
EXPORTS: Final[dict[str, tuple[str, dict[str, str], set[str]]]] = {
    "a zip of an iPhone": (
        "WhatsApp Chat - Maya Lind",
        {
            "_chat.txt": IPHONE,
            "00000003-Karl Berg.vcf": CARD,
            "00000004-Trip.ics": ICS,
            "00000006-WhatsApp Chat with Olga Petri.txt": FORWARDED,
        },
        {"_chat.txt"},
    ),
    "an iPhone's folder that was renamed": (
        "maya",
        {"_chat.txt": IPHONE, "00000003-Karl Berg.vcf": CARD, "00000005-m.csv": TABLE},
        {"_chat.txt"},
    ),
    "Android, and a chat that was forwarded": (
        "WhatsApp Chat with Maya Lind",
        {
            "WhatsApp Chat with Maya Lind.txt": ANDROID,
            "WhatsApp Chat with Olga Petri.txt": FORWARDED,
            "Karl Berg.vcf": CARD,
        },
        {"WhatsApp Chat with Maya Lind.txt"},
    ),
    "Android, in a folder of downloads": (
        "Downloads",
        {
            "WhatsApp Chat with Maya Lind.txt": ANDROID,
            "WhatsApp Chat with Olga Petri.txt": FORWARDED,
            "Karl Berg.vcf": CARD,
        },
        {"WhatsApp Chat with Maya Lind.txt"},
    ),
    "Telegram": (
        "ChatExport_2026-11-01",
        {
            "result.json": TELEGRAM,
            "contacts/contact_1.vcf": CARD,
            "files/people.csv": TABLE,
            "files/WhatsApp Chat with Olga Petri.txt": FORWARDED,
        },
        {"result.json"},
    ),
    "Messenger": (
        "facebook",
        {
            "your_facebook_activity/messages/inbox/livia_1/message_1.json": MESSENGER,
            "your_facebook_activity/messages/inbox/livia_1/files/Karl.vcf": CARD,
            "your_facebook_activity/messages/e2ee_cutover/x_2/files/result.json": TELEGRAM,
        },
        {"your_facebook_activity"},
    ),
    "Google Chat": (
        "Takeout-1",
        {
            "Takeout/Google Chat/Groups/DM abcd/messages.json": GOOGLE,
            "Takeout/Google Chat/Groups/DM abcd/File-Karl.vcf": CARD,
            "Takeout/Google Chat/Groups/DM abcd/File-notes.md": "---\ntype: person\n---\n# Olga\n",
        },
        {""},
    ),
    "Slack": (
        "workspace",
        {**SLACK, "general/attachments/m.csv": TABLE, "__uploads/F1/Karl.vcf": CARD},
        {""},
    ),
    "Signal": (
        "signal-export",
        {"main.jsonl": SIGNAL, "metadata.json": "{}", "files/01/Karl.vcf": CARD},
        {""},
    ),
    "signal-export": (
        "signal",
        {"Maya/data.json": SIGNAL_EXPORT, "Maya/media/Karl.vcf": CARD, "Maya/media/x.ics": ICS},
        {""},
    ),
    "DiscordChatExporter": (
        "discord",
        {"dm.json": DISCORD, "dm.json_Files/Karl.vcf": CARD},
        {"dm.json"},
    ),
    "Apple Messages": (
        "Messages",
        {"chat.db": DATABASE, "Attachments/ab/12/Karl.vcf": CARD, "Attachments/x.ics": ICS},
        {"chat.db"},
    ),
}


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("case", EXPORTS)
def test_what_was_sent_in_a_chat_is_counted_and_not_read(
    case: str, packed: bool, tmp_path: Path
) -> None:
    name, files, exports = EXPORTS[case]
    path = tmp_path / name
    if packed:
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in files.items():
                archive.writestr(file, text)
    else:
        for file, text in files.items():
            (path / file).parent.mkdir(parents=True, exist_ok=True)
            (path / file).write_bytes(text.encode())
    found = find_exports([path], None)
    told = {
        (each.name if each.path.is_file() and not packed else each.name.partition("/")[2])
        for each in found.exports
    }
    assert told == exports
    assert not found.refused
    assert any(
        seems.startswith("sent in a chat") for seems in found.others
    ) or case.lower().startswith("signal")


def test_what_lies_beside_a_chat_by_chance_is_the_owners(tmp_path: Path) -> None:
    (tmp_path / "WhatsApp Chat with Maya Lind.txt").write_text(ANDROID)
    (tmp_path / "WhatsApp Chat with Zoe Hill.txt").write_text(FORWARDED)
    (tmp_path / "contacts.vcf").write_text(CARD)
    (tmp_path / "result.json").write_text(TELEGRAM)
    (tmp_path / "Takeout").mkdir()
    (tmp_path / "Takeout" / "calendar.ics").write_text(ICS)
    assert [each.name for each in find_exports([tmp_path], None).exports] == [
        "Takeout/calendar.ics",
        "WhatsApp Chat with Maya Lind.txt",
        "WhatsApp Chat with Zoe Hill.txt",
        "contacts.vcf",
        "result.json",
    ]


def test_chats_that_were_zipped_together_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "chats.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("WhatsApp Chat with Maya Lind.txt", ANDROID)
        archive.writestr("WhatsApp Chat with Zoe Hill.txt", FORWARDED)
        archive.writestr("WhatsApp Chat with Olga Petri.txt", FORWARDED)
        archive.writestr("Karl Berg.vcf", CARD)
    found = find_exports([path], None)
    assert [each.files[0] for each in found.exports] == [
        "WhatsApp Chat with Maya Lind.txt",
        "WhatsApp Chat with Zoe Hill.txt",
    ]


def test_a_chat_that_is_named_by_itself_is_read(tmp_path: Path) -> None:
    (tmp_path / "00000006-WhatsApp Chat with Olga Petri.txt").write_text(FORWARDED)
    assert len(find_exports([*tmp_path.iterdir()], None).exports) == 1
