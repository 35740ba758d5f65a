"""What many tests share: the demo's memory, made once, and copies of it."""

import shutil
from pathlib import Path

import pytest

from server.settings import Settings
from tests.running import environment, fixed_settings, kinkeeper


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a demo memory, for reading only; `demo` gives a copy to write in."""
    folder = tmp_path_factory.mktemp("demo")
    home = folder / "home"
    made = kinkeeper("demo", "--home", home, env=environment(home, folder / "cache"))
    assert made.returncode == 0, made.stderr
    return home


@pytest.fixture
def demo(demo_home: Path, tmp_path: Path) -> Settings:
    """Settings that name a test's own copy of the demo memory."""
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    return fixed_settings(home, tmp_path / "cache")


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a memory with an owner and nothing else, for copying."""
    home = tmp_path_factory.mktemp("new") / "home"
    owner = ("--name", "Nora Lind", "--email", "nora@lind.example", "--timezone", "UTC")
    made = kinkeeper("init", *owner, env=environment(home, home))
    assert made.returncode == 0, made.stderr
    return home
