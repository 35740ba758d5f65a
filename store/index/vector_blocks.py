"""Vectors in short: what a search by meaning scans, in blocks of 4,096 message ids.

Each number of a vector is kept as one bit, its sign; the number of bits in which two vectors differ
follows the angle between them. Beside it are the things that a search may be narrowed to:
conversation, sender, source and time. Whoever writes vectors packs a block in the file
(`pack_blocks`); whoever reads one that is not packed does it on the fly. It can always be made anew
from `message_vec`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from store.engine.connections import Reader, Row, Writer
from store.index.vectors import BLOCK_BITS, BLOCK_IDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NO_TIME: Final = -(2**63)
# The arrays that follow the codes in a packed block, one after the other, the widest first so that
# each is aligned.
_FORMAT: Final = (
    ("times", "<i8"),
    ("conversations", "<i4"),
    ("senders", "<i4"),
    ("sources", "<i4"),
    ("slots", "<u2"),
)
_ROW_BYTES: Final = 8 + 4 + 4 + 4 + 2
_ROWS: Final = (
    f"SELECT coalesce(sent_at, {NO_TIME}) AS time, conversation_id, coalesce(sender_id, 0),"
    f" source_id, message_id & {BLOCK_IDS - 1} AS slot, vector"
    " FROM message_vec JOIN message ON message.id = message_id"
    " WHERE message_id BETWEEN :first AND :last AND model_id = :model ORDER BY message_id"
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block in memory, never changed; arrays of one length, with a row for each message.

    slots: the last bits of the message id. conversations, senders, sources: row ids, in integers
    no wider than they need. times: UTC seconds or NO_TIME. codes: words of 64 sign bits, one line
    for each word, so that a scan runs along it. vectors: whole, if the memory is small enough.
    """

    number: int
    slots: NDArray[np.uint16]
    conversations: NDArray[np.unsignedinteger]
    senders: NDArray[np.unsignedinteger]
    sources: NDArray[np.unsignedinteger]
    times: NDArray[np.int64]
    codes: NDArray[np.uint64]
    vectors: NDArray[np.int8] | None = None


def sign_bits(vectors: NDArray[np.int8]) -> NDArray[np.uint64]:
    """The signs of int8 vectors (one a row), as lines of 64-bit words, one column a vector."""
    import numpy as np

    bits = np.packbits(vectors > 0, axis=1, bitorder="little")
    if missing := -bits.shape[1] % 8:
        bits = np.pad(bits, ((0, 0), (0, missing)))
    return np.ascontiguousarray(bits.view("<u8").T)


def _packed(rows: list[Row]) -> bytes:
    import numpy as np

    if not rows:
        return b""
    arrays: list[NDArray[np.generic]] = [sign_bits(_vectors(rows))]
    arrays += [
        np.array([row[at] for row in rows], dtype=kind) for at, (_, kind) in enumerate(_FORMAT)
    ]
    return b"".join(array.tobytes() for array in arrays)


def _vectors(rows: list[Row]) -> NDArray[np.int8]:
    import numpy as np

    return np.frombuffer(b"".join([row["vector"] for row in rows]), np.int8).reshape(len(rows), -1)


def unpack(number: int, packed: bytes, dimension: int) -> Block:
    """A block from its packed form."""
    import numpy as np

    words = -(-dimension // 64)
    count = len(packed) // (_ROW_BYTES + 8 * words)
    buffer = np.frombuffer(packed, np.uint8)
    at = 8 * words * count
    # Copies, so that the packed bytes, which are wider than needed here, can be freed.
    codes = buffer[:at].view("<u8").reshape(words, count).copy()
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, kind in _FORMAT:
        end = at + count * np.dtype(kind).itemsize
        column = buffer[at:end].view(kind)
        row_ids = kind == "<i4"
        arrays[name] = column.astype(
            np.min_scalar_type(int(column.max(initial=0))) if row_ids else kind
        )
        at = end
    return Block(number=number, codes=codes, **arrays)  # type: ignore[arg-type]  # kinds as in _FORMAT


def pack_blocks(writer: Writer, model_id: int) -> None:
    """Pack the blocks whose vectors have changed, each in a transaction of its own."""
    due = writer.all(
        "SELECT block FROM vector_block WHERE model_id = ? AND packed IS NULL", (model_id,)
    )
    for row in due:
        with writer.transaction():
            writer.run(
                "UPDATE vector_block SET packed = ? WHERE model_id = ? AND block = ?",
                (_packed(writer.all(_ROWS, _range(model_id, row[0]))), model_id, row[0]),
            )


async def block_versions(reader: Reader, model_id: int) -> dict[int, int]:
    """The version of every block; a different one means that its vectors changed."""
    rows = await reader.all(
        "SELECT block, version FROM vector_block WHERE model_id = ?", (model_id,)
    )
    return {row["block"]: row["version"] for row in rows}


async def read_block(
    reader: Reader, model_id: int, number: int, dimension: int, *, whole: bool
) -> Block:
    """A block as it is now. whole: with its vectors."""
    packed = (
        None
        if whole
        else await reader.value(
            "SELECT packed FROM vector_block WHERE model_id = ? AND block = ?", (model_id, number)
        )
    )
    if packed is not None:
        return unpack(number, packed, dimension)
    rows = await reader.all(_ROWS, _range(model_id, number))
    block = unpack(number, _packed(rows), dimension)
    return replace(block, vectors=_vectors(rows)) if whole and rows else block


def _range(model_id: int, number: int) -> dict[str, int]:
    first = number << BLOCK_BITS
    return {"model": model_id, "first": first, "last": first + BLOCK_IDS - 1}
