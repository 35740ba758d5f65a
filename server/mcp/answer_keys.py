"""The keys of an answer: those of its model, at every depth, and nothing from the memory.

A string is cleaned wherever it stands as a value; as a key it would be a part of the structure. So
an answer with any other key is refused whole, whatever it says.
"""

from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import WithJsonSchema

from tools.views import View


class UnknownKey(Exception):
    """A fault of ours: an object of an answer has a key that its model does not name."""


def refuse_unknown_keys(model: type[View], answer: dict[str, Any]) -> None:
    """Raises UnknownKey, which holds no word of the answer."""
    if not _fits(model, answer):
        raise UnknownKey(model.__name__)


def _fits(kind: Any, value: Any, notes: tuple[Any, ...] = ()) -> bool:
    """Whether every object within a value has the keys of its place. kind: its annotation."""
    if not isinstance(value, dict | list):
        return True
    origin, within = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _fits(within[0], value, within[1:])
    if origin in (Union, UnionType):
        return any(_fits(each, value) for each in within)
    if isinstance(value, list):
        return origin is list and all(_fits(within[0], item) for item in value)
    if origin is dict:
        named = _spelt_out(within[0], notes)
        return value.keys() <= named and all(_fits(within[1], each) for each in value.values())
    if not (isinstance(kind, type) and issubclass(kind, View)):
        return False
    fields = _fields(kind)
    return value.keys() <= fields.keys() and all(
        _fits(fields[key], item) for key, item in value.items()
    )


@cache
def _fields(model: type[View]) -> dict[str, Any]:
    """The type of each field."""
    return {name: field.rebuild_annotation() for name, field in model.model_fields.items()}


def _spelt_out(keys: Any, notes: tuple[Any, ...]) -> frozenset[str]:
    """The keys that an object may have: those of its type or of its schema, else none."""
    if get_origin(keys) is Literal:
        return frozenset(get_args(keys))
    schemas = [note.json_schema or {} for note in notes if isinstance(note, WithJsonSchema)]
    return frozenset(key for schema in schemas for key in schema.get("properties", ()))
