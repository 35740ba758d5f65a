"""Published schemas in few characters: every client pays for them in every conversation.

Left out: generated titles, `null` beside a type (what is optional may be missing), the type of what
is listed value by value, bounds that no honest call reaches (the server still holds to them), and
that a model has no other fields (the gate holds to that); where keys are titles, it is said.
"""

from typing import Any, Final

_NULL: Final = {"type": "null"}
_UNSAID: Final = {"title", "maxLength", "minimum"}
# An answer leaves out what is empty, and says itself whose words it holds.
_UNSAID_IN_ANSWERS: Final = {*_UNSAID, "default", "description"}


def published_arguments(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a tool's arguments, as it is published."""
    return _compact_object(schema, _UNSAID)


def published_answer(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a tool's answer, as it is published."""
    return _compact_object(schema, _UNSAID_IN_ANSWERS)


def _compact(schema: Any, unsaid: set[str]) -> Any:
    if isinstance(schema, list):
        return [_compact(item, unsaid) for item in schema]
    return _compact_object(schema, unsaid) if isinstance(schema, dict) else schema


def _compact_object(schema: dict[str, Any], unsaid: set[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in {"properties", "$defs"}:  # here keys are names, and `title` may be one
            kept[key] = {name: _compact(item, unsaid) for name, item in value.items()}
        elif key not in unsaid and (key, value) != ("default", None):
            kept[key] = _compact(value, unsaid)
    if kept.keys() & {"enum", "const"}:
        kept.pop("type", None)
    if kept.get("additionalProperties") is False and any(kept["properties"].values()):
        del kept["additionalProperties"]  # of a model: its fields have types, and titles have none
    options = [option for option in kept.get("anyOf", []) if option != _NULL]
    if len(options) == 1:
        del kept["anyOf"]
        kept = options[0] | kept
    return kept
