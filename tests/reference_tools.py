"""The part of docs/reference.md on what assistants get: tools, resources and prompts."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mcp.server.mcpserver.tools import Tool

from server.mcp.build import build_server
from server.mcp.propose_tools import propose_tools
from server.mcp.read_tools import read_tools
from server.settings import Settings
from tests.markdown import bullet, paragraph
from tools.views import View

IN_WORDS = {"string": "text", "integer": "number", "boolean": "true or false"}


def all_tools() -> list[Tool]:
    """The tools, in the order in which they are listed."""
    return [*read_tools(), *propose_tools()]


def tools() -> Iterator[str]:
    """The lines on every tool: what it says of itself, takes and answers."""
    for tool in all_tools():
        yield from (f"### `{tool.name}`", "")
        for part in tool.description.split("\n\n"):
            yield from (paragraph(part), "")
        only_reads = tool.annotations is not None and tool.annotations.read_only_hint
        does = "only reads" if only_reads else "stores a proposal, and changes nothing else"
        yield from (f"Clients show it as “{tool.title}”; it {does}.", "")
        yield from ("Takes:", "", *_fields(tool.parameters, tool.parameters, "required"), "")
        answer = tool.output_schema
        assert answer is not None
        yield from ("Answers:", "", *_fields(answer, answer, "always there"), "")
        model = tool.fn_metadata.output_model
        assert model is not None
        assert issubclass(model, View)
        if model.__doc__:
            yield from (paragraph(model.__doc__), "")


def resources() -> Iterator[str]:
    """The lines on every resource."""
    for found in asyncio.run(_server().list_resource_templates()):
        yield bullet(f"`{found.uri_template}`: {found.title}. {found.description}")


def prompts() -> Iterator[str]:
    """The lines on every prompt."""
    for found in asyncio.run(_server().list_prompts()):
        takes = ", ".join(f"`{argument.name}`" for argument in found.arguments or [])
        yield bullet(
            f"`{found.name}`{f' ({takes})' if takes else ''}: {found.title}. {found.description}"
        )


def _server() -> Any:
    nowhere = Path("no memory is opened")
    return build_server(Settings(nowhere, nowhere, "toy", lambda: datetime.now(UTC)))


def _fields(
    schema: dict[str, Any], root: dict[str, Any], required: str, depth: int = 0
) -> Iterator[str]:
    """One line for each field, and beneath it the fields of what it holds."""
    for name, field in schema["properties"].items():
        what, inner = _what(field, root)
        told = [what, *_bounds(field), *([required] if name in schema.get("required", []) else [])]
        said = f" ({field['description']})" if "description" in field else ""
        yield bullet(f"`{name}`: {', '.join(told)}{said}", depth)
        if inner is not None:
            yield from _fields(inner, root, required, depth + 1)


def _what(field: dict[str, Any], root: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """What a field holds in words, and the schema of the objects in it."""
    if "$ref" in field:
        return "object", root["$defs"][field["$ref"].rpartition("/")[2]]
    if "enum" in field:
        *others, last = (f"`{value}`" for value in field["enum"])
        return f"{', '.join(others)} or {last}", None
    if "const" in field:
        return f"`{json.dumps(field['const'])}` or not there", None
    if field["type"] == "array":
        what, inner = _what(field["items"], root) if "items" in field else ("objects", None)
        return f"list of {'objects' if inner else what}", inner
    if field["type"] == "object":
        values = field.get("additionalProperties") or {}
        what, inner = _what(values, root) if values else ("", None)
        named = field.get("properties") or field.get("propertyNames", {}).get("enum", ())
        keys = f" with keys of these alone: {', '.join(f'`{key}`' for key in named)}"
        return f"object{f' of {what}' if what else ''}{keys if named else ''}", inner
    return IN_WORDS[field["type"]], None


def _bounds(field: dict[str, Any]) -> Iterator[str]:
    if "maximum" in field:
        yield f"at most {field['maximum']}"
    if field.get("default") not in (None, []):
        yield f"default {field['default']}"
