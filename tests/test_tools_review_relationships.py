"""What a review says, case by case; its size, its calm words, its short list; its faces.

The cases stand in tests/data/review_cases.toml; its head says how they are written.
"""

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from mcp import Client

from embeddings.lazy import LazyEncoder
from server.mcp.build import build_server
from server.settings import Settings
from store.index.contact_names import index_names
from store.memory import open_reader, open_reader_for_assistant, open_writer
from store.sharing.access import set_access
from store.sharing.visibility import refresh_visibility
from tests.due_filler import Filler
from tests.made_exports import contact_named, made_memory
from tests.running import ROOT, environment, kinkeeper, structured
from tools.briefing.budget import tokens
from tools.memory import Memory
from tools.review_relationships import (
    CLOSING,
    MOST_ACTIONS,
    MOST_TOKENS,
    NOTHING,
    review_relationships,
)
from tools.reviewing.overview import PERIOD_DAYS, Period
from tools.views import Review
from tools.withholding import Withholding

CASES: Final[list[dict[str, Any]]] = tomllib.loads(
    (ROOT / "tests" / "data" / "review_cases.toml").read_text("utf-8")
)["case"]
ACTIONS: Final = "What you could do"
ZONE: Final = ZoneInfo("Europe/Lisbon")
NOW: Final = datetime(2026, 11, 20, 9, tzinfo=ZONE)
_REFS: Final = re.compile(r"^[a-z]_\w+ | \(c_\w+\)")
_SOURCE: Final = re.compile(r" \((?:You, [a-z]+, \d{4}-\d\d-\d\d|Chat)\)$")
# Words that urge, blame, rate or compare.
_URGING: Final = re.compile(
    r"(?i)overdue|neglect|should|must\b|have to|forgot|fail|guilt|score|rank|rating|behind|debt"
    r"|ignored|lazy|late\b|hurry|finally|at last\b|still haven|!"
)


