"""Facebook Messenger and Instagram, as their JSON exports have them: a folder for each thread.

The exports name people and nothing else, and do not say who asked for them. Whoever takes part in
most threads is the owner.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from store.importers import (
    ExportFolder,
    FolderExport,
    NeedsAnswer,
    ReadingContext,
    UnreadableExport,
)
from store.importers.messenger.thread import (
    Thread,
    ThreadReader,
    account,
    is_nobody,
    read_thread,
    thread_key,
)
from store.importers.reading.json_stream import JsonDamageError
from store.importers.reading.mojibake import repaired
from store.importers.records import Conversation, OwnerAccount, Problem, Record, SourceInfo

_TITLES: Final = {"messenger": "Facebook Messenger", "instagram": "Instagram"}
_MESSAGE: Final = re.compile(rb'"(?:timestamp_ms|sender_name|senderName)"\s*:')
_NAME_IN_HEAD: Final = re.compile(rb'"name"\s*:\s*"((?:[^"\\]|\\.){1,600})"')
_PARTICIPANTS: Final = re.compile(rb'"participants"\s*:\s*\[([^\]]{0,40000})\]')
_TITLE: Final = re.compile(rb'"(?:title|threadName)"\s*:\s*"((?:[^"\\]|\\.){1,600})"')
_STRING: Final = re.compile(rb'"((?:[^"\\]|\\.){1,600})"')
_MEDIA_FOLDERS: Final = ("media", "files", "photos", "videos", "audio", "gifs", "stickers_used")
_NUMBER: Final = re.compile(r"(\d{1,9})\.json\Z", re.IGNORECASE)


class MessengerImporter:
    """One file of a thread, by itself."""

    format = "messenger"
    title = "Messenger or Instagram chat (JSON)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        return _is_thread(path.name, head)

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        try:
            thread = read_thread(stream)
        except JsonDamageError as error:
            raise UnreadableExport(f"{context.name} cannot be read, because {error}.") from error
        place = f"{context.container}/{context.name}" if context.container else context.name
        owner = _owner([thread], context)
        yield _source("instagram" if "instagram" in place.casefold() else "messenger")
        yield from _whole_thread([(context.name, thread)], context.name, owner)


class MessengerFolderImporter:
    """A whole export, in a folder or a zip."""

    format = "messenger"
    title = "Messenger or Instagram export (JSON)"

    def find(self, folder: ExportFolder) -> Sequence[FolderExport]:
        """See `FolderImporter.find`."""
        roots: dict[str, list[str]] = defaultdict(list)
        for file in folder.files():
            if file.lower().endswith(".json") and _is_thread(file, folder.head(file)):
                roots[_root(file)].append(file)
        return [
            FolderExport(root, tuple(files), _sent(root, files))
            for root, files in sorted(roots.items())
        ]

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        files = folder.files()
        owner = self._owner(folder, files, context)
        everything = f"{context.container}/{context.name}/{folder.name}/{' '.join(files[:1])}"
        yield _source("instagram" if "instagram" in everything.casefold() else "messenger")
        threads: dict[str, list[str]] = defaultdict(list)
        for file in files:
            threads[_thread_folder(file)].append(file)
        for parts in threads.values():
            read: list[tuple[str, Thread]] = []
            # The highest number is the oldest part.
            for file in sorted(parts, key=_part, reverse=True):
                try:
                    with folder.open(file) as stream:
                        read.append((file, read_thread(stream)))
                except JsonDamageError as error:
                    yield Problem(f"the file was left out, because {error}", file)
                except UnreadableExport as error:
                    yield Problem(str(error), file)
            if read:
                yield from _whole_thread(read, parts[0], owner)

    def _owner(self, folder: ExportFolder, files: Sequence[str], context: ReadingContext) -> str:
        """The owner, from the heads of the files; a chat of two may need its end too."""
        threads = {_thread_folder(file): _head_thread(folder.head(file)) for file in files}
        if len(threads) == 1:
            for file in files:
                try:
                    with folder.open(file) as stream:
                        return _owner([read_thread(stream)], context)
                except JsonDamageError:
                    continue
        return _owner(threads.values(), context)


def _source(kind: str) -> SourceInfo:
    return SourceInfo(kind, "", _TITLES[kind])


def _is_thread(name: str, head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    is_named_so = name.lower().endswith(".json")
    return (
        is_named_so
        and text.startswith(b"{")
        and b'"messages"' in text
        and _MESSAGE.search(text) is not None
    )


def _root(file: str) -> str:
    """The folder above `messages/`, so that two exports side by side stay two."""
    parts = PurePosixPath(file).parts
    if "messages" not in parts[:-1]:
        return ""
    return "".join(f"{part}/" for part in parts[: parts.index("messages")])


def _sent(root: str, files: Sequence[str]) -> tuple[str, ...]:
    """The folders that hold what was sent: all beside the chats, as the export puts them."""
    chats = any(file.startswith(f"{root}messages/") for file in files)
    threads = {f"{PurePosixPath(file).parent}/" for file in files if "/" in file[len(root) :]}
    inside = {f"{root}messages/"} if chats else threads
    return tuple(sorted(inside | {f"{root}{name}/" for name in _MEDIA_FOLDERS}))


def _thread_folder(file: str) -> str:
    """What the parts of one thread have in common: their folder, or the file's own name."""
    path = PurePosixPath(file)
    is_part = path.name.lower().startswith("message_")
    return str(path.parent) if is_part else str(path)


