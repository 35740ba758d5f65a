"""Some lines of a WhatsApp chat, by which it is recognized when its name has changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from store.importers.records import Line, line_hash
from store.importers.whatsapp.body import Body, told_in
from store.importers.whatsapp.header import DateOrder, Stamp

_MOST: Final = 300
_LONGEST: Final = 300


@dataclass(slots=True)
class Sample:
    """Lines from all parts of a chat, at most 300: every one, every second, every fourth…

    Only messages of one line that nothing was attached to.
    """

    _kept: list[tuple[Stamp, Body]] = field(default_factory=list)
    _open: tuple[Stamp, Body] | None = None
    _seen: int = 0
    _every: int = 1

    def begin(self, stamp: Stamp, body: Body) -> None:
        """A message begins."""
        self._open = (stamp, body) if len(body.text) <= _LONGEST else None

    def go_on(self) -> None:
        """The message has a further line."""
        self._open = None

    def end(self) -> None:
        """The message ends."""
        if self._open is None:
            return
        self._seen += 1
        if self._seen % self._every == 0:
            self._kept.append(self._open)
            if len(self._kept) > _MOST:
                self._kept = self._kept[1::2]
                self._every *= 2
        self._open = None

    def lines(
        self, order: DateOrder, owners: frozenset[str], instant: Callable[[datetime], datetime]
    ) -> tuple[Line, ...]:
        """The lines. owners: the owner's labels. instant: makes a local time one in UTC."""
        self.end()
        found = []
        for stamp, body in self._kept:
            local = stamp.moment(order)
            told = told_in(body.text, form=stamp.form)
            if local and told.text and not told.attachments:
                who = "" if body.sender in owners else body.sender
                found.append(Line(instant(local), who, line_hash(told.text)))
        return tuple(found)
