"""What of a text an assistant gets: the owner's choices applied to every text before it is cut.

The views of an assistant's connection (`store/engine/assistant_views.py`) ask this for each text
that they give, so that no tool can forget it. What is withheld leaves a mark that names its kind
and, where the owner can open it, how.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from store.engine.file_errors import AboutAFile
from store.errors import StoreError
from store.sensitive import Span, never_out, on_request, on_request_of_label, without
from store.sensitive.given_away import part_of, quoted, spans_of_files, spans_of_text
from store.sensitive.judged import never_leaves, never_leaves_under
from store.sharing.choices import Choices
from store.text.languages import words_of_all
from store.text.marks import disarmed
from tools.clean import clean_for_assistant, file_name, without_paths

_T = TypeVar("_T")
UNKNOWN_SENDER: Final = "unknown sender"
# A mail that is not from the address it names, as the server found that received it.
UNVERIFIED_SENDER: Final = "unverified sender"
ADDRESS: Final = "address"
# Labels of addresses where somebody can be met without being at home.
_NOT_HOME: Final = re.compile("(?i)" + "|".join(words_of_all("labels", "workplace")))
_SHORT: Final = 48
# More are a telephone number, whatever its owner is called.
_MOST_DIGITS_OF_A_CODE: Final = 8
# What a word without spaces has that leads to somebody: an e-mail address, a link, a handle.
_WAY: Final = re.compile(r"\S*[@:/.]\S*")


class Withholding:
    """Decides by what the owner has chosen; `follow` brings it up to date before each answer."""

    def __init__(self) -> None:
        self._choices = Choices(
            share_sensitive=False, share_unknown_senders=False, disclosure_budget=0
        )
        self._opened: frozenset[str] = frozenset()

    def follow(self, choices: Choices, opened: frozenset[str]) -> None:
        """Go by these choices and opened items from now on."""
        self._choices = choices
        self._opened = opened

    def functions(self) -> Mapping[str, Callable[..., str]]:
        """The functions that `store.engine.assistant_views` calls."""
        return {
            "text_for_assistant": self.text,
            "turn_for_assistant": self.turn,
            "quoting_for_assistant": self.quoting,
            "list_for_assistant": self.texts,
            "title_for_assistant": self.title,
            "name_for_assistant": self.name,
            "label_for_assistant": self.label,
            "way_for_assistant": self.way,
            "address_for_assistant": self.address,
        }

    def text(self, text: str | None, ref: str | None, known: int, beside: str | None = "") -> str:
        """A text that somebody wrote. ref: what the owner opens it by, or empty.

        known: 1; 0 for a stranger's; -1 for a mail that is not from the address it names. beside:
        what stands beside it and may say what it is, such as the label of a field.
        """
        return self._text(text or "", ref or "", known, _under(beside, text))

    def turn(self, text: str, ref: str | None, known: int, subject: str, given_away: str) -> str:
        """The text of a message that the talk around it gives away something of."""
        return self._text(text, ref or "", known, spans_of_text(given_away, subject, text))

    def quoting(self, text: str | None, ref: str | None, messages: str) -> str:
        """A text of the owner's that was made of messages. messages: as `quoted` takes them."""
        return self._text(text or "", ref or "", 1, quoted(text or "", messages))

    def texts(
        self,
        texts: str | None,
        ref: str | None,
        known: int,
        subject: str = "",
        text: str = "",
        given_away: str = "",
    ) -> str:
        """A JSON list of texts, such as the names of files; a stranger's is left out.

        subject, text, given_away: of their message.
        """
        if not texts or self._is_strange(known, ref):
            return ""
        paths = json.loads(texts)
        spans = spans_of_files(given_away, subject, text, paths)
        named = [_file(*each) for each in zip(paths, spans, strict=True)]
        return json.dumps([self._known_text(*each, ref or "") for each in named])

    def title(self, title: str | None, known: int, given_away: str = "") -> str:
        """A title or subject; a stranger's is left out. given_away: of the subject's message."""
        if self._is_strange(known, None):
            return ""
        title = title or ""
        return self._known_text(title, part_of(given_away, 0, len(title)), "")

    def name(self, name: str | None, known: int, ref: str | None, beside: str | None = "") -> str:
        """What somebody is called; a stranger's name is left out. ref: of the contact, or empty."""
        if self._is_strange(known, ref):
            return ""
        return _redacted_label(name or "", self._shares(ref), True, _under(beside, name))

    def label(self, label: str | None, borne: int, beside: str | None = "") -> str:
        """A tag or a group; or, if `borne`, an organization or what somebody does there."""
        share = self._choices.share_sensitive
        return _redacted_label(label or "", share, bool(borne), _under(beside, label))

    def way(
        self, value: str | None, known: int, label: str | None = "", whose: str | None = ""
    ) -> str:
        """A number, an address on the net or the name of an account; words are words there too.

        A stranger's is left out. whose: what its owner is called: people save a PIN as somebody's
        number.
        """
        if self._is_strange(known, None):
            return ""
        value = value or ""
        spans = _under(label, value)
        if not spans and sum(map(str.isdigit, value)) <= _MOST_DIGITS_OF_A_CODE:
            spans = _under(whose, value)
        share = self._choices.share_sensitive or bool(_WAY.fullmatch(value))
        return _redacted(value, share, self._choices.everyday_words, spans)

    def address(self, address: str, label: str, ref: str | None) -> str:
        """A postal address of a contact: withheld unless it is a place of work."""
        if self._shares(ref):
            return _redacted(address, True, False)
        if _NOT_HOME.search(label):
            return _redacted_label(address, False, True)
        return _mark(ADDRESS, ref or "")

    def _is_strange(self, known: int, ref: str | None) -> bool:
        """Whether it is a stranger's, and the owner neither shares these nor has opened this."""
        return known < 1 and not self._choices.share_unknown_senders and ref not in self._opened

    def _shares(self, ref: str | None) -> bool:
        return self._choices.share_sensitive or ref in self._opened

    def _text(self, text: str, ref: str, known: int, given_away: Sequence[Span]) -> str:
        if self._is_strange(known, ref):
            return _mark(UNVERIFIED_SENDER if known < 0 else UNKNOWN_SENDER, ref)
        return self._known_text(text, given_away, ref)

    def _known_text(self, text: str, given_away: Sequence[Span], ref: str) -> str:
        if not text:
            return text
        redacted = _redacted(
            text, self._shares(ref), self._choices.everyday_words, tuple(given_away)
        )
        if ref and redacted in _WHOLE_TOPICS:
            return _mark(_WHOLE_TOPICS[redacted], ref)
        return redacted


