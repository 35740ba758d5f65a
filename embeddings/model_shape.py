"""What a model's configuration files say: whether it can be compiled, and its measures."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BERT_LIKE = frozenset({"bert", "distilbert", "mpnet", "roberta", "xlm-roberta"})
"""Architectures that need only token ids and a mask; each was tried through the compiler."""

# An ONNX file is one protobuf message: 2 GB at most.
MAX_COMPILED_BYTES = 1_900_000_000


def obstacle_to_compiling(folder: Path) -> str:
    """Why the model in this folder cannot be compiled, in plain words; empty when it can.

    The compiled graph holds a BERT-like transformer, mean pooling and normalising, and nothing
    else.
    """
    for needed in ("modules.json", "tokenizer.json"):
        if not (folder / needed).is_file():
            return f"it has no {needed}"
    try:
        if min(dimension_of(folder), max_tokens_of(folder)) < 1:
            return "its measures are not numbers above zero"
        return _obstacle(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "its configuration files are not in a form known here"


def dimension_of(folder: Path) -> int:
    """How many numbers a vector has, of a model that can be compiled."""
    config = _json(folder / "config.json")
    return int(config["dim" if config["model_type"] == "distilbert" else "hidden_size"])


def max_tokens_of(folder: Path) -> int:
    """Where the model cuts a text, special tokens included.

    Older folders say it in sentence_bert_config.json, newer ones in tokenizer_config.json; no
    text may be longer than the model has positions.
    """
    limits = [int(_json(folder / "config.json")["max_position_embeddings"])]
    for name, key in (
        ("sentence_bert_config.json", "max_seq_length"),
        ("tokenizer_config.json", "model_max_length"),
    ):
        if (folder / name).is_file() and (limit := _json(folder / name).get(key)):
            limits.append(int(limit))
            break
    return min(limits)


def _obstacle(folder: Path) -> str:
    modules = {entry["type"].rsplit(".", 1)[-1]: entry for entry in _json(folder / "modules.json")}
    if not {"Transformer", "Pooling"} <= modules.keys() <= {"Transformer", "Pooling", "Normalize"}:
        return f"it has other parts than a transformer with pooling ({', '.join(modules)})"
    if (kind := _json(folder / "config.json").get("model_type")) not in BERT_LIKE:
        return f"its architecture is {kind}"
    if not _is_mean(_json(folder / modules["Pooling"]["path"] / "config.json")):
        return "its pooling is not the mean over all words"
    extras = folder / "config_sentence_transformers.json"
    if extras.is_file() and _json(extras).get("default_prompt_name"):
        return "it puts a prompt before each text"
    if sum(file.stat().st_size for file in folder.glob("*.safetensors")) > MAX_COMPILED_BYTES:
        return "it is too large"
    return ""


def _is_mean(pooling: Mapping[str, Any]) -> bool:
    # Newer folders name the mode; older ones have a flag for each.
    if "pooling_mode" in pooling:
        return bool(pooling["pooling_mode"] == "mean")
    switched_on = {key for key, value in pooling.items() if key.startswith("pooling_") and value}
    return switched_on == {"pooling_mode_mean_tokens"}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
