"""Which files of a folder were sent in a chat, and so belong to that chat's export."""

from collections import defaultdict
from collections.abc import Sequence

_Rank = tuple[int, str]


class SentFiles:
    """What the exports of one folder claim.

    Of two chats that claim each other, as they would after one was forwarded into the other, the
    upper one is the owner's, and in one folder the one whose name comes first.
    """

    def __init__(self, exports: Sequence[tuple[Sequence[str], Sequence[str]]]) -> None:
        """exports: the files of each, and what was sent in its chats (`FolderExport.sent`)."""
        self._by: dict[str, list[int]] = defaultdict(list)
        self._first: list[_Rank] = []
        self._number_of: dict[str, int] = {}
        for number, (files, sent) in enumerate(exports):
            self._first.append(min(map(_rank, files), default=(0, "")))
            for file in files:
                self._number_of.setdefault(file, number)
            for place in sent:
                self._by[place].append(number)
        self._claimed_by: list[set[int]] = [
            {claimer for file in files for claimer in self._claimers(file)} if self._by else set()
            for files, _ in exports
        ]

    def holds(self, file: str) -> bool:
        """Whether a file was sent in a chat of another export than its own."""
        own = self._number_of.get(file, -1)
        return any(
            claimer != own and not self._is_claimed_back(claimer, own)
            for claimer in self._claimers(file)
        )

    def _claimers(self, file: str) -> set[int]:
        if not self._by:
            return set()
        return {number for place in _places(file) for number in self._by.get(place, ())}

    def _is_claimed_back(self, claimer: int, own: int) -> bool:
        return (
            own >= 0
            and own in self._claimed_by[claimer]
            and self._first[own] < self._first[claimer]
        )


def _places(file: str) -> list[str]:
    """The file, and every folder that it is in; the whole is the empty one."""
    places = [file, ""]
    end = file.rfind("/")
    while end >= 0:
        places.append(file[: end + 1])
        end = file.rfind("/", 0, end)
    return places


def _rank(file: str) -> _Rank:
    return file.count("/"), file