class ReviewFiller(Filler):
    """Writes the rows that a case of the review names."""

    LISTS = (
        "contact", "tag", "wrote", "wrote_again", "said", "promise", "event", "note", "work",
        "proposal",
    )  # fmt: skip

    def wrote_again(self, **values: Any) -> None:
        """As `wrote`, in the same conversation."""
        self.wrote(**values)

    def promise(
        self,
        who: str,
        text: str,
        owes: str = "you",
        recorded: str = "2026-01-01T12:00",
        **values: Any,
    ) -> None:
        """A follow-up. put_off: how often the owner has put it off and taken it up again."""
        put_off = values.pop("put_off", 0)
        super().promise(who, text, owes, recorded, **values)
        latest = self.writer.value("SELECT max(id) FROM follow_up")
        for _ in range(put_off):
            self.insert(
                "follow_up_change",
                follow_up_id=latest,
                state="snoozed",
                until_on="2026-11-01",
                provenance_id=self.provenance(),
            )

    def note(self, who: str, text: str, at: str) -> None:
        self.insert(
            "note",
            ref=self.ref("n"),
            identity_id=self.identity(who),
            text=text,
            provenance_id=self.provenance(at=at),
        )

    def work(
        self, who: str, source: str, title: str, at: str, organization: str = "City Hospital"
    ) -> None:
        """A role as a source has it."""
        made = self.insert("source", ref=self.ref("s"), kind=source, title=source)
        self.insert(
            "role",
            identity_id=self.identity(who, "card" if source == "Cards" else "linkedin"),
            organization_id=self.insert(
                "organization", ref=self.ref("o"), name=organization, key=organization
            ),
            title=title,
            provenance_id=self.insert(
                "provenance",
                source_id=made,
                recorded_at=self.instant(at),
                confirmed_how="imported",
            ),
        )

    def said(
        self, who: str, by: str, text: str, at: str, became: str = "", proposed: str = ""
    ) -> None:
        """A message of a chat of two. became: the state of the follow-up made of it.

        proposed: what became of the proposal of one (`pending`, `rejected`).
        """
        known = self.writer.value(
            "SELECT id FROM conversation WHERE key = ?", (f"{who} Chat direct",)
        )
        day = self.writer.value(
            "SELECT id FROM interaction WHERE conversation_id = ? AND on_day = ?", (known, at[:10])
        )
        owner = self.writer.value("SELECT id FROM identity WHERE kind = 'owner' AND key = 'owner'")
        if day is None:
            self.wrote(who, [at], by, channel="Chat")
        else:
            self.writer.run(
                "UPDATE interaction_participant SET messages = 1 WHERE interaction_id = ?", (day,)
            )
            self.writer.run(
                "UPDATE interaction_participant SET both_at = contact_at WHERE interaction_id = ?",
                (day,),
            )
        conversation = self.writer.value(
            "SELECT id FROM conversation WHERE key = ?", (f"{who} Chat direct",)
        )
        run = self.insert(
            "import_run", format="x", file_name="x", file_sha256="", file_bytes=0, started_at=0
        )
        message = self.insert(
            "message",
            ref=self.ref("m"),
            source_id=self.writer.value("SELECT id FROM source WHERE title = 'Chat'"),
            key=self.ref("k"),
            conversation_id=conversation,
            seq=self.count,
            sender_id=owner if by == "you" else self.identity(who, "telegram"),
            sent_at=self.instant(at),
            ordered_at=self.instant(at),
            text=text,
            content_sha256=b"",
            import_run_id=run,
        )
        if became:
            super().promise(who, text, message_id=message, state=became)
        if proposed:
            ref = self.writer.value("SELECT ref FROM message WHERE id = ?", (message,))
            proposal = self.proposal(who, text, "follow_up", json.dumps([ref]))
            if proposed == "rejected":
                self.insert(
                    "decision",
                    proposal_id=proposal,
                    verdict="rejected",
                    surface="terminal",
                    decided_at=self.instant("2026-11-19T09:00"),
                    text_sha256="0" * 64,
                )

    def proposal(self, who: str, text: str, kind: str = "note", evidence: str = "[]") -> int:
        """A proposal that is pending."""
        return self.insert(
            "proposal",
            ref=self.ref("p"),
            contact_id=self.person(who),
            kind=kind,
            text=text,
            evidence=evidence,
            content_sha256="0" * 64,
            proposed_by="a client",
            created_at=self.instant("2026-11-19T09:00"),
            expires_at=self.instant("2027-11-19T09:00"),
        )


def fill(folder: Path, case: dict[str, Any]) -> None:
    """Make the memory of a case."""
    with made_memory(folder) as writer, writer.transaction():
        filler = ReviewFiller(writer, ZONE)
        for name in ReviewFiller.LISTS:
            for values in case.get(name, []):
                getattr(filler, name)(**values)
        index_names(writer)
        refresh_visibility(writer)


async def ask(folder: Path, period: Period, *, for_owner: bool = True) -> Review:
    """The review of the memory in a folder, for the owner or for an assistant."""
    path = folder / "memory.db"
    if for_owner:
        reader = await open_reader(path)
    else:
        reader = await open_reader_for_assistant(path, Withholding().functions())
    now = NOW.astimezone(UTC)
    memory = Memory(reader, lambda: now, ZONE, LazyEncoder("toy", folder))
    try:
        return await review_relationships(memory, period, for_owner=for_owner)
    finally:
        await reader.close()


def plain(review: Review) -> dict[str, list[str]]:
    """The sections without references, and without where a line comes from."""
    return {
        title: [_SOURCE.sub("", _REFS.sub("", line)) for line in told]
        for title, told in review.sections.items()
    }


