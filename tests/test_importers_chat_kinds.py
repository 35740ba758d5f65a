"""What people say in other ways than words is kept, and what programs say makes nobody a person."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from store.importers.google_chat.times import spoken_time
from tests.chat_exports import ROBIN, import_folder, seen, texts, write
from tests.made_exports import made_memory

AT: Final = 1_793_530_800


def _telegram(**more: Any) -> dict[str, Any]:
    who = {"from": "Mira Kask", "from_id": "user222"}
    return {"id": 1, "type": "message", "date_unixtime": str(AT), "text": ""} | who | more


TELEGRAM: Final = {
    "a list": (
        _telegram(todo_list={"title": "Trip", "answers": [{"text": "ferry"}, {"text": "cat"}]}),
        "Trip\n- ferry\n- cat",
    ),
    "a poll": (
        _telegram(poll={"question": "Which day?", "answers": [{"text": "Friday"}]}),
        "Which day?\n- Friday",
    ),
    "a link under words": (
        _telegram(
            text=["see ", {"type": "text_link", "text": "this", "href": "https://a.example"}]
        ),
        "see this (https://a.example)",
    ),
    "a list of formatted words": (
        _telegram(todo_list={"title": [{"type": "bold", "text": "Trip"}], "answers": "?"}),
        "Trip",
    ),
}


@pytest.mark.parametrize("case", TELEGRAM)
def test_what_telegram_holds_beside_text_is_kept(case: str, tmp_path: Path) -> None:
    message, expected = TELEGRAM[case]
    chat = {"name": "Mira Kask", "type": "personal_chat", "id": 222, "messages": [message]}
    with made_memory(tmp_path, ROBIN) as writer:
        import_folder(writer, write(tmp_path / "a", {"result.json": json.dumps(chat)}))
        assert texts(writer) == [expected]


def test_telegrams_own_chat_and_groups_that_write_are_nobody(tmp_path: Path) -> None:
    code = _telegram(**{"from": "Telegram", "from_id": "user777000", "text": "Login code: 48215"})
    group = [
        _telegram(id=2, text="soup"),
        _telegram(**{"id": 3, "from": "Forum", "from_id": "channel555", "text": "posted"}),
        _telegram(**{"id": 4, "from": None, "from_id": "user333", "text": "gone"}),
    ]
    chats = [
        {"name": "Telegram", "type": "personal_chat", "id": 777000, "messages": [code]},
        {"name": "Forum", "type": "private_supergroup", "id": 555, "messages": group},
    ]
    me = {"user_id": 111, "first_name": "Robin", "last_name": "Owner"}
    export = {"personal_information": me, "chats": {"list": chats}}
    with made_memory(tmp_path, ROBIN) as writer:
        import_folder(writer, write(tmp_path / "a", {"result.json": json.dumps(export)}))
        assert texts(writer) == ["soup", "posted", "gone"]
        people = str(seen(writer)["people"])
        assert "Forum" not in people
        assert "user333" not in people
        assert "'Telegram'" not in people


def _discord(**more: Any) -> dict[str, Any]:
    author = {"id": "11", "name": "kaia", "nickname": "Kaia"}
    stamp = "2026-11-01T10:00:00+00:00"
    return {
        "id": "1",
        "type": "Default",
        "timestamp": stamp,
        "content": "",
        "author": author,
    } | more


DISCORD: Final = {
    "a forward": (
        _discord(forwardedMessage={"content": "the venue moved"}), "Forwarded:\nthe venue moved"
    ),
    "a forwarded file": (
        _discord(forwardedMessage={"content": "", "attachments": [{"fileName": "a.pdf"}]}),
        "Forwarded:",
    ),
    "a sticker": (_discord(stickers=[{"name": "Wave"}]), ""),
    "an embed": (_discord(embeds=[{"title": "Which day?", "description": "x"}]), "Which day?\nx"),
    "a poll": (
        _discord(poll={"question": {"text": "Which day?"}, "answers": [{"text": "Friday"}]}),
        "Which day?\nFriday",
    ),
    "a preview of a link": (
        _discord(content="see https://a.example", embeds=[{"title": "A", "url": "https://a.example"}]),
        "see https://a.example",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DISCORD)
def test_what_discord_holds_beside_text_is_kept(case: str, tmp_path: Path) -> None:
    message, expected = DISCORD[case]
    channel = {"id": "9001", "type": "DirectTextChat", "name": "Kaia"}
    chat = {"guild": {"id": "0"}, "channel": channel, "messages": [message]}
    with made_memory(tmp_path, ROBIN) as writer:
        import_folder(writer, write(tmp_path / "a", {"dm.json": json.dumps(chat)}))
        assert texts(writer) == [expected]


@pytest.mark.parametrize(
    ("ended", "calls"), [("2026-11-01T10:30:00+00:00", 1), (None, 0), ("2026-11-01T10:00:00Z", 0)]
)
def test_a_call_on_discord_counts_when_it_was_taken(
    ended: str | None, calls: int, tmp_path: Path
) -> None:
    channel = {"id": "9001", "type": "DirectTextChat", "name": "Kaia"}
    call = _discord(id="2", type="Call", callEndedTimestamp=ended)
    messages = [_discord(content="hi"), call]
    chat = {"guild": {"id": "0"}, "channel": channel, "messages": messages}
    with made_memory(tmp_path, ROBIN) as writer:
        import_folder(writer, write(tmp_path / "a", {"dm.json": json.dumps(chat)}))
        assert writer.value("SELECT count(*) FROM interaction WHERE kind = 'call'") == calls


@pytest.mark.parametrize(
    ("messages", "account"),
    [("Nachrichten", "Konto"), ("Messages", "Compte"), ("Сообщения", "Аккаунт"), ("消息", "账号")],
)
def test_discords_package_is_read_in_any_language(
    messages: str, account: str, tmp_path: Path
) -> None:
    row = [{"ID": 1, "Timestamp": "2026-11-01 08:02:00", "Contents": "see you"}]
    files = {
        f"{account}/user.json": {"id": "12", "global_name": "Robin Owner"},
        f"{messages}/index.json": {"90001": "Direct Message with kaia#0"},
        f"{messages}/c90001/channel.json": {
            "id": "90001",
            "type": "DM",
            "recipients": ["11", "12"],
        },
        f"{messages}/c90001/messages.json": row,
    }
    folder = write(tmp_path / "a", {name: json.dumps(value) for name, value in files.items()})
    with made_memory(tmp_path, ROBIN) as writer:
        import_folder(writer, folder)
        assert texts(writer) == ["see you"]
        assert seen(writer)["people"] == ["Robin Owner", "kaia"]


def _slack(**more: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U2", "text": "", "ts": f"{AT}.0001"} | more


SLACK: Final = {
    "a shared message": (
        _slack(attachments=[{"is_share": True, "author_name": "Nadia", "text": "it is signed"}]),
        "Shared from Nadia:\nit is signed",
    ),
    "blocks alone": (
        _slack(
            blocks=[
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "only here"}],
                        }
                    ],
                }
            ]
        ),
        "only here",
    ),
    "a section": (
        _slack(blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "hi <@U1>"}}]),
        "hi @Robin Owner",
    ),
}


@pytest.mark.parametrize("case", SLACK)
def test_what_slack_holds_beside_text_is_kept(case: str, tmp_path: Path) -> None:
    message, expected = SLACK[case]
    users = [
        {"id": "U1", "team_id": "T1", "profile": {"real_name": "Robin Owner"}},
        {"id": "U2", "team_id": "T1", "profile": {"real_name": "Tove Lund"}},
    ]
    files = {
        "users.json": users,
        "channels.json": [{"id": "C1", "name": "general", "members": ["U1", "U2"]}],
        "general/2026-11-01.json": [message],
    }
    folder = write(tmp_path / "a", {name: json.dumps(value) for name, value in files.items()})
    with made_memory(tmp_path, ROBIN) as writer:
        import_folder(writer, folder)
        assert texts(writer) == [expected]


TIMES: Final = [
    "2015. február 15., vasárnap 21:54:36 UTC",
    "neděle 15. února 2015 v 21:54:36 UTC",
    "duminică, 15 februarie 2015 la 21:54:36 UTC",
    "Κυριακή 15 Φεβρουαρίου 2015 στις 9:54:36 μ.μ. UTC",
    "неділя, 15 лютого 2015 р. о 21:54:36 UTC",
    "nedjelja, 15. veljače 2015. u 21:54:36 UTC",
    "lúc 21:54:36 UTC Chủ Nhật, 15 tháng 2, 2015",
    "יום ראשון, 15 בפברואר 2015 בשעה 21:54:36 UTC",
    "الأحد، ١٥ فبراير ٢٠١٥ في ٩:٥٤:٣٦ م UTC",
    "2015년 2월 15일 일요일 오후 9시 54분 36초 UTC",
    "2015年2月15日日曜日 21時54分36秒 UTC",
    "วันอาทิตย์ที่ 15 กุมภาพันธ์ พ.ศ. 2558 เวลา 21:54:36 UTC",
    "неделя, 15 февруари 2015 г. в 21:54:36 ч. UTC",
    "रविवार, 15 फ़रवरी 2015 को 9:54:36 pm UTC बजे",
    "diumenge, 15 de febrer del 2015 a les 21:54:36 UTC",
    "nedeľa 15. februára 2015 o 21:54:36 UTC",
    "2015 m. vasario 15 d., sekmadienis 21:54:36 UTC",
    "pühapäev, 15. veebruar 2015, kell 21:54:36 UTC",
    "svētdiena, 2015. gada 15. februāris 21:54:36 UTC",
    "недеља, 15. фебруар 2015. 21:54:36 UTC",
    "Ahad, 15 Februari 2015 pada 9:54:36 PM UTC",
]


@pytest.mark.parametrize("text", TIMES)
def test_a_time_in_the_words_of_a_language_is_read(text: str) -> None:
    assert spoken_time(text) == datetime(2015, 2, 15, 21, 54, 36, tzinfo=UTC)


def test_the_months_of_poles_and_croats_are_told_apart() -> None:
    croatian = spoken_time("srijeda, 15. listopada 2025. u 10:00:00 UTC")
    polish = spoken_time("sobota, 15 listopada 2025 10:00:00 UTC")
    assert croatian is not None
    assert croatian.month == 10
    assert polish is not None
    assert polish.month == 11


def test_messages_without_a_time_and_writers_without_an_address_are_told(tmp_path: Path) -> None:
    messages = [
        {"creator": {"name": "Old Friend", "user_type": "Human"}, "text": "hi",
         "created_date": "zzz 1 qqq 2015 10:00:00 UTC", "message_id": "a"},
    ]  # fmt: skip
    root = "Takeout/Google Chat/Groups/DM abc"
    folder = write(tmp_path / "a", {f"{root}/messages.json": json.dumps({"messages": messages})})
    with made_memory(tmp_path, ROBIN) as writer:
        [summary] = import_folder(writer, folder)
        assert "zzz 1 qqq" in summary.problems[0][1]
        name = writer.value("SELECT name FROM message JOIN identity ON identity.id = sender_id")
        assert name == "Old Friend"
