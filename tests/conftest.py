"""What many tests share: the demo's memory, made once, and copies of it."""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from filelock import FileLock
from hypothesis import settings

from server.settings import Settings
from tests.running import environment, fixed_settings, kinkeeper

# No test depends on how fast the machine is at that moment.
settings.register_profile("kinkeeper", settings(deadline=None))
settings.load_profile("kinkeeper")


def pytest_collection_finish() -> None:
    """What was loaded stays loaded: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def tools_described_once() -> Iterator[None]:
    """Describing the tools is most of the work of making a server, and the same for each."""
    build = sys.modules.get("server.mcp.build")
    if build is None:
        yield
        return
    reading, proposing = cache(build.read_tools), cache(build.propose_tools)
    with patch.multiple(build, read_tools=reading, propose_tools=proposing):
        yield


@pytest.fixture(scope="session", autouse=True)
def the_owner_sits_here() -> Iterator[None]:
    """Commands in the tests' own process are the owner's, wherever the suite runs.

    Those of `tests/terminal.py` ask in earnest, and so does `kinkeeper_process`.
    """
    with patch("server.cli.owner_terminal.why_not_the_owner", return_value=""):
        yield


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A worker's own copy of a folder that the first worker that needs it makes for all."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    template, begun = shared / name, shared / f"{name}-begun"
    with FileLock(shared / f"{name}.lock"):
        if not template.exists():
            make(begun)
            begun.rename(template)
    return shutil.copytree(template, factory.mktemp(name) / "home")


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a demo memory, for reading only; `demo` gives a copy to write in."""

    def make(home: Path) -> None:
        cache = tmp_path_factory.mktemp("cache")
        made = kinkeeper("demo", "--home", home, env=environment(home, cache))
        assert made.returncode == 0, made.stderr

    return made_once(tmp_path_factory, "demo-home", make)


@pytest.fixture
def demo(demo_home: Path, tmp_path: Path) -> Settings:
    """Settings that name a test's own copy of the demo memory."""
    return copied_demo(demo_home, tmp_path)


def copied_demo(demo_home: Path, folder: Path) -> Settings:
    """Settings that name a copy of the demo memory, made in a folder."""
    shutil.copytree(demo_home, folder / "home")
    return fixed_settings(folder / "home", folder / "cache")


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a memory with an owner and nothing else, for copying."""

    def make(home: Path) -> None:
        owner = ("--name", "Nora Lind", "--email", "nora@lind.example", "--timezone", "UTC")
        made = kinkeeper("init", *owner, env=environment(home, home))
        assert made.returncode == 0, made.stderr

    return made_once(tmp_path_factory, "new-home", make)