async def test_a_line_says_where_it_comes_from(tmp_path: Path) -> None:
    fill(
        tmp_path,
        {
            "promise": [{"who": "Bo Ek", "text": "send the photo", "due_on": "2026-11-12"}],
            "event": [{"who": "Ada Ros", "kind": "birthday", "on": "--11-24"}],
            "said": [
                {"who": "Bo Ek", "by": by, "text": text, "at": at}
                for by, text, at in (
                    ("you", "Good to see you", "2026-11-02T10:00"),
                    ("them", "Likewise", "2026-11-02T10:05"),
                    ("them", "Could you call?", "2026-11-14T10:00"),
                )
            ],
        },
    )
    lines = [line for told in (await ask(tmp_path, "week")).sections.values() for line in told]
    for said, source in (
        ("“send the photo”; due since", "(You, typed, 2026-01-01)"),
        ("birthday on 24 Nov", "(You, imported, 2026-01-01)"),
        ("“Could you call?”", "(Chat)"),
    ):
        line = next(each for each in lines if said in each)
        assert line.endswith(source)


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 25


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
async def test_what_a_review_says_and_why(tmp_path: Path, case: dict[str, Any]) -> None:
    fill(tmp_path, case)
    period = case.get("period", "month")
    for_owner = case.get("for_owner", True)
    told = plain(await ask(tmp_path, period, for_owner=for_owner))
    wanted = case["sections"]
    if ACTIONS not in wanted:
        told.pop(ACTIONS)
    # Whoever is close or has a cadence in a case may lack a reason; that has cases of its own.
    if period == "month" and "Why do they matter to you?" not in wanted:
        told.pop("Why do they matter to you?", None)
    assert list(told.items()) == list(wanted.items())


def crowd() -> dict[str, Any]:
    """A memory in which everything happens to many."""
    names = [f"Person{n:03d} Ek" for n in range(120)]
    case: dict[str, Any] = {name: [] for name in ReviewFiller.LISTS}
    for n, name in enumerate(names):
        day = f"2026-11-{n % 19 + 1:02d}"
        closeness = (None, "close", "inner circle")[n % 3]
        cadence = "weekly" if n % 2 else None
        case["contact"].append({"name": name, "closeness": closeness, "cadence": cadence})
        case["wrote"].append(
            {"who": name, "at": [f"20{20 + year}-{n % 9 + 1:02d}-10T10:00" for year in range(6)]}
        )
        case["promise"].append({"who": name, "text": "send it " * 30, "due_on": day})
        case["promise"].append({"who": name, "text": "old thing " * 30, "due_on": "2025-01-01"})
        case["event"].append({"who": name, "kind": "birthday", "on": f"1990-{day[5:]}"})
        case["note"].append(
            {"who": name, "text": f"Currently {'very ' * 60}busy", "at": "2024-01-01T12:00"}
        )
    for n in range(40):
        case["said"].append(
            {"who": f"Asker{n:03d} Ek", "by": "you", "text": "Hi", "at": "2026-11-01T10:00"}
        )
        case["said"].append(
            {"who": f"Asker{n:03d} Ek", "by": "them", "text": "Hi", "at": "2026-11-01T10:05"}
        )
        case["said"].append(
            {"who": f"Asker{n:03d} Ek", "by": "them", "text": "Could you call me? " * 20,
             "at": "2026-11-12T10:00"}
        )  # fmt: skip
        case["wrote"].append({"who": f"Gone{n:03d} Ek", "at": ["2018-10-12T10:00"]})
    return case


@pytest.mark.parametrize("period", PERIOD_DAYS)
async def test_a_crowd_does_not_overwhelm(tmp_path: Path, period: Period) -> None:
    fill(tmp_path, crowd())
    review = await ask(tmp_path, period)
    assert review == await ask(tmp_path, period)
    told = review.model_dump_json()
    assert tokens(told) <= MOST_TOKENS
    *actions, last = review.sections[ACTIONS]
    assert last == CLOSING
    assert 5 <= len(actions) <= MOST_ACTIONS
    people = [line.split(" ", 1)[1].partition(":")[0] for line in actions]
    assert len(set(people)) == len(people)
    assert list(review.sections)[-1] == ACTIONS
    assert next(iter(review.sections)) == "Open loops"
    counted = dict(told.split(": ") for told in review.left_out.split("; "))
    assert counted.keys() >= review.sections.keys() - {ACTIONS}
    assert all(re.fullmatch(r"[\d,]+ more", count) for count in counted.values())
    assert all(re.match(r"[a-z]_\w{7} ", line) for line in actions)
    assert not _URGING.search(re.sub(r"“[^”]*”|send it|old thing", "", told))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_no_line_urges_or_blames(case: dict[str, Any]) -> None:
    """What the cases expect is what is said; so the words of all sections are read here."""
    said = json.dumps(case["sections"], ensure_ascii=False)
    assert not _URGING.search(said)
    assert not _URGING.search(CLOSING + NOTHING)


