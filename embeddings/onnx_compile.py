"""The one-off step that turns a model into the small form that the server loads.

It runs in a child process, so that the caller never has torch in its memory (1.1 GB at the
peak), and under a lock, so that of several callers one works and the others use its result. The
child writes into a folder of its own, which gets its final name only when it is complete.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from dataclasses import asdict
from pathlib import Path
from typing import Any

from embeddings.compiled import (
    MODEL_FILE,
    RUNTIME,
    TOKENIZER_FILE,
    Manifest,
    damaged_file,
    folder_for,
    read_manifest,
    write_manifest,
)
from embeddings.encoder import EncoderIdentity, EncoderUnavailable, Progress
from embeddings.model_files import ModelFolder, sha256_of
from embeddings.model_shape import dimension_of, max_tokens_of
from embeddings.onnx_export import MARK

STEPS = 4
# The libraries hide a full disk behind errors of other kinds.
FULL_DISK_BYTES = 4_000_000
# A checkout, or the bundle in a wheel.
PROGRAM_FOLDER = Path(__file__).resolve().parents[1]
START_CHILD = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from embeddings.onnx_export import main; main()"
)


def is_intact(folder: Path) -> bool:
    """Whether the folder holds a compiled model, or the record that compiling did not work out."""
    manifest = read_manifest(folder)
    return manifest is not None and not damaged_file(folder, manifest)


def compile_model(source: ModelFolder, cache_dir: Path, progress: Progress) -> Path:
    """Compile `source` unless that is done already, and give its folder (20 to 40 s of CPU).

    The folder's manifest names an obstacle when the small form is not good enough. Another
    process that compiles the same model is waited for; `progress` is told so.
    Raises EncoderUnavailable when the cache folder cannot be written or the libraries fail.
    """
    # Here and not above: whoever only searches loads this module, and has nothing to lock.
    from filelock import FileLock, Timeout

    target = folder_for(cache_dir, source.name, source.sha256)
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        # The file stays behind: deleting it would let two processes hold two files of one name.
        lock = FileLock(f"{target}.lock", mode=0o600, poll_interval=0.2, preserve_lock_file=True)
        try:
            alone = lock.acquire(blocking=False)
        except Timeout:
            progress("waiting for another process", 0, STEPS)
            alone = lock.acquire()
        with alone:
            if not is_intact(target):
                _compile_into(target, source, progress)
    except OSError as error:
        raise _not_written(cache_dir, error.strerror or str(error)) from error
    return target


def _compile_into(target: Path, source: ModelFolder, progress: Progress) -> None:
    # What a compile that was killed left behind.
    for leftover in target.parent.glob(f"{target.name}.part-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f"{target.name}.part-", dir=target.parent))
    try:
        identity = EncoderIdentity(
            name=source.name,
            revision=source.revision,
            sha256=source.sha256,
            runtime=RUNTIME,
            dimension=dimension_of(source.path),
            max_tokens=max_tokens_of(source.path),
        )
        report = _run_child(source, work, identity, progress)
        obstacle = report.get("obstacle", "")
        names = () if obstacle else (MODEL_FILE, TOKENIZER_FILE)
        files = {name: sha256_of(work / name) for name in names}
        write_manifest(work, Manifest(identity, files, report.get("made_with", {}), obstacle))
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    progress("ready", STEPS, STEPS)


def _run_child(
    source: ModelFolder, work: Path, identity: EncoderIdentity, progress: Progress
) -> dict[str, Any]:
    """The child's last report: `made_with` or `obstacle`."""
    request = {"source": str(source.path), "work": str(work), "identity": asdict(identity)}
    # -P: nothing in the folder that the owner happens to be in can pose as a library.
    command = [sys.executable, "-P", "-c", START_CHILD, str(PROGRAM_FOLDER), json.dumps(request)]
    report: dict[str, Any] = {}
    # The last line names the error if there was one.
    chatter: deque[str] = deque(maxlen=1)
    with subprocess.Popen(  # noqa: S603 - our own interpreter, running our own code
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as child:
        try:
            for line in child.stdout or ():
                if not line.startswith(MARK):
                    chatter.extend(filter(None, [line.strip()]))
                    continue
                report = json.loads(line.removeprefix(MARK))
                if "stage" in report:
                    progress(report["stage"], report["done"], STEPS)
        except BaseException:
            child.kill()
            raise
    if "failed" in report:
        raise _not_written(work.parent, report["failed"])
    if child.returncode != 0:
        if shutil.disk_usage(work).free < FULL_DISK_BYTES:
            raise _not_written(work.parent, "the disk is full")
        raise EncoderUnavailable(
            f"The model could not be compiled ({''.join(chatter) or 'the process was ended'})",
            "try again, or reinstall Kinkeeper",
        )
    return report


def _not_written(cache_dir: Path, why: str) -> EncoderUnavailable:
    return EncoderUnavailable(
        f"The compiled model could not be written to {cache_dir} ({why})",
        "free some space or make the folder writable, then run `kinkeeper index`",
    )
