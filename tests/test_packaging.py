"""The wheel: what is in it, and that what is in it works somewhere else."""

import asyncio
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from tests.running import NOW, ROOT, structured

SECONDS = 120
# The program's file, the import path, and whatever the wheel put into site-packages by our names.
WHERE_IT_IS = """
import importlib.util, json, kinkeeper, sys
ours = [name for name in ("server", "tools", "store") if importlib.util.find_spec(name)]
print(json.dumps([kinkeeper.__file__, sys.path, ours]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), ROOT)
    return next(folder.glob("kinkeeper-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment's commands, with the wheel and our dependencies in it.

    The dependencies are those of this environment, by a line in a .pth file: such a line brings
    the folder alone, not the .pth files in it, so that an editable checkout stays out of sight.
    """
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, with_pip=False, symlinks=os.name == "posix")
    commands = Path(sysconfig.get_path("scripts", "venv", vars={"base": str(folder)}))
    packages = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(folder)}))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    install = (commands / "python", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps")
    # A checkout that is installed beside the dependencies is passed over, not uninstalled.
    _run(*install, "--ignore-installed", "--disable-pip-version-check", wheel)
    return commands


def _run(*command: str | Path, **options: Any) -> str:
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_program_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    roots = {name.partition("/")[0] for name in names}
    assert roots == {"kinkeeper.py", "kinkeeper_app", f"{wheel.name.rsplit('-', 3)[0]}.dist-info"}
    inside = {name.split("/")[1] for name in names if name.startswith("kinkeeper_app/")}
    assert inside == {"server", "tools", "store", "embeddings", "examples"}
    assert not [name for name in names if "__pycache__" in name or "test" in name]
    assert any(name.endswith("LICENSE") for name in names)
    held = {name.removeprefix("kinkeeper_app/") for name in names}
    for folder in ("server", "tools", "store", "embeddings", "examples/memory"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.relative_to(ROOT).as_posix() in held
    for ending in (".toml", ".sql", ".mbox", ".vcf", ".json"):
        assert any(name.endswith(ending) for name in held), ending


def test_the_installed_wheel_makes_the_demo_and_answers_an_assistant(
    installed: Path, tmp_path: Path
) -> None:
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KINKEEPER", "PYTHON"))
    }
    env |= {
        "KINKEEPER_HOME": str(tmp_path / "home"),
        "KINKEEPER_CACHE": str(tmp_path / "cache"),
        "KINKEEPER_MODEL": "toy",
        "KINKEEPER_NOW": NOW,
    }
    program, path, strangers = json.loads(
        _run(installed / "python", "-c", WHERE_IT_IS, env=env, cwd=tmp_path)
    )
    assert Path(program).is_relative_to(installed.parent)
    assert str(ROOT) not in path
    assert strangers == []
    command = installed / "kinkeeper"
    made = _run(command, "demo", "--home", tmp_path / "home", env=env, cwd=tmp_path)
    assert "The demo memory is at" in made
    server = StdioServerParameters(command=str(command), args=["serve"], env=env, cwd=tmp_path)

    async def ask() -> dict[str, Any]:
        async with Client(server) as client:
            return structured(await client.call_tool("brief_me", {"person": "Alex Moreira"}))

    briefing = asyncio.run(ask())
    assert briefing["name"] == "Alex Moreira"
    assert briefing["sections"]