async def test_the_short_list_takes_from_every_part_before_a_second(tmp_path: Path) -> None:
    promises = [{"who": f"P{n} Ek", "text": f"thing {n}", "due_on": "2026-11-12"} for n in range(6)]
    fill(
        tmp_path,
        {
            "promise": promises,
            "event": [{"who": "Ada Ros", "kind": "birthday", "on": "1990-11-24"}],
            "note": [{"who": "Bo Ek", "text": "Is pregnant", "at": "2024-01-01T12:00"}],
        },
    )
    actions = plain(await ask(tmp_path, "week"))[ACTIONS]
    assert [line.partition(":")[0] for line in actions[:-1]] == [
        "P0 Ek", "Ada Ros", "Bo Ek", "P1 Ek", "P2 Ek",
    ]  # fmt: skip


async def test_who_is_hidden_is_not_there_and_of_a_summary_no_words(tmp_path: Path) -> None:
    talk = [
        {"who": who, "by": by, "text": text, "at": at}
        for who in ("Bo Ek", "Ada Ros", "Cleo Fry")
        for by, text, at in (
            ("you", "Hi", "2026-11-02T10:00"),
            ("them", "Hi", "2026-11-02T10:05"),
            ("them", "Could you call me?", "2026-11-14T10:00"),
        )
    ]
    fill(tmp_path, {"said": talk, "event": [{"who": "Bo Ek", "kind": "birthday", "on": "--11-24"}]})
    with open_writer(tmp_path / "memory.db") as writer:
        set_access(writer, contact_named(writer, "Bo Ek"), "none")
        set_access(writer, contact_named(writer, "Ada Ros"), "summary")
    told = plain(await ask(tmp_path, "month", for_owner=False))
    assert told["Open loops"] == [
        "Cleo Fry: Cleo asked on 14 Nov, no answer from you yet: “Could you call me?”",
        "Ada Ros: Ada wrote on 14 Nov, no answer from you yet",
    ]
    assert "Days ahead" not in told
    assert "Bo Ek" in str(plain(await ask(tmp_path, "month")))


def test_the_command_and_that_review_alone_stays_what_it_was(demo: Settings) -> None:
    env = environment(demo.home, demo.cache)
    month = kinkeeper("review", "month", env=env)
    assert month.returncode == 0
    assert month.stdout.startswith("Your month, as of 20 Nov 2026\n\nOpen loops")
    assert month.stdout.endswith(f"  - {CLOSING}\n")
    assert len(month.stdout.splitlines()) <= 60
    told = json.loads(kinkeeper("review", "week", "--json", env=env).stdout)
    assert told["as_of"] == "2026-11-20"
    assert list(told["sections"])[-1] == ACTIONS
    assert kinkeeper("review", "week", "--list", env=env).returncode == 2
    assert json.loads(kinkeeper("review", "--json", env=env).stdout)["proposals"] == []


async def test_the_server_gives_what_the_tool_says_and_writes_it_down(demo: Settings) -> None:
    async with Client(build_server(demo)) as client:
        week = structured(await client.call_tool("review_relationships", {}))
        month = structured(await client.call_tool("review_relationships", {"period": "month"}))
        refused = await client.call_tool("review_relationships", {"period": "year"})
        names = {prompt.name for prompt in (await client.list_prompts()).prompts}
    assert refused.is_error
    assert names >= {"weekly_review", "monthly_review"}
    assert len(month["sections"]) >= len(week["sections"])
    with open_writer(demo.memory_path) as writer:
        rows = writer.all("SELECT tool, about, refs FROM disclosure ORDER BY id")
    assert [row["tool"] for row in rows] == ["review_relationships"] * 2
    said = json.dumps(week["sections"])
    # Turns of a burst are quoted together and named by one of them.
    assert set(json.loads(rows[0]["refs"])) >= set(re.findall(r"\b[a-bd-z]_[0-9a-z]{7}\b", said))
    assert set(json.loads(rows[0]["about"])) == set(re.findall(r"\bc_[0-9a-z]{7}\b", said))
