"""An agent or a script that runs the owner's commands: without a terminal, or around one.

Each attempt runs a command and has to end with the code 12, the memory unchanged byte for byte.
"""

import hashlib
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from server.cli.agents import VARIABLES
from server.cli.ancestors import Process, agent_in
from server.cli.who_may import RULES, Who
from store.memory import open_writer
from tests.conftest import copied_demo
from tests.proposing import propose
from tests.running import environment, kinkeeper_process
from tests.terminal import in_terminal

NOT_THE_OWNER: Final = 12
ALEX: Final = "Alex Moreira"
CARDS: Final = "examples/memory/contacts.vcf"
# Each command that is the owner's, called so that it would do something; a new one has to be added.
CALLS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "init": (
        ("init", "--email", "mallory@evil.example"),
        ("init", "--phone", "+351912345678"),
        ("init", "--name", "Mallory"),
    ),
    "import": (("import", "--me", "Alex", CARDS),),
    "imports undo": (("imports", "undo", "1", "--yes"),),
    "log": (("log", ALEX, "coffee"), ("log", "--undo")),
    "note": (("note", ALEX, "owes Mallory money"),),
    "followup": (
        ("followup", ALEX, "pay Mallory"),
        ("followup", "done", "f_0000000"),
        ("followup", "--delete", "f_0000000"),
        ("followup", "list", "--delete", "f_0000000"),
    ),
    "event": (("event", ALEX, "birthday", "1 May"),),
    "gift": (("gift", ALEX, "given", "wine"), ("gift", "--delete", "g_0000000")),
    "relate": (("relate", ALEX, "sister of", "Maya Okafor"),),
    "tag": (("tag", ALEX, "trusted"),),
    "cadence": (("cadence", ALEX, "weekly"), ("cadence", "snooze", ALEX, "--until", "May")),
    "status": (("status", ALEX, "archived"),),
    "archive": (("archive", ALEX),),
    "add": (("add", "Mallory"),),
    "edit": (("edit", ALEX, "--why", "lends money"), ("edit", ALEX, "--email", "m@evil.example")),
    "suggestions": (
        ("suggestions", "--ask"),
        ("suggestions", "--accept", "g_0000000"),
        ("suggestions", "--not-the-same", "g_0000000", "--json"),
    ),
    "merge": (("merge", ALEX, "Maya Okafor"),),
    "split": (("split", ALEX, "1"),),
    "decisions": (("decisions", "--undo", "1"), ("decisions", "--undo-last", "--json")),
    "review": (("review",), ("review", "--undo", "p_0000000"), ("review", "--state", "pending")),
    "hide": (("hide", ALEX),),
    "access": (("access", ALEX, "full"), ("access", ALEX, "none", "--json")),
    "consent": (("consent", ALEX, "everything"), ("consent", ALEX, "--access", "full")),
    "open": (("open", "m_0000000"), ("open", "--close")),
    "settings": (
        ("settings", "scripts", "allow"),
        ("settings", "sensitive", "share"),
        ("settings", "disclosure_budget", "1"),
        ("settings", "confirm_in_client", "on", "--json"),
    ),
}
REVIEW: Final = ("review",)
HIDE: Final = ("hide", ALEX)
NOTE: Final = ("note", ALEX, "owes Mallory money")
PROCESSES: Final = ("claude", "codex", "gemini", "opencode", "aider", "goose", "cursor-agent")


@dataclass(frozen=True)
class Attempt:
    """One call. parent, is_own: as in `in_terminal`; variable: of an agent, is set."""

    typed: tuple[str, ...]
    is_own: bool = True
    parent: str = ""
    variable: str = ""

    def __str__(self) -> str:
        where = self.parent or self.variable or ("" if self.is_own else "no terminal of its own")
        return f"{' '.join(self.typed)} ({where})"


ATTEMPTS: Final = (
    *(Attempt(call, is_own=False) for calls in CALLS.values() for call in calls),
    *(Attempt(call, parent=name) for name in PROCESSES for call in (REVIEW, NOTE)),
    *(Attempt(HIDE, variable=name) for name in VARIABLES),
)
KNOWN_LIMITS: Final = (
    "A program that starts a terminal of its own, leaves its parents (two forks, a terminal server"
    " that runs already, a timer) and unsets what says what it is, is taken for the owner.",
    "An agent whose name is in no list and which sets no variable is taken for the owner in the"
    " terminal in which it runs.",
    "Whoever runs as the owner can write into the memory file, or read it, without any command.",
)


