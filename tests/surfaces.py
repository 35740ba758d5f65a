"""Everything that a client can ask a server for, found through the server's own lists.

What is added later (a tool, a resource, a prompt) is asked by the tests that use this without being
named in them.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

from mcp import Client, MCPError
from mcp.types import PromptReference, ResourceTemplateReference

# What each argument is given, by its name; a new name has to be added here.
VALUES: Final[Mapping[str, Sequence[Any]]] = {
    "person": ["Alex Moreira"],
    "query": ["school"],
    "text": ["Likes to be called early"],
    "kind": ["note"],
    "period": ["week", "month"],
}
_IN_TEMPLATE: Final = re.compile(r"\{([^}]*)\}")


def combinations(
    names: Sequence[str], values: Mapping[str, Sequence[Any]]
) -> Iterator[dict[str, Any]]:
    """Every combination of what the names may be given. KeyError for a name without values."""
    for chosen in product(*(values[name] for name in names)):
        yield dict(zip(names, chosen, strict=True))


async def tool_calls(
    client: Client, values: Mapping[str, Sequence[Any]]
) -> list[tuple[str, dict[str, Any]]]:
    """Calls of every tool that is listed: with what it requires, and with all it can be given."""
    calls: list[tuple[str, dict[str, Any]]] = []
    for tool in (await client.list_tools()).tools:
        required = list(tool.input_schema.get("required", []))
        known = [name for name in tool.input_schema["properties"] if name in values]
        for names in dict.fromkeys((tuple(required), tuple(known))):
            calls += [(tool.name, arguments) for arguments in combinations(names, values)]
    return calls


async def every_answer(
    client: Client, values: Mapping[str, Sequence[Any]]
) -> list[tuple[str, str]]:
    """What is asked and what comes back, as JSON, of tools, resources, prompts, completions."""
    answers: list[tuple[str, str]] = []
    for tool, arguments in await tool_calls(client, values):
        told = await client.call_tool(tool, arguments)
        answers.append((f"{tool} {json.dumps(arguments)}", told.model_dump_json()))
    for resource in (await client.list_resources()).resources:
        content = await client.read_resource(str(resource.uri))
        answers.append((f"resource {resource.uri}", content.model_dump_json()))
    for template in (await client.list_resource_templates()).resource_templates:
        names = _IN_TEMPLATE.findall(template.uri_template)
        for chosen in combinations(names, values):
            uri = template.uri_template.format(**chosen)
            answers.append((f"resource {uri}", await _told(client.read_resource(uri))))
        reference = ResourceTemplateReference(uri=template.uri_template)
        answers += await _completions(client, reference, names, values)
    for prompt in (await client.list_prompts()).prompts:
        names = [argument.name for argument in prompt.arguments or []]
        for chosen in combinations(names, values):
            asked = f"prompt {prompt.name} {json.dumps(chosen)}"
            answers.append((asked, await _told(client.get_prompt(prompt.name, chosen))))
        answers += await _completions(client, PromptReference(name=prompt.name), names, values)
    return answers


async def _completions(
    client: Client,
    reference: ResourceTemplateReference | PromptReference,
    names: Sequence[str],
    values: Mapping[str, Sequence[Any]],
) -> list[tuple[str, str]]:
    return [
        (
            f"completion of {reference} {name}={part}",
            await _told(client.complete(reference, {"name": name, "value": part})),
        )
        for name in names
        for part in ["", *(str(value)[:3] for value in values[name])]
    ]


async def _told(asked: Any) -> str:
    """The answer as JSON, or the error that came in its place."""
    try:
        answer: str = (await asked).model_dump_json()
    except MCPError as error:
        return repr(error)
    return answer
