"""The parts of records as plain data: lists, strings, numbers and nothing else.

An object becomes its fields without a default, in order, then an object with those other fields
that differ from their default: most of them seldom do.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from store.importers.records import Account

_Change = Callable[[Any], Any]
_Take = Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _Out:
    """How a kind becomes plain. take: its fields; changes: what makes them plain, by position.

    defaults: those of the last fields, which have one.
    """

    take: _Take
    changes: list[tuple[int, _Change]]
    names: tuple[str, ...]
    needed: int
    defaults: tuple[Any, ...]
    changes_of_defaults: dict[str, _Change]


# Worked out once for each kind, from the types that `store.importers.records` declares.
_OUT: Final[dict[type[Any], _Out]] = {}
_MET: Final[dict[tuple[Any, ...], Account]] = {}
_MOST_MET: Final = 10_000
_IN: Final[dict[type[Any], tuple[tuple[_Change, ...], dict[str, _Change]]]] = {}


class BrokenWire(ValueError):
    """What arrived is not a record."""


def plain(part: Any) -> list[Any]:
    """An object of `store.importers.records` as lists, strings and numbers."""
    return _values(part, type(part))


def _account(value: Any) -> Account:
    """Like `_made`, but remembered: few people write many messages, so most accounts recur."""
    try:
        kind, name, *more = value
        key = (kind, name, *[(k, tuple(v) if type(v) is list else v) for k, v in more[0].items()])
        known = _MET.get(key)
    except (AttributeError, IndexError, TypeError, ValueError):
        return _account_met(value, None)
    return known or _account_met(value, key)


def _account_met(value: Any, key: tuple[Any, ...] | None) -> Account:
    made: Account = _made(Account, value)
    if key is not None:
        if len(_MET) >= _MOST_MET:
            _MET.clear()
        _MET[key] = made
    return made


def _values(part: Any, kind: type[Any]) -> list[Any]:
    out = _out(kind)
    taken = out.take(part)
    values = list(taken[: out.needed])
    for at, change in out.changes:
        values[at] = change(values[at])
    rest = taken[out.needed :]
    if rest != out.defaults:
        changes = out.changes_of_defaults
        values.append(
            {
                name: changes[name](value) if name in changes else value
                for name, value, default in zip(
                    out.names[out.needed :], rest, out.defaults, strict=True
                )
                if value != default
            }
        )
    return values


def _made(kind: type[Any], values: object) -> Any:
    needed, others = _in(kind)
    if type(values) is not list or not 0 <= len(values) - len(needed) <= 1:
        raise BrokenWire(f"a {kind.__name__} of another length")
    first = [check(value) for check, value in zip(needed, values, strict=False)]
    if len(values) == len(needed):
        return kind(*first)
    rest = values[-1]
    if type(rest) is not dict or not rest.keys() <= others.keys():
        raise BrokenWire(f"a {kind.__name__} with something else")
    return kind(*first, **{name: others[name](value) for name, value in rest.items()})


def _out(kind: type[Any]) -> _Out:
    if (known := _OUT.get(kind)) is not None:
        return known
    names = tuple(field.name for field in fields(kind))
    hints = get_type_hints(kind)
    needed = _needed(kind)
    changes = {name: change for name in names if (change := change_for(hints[name]))}
    one = attrgetter(names[0])
    return _OUT.setdefault(
        kind,
        _Out(
            take=attrgetter(*names) if len(names) > 1 else lambda part: (one(part),),
            changes=[
                (at, changes[name]) for at, name in enumerate(names[:needed]) if name in changes
            ],
            names=names,
            needed=needed,
            defaults=tuple(field.default for field in fields(kind)[needed:]),
            changes_of_defaults={name: changes[name] for name in names[needed:] if name in changes},
        ),
    )


def _needed(kind: type[Any]) -> int:
    """How many fields have no default; they come first."""
    return sum(field.default is MISSING for field in fields(kind))


def change_for(hint: Any) -> _Change | None:
    """What turns a value of this type into plain data; None if it is plain already."""
    if is_optional(hint):
        inner = change_for(without_none(hint))
        return inner and (lambda value: None if value is None else inner(value))
    if hint is datetime:
        return lambda value: value.astimezone(UTC).isoformat()
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: _values(value, hint)
    if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
        part: type[Any] = get_args(hint)[0]
        return lambda value: [_values(each, part) for each in value]
    return None


def _in(kind: type[Any]) -> tuple[tuple[_Change, ...], dict[str, _Change]]:
    """The checks of the fields that are always there, and of the others by name."""
    if (known := _IN.get(kind)) is not None:
        return known
    hints = get_type_hints(kind)
    checks = {field.name: check_for(hints[field.name]) for field in fields(kind)}
    names, needed = [*checks], _needed(kind)
    first = tuple(checks[name] for name in names[:needed])
    return _IN.setdefault(kind, (first, {name: checks[name] for name in names[needed:]}))


def check_for(hint: Any) -> _Change:
    """What turns plain data back into a value of this type, or raises BrokenWire."""
    if is_optional(hint):
        inner = check_for(without_none(hint))
        return lambda value: None if value is None else inner(value)
    if hint in (str, int, bool):
        return _of_type(hint)
    if get_origin(hint) is Literal:
        return _one_of(frozenset(get_args(hint)))
    if hint is datetime:
        return _instant
    if get_origin(hint) is tuple:
        inside = get_args(hint)
        if inside[-1] is Ellipsis:
            return _many(check_for(inside[0]))
        return _each(tuple(check_for(each) for each in inside))
    if hint is Account:
        return _account
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: _made(hint, value)
    raise AssertionError(f"records hold no {hint}")


def is_optional(hint: Any) -> bool:
    """Whether a value of this type may be None."""
    return get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)


def without_none(hint: Any) -> Any:
    """The type of a value that may be None, when it is not."""
    (inner,) = (each for each in get_args(hint) if each is not NoneType)
    return inner


def _of_type(kind: type[Any]) -> _Change:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise BrokenWire(f"not a {kind.__name__}")
        return value

    return check


def _one_of(allowed: frozenset[str]) -> _Change:
    def check(value: Any) -> Any:
        if type(value) is not str or value not in allowed:
            raise BrokenWire("not one of the words that may stand there")
        return value

    return check


def _instant(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BrokenWire("not a time") from None
    if moment.tzinfo is not UTC:
        raise BrokenWire("not a time in UTC")
    return moment


def _many(check: _Change) -> _Change:
    def check_all(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise BrokenWire("not a list")
        return tuple([check(each) for each in value]) if value else ()

    return check_all


def _each(checks: tuple[_Change, ...]) -> _Change:
    def check_all(value: Any) -> tuple[Any, ...]:
        if type(value) is not list or len(value) != len(checks):
            raise BrokenWire("not as many as there have to be")
        return tuple([check(each) for check, each in zip(checks, value, strict=True)])

    return check_all