def _part(file: str) -> int:
    found = _NUMBER.search(file)
    return int(found[1]) if found else 0


def _head_thread(head: bytes) -> Thread:
    """The participants that a file names at its beginning."""
    found = _PARTICIPANTS.search(head)
    if found is None:
        return Thread()
    names = _NAME_IN_HEAD.findall(found[1]) or _STRING.findall(found[1])
    title = _TITLE.search(head)
    return Thread(
        participants=[_decoded(name) for name in names],
        title=_decoded(title[1]) if title else "",
    )


def _decoded(name: bytes) -> str:
    text = name.decode("utf-8", "replace")
    unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    return " ".join(repaired(unescaped.replace('\\"', '"').replace("\\/", "/")).split())


def _owner(threads: Iterable[Thread], context: ReadingContext) -> str:
    """The participant who is the owner. Raises NeedsAnswer when nothing tells."""
    counts: Counter[str] = Counter()
    in_all: Counter[str] = Counter()
    for thread in threads:
        names = {name for name in thread.participants if not is_nobody(name)}
        in_all.update(names)
        if len(names) == 2 and thread.title in names:
            # A chat of two has the name of the other one.
            counts.update(names - {thread.title})
    said = {name.casefold() for name in context.me}
    for name in in_all:
        if name.casefold() in said:
            return name
    if len(counts) == 1:
        return next(iter(counts))
    most = in_all.most_common(2)
    if most and most[0][1] > 1 and (len(most) == 1 or most[0][1] > most[1][1]):
        return most[0][0]
    if len(in_all) < 2:
        return ""
    raise NeedsAnswer(
        "me",
        f"{context.name} does not say which of these names is yours.",
        [name for name, _ in in_all.most_common(50)],
    )


def _whole_thread(parts: Sequence[tuple[str, Thread]], file: str, owner: str) -> Iterator[Record]:
    people = list(dict.fromkeys(name for _, thread in parts for name in thread.participants))
    newest = parts[-1][1]
    key = thread_key(newest, file)
    is_direct = len(people) <= 2 and not newest.is_group
    named = [name for name in people if not is_nobody(name)]
    # Where two are called alike, the export does not say which of them wrote.
    is_one = all(thread.participants.count(owner) <= 1 for _, thread in parts)
    if owner in named and is_one:
        yield OwnerAccount(account(owner, key))
    yield Conversation(
        key=key,
        kind="direct" if is_direct else "group",
        title=newest.title,
        participants=tuple(account(name, key) for name in named),
        has_ids=False,
    )
    reader = ThreadReader(key, people, is_direct=is_direct)
    for part, thread in parts:
        yield from reader.records(thread, part)


IMPORTER = MessengerImporter()
FOLDER_IMPORTER = MessengerFolderImporter()
