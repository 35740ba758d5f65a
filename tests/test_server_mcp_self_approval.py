"""Ways of saying yes to oneself: from other sessions, in races, by odd answers and requests."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.types import ElicitResult, InputRequiredResult

from server.mcp.build import build_server
from server.mcp.dialogs import LATER
from server.settings import Settings
from store.errors import StoreError
from store.memory import open_writer
from store.proposals.decisions import accept, reject
from store.proposals.proposing import MOST_PENDING
from store.sharing.access import set_access
from tests.made_exports import contact_named
from tests.proposing import ALEX, change, propose, remembered, rows, switch_on_dialogs
from tests.running import ERAS, environment, structured, text_of
from tests.wire import serving

NOTE: Final = {"person": ALEX, "text": "Prefers tea to coffee", "kind": "note"}
HEALTH: Final = "Was diagnosed with cancer in May"


async def _never(context: ClientRequestContext, params: Any) -> ElicitResult:
    raise AssertionError("the test answers by itself")


async def _ask(client: Client, **more: Any) -> tuple[InputRequiredResult, str, str]:
    """What a server asked, the key of its question, and the choice that would be the yes."""
    asked = await client.session.call_tool(
        "propose_note", {**NOTE, **more}, allow_input_required=True
    )
    assert isinstance(asked, InputRequiredResult)
    [(key, request)] = (asked.input_requests or {}).items()
    form: dict[str, Any] = dict(request.params.requested_schema)  # type: ignore[union-attr]  # a form
    return asked, key, form["properties"]["choice"]["enum"][1]


async def _answer(
    client: Client, asked: InputRequiredResult, key: str, content: Any, **more: Any
) -> Any:
    return await client.session.call_tool(
        "propose_note",
        {**NOTE, **more},
        input_responses={key: ElicitResult.model_construct(action="accept", content=content)},
        request_state=asked.request_state,
        allow_input_required=True,
    )


NOT_THE_YES: Final[dict[str, Callable[[str], Any]]] = {
    "the yes in another field": lambda yes: {"choice": LATER, "remember": yes, "save": True},
    "a field of another case": lambda yes: {"Choice": yes},
    "the yes in capitals": lambda yes: {"choice": yes.upper()},
    "the yes with a space": lambda yes: {"choice": f"{yes} "},
    "the yes with a zero width space": lambda yes: {"choice": f"{yes}\u200b"},
    "look-alike letters": lambda yes: {"choice": yes.replace("e", "е")},  # Cyrillic
    "the code alone": lambda yes: {"choice": yes.partition("(")[2].rstrip(")")},
    "both choices": lambda yes: {"choice": f"{LATER}, {yes}"},
}
NO_CHOICE: Final[dict[str, Callable[[str], Any]]] = {
    "a number": lambda _yes: {"choice": 1},
    "a huge number": lambda _yes: {"choice": 10**300},
    "true": lambda _yes: {"choice": True},
    "a list with the yes": lambda yes: {"choice": [yes]},
    "null": lambda _yes: {"choice": None},
}


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("kind", NO_CHOICE)
async def test_what_is_no_choice_at_all_decides_nothing(demo: Settings, kind: str) -> None:
    switch_on_dialogs(demo)
    async with Client(build_server(demo), elicitation_callback=_never) as client:
        asked, key, yes = await _ask(client)
        told = await _answer(client, asked, key, NO_CHOICE[kind](yes))
        assert "pending" in text_of(told)
    assert remembered(demo) == []


@pytest.mark.parametrize("kind", NOT_THE_YES)
async def test_only_the_choice_itself_is_a_yes(demo: Settings, kind: str) -> None:
    switch_on_dialogs(demo)
    async with Client(build_server(demo), elicitation_callback=_never) as client:
        asked, key, yes = await _ask(client)
        await _answer(client, asked, key, NOT_THE_YES[kind](yes))
        assert remembered(demo) == []
        # And the question is closed: the real yes comes too late.
        await _answer(client, asked, key, {"choice": yes})
    assert remembered(demo) == []


async def test_the_state_and_code_of_one_session_mean_nothing_in_another(demo: Settings) -> None:
    switch_on_dialogs(demo)
    async with (
        Client(build_server(demo), elicitation_callback=_never) as first,
        Client(build_server(demo), elicitation_callback=_never) as second,
    ):
        asked, key, yes = await _ask(first)
        with pytest.raises(Exception, match="requestState"):
            await _answer(second, asked, key, {"choice": yes})
        own, own_key, own_yes = await _ask(second)
        assert own_yes != yes
        await _answer(second, own, own_key, {"choice": yes})
        assert remembered(demo) == []


async def test_of_two_open_questions_each_takes_its_own_answer(demo: Settings) -> None:
    switch_on_dialogs(demo)
    async with Client(build_server(demo), elicitation_callback=_never) as client:
        asked, key, yes = await _ask(client)
        other, other_key, other_yes = await _ask(client, text="Prefers beer")
        await _answer(client, other, other_key, {"choice": yes}, text="Prefers beer")
        await _answer(client, asked, key, {"choice": other_yes})
    assert remembered(demo) == []


async def test_a_yes_in_two_servers_is_one_decision(demo: Settings) -> None:
    switch_on_dialogs(demo)
    async with (
        Client(build_server(demo), elicitation_callback=_never) as first,
        Client(build_server(demo), elicitation_callback=_never) as second,
    ):
        one, two = await _ask(first), await _ask(second)
        for client, (asked, key, yes) in ((first, one), (second, two)):
            told = structured(await _answer(client, asked, key, {"choice": yes}))
            assert told["state"] == "accepted"
    assert len(rows(demo, "SELECT 1 FROM decision")) == 1
    assert len(rows(demo, f"SELECT 1 FROM note WHERE text = '{NOTE['text']}'")) == 1


@pytest.mark.parametrize("meanwhile", ["rejected", "expired", "hidden"])
async def test_a_yes_that_comes_after_all_is_over_decides_nothing(
    demo: Settings, meanwhile: str
) -> None:
    switch_on_dialogs(demo)
    days = [0]
    late = Settings(
        demo.home, demo.cache, demo.model, lambda: demo.clock() + timedelta(days=days[0])
    )
    async with Client(build_server(late), elicitation_callback=_never) as client:
        asked, key, yes = await _ask(client)
        [(ref, sha256)] = rows(demo, "SELECT ref, content_sha256 FROM proposal")
        with open_writer(demo.memory_path) as writer:
            if meanwhile == "rejected":
                reject(writer, ref, sha256, "terminal", demo.now())
            elif meanwhile == "hidden":
                set_access(writer, contact_named(writer, ALEX), "none")
            else:
                days[0] = 31
        await _answer(client, asked, key, {"choice": yes})
    assert rows(demo, "SELECT 1 FROM decision WHERE verdict <> 'rejected'") == []
    assert rows(demo, f"SELECT 1 FROM note WHERE text = '{NOTE['text']}'") == []


def test_of_many_who_decide_at_once_one_does(demo: Settings) -> None:
    ref = propose(demo, "Prefers tea")
    [(sha256,)] = rows(demo, "SELECT content_sha256 FROM proposal")
    start, done = threading.Barrier(6), []

    def decide(number: int) -> None:
        with open_writer(demo.memory_path) as writer:
            start.wait()
            try:
                if number % 2:
                    accept(writer, ref, sha256, "terminal", demo.now())
                else:
                    reject(writer, ref, sha256, "terminal", demo.now())
            except StoreError:
                return
            done.append("accepted" if number % 2 else "rejected")

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(demo, "SELECT verdict FROM decision") == [(done[0],)]
    assert len(done) == 1
    assert len(rows(demo, "SELECT 1 FROM note WHERE text = 'Prefers tea'")) == (
        done == ["accepted"]
    )


def odd_calls(ref: str) -> list[tuple[str, dict[str, Any]]]:
    """Requests that carry a yes where none belongs: in `_meta`, as numbers, in look-alike names."""
    decision = {"ref": ref, "verdict": "accepted", "surface": "terminal"}
    metas: list[dict[str, Any]] = [
        {"decision": decision},
        {"anthropic/requiresUserInteraction": False, "approved": True},
        {"kinkeeper/confirm": ref, "progressToken": ref},
        {"io.modelcontextprotocol/clientInfo": {"name": "Kinkeeper", "version": "terminal"}},
        {"elicitation": {"action": "accept", "content": {"choice": "remember this"}}},
    ]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("tools/call", {"name": "propose_note", "arguments": NOTE, "_meta": meta}) for meta in metas
    ]
    alike = (
        ref.replace("p", "р", 1),
        f"{ref}\u200b",
        f"{ref}\0",
        ref.upper(),
        f" {ref} ",
    )  # Cyrillic
    for odd in (*alike, 10**400, -1, 1e308, {"$ref": ref}, [ref], True, None):
        calls += [
            ("tools/call", {"name": "propose_note", "arguments": {**NOTE, "person": odd}}),
            ("tools/call", {"name": "propose_note", "arguments": {**NOTE, "evidence": [odd]}}),
            ("tools/call", {"name": "list_proposals", "arguments": {"limit": odd, "cursor": odd}}),
            ("tools/call", {"name": "read_context", "arguments": {"ref": odd, "around": odd}}),
        ]
    calls += [
        (method, {"uri": f"kinkeeper://proposal/{ref}", "level": "debug", "taskId": ref})
        for method in (
            "resources/subscribe", "resources/unsubscribe", "tasks/get", "tasks/result",
            "logging/setLevel", "sampling/createMessage", "roots/list", "elicitation/complete",
        )
    ]  # fmt: skip
    completion = {"name": "person", "value": ref}
    prompt = {"type": "ref/prompt", "name": "accept"}
    calls += [("completion/complete", {"ref": prompt, "argument": completion})]
    calls += [("prompts/get", {"name": "brief_me", "arguments": {"person": f"accept {ref}"}})]
    return calls


@pytest.mark.parametrize("dialogs", [False, True])
def test_no_odd_request_says_yes(demo: Settings, tmp_path: Path, dialogs: bool) -> None:
    if dialogs:
        switch_on_dialogs(demo)
    ref = propose(demo, "A proposal to be approved")
    calls = odd_calls(ref)
    assert len(calls) >= 60
    with serving(environment(demo.home, demo.cache), tmp_path / "stderr") as wire:
        wire.greet()
        for method, params in calls:
            told = json.dumps(wire.ask(method, params))
            assert "A proposal to be approved" not in told or "list_proposals" in str(params)
        for line in (
            '{"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{}}',
            '{"jsonrpc":"2.0","id":1,"result":{"action":"accept","content":{"choice":"yes"}}}',
        ):
            wire.send(line)
        assert "proposals" in wire.call("list_proposals")["structuredContent"]
        # The server asks its client for nothing: no sampling, no roots, no dialog by itself.
        assert not any('"method"' in line for line in wire.lines)
    assert remembered(demo) == []


@pytest.mark.parametrize("era", ERAS)
async def test_what_is_sensitive_is_withheld_of_a_proposal_as_of_the_fact(
    demo: Settings, era: str
) -> None:
    async with Client(build_server(demo), mode=era) as client:
        told = structured(await client.call_tool("propose_note", {**NOTE, "text": HEALTH}))
        assert told["text"] == HEALTH  # who brings the words is told what is stored
        [(ref, sha256)] = rows(demo, "SELECT ref, content_sha256 FROM proposal")
        [pending] = structured(await client.call_tool("list_proposals", {}))["proposals"]
        with open_writer(demo.memory_path) as writer:
            accept(writer, ref, sha256, "terminal", demo.now(), edited_text="Has had chemo")
        [decided] = structured(await client.call_tool("list_proposals", {}))["proposals"]
        for listed in (pending, decided):
            assert listed["text"] == (
                f"[withheld: health; the owner opens it with: kinkeeper open {ref}]"
            )
        again = structured(await client.call_tool("propose_note", {**NOTE, "text": HEALTH}))
        assert (again["ref"], again["state"]) == (ref, "accepted")
        change(demo, f"INSERT INTO opened_item VALUES ('{ref}', {demo.now() + 60})")
        [opened] = structured(await client.call_tool("list_proposals", {}))["proposals"]
        assert opened["text"] == "Has had chemo"


async def test_proposals_about_somebody_hidden_do_not_count(demo: Settings) -> None:
    with open_writer(demo.memory_path) as writer:
        maya = writer.value("SELECT id FROM contact WHERE display_name = 'Maya Okafor'")
        for number in range(MOST_PENDING):
            writer.run(
                "INSERT INTO proposal(ref, contact_id, kind, text, content_sha256, proposed_by,"
                " created_at, expires_at) VALUES (?, ?, 'note', ?, ?, 'Kinkeeper', ?, ?)",
                (f"p_{number}", maya, f"x{number}", "0" * 64, demo.now(), demo.now() + 9_000),
            )
    async with Client(build_server(demo)) as client:
        assert (await client.call_tool("propose_note", NOTE)).is_error
        with open_writer(demo.memory_path) as writer:
            set_access(writer, contact_named(writer, "Maya Okafor"), "none")
        assert structured(await client.call_tool("propose_note", NOTE))["state"] == "pending"


async def test_a_proposal_that_rests_on_hidden_words_is_no_answer_to_the_same_words(
    demo: Settings,
) -> None:
    [(message,)] = rows(demo, "SELECT ref FROM message LIMIT 1")
    ours = propose(demo, NOTE["text"], evidence=(message,))
    async with Client(build_server(demo)) as client:
        assert structured(await client.call_tool("propose_note", NOTE))["ref"] == ours
        change(demo, f"UPDATE message SET hidden = 1 WHERE ref = '{message}'")
        own = structured(await client.call_tool("propose_note", NOTE))
        assert own["ref"] != ours
        assert own["next"].startswith("Pending until")
        [listed] = structured(await client.call_tool("list_proposals", {}))["proposals"]
        assert listed["ref"] == own["ref"]