def is_withheld(text: str) -> bool:
    """Whether something in a text was withheld, or all of it."""
    return "[withheld: " in text


def safe_for_assistant(text: str) -> str:
    """A text cleaned, and without what never leaves."""
    return _safe_again(text) if len(text) <= _SHORT else _safe(text)


def error_for_assistant(error: StoreError) -> str:
    """What an error says, as it may leave: without where anything lies on this computer."""
    text = str(error)
    for path in error.paths if isinstance(error, AboutAFile) else ():
        # Its folder may hold blanks, which nothing else tells apart from the words around.
        text = text.replace(str(path), path.name)
    return safe_for_assistant(without_paths(text))


def _safe(text: str) -> str:
    clean = clean_for_assistant(text)
    return without(clean, never_out(clean))


# Names, sources and times come back in every answer.
_safe_again: Final = lru_cache(maxsize=4_096)(_safe)


def safe(value: Any) -> Any:
    """Every string of a JSON value as it may leave; keys are ours, and the gate sees to it."""
    if isinstance(value, str):
        return safe_for_assistant(value)
    if isinstance(value, list):
        return [safe(item) for item in value]
    if isinstance(value, dict):
        return {key: safe(item) for key, item in value.items()}
    return value


def texts_of(value: Any) -> Iterator[str]:
    """Every string of an answer, the keys of its objects too, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_of(key)
            yield from texts_of(item)
    elif isinstance(value, Iterable) and not isinstance(value, BaseModel | bytes):
        for item in value:
            yield from texts_of(item)
    else:
        yield from texts_of([item for _, item in _fields(value)])


def safe_copy(value: _T) -> _T:
    """A copy of an answer of any types, every string as it may leave; keys are left alone."""
    copied: Any = value
    if isinstance(value, str):
        copied = safe_for_assistant(value)
    elif isinstance(value, Mapping):
        copied = {key: safe_copy(item) for key, item in value.items()}
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        copied = type(value)(*map(safe_copy, value))
    elif isinstance(value, list | tuple | set | frozenset):
        copied = type(value)(map(safe_copy, value))
    elif isinstance(value, BaseModel):
        copied = value.model_copy(update={name: safe_copy(item) for name, item in _fields(value)})
    elif fields := _fields(value):
        copied = dataclasses.replace(copied, **{name: safe_copy(item) for name, item in fields})
    safe_value: _T = copied
    return safe_value


def _fields(value: Any) -> list[tuple[str, Any]]:
    """Name and value of the fields of a model or a dataclass; of anything else there are none."""
    if isinstance(value, BaseModel):
        return list(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [(each.name, getattr(value, each.name)) for each in dataclasses.fields(value)]
    return []


def _under(beside: str | None, text: str | None) -> tuple[Span, ...]:
    """What of a text never leaves because of what stands beside it."""
    return tuple(never_leaves_under(beside, text)) if beside and text else ()


@lru_cache(maxsize=8_192)
def _redacted(text: str, share: bool, everyday: bool, given_away: tuple[Span, ...] = ()) -> str:
    text = _with_our_marks(text, given_away)
    return _without(text, [] if share else on_request(text, everyday=everyday))


def _with_our_marks(text: str, given_away: tuple[Span, ...]) -> str:
    """The text without what is given away, and without marks that we did not put there."""
    parts, at = [], 0
    for span in given_away:
        parts += [disarmed(text[at : span.start]), _mark(span.kind, "")]
        at = span.end
    return "".join([*parts, disarmed(text[at:])])


def _file(path: str, given_away: list[Span]) -> tuple[str, list[Span]]:
    """The name of a file alone, and what of it is given away."""
    name = file_name(path)
    cut = path.rfind(name) if name else 0
    moved = (
        Span(max(span.start - cut, 0), min(span.end - cut, len(name)), span.kind)
        for span in given_away
    )
    return name, [span for span in moved if span.start < span.end]


# As many as there are names in a large address book: lists ask for everybody's.
@lru_cache(maxsize=65_536)
def _redacted_label(label: str, share: bool, borne: bool, given_away: tuple[Span, ...] = ()) -> str:
    label = _with_our_marks(label, given_away)
    return _without(label, [] if share else on_request_of_label(label, borne=borne))


def _without(text: str, asked: list[Span]) -> str:
    if asked and asked[0] == Span(0, len(text), asked[0].kind):
        return _mark(asked[0].kind, "")
    text = without(text, asked)
    return without(text, never_leaves(text))


def _mark(kind: str, ref: str) -> str:
    how = f"; the owner opens it with: kinkeeper open {ref}" if ref else ""
    return f"[withheld: {kind}{how}]"


_WHOLE_TOPICS: Final = {
    _mark(kind, ""): kind for kind in ("health", "money", "family conflict", ADDRESS)
}
