"""From the name in the settings to an encoder."""

from pathlib import Path

from embeddings import default_model
from embeddings.compiled import RUNTIME, folder_for, read_manifest
from embeddings.encoder import Encoder, EncoderUnavailable, Progress
from embeddings.model_files import ModelFolder, find_named_model
from embeddings.model_shape import obstacle_to_compiling
from embeddings.onnx_compile import STEPS, compile_model, is_intact
from embeddings.onnx_runtime import open_compiled
from embeddings.sentence_transformer import SentenceTransformerEncoder
from embeddings.toy import ToyEncoder

DEFAULT = "default"
TOY = "toy"


def load_encoder(model: str, cache_dir: Path) -> Encoder:
    """The encoder that the settings name, ready to use (default model: 0.3 s).

    model: `default`, `toy`, the path of a model's folder, or the name of a model in the local
        model cache. A named model's files are read once to take their hash.
    cache_dir: where compiled models are kept.
    Raises EncoderUnavailable when the model is missing, damaged, or not compiled yet.
    """
    if model == TOY:
        return ToyEncoder()
    source = _find(model)
    folder = folder_for(cache_dir, source.name, source.sha256)
    if _needs_full_engine(model, source, folder):
        return _full_engine(model, source)
    return open_compiled(folder)


def load_former_encoder(name: str, sha256: str, runtime: str, cache_dir: Path) -> Encoder:
    """The encoder of a model that the settings no longer name, from its compiled form alone.

    Raises EncoderUnavailable when it was never compiled or is no longer there.
    """
    if runtime != RUNTIME:
        raise EncoderUnavailable("The model before has no compiled form", "run `kinkeeper index`")
    return open_compiled(folder_for(cache_dir, name, sha256))


def is_compiled(model: str, cache_dir: Path) -> bool:
    """Whether `load_encoder` needs no compiling first; the compiled files are not read for it.

    Raises EncoderUnavailable when the model is not on this computer.
    """
    if model == TOY:
        return True
    source = _find(model)
    folder = folder_for(cache_dir, source.name, source.sha256)
    return read_manifest(folder) is not None or _needs_full_engine(model, source, folder)


def prepare_encoder(model: str, cache_dir: Path, progress: Progress) -> Encoder:
    """The encoder that the settings name, compiled first if it has to be (20 to 40 s).

    model, cache_dir: as for `load_encoder`. progress: called at each step.
    Raises EncoderUnavailable when the model is missing or altered, or the cache folder cannot
    be written.
    """
    if model == TOY:
        return ToyEncoder()
    source = _find(model)
    folder = folder_for(cache_dir, source.name, source.sha256)
    if not is_intact(folder) and not _needs_full_engine(model, source, folder):
        progress("checking the model's files", 0, STEPS)
        if model == DEFAULT:
            default_model.check_default_model(source.path)
        compile_model(source, cache_dir, progress)
    return load_encoder(model, cache_dir)


def _find(model: str) -> ModelFolder:
    if model == DEFAULT:
        return default_model.find_default_model()
    return find_named_model(model)


def _needs_full_engine(model: str, source: ModelFolder, folder: Path) -> bool:
    manifest = read_manifest(folder)
    if manifest is not None:
        return bool(manifest.obstacle)
    return model != DEFAULT and bool(obstacle_to_compiling(source.path))


def _full_engine(model: str, source: ModelFolder) -> Encoder:
    # Compiling checks these files, and it is passed over here.
    if model == DEFAULT:
        default_model.check_default_model(source.path)
    return SentenceTransformerEncoder(source)
