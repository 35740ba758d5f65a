"""The front matter of a Markdown note: what is between `---` lines, and the text below.

Every value stays the text that was written: typed YAML turns the number 0712345 into 234725 and
the country NO into false. What is not YAML is read line by line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from store.importers.reading.charsets import charset_of
from store.importers.reading.storable import decoded

FRONT_CHARACTERS: Final = 16 * 1024
_LONGEST_LIST: Final = 200
_DEPTH: Final = 20
_MOST_NESTED: Final = 100

_DEEPEST_MAP: Final = 4
_VALUES: Final = ("value", "address", "number", "email", "phone", "handle")
_LABELS: Final = ("type", "label", "kind", "name")

# A title, and below it nothing but `Name: value` up to the next empty line.
_PROPERTIES: Final = re.compile(
    r"\s*(#[ \t]+[^\n]*\n)?\s*"
    r"((?:[^\W\d_][\w .'’&/()-]{0,60}:[ \t]+\S[^\n]*(?:\n|\Z)){1,60})(?=\s|\Z)"
)
_LINE: Final = re.compile(r"([^\s:#-][^:\n]{0,80}?)\s*:[ \t]+(.*)")
_ITEM: Final = re.compile(r"\s*-\s+(.*)")
_INLINE: Final = re.compile(r"^[ \t]*(?:[-*] )?\[?([A-Za-z][\w /-]{0,60}):: ?(.*)$", re.MULTILINE)
# An anchor or an alias: nobody writes one by hand, and with them one line can grow to a file.
_ALIAS: Final = re.compile(r"(?:^|[\s,\[{:-])[&*][A-Za-z0-9_-]+", re.MULTILINE)
_NESTED: Final = re.compile(r"[\[{]|[-?] +(?=[-?] )")


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart. fields: lower-case names, in
    maps as `contact.work`; body: the text; fault: what is wrong, or ''."""

    fields: dict[str, tuple[str, ...]]
    body: str
    fault: str = ""


def skim_note(data: bytes) -> dict[str, tuple[str, ...]]:
    """The fields of a note, read line by line: a quick way to tell what a note is about."""
    front, body = _cut(_text(data))
    return _by_line(front) if front else _properties(body)[0]


def read_note(data: bytes) -> Note:
    """Take a note apart; a front matter that is not closed counts as none.

    Without one, lines of `Name: value` below the title are the fields, as Notion writes them.
    """
    front, body = _cut(_text(data))
    # The compiled reader would be quicker, but deep nesting crashes it instead of raising.
    if front:
        fields, fault = _fields(front)
    else:
        fault = ""
        fields, body = _properties(body)
    for name, value in _INLINE.findall(body):
        if text := value.strip().removesuffix("]" if not value.rstrip().endswith("]]") else ""):
            fields.setdefault(name.strip().lower(), (text,))
    return Note(fields, body.strip(), fault)


def _text(data: bytes) -> str:
    found = charset_of(data)
    return (
        decoded(data, guess=found.name if found else "")
        .lstrip("\ufeff")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )


def _cut(text: str) -> tuple[str, str]:
    if not re.match(r"---[ \t]*\n", text):
        return "", text
    start = text.index("\n") + 1
    end = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(text, start)
    if end is None or end.start() - start > FRONT_CHARACTERS:
        return "", text
    return text[start : end.start()], text[end.end() :]


def _properties(body: str) -> tuple[dict[str, tuple[str, ...]], str]:
    """The fields in the first paragraph below the title, and the text without them."""
    match = _PROPERTIES.match(body)
    if match is None:
        return {}, body
    found: dict[str, tuple[str, ...]] = {}
    for line in match[2].strip().split("\n"):
        name, _, value = line.partition(":")
        found.setdefault(name.strip().lower(), (value.strip(),))
    return found, f"{match[1] or ''}\n{body[match.end() :]}"


def _fields(front: str) -> tuple[dict[str, tuple[str, ...]], str]:
    if _ALIAS.search(front) or len(_NESTED.findall(front)) > _MOST_NESTED:
        return _by_line(front), ""
    try:
        loaded = yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506 it makes texts only
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" (line {line + 2})" if isinstance(line, int) else ""
        return _by_line(front), f"the front matter is not valid YAML{where}; read line by line"
    if not isinstance(loaded, dict):
        return _by_line(front), "" if not loaded else "the front matter has no fields"
    found: dict[str, tuple[str, ...]] = {}
    for name, value in loaded.items():
        for path, texts in _flat(str(name).strip().lower(), value, 0):
            if texts:
                found[path] = (*found.get(path, ()), *texts)[:_LONGEST_LIST]
    return found, ""


def _flat(name: str, value: Any, depth: int) -> Iterator[tuple[str, list[str]]]:
    """The texts of a field; those of a map are fields of their own, as `contact.work`."""
    if isinstance(value, dict) and depth < _DEEPEST_MAP:
        yield from _of_map(name, value, depth)
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for each in value[:_LONGEST_LIST]:
            yield from _flat(name, each, depth + 1)
    else:
        yield name, _texts(value, 0)


def _of_map(name: str, value: dict[Any, Any], depth: int) -> Iterator[tuple[str, list[str]]]:
    keys = {str(key).strip().lower(): key for key in value}
    held = next((keys[key] for key in _VALUES if key in keys), None)
    said = next((keys[key] for key in _LABELS if key in keys), None)
    if held is not None and (said is not None or (len(keys) == 1 and "value" in keys)):
        # One of several ways, with what kind it is.
        label = _texts(value[said], 0) if said is not None else []
        yield ".".join((name, *(text.lower() for text in label[:1]))), _texts(value[held], 0)
        return
    for key, original in keys.items():
        yield from _flat(f"{name}.{key}", value[original], depth + 1)


def _texts(value: Any, depth: int) -> list[str]:
    """Every text in a value; `[[Bob]]` without quotation marks is read as a list in a list."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if depth > _DEPTH:
        return []
    if isinstance(value, list):
        if depth == 0 and len(value) == 1 and isinstance(value[0], list):
            inner = [text for each in value[0] for text in _texts(each, depth + 2)]
            return [f"[[{', '.join(inner)}]]"] if inner else []
        return [text for each in value for text in _linked(each, depth)]
    if isinstance(value, dict):
        return [
            f"{name}: {text}" for name, each in value.items() for text in _texts(each, depth + 1)
        ]
    return []


def _linked(value: Any, depth: int) -> list[str]:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        return [f"[[{text}]]" for each in value[0] for text in _texts(each, depth + 2)]
    return _texts(value, depth + 1)


def _by_line(front: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in front.split("\n"):
        if match := _LINE.match(line):
            name = match[1].strip().lower()
            found[name] = tuple(_plain_list(match[2]))
        elif line.rstrip().endswith(":") and not line[:1].isspace():
            name = line.rstrip()[:-1].strip().lower()
            found[name] = ()
        elif name and (item := _ITEM.match(line)):
            found[name] = (*found[name], item[1].strip().strip("\"'"))[:_LONGEST_LIST]
    return {name: values for name, values in found.items() if values}


def _plain_list(text: str) -> list[str]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]") and not text.startswith("[["):
        return [part.strip().strip("\"'") for part in text[1:-1].split(",") if part.strip()]
    return [text.strip("\"'")] if text else []
