"""A made-up memory of any size, for measuring.

    python -m tests.benchmarks.made_memory FOLDER MESSAGES [--encode]

People, chats, groups and mail come through the real import, so that every table and index is what
it would be (about 4 minutes for a million messages). With `--encode` every message gets the vector
that the model gives it; otherwise the model reads a few thousand of them, and the vectors of all
are mixed from those: as spread out as real ones, in a minute for a million instead of two hours.
The same FOLDER and MESSAGES give the same memory; one that is there is used again.
"""

import argparse
import random
import time
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.indexer import index_pending, model_of, text_of
from embeddings.load import prepare_encoder
from embeddings.quantise import to_int8
from embeddings.token_codes import to_codes
from server.settings import load_settings
from store.engine.connections import Writer
from store.engine.location import MEMORY_FILE_NAME
from store.importers.records import Account, Conversation, Message, OwnerAccount, Record, SourceInfo
from store.index.vector_blocks import pack_blocks
from store.index.vectors import activate_model, pending_messages, store_vectors
from store.sharing.choices import choose
from tests.benchmarks.made_text import MadeText
from tests.made_exports import made_memory, take_in

# What is measured is the search, not what the owner withholds from assistants.
_OPEN: Final = (("sensitive", "share"), ("unknown_senders", "share"), ("disclosure_budget", "none"))
_FIRST_DAY: Final = datetime(2016, 1, 1, tzinfo=UTC)
_YEARS: Final = 10
_READ_BY_THE_MODEL: Final = 3_000
_VECTORS_AT_ONCE: Final = 4_096
_OWNER: Final = Account("telegram", "user1", "Nora Lind")


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation to be made: who takes part, and how many messages it has."""

    key: str
    people: tuple[Account, ...]
    messages: int


def make_memory(folder: Path, messages: int, encode: bool = False) -> Path:
    """The folder of the memory (its KINKEEPER_HOME), made if it is not there yet."""
    home = folder / f"made-{messages}{'-encoded' if encode else ''}"
    if (home / "finished").exists():
        return home
    home.mkdir(parents=True, mode=0o700, exist_ok=True)
    (home / MEMORY_FILE_NAME).unlink(missing_ok=True)
    with made_memory(home) as writer:
        for name, value in _OPEN:
            choose(writer, name, value)
        take_in(writer, records(messages))
        settings = load_settings()
        encoder = prepare_encoder(settings.model, settings.cache / "models", lambda *_: None)
        if encode:
            index_pending(writer, encoder, lambda *_: None)
        else:
            _mix_vectors(writer, encoder)
    (home / "finished").touch()
    return home


def people(count: int, text: MadeText) -> list[Account]:
    """People in the owner's address book, each with a name that nobody else bears."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[text.name()] = None
    return [
        Account("telegram", f"user{at + 2}", name, saved_by_owner=True)
        for at, name in enumerate(names)
    ]


def records(messages: int, seed: int = 7) -> Iterator[Record]:
    """A chat export: one chat with each person and some groups, most of the talk in a few.

    The share of the n-th chat falls as 1/n; a million messages are with 3,000 people.
    """
    text = MadeText(seed)
    chance = random.Random(seed)  # noqa: S311 made-up talk is no secret
    yield SourceInfo("telegram", "user1", "Telegram")
    yield OwnerAccount(_OWNER)
    for talk in _talks(people(max(10, int(3 * messages**0.5)), text), messages, chance):
        if len(talk.people) == 1:
            title = talk.people[0].name
            yield Conversation(talk.key, "direct", title, (_OWNER, *talk.people))
        else:
            title = f"{text.rare_word()} {talk.key}"
            yield Conversation(talk.key, "group", title, (_OWNER, *talk.people))
        yield from _said(talk, text, chance)


def _talks(everybody: list[Account], messages: int, chance: random.Random) -> Iterator[Talk]:
    circles: list[tuple[Account, ...]] = [(person,) for person in everybody]
    for _ in range(len(everybody) // 5):
        size = min(len(everybody), chance.choice((3, 4, 5, 6, 8, 12, 20, 40)))
        circles.append(tuple(chance.sample(everybody, size)))
    chance.shuffle(circles)
    shares = list(accumulate(1 / (rank + 3) for rank in range(len(circles))))
    counts = [0] * len(circles)
    for _ in range(messages):
        counts[bisect(shares, chance.random() * shares[-1])] += 1
    for number, (circle, count) in enumerate(zip(circles, counts, strict=True)):
        yield Talk(f"chat{number}", circle, count)


def _said(talk: Talk, text: MadeText, chance: random.Random) -> Iterator[Message]:
    """Bursts of one writer, a few of them a day, days apart."""
    if not talk.messages:
        return
    at = _FIRST_DAY + timedelta(days=chance.random() * 365)
    step = timedelta(days=365 * _YEARS) * 0.85 / talk.messages
    writers = (_OWNER, *talk.people)
    writer = chance.choice(writers)
    for number in range(talk.messages):
        if chance.random() < 0.45:
            writer = chance.choice(writers)
        at += step * chance.expovariate(1)
        yield Message(
            key=f"{talk.key}/{number}",
            conversation_key=talk.key,
            sender=writer,
            sent_at=at.replace(microsecond=0),
            text=text.message(),
        )


def _mix_vectors(writer: Writer, encoder: Encoder) -> None:
    """Give every message the vector of one that was read, moved towards two others."""
    chance = np.random.default_rng(7)
    model = model_of(writer, encoder)
    read: NDArray[np.float32] | None = None
    codes: list[bytes] = []
    while batch := pending_messages(writer, model.id, _VECTORS_AT_ONCE):
        if read is None:
            sample = batch[:_READ_BY_THE_MODEL]
            texts = [text_of(message) for message in sample]
            read, tokens = encoder.encode_with_tokens(texts)
            codes = [to_codes(states, text) for states, text in zip(tokens, texts, strict=True)]
        store_vectors(
            writer,
            model.id,
            list(zip(batch, to_int8(mixed(read, len(batch), chance)), strict=True)),
            {message.id: codes[message.id % len(codes)] for message in batch},
        )
    pack_blocks(writer, model.id)
    activate_model(writer, model.id)


def mixed(
    read: NDArray[np.float32], count: int, chance: np.random.Generator
) -> NDArray[np.float32]:
    """Vectors like those read: one of them plus half the difference of two others, normalised."""
    picks: Iterable[NDArray[np.float32]] = (
        read[chance.integers(0, len(read), count)] for _ in range(3)
    )
    one, two, three = picks
    noise = chance.standard_normal(one.shape, dtype=np.float32)
    made = one + 0.5 * (two - three) + 0.02 * noise
    normal: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return normal


def main() -> None:
    """Make a memory and say where it is."""
    parser = argparse.ArgumentParser(description="Make a made-up memory for measuring.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("messages", type=int)
    parser.add_argument("--encode", action="store_true", help="let the model read every message")
    asked = parser.parse_args()
    began = time.monotonic()
    home = make_memory(asked.folder, asked.messages, asked.encode)
    size = (home / MEMORY_FILE_NAME).stat().st_size
    print(f"{home}: {size / 1e6:,.0f} MB, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
