"""The lines of a vCard file: encodings, line ends, folding, and the parts of one line.

It works on bytes until a whole line is together, because old programs fold inside a character.
"""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from store.importers.cards.property import Property
from store.importers.reading.storable import decoded
from store.importers.reading.text_lines import LINE_BYTES, physical_lines

PARAMETER_BYTES = 4 * 1024
# Enough to see which program wrote it.
IGNORED_BYTES = 100

# Never read: pictures, sounds, keys, and layouts for one program's own window.
IGNORED = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-OL-DESIGN", "X-MS-CARDPICTURE"})

_HEAD = re.compile(rb'(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)((?:;(?:[^":]|"[^"]*")*)?):')
_LOOSE_HEAD = re.compile(rb"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)((?:;[^:]*)?):")
_PARAMETER = re.compile(r';([^;="]*)(?:=((?:"[^"]*"|[^";])*))?')
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+=*[ \t]*")
_QUOTED_PRINTABLE = re.compile(rb"[;=]\s*quoted-printable\s*[;:]", re.IGNORECASE)
_BASE64 = re.compile(rb"[;=]\s*(?:b|base64)\s*[;:]", re.IGNORECASE)
_BEGIN_OR_END = re.compile(rb"\s*(?:BEGIN|END)\s*:\s*VCARD\s*", re.IGNORECASE)
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
_CARET = {"^n": "\n", "^'": '"', "^^": "^"}


@dataclass(frozen=True, slots=True)
class Line:
    """One unfolded line and the number of the line in the file where it starts, from 1."""

    number: int
    data: bytes


def logical_lines(stream: BinaryIO) -> Iterator[Line]:
    """Yield the lines of the file with folded ones joined; pictures come without their data."""
    current = bytearray()
    start = 0
    ignored = quoted = base64 = False
    for number, data in enumerate(physical_lines(stream), start=1):
        is_folded = data[:1] in (b" ", b"\t")
        if is_folded and ignored and start:
            continue
        # Most lines of long texts have none, and need no closer look.
        has_name = b":" in data
        marker = has_name and _BEGIN_OR_END.fullmatch(data) is not None
        continues = False
        if start and not marker:
            if quoted and current.endswith(b"="):
                del current[-1]
                continues = True
            elif is_folded:
                data = data[1:]
                continues = True
            else:
                continues = base64 and _BASE64_LINE.fullmatch(data) is not None
        if continues:
            if not ignored and len(current) < LINE_BYTES:
                current += data
            continue
        if start:
            yield Line(start, bytes(current))
        start, current = (number, bytearray(data)) if data.strip() else (0, bytearray())
        ignored = quoted = base64 = False
        head = _HEAD.match(data) if has_name else None
        if head is None:
            continue
        ignored = head[2].upper().decode() in IGNORED
        if head[3]:
            parameters = head[3] + b":"
            quoted = _QUOTED_PRINTABLE.search(parameters) is not None
            base64 = _BASE64.search(parameters) is not None
        if ignored:
            del current[head.end() + IGNORED_BYTES :]
    if start:
        yield Line(start, bytes(current))


def property_of(line: Line) -> Property | None:
    """Take a line apart, or return None when it is not `NAME;parameters:value`."""
    if b":" not in line.data:
        return None
    head = _HEAD.match(line.data) or _LOOSE_HEAD.match(line.data)
    if head is None:
        return None
    parameters: dict[str, tuple[str, ...]] = {}
    for name, value in _PARAMETER.findall(decoded(head[3][:PARAMETER_BYTES])):
        word = name.strip().upper()
        if value:
            values = _parameter_values(value)
        else:
            # Version 2.1 writes the bare word.
            values = (name.strip(),)
            word = "ENCODING" if word in _ENCODINGS else "TYPE"
        parameters[word] = parameters.get(word, ()) + values
    data = line.data[head.end() :]
    charset = "".join(parameters.get("CHARSET", ())[:1])
    quoted = "QUOTED-PRINTABLE" in (value.upper() for value in parameters.get("ENCODING", ()))
    if quoted:
        data = quopri.decodestring(data)
    return Property(
        name=head[2].decode().upper(),
        value=decoded(data, charset).replace("\r\n", "\n").replace("\r", "\n"),
        group=(head[1] or b"").decode().lower(),
        parameters=parameters,
        quoted=quoted,
    )


def _parameter_values(value: str) -> tuple[str, ...]:
    plain = re.sub(r"\^[n'^]", lambda match: _CARET[match[0]], value.replace('"', ""))
    return tuple(word.strip() for word in plain.split(",") if word.strip())