@pytest.fixture(scope="module")
def env(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A memory with a proposal that waits; no attempt may change it."""
    settings = copied_demo(demo_home, tmp_path_factory.mktemp("owner"))
    propose(settings, "Owes Mallory money")
    return environment(settings.home, settings.cache)


def _bytes(env: Mapping[str, str]) -> str:
    files = sorted(Path(env["KINKEEPER_HOME"]).glob("memory.db*"))
    content = (file.read_bytes() for file in files if not file.name.endswith("-shm"))
    return hashlib.sha256(b"".join(content)).hexdigest()


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_the_command_is_refused(env: dict[str, str], attempt: Attempt) -> None:
    if attempt.parent and sys.platform != "linux":
        pytest.skip("a process cannot be given another name on this system")
    before = _bytes(env)
    with in_terminal(
        *attempt.typed,
        env=env,
        inside=attempt.variable,
        parent=attempt.parent,
        is_own=attempt.is_own,
    ) as terminal:
        said, code = terminal.end()
    flat = " ".join(said.split())
    assert (code, "Nothing was changed" in flat) == (NOT_THE_OWNER, True), said
    assert (attempt.parent or attempt.variable or "no terminal") in flat
    assert _bytes(env) == before


def test_every_command_of_the_owners_is_tried() -> None:
    assert CALLS.keys() == {
        name for name, rule in RULES.items() if rule.who is not Who.ANYWHERE or rule.sharper
    }


@pytest.mark.parametrize("typed", [REVIEW, ("settings", "scripts", "allow")])
@pytest.mark.parametrize("prefix", [(), ("setsid", "-w"), ("script", "-qec")], ids=str)
def test_a_real_process_is_refused(
    env: dict[str, str], typed: tuple[str, ...], prefix: tuple[str, ...]
) -> None:
    if prefix and shutil.which(prefix[0]) is None:
        pytest.skip(f"no {prefix[0]} here")
    before = _bytes(env)
    # `script` gives it a terminal, and the agent says what it is by its variable.
    more = {"AI_AGENT": "1"} if "script" in prefix else {}
    done = kinkeeper_process(*typed, env={**env, **more}, prefix=prefix)
    assert (done.returncode, _bytes(env)) == (NOT_THE_OWNER, before), done.stderr


AGENTS: Final = (
    Process("claude"),
    Process("node", ("node", "/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js")),
    Process("node", ("node", "--no-warnings", "/opt/npm/@openai/codex/bin/codex.js")),
    Process("node", ("node", "--require", "x.js", "/n/@google/gemini-cli/dist/index.js")),
    Process("node.exe", ("C:\\node.exe", "C:\\npm\\node_modules\\@qwen-code\\qwen-code\\cli.js")),
    Process("npm exec", ("npm", "exec", "@anthropic-ai/claude-code@latest")),
    Process("npx", ("npx", "-y", "@openai/codex@0.30")),
    Process("bun", ("bun", "x", "opencode-ai")),
    Process("pnpm", ("pnpm", "dlx", "@github/copilot")),
    Process("python3.12", ("/usr/bin/python3.12", "-m", "aider")),
    Process("python3", ("python3", "-maider")),
    Process("python", ("python", "/home/u/.local/bin/aider")),
    Process("uv", ("uv", "tool", "run", "aider-chat")),
    Process("uvx", ("uvx", "--python", "3.12", "aider-chat==0.90")),
    Process("pipx", ("pipx", "run", "open-interpreter")),
    Process("2.0.14", ("2.0.14",), "/home/u/.local/share/claude/versions/2.0.14"),
    Process("MainThread", ("claude",)),
    Process("Claude.exe", ("C:\\Users\\u\\claude.exe", "--resume")),
    Process("sh", ("/bin/sh", "/home/u/.local/bin/cursor-agent")),
    Process("copilot", ("copilot",)),
    Process(".codex-wrapped", ("/nix/store/a-codex-0.50/bin/.codex-wrapped",)),
    Process("codex-x86_64-un", ("/opt/c/codex-x86_64-unknown-linux-musl",)),
    Process("opencode-darwin", ("/opt/c/opencode-darwin-arm64",)),
    Process("node", ("node", "/n/node_modules/@mariozechner/pi-coding-agent/dist/cli.js")),
    Process("freebuff", ("freebuff",)),
    Process("crush", ("/opt/homebrew/bin/crush",)),
    Process("qwen", ()),
    Process("cline", ()),
    Process("zsh", ("-zsh",), "/bin/zsh", ("CLAUDECODE",)),
)
NOT_AGENTS: Final = (
    Process("zsh", ("-zsh",), "/bin/zsh"),
    Process("Cursor", ("/Applications/Cursor.app/Contents/MacOS/Cursor",)),
    Process("Cursor Helper", ("Cursor Helper (Plugin)", "--type=ptyHost")),
    Process("code", ("/usr/share/code/code", "--type=utility", "node.mojom.NodeService")),
    Process("zed-editor", ("/usr/libexec/zed-editor",)),
    Process("idea", ("/opt/idea/bin/idea",)),
    Process("java", ("java", "-cp", "x.jar", "com.intellij.idea.Main")),
    Process("emacs", ("emacs", "-nw")),
    Process("Windsurf", ("/opt/windsurf/windsurf",)),
    Process("tmux: server", ("tmux", "new", "-s", "claude")),
    Process("vim", ("vim", "codex.md")),
    Process("python3", ("python3", "/home/goose/app.py", "claude")),
    Process("bash", ("bash", "-c", "claude --help")),
    Process("sshd", ("sshd: gemini@pts/0",)),
    Process("node", ("node", "/srv/claude/site/server.js")),
    Process("systemd", ("/sbin/init",)),
    Process(".emacs-wrapped", ("/nix/store/a-emacs/bin/.emacs-wrapped",)),
    Process("linux-terminal", ("linux-terminal",)),
)


@pytest.mark.parametrize("process", AGENTS, ids=lambda each: f"{each.name} {each.arguments[-1:]}")
def test_an_agent_is_told_by_what_it_runs(process: Process) -> None:
    assert agent_in(process)


@pytest.mark.parametrize("process", NOT_AGENTS, ids=lambda each: each.name)
def test_an_editor_or_a_shell_is_no_agent(process: Process) -> None:
    assert agent_in(process) == ""


def _without_terminal(env: Mapping[str, str], *typed: str) -> tuple[str, int]:
    with in_terminal(*typed, env=env, is_own=False) as terminal:
        return terminal.end()


def test_where_scripts_are_allowed_their_lines_say_so(demo_home: Path, tmp_path: Path) -> None:
    settings = copied_demo(demo_home, tmp_path)
    env = environment(settings.home, settings.cache)
    with in_terminal("settings", "scripts", "allow", env=env) as terminal:
        assert terminal.end()[1] == 0
    assert _without_terminal(env, "note", ALEX, "plays the cello")[1] == 0
    assert _without_terminal(env, "edit", ALEX, "--why", "old friend")[1] == 0
    for always in (HIDE, REVIEW, ("settings", "scripts", "refuse"), ("merge", ALEX, "Maya")):
        assert _without_terminal(env, *always)[1] == NOT_THE_OWNER
    assert "old friend (typed by a script 20 Nov 2026)" in _without_terminal(env, "edit", ALEX)[0]
    told = " ".join(_without_terminal(env, "search", "cello")[0].split())
    assert "You, typed by a script, 2026-11-20" in told


def test_the_owner_gets_no_address_by_way_of_edit(env: dict[str, str]) -> None:
    """Even where scripts may edit, whose the owner's accounts are is not theirs to say."""
    with open_writer(Path(env["KINKEEPER_HOME"]) / "memory.db") as writer:
        me = str(writer.value("SELECT ref FROM contact WHERE is_owner"))
    with in_terminal("edit", me, "--email", "m@evil.example", env=env, is_own=False) as terminal:
        said, code = terminal.end()
    assert (code, "propose a note" in " ".join(said.split())) == (NOT_THE_OWNER, False)


def test_what_runs_anywhere_runs_without_a_terminal(tmp_path: Path) -> None:
    env = environment(tmp_path / "home", tmp_path / "cache")
    me = ("--name", "Nora Lind", "--email", "nora@lind.example", "--timezone", "UTC")
    assert _without_terminal(env, "init", *me)[1] == 0
    for typed in (("import", CARDS, "--no-index"), ("contacts",), ("settings",), ("doctor",)):
        said, code = _without_terminal(env, *typed)
        assert code != NOT_THE_OWNER, (typed, said)
