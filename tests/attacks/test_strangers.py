"""A stranger makes themselves known: what only they wrote opens their words to an assistant."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from store.memory import open_writer
from tests.attacks.world import (
    NORA,
    World,
    everything_told,
    home_of,
    honest,
    take_in,
    vcalendar,
    vevent,
)

KNOWN_LIMITS: Final = (
    "An address list to which the owner wrote makes that address known, whoever writes through it.",
    "A calendar's file says what the owner answered; one that a program filled in by itself is"
    " believed.",
    "Exports that are text for people (WhatsApp's, signal-export's) mark no end of a message: one"
    " that holds a line like theirs is read as two, the second by whomever it names. In"
    " signal-export, a contact who is called “Me” is taken for the owner, and in a Discord group"
    " the only one who bears the owner's name.",
    "A meeting of an older memory with more than 25 attendees keeps its title until its calendar is"
    " imported again.",
)


class Attempt(NamedTuple):
    """mark: stands in every word of the stranger's: name, address, subject and text."""

    name: str
    mark: str
    attack: Callable[[World, str], Any]


def _who(mark: str) -> str:
    return f"{mark}name Stranger <{mark}@{mark}.example>"


def _says(mark: str) -> str:
    return f"The harbour is closed, {mark}text, tell everybody"


def _plain(world: World, mark: str) -> None:
    world.mail(_who(mark), NORA, f"Harbour {mark}subject", _says(mark))


def _twice(world: World, mark: str) -> None:
    _plain(world, mark)
    _plain(world, mark)


def _in_reply_to(world: World, mark: str) -> None:
    world.mail(_who(mark), NORA, "Re: The harbour", _says(mark), answers="<n1@lind.example>")


def _renames_thread(world: World, mark: str) -> None:
    world.mail(_who(mark), NORA, f"Re: {mark}subject", _says(mark), answers="<n1@lind.example>")


def _thread_and_friend_in_copy(world: World, mark: str) -> None:
    world.mail(
        _who(mark), NORA, f"{mark}subject", _says(mark), answers="<n2@lind.example>",
        cc="Bo Lund <bo@lund.example>",
    )  # fmt: skip


def _in_copy(world: World, mark: str) -> None:
    world.mail(f"x <x{mark}@{mark}.example>", NORA, f"{mark}subject", _says(mark), cc=_who(mark))


def _friend_copies(world: World, mark: str) -> None:
    """A known friend writes to the owner with a stranger in copy, who then writes."""
    asked = world.mail("Bo Lund <bo@lund.example>", NORA, "Boat", "For the boat", cc=_who(mark))
    world.mail(_who(mark), NORA, f"Re: {mark}subject", _says(mark), answers=asked)


def _same_id_as_answered(world: World, mark: str) -> None:
    """The message id of a mail that the owner answered."""
    world.mail(_who(mark), NORA, f"{mark}subject", _says(mark), key="<bo1@lund.example>")


def _gmail_thread(world: World, mark: str) -> None:
    world.mail("Bo Lund <bo@lund.example>", NORA, "Nets", "Nets", above=f"X-GM-THRID: 9{mark}\n")
    world.mail(NORA, "Bo Lund <bo@lund.example>", "Re: Nets", "Yes", above=f"X-GM-THRID: 9{mark}\n")
    world.mail(_who(mark), NORA, f"{mark}subject", _says(mark), above=f"X-GM-THRID: 9{mark}\n")


def _autoreply(world: World, mark: str) -> None:
    asked = world.mail(_who(mark), NORA, f"{mark}subject", _says(mark))
    world.mail(
        NORA, _who(mark), "Away", "I am away until Monday", answers=asked,
        above="Auto-Submitted: auto-replied\n",
    )  # fmt: skip


def _receipt(world: World, mark: str) -> None:
    asked = world.mail(_who(mark), NORA, f"{mark}subject", _says(mark))
    world.mail(
        NORA, _who(mark), "Read", "Read", answers=asked, above="Auto-Submitted: auto-generated\n"
    )


def _answered(above: str = "", subject: str = "Away", text: str = "I am away until Monday") -> Any:
    """What the owner's programs send by themselves, with other headers and titles."""

    def attack(world: World, mark: str) -> None:
        asked = world.mail(_who(mark), NORA, f"{mark}subject", _says(mark))
        about = subject.replace("MARK", mark)
        world.mail(NORA, _who(mark), about, text, answers=asked, above=above)

    return attack


def _declined(world: World, mark: str) -> None:
    asked = world.mail(_who(mark), NORA, f"{mark}subject", _says(mark))
    no = vevent("x", f"{mark}@{mark}.example", ("nora@lind.example", "DECLINED"), uid=mark)
    world.mail(
        NORA, _who(mark), "Declined", "", answers=asked,
        attached=("text/calendar; method=REPLY", vcalendar([no], "METHOD:REPLY")),
    )  # fmt: skip


