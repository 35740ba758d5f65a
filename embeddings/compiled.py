"""A compiled model on disk: one folder that is complete or is not there.

`manifest.json` is written last and holds the hash of every other file, so that a folder cut
short by a crash or a full disk is never trusted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from embeddings.encoder import EncoderIdentity
from embeddings.model_files import sha256_of

RUNTIME = "onnx-int8"
# Raise it when the folder's contents change; rename RUNTIME when the vectors do.
FOLDER_FORMAT = 2
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the folder holds.

    files: sha256 of each file beside the manifest.
    made_with: versions of the libraries that compiled the model.
    obstacle: why compiling did not work out, so that it is not tried at every start; then `files`
        is empty and the model runs on sentence-transformers instead.
    """

    identity: EncoderIdentity
    files: Mapping[str, str]
    made_with: Mapping[str, str]
    obstacle: str = ""


def folder_for(cache_dir: Path, name: str, sha256: str) -> Path:
    """Where the compiled form of exactly this model belongs."""
    plain_name = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    return cache_dir / f"{plain_name}-{sha256[:12]}-{RUNTIME}-v{FOLDER_FORMAT}"


def read_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest, or None when there is no complete folder."""
    try:
        content = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        identity = EncoderIdentity(**content.pop("identity"))
        return Manifest(identity=identity, **content)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest beside the files that it lists. Raises OSError."""
    text = json.dumps(asdict(manifest), indent=2) + "\n"
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8")


def damaged_file(folder: Path, manifest: Manifest) -> str:
    """The name of the first file that is missing or not as recorded, else empty (about 0.06 s)."""
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file() or sha256_of(path) != expected:
            return name
    return ""
