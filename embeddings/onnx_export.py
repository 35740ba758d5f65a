# mypy: disallow-subclassing-any=False
# (torch is not followed by the type checker, and a graph has to be a torch module)
"""The child process that compiles: the only code that has torch in its memory.

`embeddings.onnx_compile` starts it and reads its reports: lines of JSON behind MARK on standard
output. Every other line is chatter of the libraries.
"""

import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from embeddings.compiled import MODEL_FILE, TOKENIZER_FILE
from embeddings.encoder import EncoderIdentity
from embeddings.model_files import forbid_downloads
from embeddings.token_centre import SENTENCES, centre_of_tokens

MARK = "@kinkeeper "
FULL_PRECISION_FILE = "full.onnx"
LIBRARIES = ("torch", "onnx", "onnxscript", "onnxruntime", "sentence-transformers")

MAX_FULL_DIFFERENCE = 1e-4
"""Largest difference of one number, full precision against torch. The order of additions gives
3e-7; anything near this bound means another computation."""

MIN_COSINE = 0.97
"""Smallest cosine, int8 against torch. Of 190 chat messages the worst had 0.984 with one scale
per channel; with one scale per matrix, which searches visibly worse, the mean was 0.957."""


def main() -> None:
    """Compile the model described by the JSON in the first argument."""
    request = json.loads(sys.argv[1])
    try:
        report = compile_model(
            Path(request["source"]), Path(request["work"]), EncoderIdentity(**request["identity"])
        )
    except OSError as error:
        report = {"failed": error.strerror or str(error)}
    _report(report)


def compile_model(source: Path, work: Path, identity: EncoderIdentity) -> dict[str, object]:
    """Put model.onnx and tokenizer.json into the folder `work`.

    The answer holds `made_with` (library versions), or `obstacle` when the vectors are not good
    enough.
    """
    # The imports are a third of its time.
    _report({"stage": "exporting the model", "done": 1})
    forbid_downloads()
    import numpy as np
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from sentence_transformers import SentenceTransformer

    from embeddings.onnx_runtime import OnnxEncoder

    model = SentenceTransformer(str(source), device="cpu", local_files_only=True)
    expected = model.encode(list(SENTENCES), normalize_embeddings=True, show_progress_bar=False)
    shutil.copyfile(source / TOKENIZER_FILE, work / TOKENIZER_FILE)
    _export(model[0].auto_model, centre_of_tokens(model), work / MODEL_FILE)
    full_vectors = OnnxEncoder(work, identity).encode(SENTENCES)
    if float(np.abs(full_vectors - expected).max()) > MAX_FULL_DIFFERENCE:
        return {"obstacle": "the exported model gives other vectors"}

    _report({"stage": "making the model small", "done": 2})
    (work / MODEL_FILE).replace(work / FULL_PRECISION_FILE)
    quantize_dynamic(
        work / FULL_PRECISION_FILE,
        work / MODEL_FILE,
        per_channel=True,
        weight_type=QuantType.QInt8,
    )
    (work / FULL_PRECISION_FILE).unlink()

    _report({"stage": "comparing it with the original", "done": 3})
    cosines = (OnnxEncoder(work, identity).encode(SENTENCES) * expected).sum(axis=1)
    if float(cosines.min()) < MIN_COSINE:
        return {"obstacle": "it loses too much when made small"}
    return {"made_with": {library: version(library) for library in LIBRARIES}}


def _export(transformer: Any, centre: Any, path: Path) -> None:
    """Write transformer, mean pooling and normalising as one graph, for any number of tokens.

    The second output is the state of each token, around `centre` and of length 1.
    """
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer
            self.register_buffer("centre", torch.tensor(centre))

        def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
            words = self.transformer(
                input_ids=input_ids, attention_mask=attention_mask
            ).last_hidden_state
            weights = attention_mask.unsqueeze(-1).to(words.dtype)
            mean = (words * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-9)
            tokens = torch.nn.functional.normalize(words - self.centre, dim=2)
            return torch.nn.functional.normalize(mean, dim=1), tokens

    # Sizes of 1 would be taken for constants: the example has 2 texts of 7 tokens.
    example = torch.ones((2, 7), dtype=torch.long)
    either_size = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    torch.onnx.export(
        Graph().eval(),
        (example, example.clone()),
        path,
        dynamo=True,
        external_data=False,
        verbose=False,
        input_names=["input_ids", "attention_mask"],
        # `embedding` is the name of a node inside
        output_names=["sentence_embedding", "token_states"],
        dynamic_shapes=(either_size, either_size),
    )


def _report(message: dict[str, object]) -> None:
    sys.stdout.write(f"{MARK}{json.dumps(message)}\n")
    sys.stdout.flush()
