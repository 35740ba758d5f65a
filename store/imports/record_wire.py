"""A batch of records as plain data, for the pipe between the parsing and the storing process.

Lists, strings, numbers and nothing else: whatever a hostile export does to the parser, what
arrives here can only be records or be refused. The records of a kind are packed together, field by
field, because checking a whole field costs a fraction of checking each record. What most have in
common takes no room: a field in which all have the default, and an account that many name.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from itertools import repeat
from operator import attrgetter
from types import NoneType
from typing import Any, Final, get_type_hints

from store.importers.records import (
    Account,
    Card,
    Conversation,
    Event,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)
from store.imports.record_parts import BrokenWire, change_for, check_for, is_optional, without_none

_KINDS: Final[tuple[type[Record], ...]] = (
    SourceInfo,
    Account,
    OwnerAccount,
    Card,
    Conversation,
    Message,
    Event,
    Skipped,
    Problem,
)
_NUMBER_OF: Final = {kind: str(number) for number, kind in enumerate(_KINDS)}
_KIND_OF: Final = {number: kind for kind, number in _NUMBER_OF.items()}

_Column = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a kind. default: MISSING if it has none.

    send: what makes a column plain, None if it is; receive: the way back, which raises
    BrokenWire.
    """

    name: str
    default: Any
    send: Callable[[_Column], Any] | None
    receive: Callable[[Any], _Column]


# Worked out once for each kind.
_TAKERS: Final[dict[type[Any], Callable[[Any], tuple[Any, ...]]]] = {}
_FIELDS: Final[dict[type[Any], tuple[_Field, ...]]] = {}


def pack(records: Sequence[Record]) -> list[Any]:
    """Records as lists, strings and numbers: their kinds in order, then each kind separately."""
    by_kind: dict[str, list[Any]] = {}
    order = [_NUMBER_OF[type(record)] for record in records]
    for number, record in zip(order, records, strict=True):
        by_kind.setdefault(number, []).append(record)
    parts = {number: _packed(_KIND_OF[number], same) for number, same in by_kind.items()}
    return ["".join(order), parts]


def unpack(plain: object) -> list[Record]:
    """The records that were given to `pack`. Raises BrokenWire for anything else."""
    if type(plain) is not list or len(plain) != 2:
        raise BrokenWire("not a batch")
    order, parts = plain
    if type(order) is not str or type(parts) is not dict or not parts.keys() <= _KIND_OF.keys():
        raise BrokenWire("records of no known kind")
    of_kind = {number: _unpacked(_KIND_OF[number], part) for number, part in parts.items()}
    if dict(Counter(order)) != {number: len(same) for number, same in of_kind.items()}:
        raise BrokenWire("not as many records as there have to be")
    if len(of_kind) == 1:
        [records] = of_kind.values()
        return records
    following: dict[str, Iterator[Record]] = {n: iter(same) for n, same in of_kind.items()}
    return [next(following[number]) for number in order]


def characters(part: Any) -> int:
    """About how long a record, or a part of one, is when packed."""
    if type(part) is Message:
        return len(part.text) + len(part.original) + 50 * len(part.recipients) + 100
    if type(part) is str:
        return len(part)
    if type(part) is tuple:
        return sum(characters(each) for each in part)
    if is_dataclass(part):
        return sum(characters(each) for each in _taker(type(part))(part))
    return 8


def _packed(kind: type[Any], parts: Sequence[Any]) -> dict[str, Any]:
    """Objects of one kind as columns by name, without columns in which all have the default."""
    columns = zip(*map(_taker(kind), parts), strict=True)
    return {
        field.name: field.send(column) if field.send else column
        for field, column in zip(_fields_of(kind), columns, strict=True)
        if field.default is MISSING or column.count(field.default) < len(column)
    }


def _unpacked(kind: type[Any], plain: object) -> list[Any]:
    known = _fields_of(kind)
    if type(plain) is not dict or not plain.keys() <= {field.name for field in known}:
        raise BrokenWire(f"a {kind.__name__} with something else")
    columns: list[Iterable[Any]] = []
    lengths = set()
    for field in known:
        if field.name in plain:
            column = field.receive(plain[field.name])
            lengths.add(len(column))
            columns.append(column)
        elif field.default is MISSING:
            raise BrokenWire(f"a {kind.__name__} without its {field.name}")
        else:
            columns.append(repeat(field.default))
    if len(lengths) != 1:
        raise BrokenWire(f"a {kind.__name__} of another length")
    return list(map(kind, *columns))


def _taker(kind: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that returns all fields of an object of this kind."""
    if (known := _TAKERS.get(kind)) is not None:
        return known
    names = [field.name for field in fields(kind)]
    one = attrgetter(names[0])
    take = attrgetter(*names) if len(names) > 1 else lambda part: (one(part),)
    return _TAKERS.setdefault(kind, take)


def _fields_of(kind: type[Any]) -> tuple[_Field, ...]:
    """The fields of a kind, from the types that `store.importers.records` declares."""
    if (known := _FIELDS.get(kind)) is not None:
        return known
    hints = get_type_hints(kind)
    made = [_Field(each.name, each.default, *_ways(hints[each.name])) for each in fields(kind)]
    return _FIELDS.setdefault(kind, tuple(made))


def _ways(hint: Any) -> tuple[Callable[[_Column], Any] | None, Callable[[Any], _Column]]:
    """How a column of this type is sent, and how it is received."""
    inner = without_none(hint) if is_optional(hint) else hint
    if inner is Account:
        return _send_accounts, _receive_accounts(is_optional(hint))
    if inner in (str, int, bool):
        return None, _receive_plain({inner, NoneType} if is_optional(hint) else {inner})
    if hint is datetime:
        raise AssertionError("every time of a record may be unknown")
    if inner is datetime:
        return _send_times, _each(check_for(hint))
    change = change_for(hint)
    return change and (lambda column: [change(value) for value in column]), _each(check_for(hint))


def _send_times(column: _Column) -> list[str | None]:
    return [None if each is None else each.astimezone(UTC).isoformat() for each in column]


def _send_accounts(column: _Column) -> list[Any]:
    """Each account once, then the position of each in the column."""
    met: dict[Any, int] = {}
    places = [each if each is None else met.setdefault(each, len(met)) for each in column]
    return [_packed(Account, list(met)) if met else {}, places]


def _receive_accounts(may_be_none: bool) -> Callable[[Any], _Column]:
    receive_places = _receive_plain({int, NoneType} if may_be_none else {int})

    def receive(plain: Any) -> _Column:
        if type(plain) is not list or len(plain) != 2:
            raise BrokenWire("not accounts")
        accounts = _unpacked(Account, plain[0]) if plain[0] != {} else []
        places = receive_places(plain[1])
        named = [each for each in places if each is not None]
        if named and not (min(named) >= 0 and max(named) < len(accounts)):
            raise BrokenWire("an account that is not there")
        return [each if each is None else accounts[each] for each in places]

    return receive


def _receive_plain(types: set[type[Any]]) -> Callable[[Any], _Column]:
    def receive(plain: Any) -> _Column:
        if type(plain) is not list or not set(map(type, plain)) <= types:
            raise BrokenWire("not of the type that has to stand there")
        return plain

    return receive


def _each(check: Callable[[Any], Any]) -> Callable[[Any], _Column]:
    def receive(plain: Any) -> _Column:
        if type(plain) is not list:
            raise BrokenWire("not a list")
        return [check(value) for value in plain]

    return receive