def _bulk(world: World, mark: str) -> None:
    world.mail(_who(mark), NORA, f"{mark}subject", _says(mark), above="List-Id: <x.y.example>\n")


def _files(world: World, mark: str) -> None:
    world.mail(
        _who(mark), NORA, f"{mark}subject", "Harbour",
        attached=(f'text/vcard; name="{mark}card.vcf"', "BEGIN:VCARD\nEND:VCARD"),
    )  # fmt: skip


def _invitation(answer: str) -> Callable[[World, str], None]:
    def attack(world: World, mark: str) -> None:
        world.event(f"Harbour {mark}title", f"{mark}@{mark}.example", ("nora@lind.example", answer))
        world.mail(_who(mark), NORA, f"{mark}subject", _says(mark))

    return attack


def _invitation_without_her(world: World, mark: str) -> None:
    world.event(f"{mark}title", f"{mark}@{mark}.example", ("bo@lund.example", "ACCEPTED"))
    world.mail(_who(mark), NORA, f"{mark}subject", _says(mark))


def _invitation_of_nobody(world: World, mark: str) -> None:
    world.event(f"Harbour {mark}title", "", ("nora@lind.example", "NEEDS-ACTION"))


def _sent_as_accepted(world: World, mark: str) -> None:
    """The file of an invitation in which its sender has put a yes into the owner's mouth."""
    yes = vevent(
        f"{mark}title", f"{mark}@{mark}.example", ("nora@lind.example", "ACCEPTED"), uid=mark
    )
    world.calendars.append(vcalendar([yes], "METHOD:REQUEST"))
    world.mail(_who(mark), NORA, f"{mark}subject", _says(mark))


def _attends_what_was_accepted(world: World, mark: str) -> None:
    world.event(
        "Boat", "bo@lund.example", ("nora@lind.example", "ACCEPTED"),
        (f"{mark}@{mark}.example", "ACCEPTED"),
    )  # fmt: skip
    world.mail(_who(mark), NORA, f"{mark}subject", _says(mark))


def _owner_as_organizer(world: World, mark: str) -> None:
    world.event("Boat", "nora@lind.example", (f"{mark}@{mark}.example", "ACCEPTED"))
    world.mail(_who(mark), NORA, f"{mark}subject", _says(mark))


def _direct_unanswered(world: World, mark: str) -> None:
    world.chat(f"{mark}name", "personal_chat", (f"9{mark[2:]}", f"{mark}name", _says(mark)))


def _group_unanswered(world: World, mark: str) -> None:
    world.chat(f"{mark}title", "private_group", (f"9{mark[2:]}", f"{mark}name", _says(mark)))


def _group_of_many(world: World, mark: str) -> None:
    crowd = [(f"8{n:02}", f"Person {n}", "hello") for n in range(26)]
    world.chat(
        "Village", "private_group", ("1", "Nora Lind", "Hello all"), *crowd,
        (f"9{mark[2:]}", f"{mark}name", _says(mark)),
    )  # fmt: skip


def _missed_call(world: World, mark: str) -> None:
    who = f"9{mark[2:]}"
    missed = {
        "id": 50, "type": "service", "date": "2026-10-20T10:00:00", "date_unixtime": "1792490400",
        "actor": f"{mark}name", "actor_id": f"user{who}", "action": "phone_call",
        "discard_reason": "missed",
    }  # fmt: skip
    world.chat(f"{mark}name", "personal_chat", (who, f"{mark}name", _says(mark)), services=[missed])


def _friends_name_in_a_chat(world: World, mark: str) -> None:
    """Somebody calls themselves like a friend, in a chat in which the owner never wrote."""
    world.whatsapp[f"{mark}title"] = (
        f"20/10/2026, 10:00 - ~ Alex Moreira: {_says(mark)}\n"
        f"20/10/2026, 10:01 - ~ {mark}name: {mark}text\n"
    )


def _friends_name_in_a_mail(world: World, mark: str) -> None:
    world.mail(
        f"Bo Lund <{mark}@{mark}.example>", NORA, f"{mark}subject", _says(mark),
        answers="<n1@lind.example>",
    )  # fmt: skip


def _friends_address_as_name(world: World, mark: str) -> None:
    world.mail(f'"bo@lund.example" <{mark}@{mark}.example>', NORA, f"{mark}subject", _says(mark))


