"""The full-text index of messages: each with its speaker and the turns around it.

The turns around a message are what finds it when its own words do not ("They said 6"); they were
the largest gain of all that was measured (docs/decisions.md).
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from store.engine.connections import Row, Writer
from store.index.talk_gives_away import needed_around, refresh_given_away
from store.sensitive.given_away import spans_of_message, spans_of_text
from store.sensitive.judged import searchable
from store.text.index_words import indexable

TURNS_AROUND: Final = 2
# A long mail would drown the words of the short turns beside it.
_NEIGHBOUR_CHARACTERS: Final = 600
_BATCH: Final = 500
_COLUMNS: Final = {"message_fts": ("text", "around", "speaker", "tag"), "fact_fts": ("text",)}
_PAGES_AT_ONCE: Final = 1_000

# Both names find a speaker: the account's own, and the one that the owner knows them by.
_SPEAKER = """
trim(coalesce(identity.name, '') || CASE
  WHEN contact.display_name IS NULL OR contact.display_name = identity.name THEN ''
  ELSE ' ' || contact.display_name END)
"""
_WINDOW = f"""
SELECT message.id, coalesce(message.left_text, message.text) AS text, message.subject,
  message.sender_id, {_SPEAKER} AS speaker, message.bulk, message.hidden,
  coalesce(message.left_attachments, message.attachments) AS attachments, message.ordered_at,
  message.given_away
FROM message
LEFT JOIN identity ON identity.id = message.sender_id
LEFT JOIN contact ON contact.id = identity.contact_id
WHERE message.conversation_id = :conversation
  AND (message.ordered_at, message.seq) >= (:from_time, :from_seq)
  AND (message.ordered_at, message.seq) <= (:to_time, :to_seq)
ORDER BY message.ordered_at, message.seq
"""
_POSITIONS = """
SELECT ordered_at, seq FROM message
WHERE conversation_id = :conversation AND {which}
  AND (ordered_at, seq) {direction} (:time, :seq)
ORDER BY ordered_at {order}, seq {order} LIMIT 1 OFFSET :offset
"""


def make_searchable(texts: Iterable[str]) -> None:
    """Work out what the index will hold of these texts, ahead of the transaction that asks for it.

    It is remembered for a few thousand texts, and most of the work of indexing them.
    """
    from store.sensitive.asked import may_lead

    for text in texts:
        searchable(text)
        may_lead(text)


def index_messages(writer: Writer, touched: Mapping[int, Collection[int]]) -> None:
    """Index these messages and, since their surroundings changed, the turns beside them.

    touched: ids of messages by conversation; those of messages that are no longer there are passed
    over, and so are hidden ones, as messages and as neighbours. Bulk mail is a neighbour alone: no
    search asks for it. What never leaves is not indexed: no search may confirm it.
    """
    entries: list[tuple[int, str, str, str, str]] = []
    bulk: list[int] = []
    speakers: set[int] = set()
    for conversation_id, message_ids in touched.items():
        tag = f"zv{conversation_id} zs"
        changed = set(message_ids)
        rows = _window(writer, conversation_id, changed)
        given_away, differs = refresh_given_away(writer, rows, changed)
        rows = [row for row in rows if not row["hidden"]]
        words = [_words(row, given_away[row["id"]]) for row in rows]
        is_changed = [row["id"] in changed or row["id"] in differs for row in rows]
        for at, row in enumerate(rows):
            low, high = max(0, at - TURNS_AROUND), at + TURNS_AROUND + 1
            if True not in is_changed[low:high]:
                continue
            id_, sender_id = row["id"], row["sender_id"] or 0
            if id_ in changed:
                speakers.add(sender_id)
            if row["bulk"]:
                bulk.append(id_)
                continue
            beside = [turn[:_NEIGHBOUR_CHARACTERS] for turn in words[low:at] + words[at + 1 : high]]
            entries.append(
                (
                    id_,
                    indexable(_whole_words(row, given_away[id_], words[at])),
                    indexable(" ".join(beside)),
                    searchable(row["speaker"]),
                    f"{tag}{sender_id}",
                )
            )
    # The index keeps no text of its own, so what it holds can be replaced only as a whole. All at
    # once: other statements in between would have it write down what it holds each time.
    writer.run_many(
        "INSERT OR REPLACE INTO message_fts(rowid, text, around, speaker, tag)"
        " VALUES (?, ?, ?, ?, ?)",
        entries,
    )
    if bulk:
        writer.run(
            "DELETE FROM message_fts WHERE rowid IN (SELECT id FROM message_fts_docsize"
            " WHERE id IN (SELECT value FROM json_each(?)))",
            (json.dumps(bulk),),
        )
    writer.run(
        f"UPDATE identity SET indexed_as = (SELECT {_SPEAKER} FROM (SELECT 1)"
        " LEFT JOIN contact ON contact.id = identity.contact_id)"
        " WHERE indexed_as IS NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(speakers)),),
    )


def _words(row: Row, given_away: str) -> str:
    """The words of a message's text that the index may hold."""
    text = row["text"]
    return searchable(text, spans_of_text(given_away, row["subject"], text) if given_away else ())


def _whole_words(row: Row, given_away: str, words: str) -> str:
    """The same with its subject."""
    if not row["subject"]:
        return words
    return searchable(*spans_of_message(given_away, row["subject"], row["text"])).strip()


