"""The toy encoder, and what importing the package costs."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import EncoderUnavailable
from embeddings.load import is_compiled, load_encoder, prepare_encoder
from embeddings.toy import ToyEncoder
from store.errors import StoreError

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("numpy", "onnxruntime", "tokenizers", "torch", "transformers", "sentence_transformers")


def test_shape_length_and_type() -> None:
    rows = ToyEncoder().encode(["dinner with Ana", "", "🎉", "東京", "a\ud800b"])
    assert rows.shape == (5, ToyEncoder.identity.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, rtol=1e-6)


def test_no_texts_give_no_rows() -> None:
    assert ToyEncoder().encode([]).shape == (0, 64)


def test_same_text_same_vector_in_any_process() -> None:
    first = ToyEncoder().encode(["Ana moved to Lisbon"])[0]
    assert float(first[np.flatnonzero(first)[0]]) == pytest.approx(0.19611613, abs=1e-6)
    np.testing.assert_array_equal(first, ToyEncoder().encode(["x", "Ana moved to Lisbon"])[1])


def test_shared_words_come_out_closer() -> None:
    query, near, far = ToyEncoder().encode(
        ["the new job in Lisbon", "Ana starts her job in Lisbon", "please feed our cat"]
    )
    assert float(query @ near) > float(query @ far) + 0.2


def test_toy_needs_no_compiling(tmp_path: Path) -> None:
    assert is_compiled("toy", tmp_path)
    assert load_encoder("toy", tmp_path).identity == ToyEncoder.identity
    prepared = prepare_encoder("toy", tmp_path, lambda *_: None)
    assert prepared.identity.runtime == "toy"
    assert not any(tmp_path.iterdir())


def test_error_says_what_is_wrong_and_what_to_do() -> None:
    error = EncoderUnavailable("The model is not compiled yet", "run `kinkeeper index`")
    assert isinstance(error, StoreError)
    assert str(error) == "The model is not compiled yet; run `kinkeeper index`."


def test_importing_the_package_loads_no_heavy_library() -> None:
    names = {file.stem for file in (ROOT / "embeddings").glob("[a-z]*.py")}
    names.remove("indexer")  # reaches the database, whose vector extension brings numpy
    modules = [f"embeddings.{name}" for name in sorted(names)]
    code = (
        f"import importlib, sys; sys.path.insert(0, {str(ROOT)!r})\n"
        f"for module in {modules!r}: importlib.import_module(module)\n"
        f"print(*(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