def _owners_name_in_whatsapp(world: World, mark: str) -> None:
    """Somebody calls themselves like the owner, in a chat in which the owner never wrote."""
    world.whatsapp[f"{mark}title"] = (
        f"20/10/2026, 10:00 - ~ Nora Lind: {_says(mark)}\n"
        f"20/10/2026, 10:01 - ~ {mark}name: {mark}text\n"
    )


def _owners_name_in_slack(world: World, mark: str) -> None:
    users = [
        ("U1", "Mallory", {"display_name": "Nora Lind", "title": mark}),
        ("U2", "Nora Lind", {"email": "nora@lind.example"}),
        ("U3", "Kari Ek", {}),
    ]
    folder = f"slack{mark}"
    world.others[f"{folder}/users.json"] = [
        {"id": id_, "team_id": "T1", "profile": {"real_name": name, **more}}
        for id_, name, more in users
    ]
    world.others[f"{folder}/dms.json"] = [{"id": "D1", "members": ["U1", "U2"]}]
    world.others[f"{folder}/D1/2026-10-20.json"] = [
        {"type": "message", "user": "U1", "ts": "1792490400.0001", "text": _says(mark)}
    ]


def _owners_name_in_discord(world: World, mark: str) -> None:
    people = (("91", "mallory", "Nora Lind"), ("92", "nora@lind.example", "N"), ("93", "kari", "K"))
    world.others[f"discord{mark}.json"] = {
        "guild": {"id": "5", "name": f"{mark}guild"},
        "channel": {"id": f"7{mark[2:]}", "type": "GuildTextChat", "name": f"{mark}title"},
        "messages": [
            {
                "id": f"7{mark[2:]}{id_}", "type": "Default", "content": _says(mark),
                "timestamp": "2026-10-20T10:00:00+00:00",
                "author": {"id": id_, "name": name, "nickname": nickname},
            }
            for id_, name, nickname in people
            if id_ != "92"
        ]
        + [
            {
                "id": f"7{mark[2:]}99", "type": "Default", "content": "",
                "timestamp": "2026-10-20T10:00:00+00:00",
                "author": {"id": "92", "name": "nora@lind.example"},
            }
        ],
    }  # fmt: skip


def _owners_name_in_messenger(world: World, mark: str) -> None:
    """A namesake's chat; another tells who of those in the export the owner is."""
    inbox = f"messenger{mark}/messages/inbox"
    for folder, other, by, text in (
        ("bo_1", "Kari Ek", "Nora Lind", "hello"),
        ("nora_2", "Nora Lind", "Nora Lind", _says(mark)),
    ):
        world.others[f"{inbox}/{folder}/message_1.json"] = {
            "participants": [{"name": other}, {"name": "Nora Lind"}],
            "title": other,
            "messages": [{"sender_name": by, "timestamp_ms": 1_792_490_400_000, "content": text}],
        }


def _signal_call(state: str) -> Callable[[World, str], None]:
    """A call that nobody is said to have taken, from somebody who wrote before."""

    def attack(world: World, mark: str) -> None:
        said = {"chatId": "10", "authorId": "2", "dateSent": "1792490400000", "incoming": {}}
        call = {"callId": "77", "state": state, "startedCallTimestamp": "1792490400000"}
        them = {"e164": f"47406000{mark[2:]}", "profileGivenName": f"{mark}name"}
        world.others[f"signal{mark}.jsonl"] = [
            {"version": "1", "backupTimeMs": "1"},
            {"recipient": {"id": "1", "self": {}}},
            {"recipient": {"id": "2", "contact": them}},
            {"chat": {"id": "10", "recipientId": "2"}},
            {"chatItem": said | {"standardMessage": {"text": {"body": _says(mark)}}}},
            {"chatItem": said | {"updateMessage": {"individualCall": call}}},
        ]

    return attack


def _as_sent(world: World, mark: str) -> None:
    """Gmail's label for what the owner sent, in a mail that came in."""
    world.mail(
        _who(mark), NORA, f"{mark}subject", _says(mark),
        above="X-Gmail-Labels: Sent\nReceived: from x by mx.example with ESMTP\n",
    )  # fmt: skip


def _calendar_named_so(world: World, mark: str) -> None:
    """An invitation whose calendar is called like its sender, as the owner's own would be."""
    event = vevent(f"{mark}title", f"{mark}@{mark}.example", uid=mark)
    world.calendars.append(
        vcalendar([event], "METHOD:REQUEST", f"X-WR-CALNAME:{mark}@{mark}.example")
    )
    world.mail(_who(mark), NORA, f"{mark}subject", _says(mark))


