"""Whose an export is: what it says of its owner is a claim; a second name of theirs is asked."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from store.engine.connections import Writer
from store.importers import NeedsAnswer
from store.imports.import_answers import remember_me
from store.imports.owner_claims import open_claims
from store.imports.settling import settle_imports
from tests.chat_exports import ROBIN, import_folder, questions_of, seen, write
from tests.made_exports import NOW, made_memory

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Piet Vos\r\nTEL:+351912345678\r\nEND:VCARD\r\n"


def _account(name: str, phone: str) -> str:
    first, _, last = name.partition(" ")
    chat: dict[str, Any] = {
        "name": "Mira Kask",
        "type": "personal_chat",
        "id": 222,
        "messages": [
            {"id": n, "type": "message", "date_unixtime": str(1_793_530_800 + n), "text": "hi"}
            | ({"from": name, "from_id": "user111"} if n else {"from_id": "user222"})
            for n in range(3)
        ],
    }
    me = {"user_id": 111, "first_name": first, "last_name": last, "phone_number": phone}
    return json.dumps({"personal_information": me, "chats": {"list": [chat]}})


def _owner_of(writer: Writer) -> str:
    return str(
        writer.value(
            "SELECT coalesce(display_name, linked_how) FROM identity"
            " LEFT JOIN contact ON contact.id = contact_id WHERE key = 'user111'"
        )
    )


@pytest.mark.parametrize(
    ("name", "phone", "expected"),
    [
        ("Robin Owner", "+351 912 345 678", "Robin Owner"),
        ("Robbie", "+351 911 000 000", "Robin Owner"),
        ("Piet Vos", "+351 912 345 678", "perhaps you"),
        ("Robin", "", "perhaps you"),
    ],
)
def test_an_account_is_the_owners_when_what_they_said_bears_it_out(
    name: str, phone: str, expected: str, tmp_path: Path
) -> None:
    with made_memory(tmp_path, ROBIN) as writer:
        folder = write(tmp_path / "a", {"result.json": _account(name, phone)})
        import_folder(writer, folder)
        assert _owner_of(writer) == expected
        assert open_claims(writer, 0) == ([name] if expected == "perhaps you" else [])
        assert seen(writer)["people"] == ["Mira Kask", "Robin Owner"]
        if expected == "perhaps you":
            remember_me(writer, [name])
            settle_imports(writer, NOW, anew=True)
            assert _owner_of(writer) == "Robin Owner"


@pytest.mark.parametrize("order", list(permutations(["card", "chat"])))
def test_an_account_on_somebody_elses_card_is_theirs(
    order: tuple[str, ...], tmp_path: Path
) -> None:
    exports = {
        "card": {"piet.vcf": CARD},
        "chat": {"result.json": _account("Robin Owner", "+351 912 345 678")},
    }
    with made_memory(tmp_path, ROBIN) as writer:
        for name in order:
            import_folder(writer, write(tmp_path / name, exports[name]))
        assert _owner_of(writer) != "Robin Owner"


def test_a_second_name_of_the_owners_is_asked_about(tmp_path: Path) -> None:
    line = "25/01/2026, 19:0{} - {}: {}\n"
    own = line.format(1, "Ana Gil", "a") + line.format(2, "Robin Owner", "b")
    other = line.format(3, "Maya Lind", "c") + line.format(4, "Olga Petri", "do not tell")
    name = "WhatsApp Chat with Maya Lind.txt"
    with made_memory(tmp_path, ROBIN) as writer:
        import_folder(writer, write(tmp_path / "a", {"WhatsApp Chat with Ana Gil.txt": own}))
        folder = write(tmp_path / "b", {name: other})
        need = questions_of(lambda: import_folder(writer, folder))
        assert isinstance(need, NeedsAnswer)
        assert need.options == ("Olga Petri", f"nobody in {name}")
        assert writer.value("SELECT count(*) FROM message") == 2
        import_folder(writer, folder, (f"nobody in {name}",))
        assert "Olga Petri" in str(seen(writer)["people"])


def test_a_telegram_group_by_itself_asks_who_the_owner_is(tmp_path: Path) -> None:
    messages = [
        {"id": n, "type": "message", "date_unixtime": str(1_793_530_800 + n), "text": "x"}
        | {"from": name, "from_id": f"user{n}11"}
        for n, name in enumerate(["Mira Kask", "Robbie", "Karl Berg"], start=1)
    ]
    group = {"name": "Climbing", "type": "private_supergroup", "id": 555, "messages": messages}
    folder = write(tmp_path / "a", {"result.json": json.dumps(group)})
    with made_memory(tmp_path, ROBIN) as writer:
        need = questions_of(lambda: import_folder(writer, folder))
        assert isinstance(need, NeedsAnswer)
        assert need.options[:3] == ("Mira Kask", "Robbie", "Karl Berg")
        remember_me(writer, ["Robbie"])
        import_folder(writer, folder, ("Robbie",))
        assert seen(writer)["people"] == ["Karl Berg", "Mira Kask", "Robin Owner"]
