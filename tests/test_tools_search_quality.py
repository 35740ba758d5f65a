"""Talk as people write it (bursts, nicknames, answers of two words): what is found at the least.

The bounds lie a little under what is measured; `tests/benchmarks/search_quality.py` asks the same
questions through a running server.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from embeddings.encoder import EncoderUnavailable
from embeddings.indexer import index_pending
from embeddings.lazy import LazyEncoder
from embeddings.load import DEFAULT, TOY, is_compiled, load_encoder
from server.settings import load_settings
from store.importers.telegram.telegram import IMPORTER
from store.memory import open_or_create, open_reader
from store.people.owner import save_owner
from store.people.owner_settings import OwnerSettings
from tests.benchmarks.rendered_chats import Question, Rendered, read_dataset
from tests.made_exports import NOW, import_here
from tests.running import ROOT
from tools.memory import Memory
from tools.search_context import search_context

OWNER = OwnerSettings("Nora Lind", "UTC", ("nora@lind.example",))
NOT_PREPARED = "the model is not prepared on this computer: kinkeeper index"
# Recall at ten, of everything that was said in all chats.
LEAST = {TOY: 0.35, DEFAULT: 0.7}


@pytest.fixture(scope="module", params=[TOY, DEFAULT])
def model(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    try:
        if not is_compiled(name, load_settings().cache / "models"):
            pytest.skip(NOT_PREPARED)
    except EncoderUnavailable as error:
        pytest.skip(str(error))
    return name


@pytest.fixture(scope="module")
def chats() -> Rendered:
    return read_dataset(ROOT / "tests" / "data" / "bursty_chats")


@pytest.fixture(scope="module")
def path(model: str, chats: Rendered, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chats")
    export = folder / "result.json"
    export.write_text(chats.export(), "utf-8")
    with open_or_create(folder / "memory.db") as writer:
        save_owner(writer, OWNER, NOW)
        import_here(writer, IMPORTER, export, OWNER)
        encoder = load_encoder(model, load_settings().cache / "models")
        index_pending(writer, encoder, lambda _done, _all: None)
    return folder / "memory.db"


@pytest_asyncio.fixture
async def memory(model: str, path: Path) -> AsyncIterator[Memory]:
    reader = await open_reader(path)
    encoder = LazyEncoder(model, load_settings().cache / "models")
    yield Memory(reader, lambda: datetime(2026, 11, 20, tzinfo=UTC), ZoneInfo("UTC"), encoder)
    await reader.close()


async def _recall(memory: Memory, asked: Question) -> float:
    answer = await search_context(memory, asked.text)
    assert answer.mode == "hybrid"
    return len(asked.evidence & {hit.text for hit in answer.hits}) / len(asked.evidence)


async def test_enough_of_what_answers_is_among_the_first_ten(
    memory: Memory, model: str, chats: Rendered
) -> None:
    assert fmean([await _recall(memory, asked) for asked in chats.questions]) > LEAST[model]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Does Renske eat meat?", "vegetarian since i was 15"),
        ("Which animal bit Renske?", "a ferret"),
        ("Who is expecting a baby?", "jana is pregnant"),
        ("How much rent does Tobias pay?", "the rent went up again. 780 now"),
    ],
)
async def test_no_word_in_common_is_needed_and_a_greeting_by_name_is_no_answer(
    memory: Memory, model: str, question: str, answer: str
) -> None:
    if model == TOY:
        pytest.skip("the toy model knows nothing of meaning")
    first = [hit.text for hit in (await search_context(memory, question)).hits[:3]]
    assert answer in first
    assert not {"Hi Renske!!", "hey Ren", "tobi", "TOBI"} & set(first)