def _window(writer: Writer, conversation_id: int, message_ids: Collection[int]) -> list[Row]:
    """These messages of a conversation, and those whose entries or whose words they need."""
    ends = writer.one(
        "SELECT min(ordered_at) AS first_time, max(ordered_at) AS last_time"
        " FROM message WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(message_ids)),),
    )
    if ends is None or ends["first_time"] is None:
        return []
    first = (int(ends["first_time"]), -1)
    last = (int(ends["last_time"]), 2**53)
    # Twice the reach: the neighbours that are indexed anew need their own neighbours too. What is
    # given away depends on hidden turns as well.
    seen, all_ = ("hidden = 0", 2 * TURNS_AROUND), ("1", needed_around())
    from_time, from_seq = min(
        _step(writer, conversation_id, first, *reach, "<", "DESC", (-(2**53), -1))
        for reach in (seen, all_)
    )
    to_time, to_seq = max(
        _step(writer, conversation_id, last, *reach, ">", "ASC", (2**53, 2**53))
        for reach in (seen, all_)
    )
    return writer.all(
        _WINDOW,
        {
            "conversation": conversation_id,
            "from_time": from_time,
            "from_seq": from_seq,
            "to_time": to_time,
            "to_seq": to_seq,
        },
    )


def index_renamed_speakers(writer: Writer) -> None:
    """Index anew the messages of speakers whose name has changed since, in short transactions.

    A stopped run leaves its mark where it was, and the next one does that speaker again.
    """
    renamed = writer.all(
        f"SELECT identity.id, {_SPEAKER} AS speaker FROM identity"
        " LEFT JOIN contact ON contact.id = identity.contact_id"
        f" WHERE indexed_as <> {_SPEAKER}"
    )
    for identity in renamed:
        said = writer.all(
            "SELECT id, conversation_id FROM message WHERE sender_id = ?"
            " ORDER BY conversation_id, ordered_at, seq",
            (identity["id"],),
        )
        for start in range(0, len(said), _BATCH):
            by_conversation: dict[int, list[int]] = {}
            for row in said[start : start + _BATCH]:
                by_conversation.setdefault(row["conversation_id"], []).append(row["id"])
            with writer.transaction():
                index_messages(writer, by_conversation)
        writer.run(
            "UPDATE identity SET indexed_as = ? WHERE id = ?", (identity["speaker"], identity["id"])
        )


def purge_old_words(writer: Writer) -> None:
    """Let the word index drop what was edited or deleted, in short transactions.

    Until its parts are merged it only marks an entry as gone, and the words stay in the file.
    """
    pages = -_PAGES_AT_ONCE  # a negative number starts a merge of everything
    while True:
        before = int(writer.value("SELECT total_changes()"))
        writer.run("INSERT INTO message_fts(message_fts, rank) VALUES ('merge', ?)", (pages,))
        # Fewer than two changes: https://sqlite.org/fts5.html#the_merge_command
        if int(writer.value("SELECT total_changes()")) - before < 2:
            return
        pages = _PAGES_AT_ONCE


def count_words_anew(writer: Writer, index: str) -> None:
    """Make the counts of a word index those of what it holds; in the caller's transaction.

    FTS5 keeps how many rows and words there are, for its scores, and does not take away what a
    delete or a replacement took out of a table without content: what was hidden would go on
    weighing on the scores of the rest. Format: averages record of
    https://sqlite.org/fts5.html#fts5_data_structures
    """
    totals = [0] * (1 + len(_COLUMNS[index]))
    for row in writer.all(f"SELECT sz FROM {index}_docsize"):
        for at, size in enumerate((1, *_varints(bytes(row["sz"])))):
            totals[at] += size
    # A savepoint makes FTS5 write down the counts that it holds, and read them again.
    writer.run("SAVEPOINT counting")
    writer.run(f"UPDATE {index}_data SET block = ? WHERE id = 1", (b"".join(map(_varint, totals)),))
    writer.run("RELEASE counting")


def _varints(data: bytes) -> list[int]:
    """SQLite's variable-length integers: seven bits a byte, the high bit says that more follow."""
    found, value = [], 0
    for byte in data:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            found.append(value)
            value = 0
    return found


def _varint(value: int) -> bytes:
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))


def turns_beside(writer: Writer, message_id: int) -> set[int]:
    """The messages in whose index entry this one stands; asked before it moves or goes."""
    found: set[int] = set()
    for direction, order in (("<", "DESC"), (">", "ASC")):
        found.update(
            int(row[0])
            for row in writer.all(
                "SELECT other.id FROM message AS mine JOIN message AS other"
                " ON other.conversation_id = mine.conversation_id AND other.hidden = 0"
                f" AND (other.ordered_at, other.seq) {direction} (mine.ordered_at, mine.seq)"
                f" WHERE mine.id = ? ORDER BY other.ordered_at {order}, other.seq {order}"
                f" LIMIT {TURNS_AROUND}",
                (message_id,),
            )
        )
    return found


def unindex_message(writer: Writer, message_id: int) -> None:
    """Take a message out of the word index."""
    writer.run("DELETE FROM message_fts WHERE rowid = ?", (message_id,))


def _step(
    writer: Writer,
    conversation_id: int,
    point: tuple[int, int],
    which: str,
    n: int,
    direction: str,
    order: str,
    beyond: tuple[int, int],
) -> tuple[int, int]:
    """The place of the n-th message before or after a point, or `beyond` where there are fewer."""
    row = writer.one(
        _POSITIONS.format(direction=direction, order=order, which=which),
        {"conversation": conversation_id, "time": point[0], "seq": point[1], "offset": n - 1},
    )
    return beyond if row is None else (int(row["ordered_at"]), int(row["seq"]))
