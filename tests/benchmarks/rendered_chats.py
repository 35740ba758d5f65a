"""Conversations with questions, rendered as one Telegram export: two formats of data sets.

A hit is judged by its text: it counts when it is that of a turn that holds the answer.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

_OWNER: Final = {"user_id": 99, "first_name": "Nora", "last_name": "Lind"}
_SESSION: Final = "%I:%M %p on %d %B, %Y"
MULTI_HOP: Final = "multi-hop"


@dataclass(frozen=True, slots=True)
class Question:
    """A question on one chat. evidence: the texts of the turns that answer it."""

    text: str
    chat: int
    evidence: frozenset[str]
    category: str


@dataclass(slots=True)
class Rendered:
    """chats: as Telegram writes them. person: for each, an account that takes part."""

    chats: list[dict[str, Any]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    person: list[str] = field(default_factory=list)

    def export(self) -> str:
        """The export of all chats."""
        return json.dumps(
            {"about": "", "personal_information": _OWNER, "chats": {"list": self.chats}},
            ensure_ascii=False,
        )


def read_dataset(path: Path) -> Rendered:
    """A folder of our own chats, or a file in the format of LoCoMo (github.com/snap-research)."""
    rendered = Rendered()
    if path.is_dir():
        for file in sorted(path.glob("*.json")):
            _add_own(rendered, json.loads(file.read_text("utf-8")))
    else:
        for number, sample in enumerate(json.loads(path.read_text("utf-8"))):
            _add_locomo(rendered, number, sample)
    return rendered


def _add_own(rendered: Rendered, chat: dict[str, Any]) -> None:
    texts = {message["id"]: message["text"] for message in chat["messages"]}
    rendered.person.append(chat["messages"][0]["from_id"])
    for asked in chat.pop("questions"):
        evidence = frozenset(texts[number] for number in asked["evidence"])
        category = MULTI_HOP if len(evidence) > 1 else "single"
        rendered.questions.append(
            Question(asked["question"], len(rendered.chats), evidence, category)
        )
    rendered.chats.append(chat)


def _add_locomo(rendered: Rendered, number: int, sample: dict[str, Any]) -> None:
    talk = sample["conversation"]
    accounts = {
        talk[speaker]: f"user{number * 10 + at}"
        for at, speaker in enumerate(("speaker_a", "speaker_b"), start=1001)
    }
    messages: list[dict[str, Any]] = []
    texts: dict[str, str] = {}
    session = 1
    while turns := talk.get(f"session_{session}"):
        start = datetime.strptime(talk[f"session_{session}_date_time"], _SESSION).replace(
            tzinfo=UTC
        )
        for minute, turn in enumerate(turns):
            caption = turn.get("blip_caption")
            text = f"{turn['text']} [{caption}]" if caption else turn["text"]
            texts[turn["dia_id"]] = text
            at = start + timedelta(minutes=minute)
            messages.append(
                {
                    "id": len(messages) + 1,
                    "type": "message",
                    "date": at.strftime("%Y-%m-%dT%H:%M:%S"),
                    "date_unixtime": str(int(at.timestamp())),
                    "from": turn["speaker"],
                    "from_id": accounts[turn["speaker"]],
                    "text": text,
                }
            )
        session += 1
    rendered.person.append(f"user{number * 10 + 1001}")
    for asked in sample["qa"]:
        named = {
            part for entry in asked.get("evidence", []) for part in re.findall(r"D\d+:\d+", entry)
        }
        evidence = frozenset(texts[part] for part in named if part in texts)
        if evidence:
            category = MULTI_HOP if asked["category"] == 1 else str(asked["category"])
            rendered.questions.append(Question(asked["question"], number, evidence, category))
    rendered.chats.append(
        {
            "name": " & ".join(accounts),
            "type": "private_group",
            "id": 5001 + number,
            "messages": messages,
        }
    )
