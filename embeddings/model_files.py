"""A model as files on this disk: finding it, and naming its exact bytes.

Nothing is ever fetched: a named model is a folder, or a name that the model libraries' own cache
on this computer already holds.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embeddings.encoder import EncoderUnavailable

MODEL_SUFFIXES = frozenset({".safetensors", ".bin", ".json", ".txt", ".model"})
"""Weights, configurations and tokenizers; a read-me or a licence changes no vector."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """One exact model. sha256 is the `fingerprint` of the files that decide its vectors."""

    name: str
    revision: str
    path: Path
    sha256: str


def sha256_of(path: Path) -> str:
    """The hex digest of a file, read in pieces (about 0.25 s for 90 MB)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(hashes: Mapping[str, str]) -> str:
    """One hex digest over file names and their digests, whatever their order."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def forbid_downloads() -> None:
    """Keep the model libraries off the network; they read this when they are first imported."""
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")


def find_named_model(model: str) -> ModelFolder:
    """The model that the owner named: a folder, or a name in the local model cache.

    All its files are read to take their hashes: about 0.25 s for 90 MB.
    Raises EncoderUnavailable when there is no such model on this disk.
    """
    folder = Path(model).expanduser()
    name, revision = folder.name, "local"
    if not folder.is_dir():
        folder = _cached_snapshot(model)
        # The cache names a snapshot's folder by its revision.
        name, revision = model, folder.name
    try:
        # Parts stand in folders such as `1_Pooling`; others hold the model in further formats.
        parts = [child for child in folder.glob("[0-9]*_*") if child.is_dir()]
        hashes = {
            file.relative_to(folder).as_posix(): sha256_of(file)
            for parent in (folder, *parts)
            for file in parent.iterdir()
            if file.suffix in MODEL_SUFFIXES and file.is_file()
        }
    except OSError as error:
        raise EncoderUnavailable(
            f"The files of the model {model} cannot be read ({error.strerror})",
            "check the folder's permissions",
        ) from error
    if not hashes.keys() & {"config.json", "modules.json"}:
        raise EncoderUnavailable(
            f"{model} holds no model (neither modules.json nor config.json is there)",
            "name a folder in the sentence-transformers format, or use the default model",
        )
    return ModelFolder(name, revision, folder, fingerprint(hashes))


def _cached_snapshot(model: str) -> Path:
    forbid_downloads()
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError as error:
        raise EncoderUnavailable(
            "sentence-transformers is not installed", "install it, or use the default model"
        ) from error
    # A bare name means a model of the sentence-transformers project, as it does in that library.
    repository = model if "/" in model else f"sentence-transformers/{model}"
    try:
        return Path(snapshot_download(repository, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise EncoderUnavailable(
            f"The model {model} is not on this computer, and nothing is downloaded here",
            "give the path of its folder, or use the default model",
        ) from error
