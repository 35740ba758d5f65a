"""Compiling among crashes, full disks and other processes, with a stand-in for the slow child."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from embeddings import onnx_compile
from embeddings.compiled import read_manifest
from embeddings.encoder import EncoderUnavailable
from embeddings.load import is_compiled
from embeddings.model_files import find_named_model
from embeddings.model_shape import obstacle_to_compiling
from embeddings.onnx_compile import compile_model, is_intact
from tests.tiny_bert import FILES, write_tiny_bert

ROOT = Path(__file__).resolve().parents[1]

# Stands where the real child's code stands: writes two files, after being noisy.
STAND_IN = """
import json, sys, time
from pathlib import Path
work = Path(json.loads(sys.argv[2])["work"])
print("a library talks"); print("and warns", file=sys.stderr)
def report(**message): print("@kinkeeper " + json.dumps(message), flush=True)
report(stage="exporting the model", done=1)
(work / "model.onnx").write_text("weights")
{between}
(work / "tokenizer.json").write_text("words")
report(made_with={{"torch": "0"}})
"""

# A process of its own that compiles with the stand-in and prints the stages that it went through.
CALLER = """
import sys
from pathlib import Path
from embeddings import onnx_compile
from embeddings.model_files import find_named_model
onnx_compile.START_CHILD = sys.argv[3]
def tell(stage, done, total): print(stage, flush=True)
onnx_compile.compile_model(find_named_model(sys.argv[1]), Path(sys.argv[2]), tell)
"""


def stand_in(between: str = "") -> str:
    return STAND_IN.format(between=between)


def until_there_is(file: Path) -> str:
    """What keeps the stand-in from going on before the test wants it to."""
    return f"while not Path({str(file)!r}).exists(): time.sleep(0.01)"


def start_caller(model: Path, cache_dir: Path, child: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CALLER, str(model), str(cache_dir), child]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny_bert(tmp_path / "tiny-bert")


@pytest.fixture
def cache_dir(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache"


def compile_with(
    child: str, model: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, list[str]]:
    monkeypatch.setattr(onnx_compile, "START_CHILD", child)
    stages: list[str] = []
    folder = compile_model(
        find_named_model(str(model)), cache_dir, lambda stage, *_: stages.append(stage)
    )
    return folder, stages


def test_makes_one_complete_folder_and_prints_nothing(
    tiny: Path,
    cache_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    folder, stages = compile_with(stand_in(), tiny, cache_dir, monkeypatch)
    assert stages == ["exporting the model", "ready"]
    assert {file.name for file in folder.iterdir()} == {
        "manifest.json",
        "model.onnx",
        "tokenizer.json",
    }
    assert {file.name for file in cache_dir.iterdir()} == {folder.name, f"{folder.name}.lock"}
    assert capfd.readouterr() == ("", "")
    assert is_intact(folder)
    assert is_compiled(str(tiny), cache_dir)


def test_two_processes_at_once_compile_once(tiny: Path, cache_dir: Path, tmp_path: Path) -> None:
    child = stand_in(until_there_is(tmp_path / "both"))
    with start_caller(tiny, cache_dir, child) as one, start_caller(tiny, cache_dir, child) as two:
        assert one.stdout is not None
        assert two.stdout is not None
        first = one.stdout.readline(), two.stdout.readline()
        (tmp_path / "both").touch()
        stages = sorted((first[0] + one.stdout.read(), first[1] + two.stdout.read()))
    assert (one.returncode, two.returncode) == (0, 0)
    assert stages == ["exporting the model\nready\n", "waiting for another process\n"]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX matter")
def test_killed_compile_leaves_nothing_that_is_trusted(
    tiny: Path, cache_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = start_caller(tiny, cache_dir, stand_in(until_there_is(tmp_path / "end")))
    assert caller.stdout is not None
    assert caller.stdout.readline() == "exporting the model\n"
    caller.kill()
    caller.communicate()
    assert not is_compiled(str(tiny), cache_dir)
    assert list(cache_dir.glob("*.part-*"))

    folder, _ = compile_with(stand_in(), tiny, cache_dir, monkeypatch)
    assert is_intact(folder)
    assert not list(cache_dir.glob("*.part-*"))
    (tmp_path / "end").touch()  # the orphan goes on, and has nowhere to write


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_damaged_folder_is_made_again(
    name: str, tiny: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = compile_with(stand_in(), tiny, cache_dir, monkeypatch)
    (folder / name).write_bytes(b"")
    assert not is_intact(folder)
    assert compile_with(stand_in(), tiny, cache_dir, monkeypatch)[1] != []
    assert is_intact(folder)


def test_not_good_enough_is_remembered(
    tiny: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = stand_in("report(obstacle='it loses too much'); sys.exit()")
    folder, _ = compile_with(child, tiny, cache_dir, monkeypatch)
    manifest = read_manifest(folder)
    assert manifest is not None
    assert (manifest.obstacle, manifest.files) == ("it loses too much", {})
    assert compile_with(child, tiny, cache_dir, monkeypatch)[1] == []
    assert is_compiled(str(tiny), cache_dir)


@pytest.mark.parametrize(
    ("between", "message"),
    [
        ("report(failed='No space left on device'); sys.exit()", r"\(No space left on device\)"),
        ("raise MemoryError('too big')", r"could not be compiled \(MemoryError: too big\)"),
        ("import os; os.kill(os.getpid(), 9)", "could not be compiled"),
    ],
)
def test_failing_child_is_explained(
    between: str, message: str, tiny: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EncoderUnavailable, match=message):
        compile_with(stand_in(between), tiny, cache_dir, monkeypatch)
    assert not list(cache_dir.glob("*.part-*"))
    assert not is_compiled(str(tiny), cache_dir)


def test_cache_folder_that_cannot_be_made(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EncoderUnavailable, match=r"could not be written to .*make the folder"):
        compile_with(stand_in(), tiny, tiny / "config.json" / "cache", monkeypatch)


def test_libraries_are_not_taken_from_the_current_folder(
    tiny: Path, cache_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "posing.py").write_text("raise SystemExit('taken from the current folder')")
    monkeypatch.chdir(tmp_path)
    child = "try:\n  import posing\nexcept ImportError:\n  pass\n" + stand_in()
    assert is_intact(compile_with(child, tiny, cache_dir, monkeypatch)[0])


@pytest.mark.parametrize(
    ("file", "change", "reason"),
    [
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}, "its pooling is not the mean"),
        ("1_Pooling/config.json", {"pooling_mode": "lasttoken"}, "its pooling is not the mean"),
        ("config.json", {"model_type": "gpt2"}, "its architecture is gpt2"),
        ("config.json", {"hidden_size": "wide"}, "its configuration files are not"),
        ("config.json", {"hidden_size": 0}, "its measures"),
        ("config_sentence_transformers.json", {"default_prompt_name": "query"}, "a prompt"),
    ],
)
def test_models_that_cannot_be_compiled(
    file: str, change: dict[str, object], reason: str, tiny: Path
) -> None:
    assert obstacle_to_compiling(tiny) == ""
    content = {**FILES.get(file, {}), **change}
    (tiny / file).write_text(json.dumps(content))
    assert reason in obstacle_to_compiling(tiny)


def test_further_parts_and_missing_files_stop_compiling(tiny: Path) -> None:
    dense = {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}
    (tiny / "modules.json").write_text(json.dumps([*FILES["modules.json"], dense]))
    assert "other parts" in obstacle_to_compiling(tiny)
    shutil.copy(tiny / "config.json", tiny / "modules.json")
    assert "configuration" in obstacle_to_compiling(tiny)
    (tiny / "tokenizer.json").unlink()
    assert obstacle_to_compiling(tiny) == "it has no tokenizer.json"