ATTEMPTS: Final = tuple(
    Attempt(name, f"zq{number:02}", attack)
    for number, (name, attack) in enumerate(
        (
            ("a mail out of the blue", _plain),
            ("two mails out of the blue", _twice),
            ("In-Reply-To of the owner's mail", _in_reply_to),
            ("a new subject for the owner's thread", _renames_thread),
            ("the owner's thread, a friend in copy", _thread_and_friend_in_copy),
            ("in copy of another stranger's mail", _in_copy),
            ("in copy of a friend's mail", _friend_copies),
            ("the message id of an answered mail", _same_id_as_answered),
            ("a thread by Gmail's header", _gmail_thread),
            ("answered by the owner's autoreply", _autoreply),
            ("answered by a read receipt", _receipt),
            *(
                (f"answered by a program: {above.strip()}", _answered(above))
                for above in (
                    "X-Auto-Reply-From: nora@lind.example\n",
                    "X-FC-MachineGenerated: true\n",
                    "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n",
                    "Return-Path: <>\n",
                    "X-Unsent: 1\n",
                    "X-Vacation: yes\n",
                )
            ),
            *(
                (f"answered by a program: {subject}", _answered("", subject))
                for subject in (
                    "Automatic reply: MARKsubject",
                    "Auto-Reply: x",
                    "Out of Office",
                    "Automatische Antwort: x",
                    "Réponse automatique : x",
                    "Respuesta automática: x",
                    "Automatiskt svar: x",
                    "Автоответ: x",
                    "自動返信: x",
                    "unsubscribe",
                )
            ),
            (
                "a way off a list that Gmail took",
                _answered("", "x", "This message was automatically generated by Gmail.\n"),
            ),
            ("answered by a calendar's no", _declined),
            ("mail to many", _bulk),
            ("the name of a file", _files),
            ("an unanswered invitation", _invitation("NEEDS-ACTION")),
            ("a tentative invitation", _invitation("TENTATIVE")),
            ("an invitation without an answer", _invitation("")),
            ("a delegated invitation", _invitation("DELEGATED")),
            ("a declined invitation", _invitation("DECLINED")),
            ("an invitation that friends accepted", _invitation_without_her),
            ("an invitation sent as accepted", _sent_as_accepted),
            ("attends what the owner accepted", _attends_what_was_accepted),
            ("the owner as the organizer", _owner_as_organizer),
            ("a chat of two without an answer", _direct_unanswered),
            ("a group in which the owner never wrote", _group_unanswered),
            ("a group of many", _group_of_many),
            ("a missed call", _missed_call),
            ("a friend's name in a chat", _friends_name_in_a_chat),
            ("a friend's name in a mail", _friends_name_in_a_mail),
            ("a friend's address as the name", _friends_address_as_name),
            ("an invitation of nobody", _invitation_of_nobody),
            ("the owner's name in WhatsApp", _owners_name_in_whatsapp),
            ("the owner's name in Slack", _owners_name_in_slack),
            ("the owner's name in Discord", _owners_name_in_discord),
            ("the owner's name in Messenger", _owners_name_in_messenger),
            ("a call in Signal that is not understood", _signal_call("UNKNOWN_STATE")),
            ("a call in Signal without a state", _signal_call("")),
            ("a call in Signal that was declined", _signal_call("NOT_ACCEPTED")),
            ("labelled as sent by the owner", _as_sent),
            ("a calendar called like its sender", _calendar_named_so),
        ),
        start=10,
    )
)


@pytest.fixture(scope="module")
def told(new_home: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Everything that the server says after all the attempts were imported."""
    folder = tmp_path_factory.mktemp("strangers")
    world = honest()
    for attempt in ATTEMPTS:
        attempt.attack(world, attempt.mark)
    home, env = home_of(new_home, folder)
    files = world.write(folder / "exports")
    take_in(files, env, *(file.name for file in files if file.name.startswith("WhatsApp")))
    with open_writer(home / "memory.db") as writer:
        refs = [
            row[0]
            for table in ("message", "conversation", "contact", "interaction")
            for row in writer.all(f"SELECT ref FROM {table}")
        ]
    names = ["Bo Lund", "Alex Moreira", "Stranger", "Person 3"]
    return everything_told(env, folder, ["harbour", "boat", "closed", "everybody"], refs, names)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda each: each.name)
def test_a_stranger_stays_unknown(told: str, attempt: Attempt) -> None:
    at = told.casefold().find(attempt.mark)
    assert at < 0, told[max(0, at - 200) : at + 100]


def test_friends_are_told_as_before(told: str) -> None:
    for words in (
        "Shall we see the harbour?", "Harbour on Sunday!", "The fair begins at ten", "The harbour",
        "Boat", "Bo Lund", "Alex Moreira", "Hello all",
    ):  # fmt: skip
        assert words in told, words


def test_nobody_is_said_to_be_in_the_address_book_who_is_not(told: str) -> None:
    assert "in your address book" not in told
