"""What a sitting tells of what was decided before it, and a memory of the version before."""

from pathlib import Path

import pytest

from server.settings import Settings
from store.engine.schema import shipped
from store.memory import open_writer
from store.owner.typed_facts import add_note
from store.people.owner_settings import OwnerSettings
from store.proposals.decisions import accept
from store.proposals.proposals import load_proposal
from store.proposals.sittings import sit_down
from tests.made_exports import made_memory
from tests.proposing import propose
from tests.running import environment
from tests.terminal import in_terminal

DAY = 86_400


def test_the_next_sitting_tells_what_was_decided_since_the_last(demo: Settings) -> None:
    env = environment(demo.home, demo.cache)
    for number in range(3):
        propose(demo, f"Thought {number}")
    with in_terminal("review", env=env) as terminal:
        assert "Decided" not in terminal.until("[q]uit")
        for _ in range(2):
            terminal.type("a")
            terminal.until("[q]uit")
        terminal.type("q")
        terminal.end()
    with in_terminal("review", env=env) as terminal:
        said = terminal.until("[q]uit")
        terminal.type("q")
    assert "Decided since Friday, 13 Nov 2026: 2 in a terminal (the last 2026-11-20" in said
    assert "If that was not you" in said


def test_a_sitting_of_somebody_elses_hides_nothing(demo: Settings) -> None:
    ref, now = propose(demo, "Owes me money"), demo.now()
    with open_writer(demo.memory_path) as writer:
        sit_down(writer, now - 30 * DAY)
        # They sit down, decide, and sit down again to be the last.
        shown = load_proposal(writer, ref, now).draft.sha256()
        accept(writer, ref, shown, "terminal", now - 3_600)
        assert sit_down(writer, now - 1_800).by_surface == (("terminal", 1, now - 3_600),)
        assert sit_down(writer, now).by_surface == (("terminal", 1, now - 3_600),)
        assert sit_down(writer, now + 30 * DAY).by_surface == (("terminal", 1, now - 3_600),)
        assert sit_down(writer, now + 60 * DAY).by_surface == ()


def test_a_memory_of_the_version_before_says_that_the_owner_typed(tmp_path: Path) -> None:
    before = {number: script for number, script in shipped().items() if number < 5}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.engine.schema.shipped", lambda: before)
        patch.setattr("store.engine.schema.latest_version", lambda: max(before))
        with made_memory(tmp_path, OwnerSettings("Of the version before", "UTC")) as writer:
            assert writer.value("PRAGMA user_version") == max(before)
            writer.run("INSERT INTO contact(ref, display_name, created_at) VALUES ('c_1', 'A', 0)")
            source = writer.value("SELECT id FROM source WHERE kind = 'owner'")
            writer.run(
                "INSERT INTO provenance(source_id, recorded_at, confirmed_how)"
                f" VALUES ({source}, 1, 'typed')"
            )
    with open_writer(tmp_path / "memory.db") as writer:
        assert writer.all("SELECT by_script FROM provenance")[0][0] == 0
        assert writer.value("SELECT count(*) FROM sitting") == 0
        person = int(writer.value("SELECT id FROM contact WHERE ref = 'c_1'"))
        add_note(writer, person, "likes tea", 2)
        writer.by_script = True
        add_note(writer, person, "likes coffee", 3)
        found = writer.all("SELECT recorded_at, by_script FROM provenance ORDER BY id")
    assert [tuple(row) for row in found] == [(1, 0), (2, 0), (3, 1)]
