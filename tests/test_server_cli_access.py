"""The owner's commands about what assistants see, run as a person and as a program would."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from mcp import Client

from server.mcp.build import build_server
from server.settings import Settings
from store.sharing.choices import SETTINGS
from tests.proposing import change, rows
from tests.running import environment, kinkeeper, kinkeeper_process, structured, text_of
from tests.terminal import in_terminal

ALEX: Final = "Alex Moreira"
NOT_THE_OWNER: Final = 12


def run(settings: Settings, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return kinkeeper(*arguments, env=environment(settings.home, settings.cache, **more))


def ok(settings: Settings, *arguments: str) -> str:
    done = run(settings, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(settings: Settings, *arguments: str) -> Any:
    return json.loads(ok(settings, *arguments, "--json"))


def at_a_terminal(settings: Settings, *arguments: str) -> tuple[str, int]:
    with in_terminal(*arguments, env=environment(settings.home, settings.cache)) as terminal:
        return terminal.end()


async def asked(settings: Settings, tool: str, **arguments: Any) -> str:
    async with Client(build_server(settings)) as client:
        return text_of(await client.call_tool(tool, arguments))


def test_hidden_and_shown_again(demo: Settings) -> None:
    hidden = told(demo, "hide", ALEX)
    assert hidden == {"ref": hidden["ref"], "name": ALEX, "access": "none"}
    assert f"none     contact {ALEX}" in ok(demo, "access")
    assert told(demo, "access", hidden["ref"]) == hidden
    said, code = at_a_terminal(demo, "access", ALEX, "summary")
    assert (code, "facts, rhythm and your notes, no messages" in said) == (0, True)
    assert told(demo, "access") == [
        {"ref": hidden["ref"], "kind": "contact", "name": ALEX, "access": "summary"}
    ]


def test_a_coding_agent_s_terminal_is_none_of_the_owner_s(demo: Settings) -> None:
    ok(demo, "hide", ALEX)
    env = environment(demo.home, demo.cache)
    with in_terminal("access", ALEX, "full", env=env, inside="CLAUDECODE") as terminal:
        said, code = terminal.end()
    assert code == NOT_THE_OWNER
    assert "CLAUDECODE" in said
    assert told(demo, "access", ALEX)["access"] == "none"


@pytest.mark.parametrize("whom", ["Nobody Atall", "v_0000000", "s_0000000"])
def test_hiding_what_is_not_there_says_so(demo: Settings, whom: str) -> None:
    done = run(demo, "hide", whom)
    assert done.returncode not in (0, NOT_THE_OWNER)
    assert whom.split()[0] in done.stderr
    assert rows(demo, "SELECT 1 FROM contact WHERE access <> 'full'") == []


def test_consent_is_the_owner_s_alone(demo: Settings) -> None:
    assert told(demo, "consent", ALEX)["consent"] == ""
    said = ok(demo, "consent", ALEX, "our trips,  nothing about work")
    assert "agreed to: our trips, nothing about work" in said
    assert told(demo, "consent", ALEX)["consent"] == "our trips, nothing about work"
    assert "our trips" in ok(demo, "contacts", "Moreira")
    assert told(demo, "consent", ALEX, "")["consent"] == ""


def test_what_was_agreed_to_is_kept_by_a_tier(demo: Settings) -> None:
    said = ok(demo, "consent", ALEX, "birthdays, not what we talk about", "--access", "summary")
    assert "agreed to: birthdays" in said
    assert "assistants see no messages" in said
    [limit] = told(demo, "access")
    assert (limit["name"], limit["access"]) == (ALEX, "summary")


async def test_the_log_says_what_was_shown_to_whom_since_when(demo: Settings) -> None:
    assert "shown nothing" in ok(demo, "disclosures")
    await asked(demo, "get_contact", person=ALEX)
    await asked(demo, "search_context", query="school")
    await asked(demo, "get_contact", person="Ines Duarte")
    assert [each["tool"] for each in told(demo, "disclosures", "--since", "2026-11-20")] == [
        "get_contact", "search_context", "get_contact",
    ]  # fmt: skip
    assert told(demo, "disclosures", "--since", "2026-11-21") == []
    of_alex = told(demo, "disclosures", "--person", ALEX)
    assert [of_alex[-1]["about"][0][1], of_alex[-1]["tool"]] == [ALEX, "get_contact"]
    assert len(told(demo, "disclosures", "--limit", "1")) == 1
    shown = ok(demo, "disclosures", "--person", ALEX)
    assert f"get_contact  0 messages, {of_alex[-1]['characters']:,} characters  {ALEX}" in shown
    assert run(demo, "disclosures", "--since", "soon").returncode == 2


async def test_a_withheld_message_opens_for_a_time_at_a_terminal(demo: Settings) -> None:
    [(ref,)] = rows(demo, "SELECT ref FROM message WHERE text <> '' AND bulk = 0 LIMIT 1")
    with_text = "the hospital found a lump, the biopsy is on Friday"
    change(demo, f"UPDATE message SET text = '{with_text}' WHERE ref = '{ref}'")
    assert f"kinkeeper open {ref}" in await asked(demo, "read_context", ref=ref)
    for wrong in ("1w", "31d"):
        assert run(demo, "open", ref, "--for", wrong).returncode == 2
    said, code = at_a_terminal(demo, "open", ref, "--for", "30m")
    assert (code, f"{ref} is open to assistants until" in said) == (0, True)
    assert told(demo, "open") == {ref: "2026-11-20T09:30:00+00:00"}
    assert with_text in await asked(demo, "read_context", ref=ref)
    later = {"KINKEEPER_NOW": "2026-11-20T09:30:00+00:00"}
    assert "Nothing is open." in run(demo, "open", **later).stdout
    assert "1 withheld again." in ok(demo, "open", "--close")
    assert with_text not in await asked(demo, "read_context", ref=ref)
    said, code = at_a_terminal(demo, "open", "m_0000000")
    assert (code != 0, "nothing called “m_0000000”" in said) == (True, True)


def test_every_setting_is_shown_and_set(demo: Settings) -> None:
    safe = told(demo, "settings")
    assert safe == {setting.name: setting.default for setting in SETTINGS}
    for setting in SETTINGS:
        for value in setting.values:
            said, code = at_a_terminal(demo, "settings", setting.name, value)
            assert (code, f"{setting.name} = {value}" in said) == (0, True)
    assert told(demo, "settings", "disclosure_budget", "200") == {"disclosure_budget": "200"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sensitive", "all"), "withhold, grave or share"),
        (("disclosure_budget", "2e3"), "none or a whole number"),
        (("telepathy",), "There is no setting “telepathy”"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    demo: Settings, arguments: tuple[str, ...], said: str
) -> None:
    shown, code = at_a_terminal(demo, "settings", *arguments)
    assert code not in (0, NOT_THE_OWNER)
    assert said in shown
    in_a_pipe = run(demo, "settings", *arguments)
    assert (in_a_pipe.returncode, said in in_a_pipe.stderr) == (code, True)
    assert "Traceback" not in shown


async def test_what_is_chosen_holds_for_the_next_answer_of_a_running_server(
    demo: Settings,
) -> None:
    async with Client(build_server(demo)) as client:
        structured(await client.call_tool("search_context", {"query": "school"}))
        ok(demo, "settings", "disclosure_budget", "0")
        refused = text_of(await client.call_tool("search_context", {"query": "school"}))
        assert "kinkeeper settings disclosure_budget" in refused
        ok(demo, "hide", ALEX)
        answer = await client.call_tool("get_contact", {"person": ALEX})
        assert answer.is_error


def test_who_may_be_somebody_hidden_is_asked_about_and_shown_at_a_terminal_alone(
    demo: Settings, tmp_path: Path
) -> None:
    said, code = at_a_terminal(demo, "hide", ALEX)
    assert (code, "may be of somebody" in said) == (0, False)
    mail = tmp_path / "new.eml"
    mail.write_text(
        f"From: {ALEX} <new@x.example>\nTo: nora@lind.example\nSubject: Boat\n"
        "Date: Tue, 3 Nov 2026 10:00:00 +0000\nMessage-ID: <1@x.example>\n\nThe boat is sold\n"
    )
    ok(demo, "import", str(mail))
    said, _ = at_a_terminal(demo, "access")
    assert "1 account may be of somebody whom you hide" in said
    (held,) = [each for each in told(demo, "suggestions") if each["kept_from_assistants"]]
    env = environment(demo.home, demo.cache)
    refused = kinkeeper_process("suggestions", "--not-the-same", held["id"], env=env)
    assert refused.returncode == NOT_THE_OWNER
    _, code = at_a_terminal(demo, "suggestions", "--not-the-same", held["id"])
    assert code == 0
    said, _ = at_a_terminal(demo, "access")
    assert "may be of somebody" not in said
