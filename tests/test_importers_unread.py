"""Files of programs that are not read: each is named, with the way that leads on."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from store.importers import HEAD_BYTES
from store.importers.reading.unread import not_read
from store.imports.find_exports import find_exports
from tests.running import ROOT

# Path below what the owner named, how it begins, words of the answer.
FILES = (
    ("messages2.html", "<html><head><title>Exported Data</title>", "Machine-readable JSON"),
    ("your_instagram_activity/messages/inbox/x_1/message_1.html", "<html>", "format JSON"),
    ("messages/e2ee_cutover/x_1/message_1.html", "<html>", "format JSON"),
    ("x.html", '<div class="preamble"></div><div class="chatlog__message-group">', "-f Json"),
    ("x.csv", 'AuthorID,Author,Date,Content,Attachments,Reactions\n', "-f Json"),
    ("x.txt", "=" * 62 + "\nGuild: Direct Messages\nChannel: kaia\n", "-f Json"),
    ("Takeout/Hangouts/Hangouts.json", '{"conversations":[{"conversation_id":', "Google Chat"),
    ("Voice/Texts/Ana - Text.html", "<html>", "Google Voice"),
    ("Ana.csv", "Chat Session,Message Date,Sent Date,Type,Sender ID,Sender Name,Status,Forwarded",
     "in WhatsApp itself"),
    ("Ana.csv", "\ufeffChat Session,Message Date,Delivered Date,Service,Type\n", "chat.db"),
    ("a.txt", "Nov 01, 2026  9:00:00 AM\nMe\nHi\n", "chat.db"),
    ("a.html", '<div class="message"><div class="sent"><p><span class="timestamp">', "chat.db"),
    ("KakaoTalk_Chat_Ana.csv", "Date,User,Message\n", "KakaoTalk"),
    ("Talk.txt", "Ana 님과 카카오톡 대화\n저장한 날짜 : 2026-11-01", "KakaoTalk"),
    ("Talk.txt", "KakaoTalk Chats with Ana\nDate Saved : 2026-11-01", "KakaoTalk"),
    ("[LINE]Ana.txt", "\ufeff[LINE] Anaとのトーク履歴\n保存日時：2026/11/01 10:10", "LINE"),
    ("messages.json", '{"userId":"8:x","exportDate":"2025-03-01T10:00","conversations":[',
     "Skype"),
    ("8_live_robin_export.tar", "messages.json\0", "Skype"),
    ("messages.ndjson", '{"_id":"1","thread_id":"1","address":"+351","date_sent":"1"}', "Android"),
    ("calls-1.xml", "<?xml version='1.0'?>\n<calls count=\"2\">", "SMS Backup"),
    ("sms.xml", "<?xml version='1.0'?>\n<smses count=\"2\">", "SMS Backup"),
    ("json/chat_history.json", "{}", "Snapchat"),
    ("data/direct-messages-group.js", "window.YTD.direct_messages_group.part0 = [", "(Twitter)"),
    ("x.json", '{"room_name":"Ana","room_creator":"@ana:example.org"', "Matrix"),
    ("result.json", '{"12036312345-987@g.us": {"name": "Fam"', "in WhatsApp itself"),
    ("m.csv", "localId,TalkerId,Type,SubType,IsSender\n", "WeChat"),
    ("messages.txt", "[01/11/2026 10:00:00] Ana Gil: Hi\n[01/11/2026 10:01:40] Me: Yes\n", "Viber"),
    ("Ana.csv", "01/11/2026,10:00:00,Ana Gil,+351911222333,Hi\n", "Viber"),
    ("Databases/msgstore.db.crypt15", "\x01\x02", "Export chat"),
    ("msgstore.db", "SQLite format 3\0", "Export chat"),
    ("ChatStorage.sqlite", "SQLite format 3\0", "Export chat"),
    ("chat.txt", "10:00:00\t From  Ana Gil : Hi\n10:00:01\t From Ana to Everyone:\n", "meeting"),
    ("meet.vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nAna: hi", "transcripts"),
    ("groupme/1/message.json", '[{"source_guid":"x","group_id":"1"', "GroupMe"),
    ("x.ldif", "version: 1\n\ndn: cn=Ana Gil,mail=ana@gil.example\n", "vCard"),
    ("x.ldif", "dn:: Y249\u00c1\nobjectclass: top\n", "vCard"),
    ("x.xml", '<vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0">', "vCard"),
    ("x.json", '["vcard",[["version",{},"text","4.0"]', "vCard"),
    ("abook.mab", "// <!-- <mdb:mork:z v=\"1.4\"/> -->", "Thunderbird"),
    ("abook.sqlite", "SQLite format 3\0", "Thunderbird"),
    ("Contacts.abbu/AddressBook-v22.abcddb", "SQLite format 3\0", "Export vCard"),
    ("Ana.contact", '<?xml version="1.0"?><c:contact c:Version="1"', "vCards"),
    ("archive.pst", "!BDN\x01", "mbox"),
    ("old.ost", "", "mbox"),
    ("com.microsoft.__Messages/x.xml", "", "Outlook for Mac"),
    ("winmail.dat", "x\x9f>\"", "Outlook"),
    ("x.xml", '<icalendar xmlns="urn:ietf:params:xml:ns:icalendar-2.0">', "(.ics)"),
    ("x.json", '["vcalendar",[', "(.ics)"),
    ("c.csv", '"Subject","Start Date","Start Time","End Date"\n', "(.ics)"),
    ("c.csv", '"Betreff","Beginnt am","Beginnt um"\n', "(.ics)"),
    ("Home.icbu/Info.plist", "", "(.ics)"),
    ("n.enex", '<?xml version="1.0"?>\n<!DOCTYPE en-export SYSTEM', "Markdown"),
    ("n.rtf", "{\\rtf1\\ansi", "plain text"),
    ("people.ods", "PK\x03\x04", "CSV"),
    ("people.xlsx", "PK\x03\x04", "CSV"),
)  # fmt: skip


@pytest.mark.parametrize(("file", "begins", "told"), FILES)
def test_what_cannot_be_read_is_named_with_the_way_out(file: str, begins: str, told: str) -> None:
    found = not_read(file, begins.encode())
    assert told in found
    assert "; " in found


def test_a_mail_saved_by_outlook_is_told_by_name_and_content() -> None:
    assert ".eml" in not_read("Re lunch.msg", bytes.fromhex("d0cf11e0a1b11ae1"))
    assert not_read("notes.msg", b"just words") == ""


def test_another_alphabet_is_asked_about_only_when_nobody_takes_the_table() -> None:
    head = "Фамилия;Имя;Почта\n".encode()
    assert not_read("people.csv", head) == ""
    assert "--map" in not_read("people.csv", head, last=True)


def made_up_exports() -> Iterator[tuple[str, bytes]]:
    """Every file that some importer reads, in the tests and in the example."""
    for folder in (ROOT / "tests" / "data" / "importers", ROOT / "examples" / "memory"):
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            yield path.relative_to(folder).as_posix(), path.read_bytes()[:HEAD_BYTES]


def test_nothing_that_is_read_is_turned_away() -> None:
    turned_away = [(file, not_read(file, head)) for file, head in made_up_exports()]
    assert [each for each in turned_away if each[1]] == []


def test_files_of_office_and_mail_programs_are_named_by_their_zip(tmp_path: Path) -> None:
    for name, inside, told in (
        ("people.xlsx", "[Content_Types].xml", "spreadsheet"),
        ("people.ods", "mimetype", "spreadsheet"),
        ("letter.docx", "[Content_Types].xml", "document"),
        ("backup.olm", "com.microsoft.__Messages/a.xml", "Outlook for Mac"),
    ):
        with ZipFile(tmp_path / name, "w") as made:
            made.writestr(inside, "x")
        found = find_exports([tmp_path / name], None)
        assert found.exports == []
        assert [told in refused for refused in found.refused] == [True]
