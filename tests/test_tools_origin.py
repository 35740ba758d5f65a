"""Every fact says how it came here: imported, typed, confirmed and where, or inferred."""

import json
import re
from typing import Any, Final

from mcp import Client

from server.mcp.build import build_server
from server.settings import Settings
from store.memory import open_writer
from store.owner.typed_facts import add_note
from store.owner.typed_fields import set_field
from store.owner.typed_follow_ups import add_follow_up
from store.proposals.decisions import accept
from tests.made_exports import contact_named
from tests.proposing import ALEX, propose, rows
from tests.running import structured

DAY: Final = r"\d{4}-\d\d-\d\d"
SAID: Final = re.compile(
    rf"(?:.+, (?:imported|typed), {DAY}|confirmed in terminal, proposed by .+, {DAY}|inferred)"
)


def fill(settings: Settings) -> None:
    """One fact of each kind that the owner has, beside those of the exports."""
    ref = propose(settings, "Prefers jasmine tea")
    [(sha256,)] = rows(settings, f"SELECT content_sha256 FROM proposal WHERE ref = '{ref}'")
    with open_writer(settings.memory_path) as writer:
        accept(writer, ref, sha256, "terminal", settings.now())
        alex = writer.value("SELECT id FROM contact WHERE ref = ?", (contact_named(writer, ALEX),))
        add_note(writer, alex, "Sings in a choir", settings.now())
        add_follow_up(writer, alex, "Lend the atlas", settings.now(), due_on="2026-11-21")
        set_field(writer, alex, "how_we_met", "at the pool", settings.now())


async def test_every_fact_of_everybody_says_how_it_came_here(demo: Settings) -> None:
    fill(demo)
    seen: set[str] = set()
    async with Client(build_server(demo)) as client:
        found = structured(await client.call_tool("find_contacts", {"limit": 50}))["contacts"]
        for person in found:
            record = structured(await client.call_tool("get_contact", {"person": person["id"]}))
            for facts in record["facts"].values():
                for fact in facts:
                    assert SAID.fullmatch(fact["source"]), fact
                    seen.add(re.sub(rf", {DAY}|.*, (?=imported|typed)", "", fact["source"]))
        alex = structured(await client.call_tool("get_contact", {"person": ALEX}))["facts"]
    assert seen >= {"imported", "typed", "inferred", "confirmed in terminal, proposed by Kinkeeper"}
    [met] = alex["about"]
    assert met == {"kind": "how we met", "text": "at the pool", "source": "You, typed, 2026-11-20"}
    assert alex["called"][0]["text"] == ALEX


async def test_so_does_what_is_found_read_and_due(demo: Settings) -> None:
    fill(demo)
    async with Client(build_server(demo)) as client:

        async def asked(tool: str, **arguments: Any) -> dict[str, Any]:
            return structured(await client.call_tool(tool, arguments))

        for query, kind, origin in (
            ("jasmine tea", "note", "confirmed in terminal, proposed by Kinkeeper"),
            ("sings choir", "note", "You, typed"),
            ("lend atlas", "follow-up", "You, typed"),
        ):
            hit = (await asked("search_context", query=query))["hits"][0]
            assert hit["source"] == f"{kind}; {origin}, 2026-11-20"
            assert (await asked("read_context", ref=hit["ref"]))["source"] == hit["source"]
        due = (await asked("due_followups", within_days=30))["due"]
        for person in due:
            for line in person["lines"]:
                assert SAID.fullmatch(line["source"]), line
        sections = json.dumps(await asked("review_relationships"))
        assert "(You, typed, 2026-11-20)" in sections
        hints = [each["hint"] for each in (await asked("find_contacts", query="Alex"))["contacts"]]
        assert all(", imported, 2026-11-20)" in hint for hint in hints)
        briefing = json.dumps(await asked("brief_me", person=ALEX, max_tokens=4_000))
        for origin in ("confirmed in terminal, proposed by Kinkeeper", "You, typed", ", imported"):
            assert origin in briefing
