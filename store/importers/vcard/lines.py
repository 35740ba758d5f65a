"""The lines of a vCard file: encodings, line ends, folding, and the parts of one line.

It works on bytes until a whole line is together, because old programs fold inside a character.
"""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from store.importers.cards.property import Property
from store.importers.reading.charsets import Guess, guessed_lines
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
_ESCAPED = re.compile(rb"=[0-9A-Fa-f]{2}")
# Two hexadecimal digits from 80 on, and what shows that a byte follows which goes on with a letter.
_PAIR = re.compile(rb"([89A-F][0-9A-F])(=[89AB][0-9A-F])?")
_GOING_ON = bytes(range(0x80, 0xC0))
_LAST_ESCAPED = re.compile(rb"=([0-9A-F]{2})")
_FOLD = re.compile(rb"=?\n[ \t]|=\n")
# What Japanese telephones write: no sound, but the name as it is read.
_SOUND_OF_NAME = re.compile(rb";(?:[^:]*;)?X-IRMC-N\b", re.IGNORECASE)
_CHARSET = re.compile(rb"^[^:]*;\s*charset=", re.IGNORECASE)
_CUT_ESCAPE = re.compile(rb"=[0-9A-Fa-f]\Z")
_REST_OF_ESCAPE = re.compile(rb"[0-9A-Fa-f](?:[=;,]|\s*\Z)")
_BEGIN_OR_END = re.compile(rb"\s*(?:BEGIN|END)\s*:\s*VCARD\s*", re.IGNORECASE)
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
_CARET = {"^n": "\n", "^'": '"', "^^": "^"}


@dataclass(frozen=True, slots=True)
class Line:
    """One unfolded line and the number of the line in the file where it starts, from 1."""

    number: int
    data: bytes


def logical_lines(stream: BinaryIO, guess: Guess) -> Iterator[Line]:
    """Yield the lines of the file with folded ones joined; pictures come without their data.

    guess: learns the encoding of the lines that do not state theirs.
    """
    current = bytearray()
    start = 0
    ignored = quoted = base64 = False
    for number, data in enumerate(guessed_lines(physical_lines(stream), guess, _telling), start=1):
        is_folded = data[:1] in (b" ", b"\t")
        if is_folded and ignored and start:
            continue
        # Most lines of long texts have none, and need no closer look.
        has_name = b":" in data
        marker = has_name and _BEGIN_OR_END.fullmatch(data) is not None
        continues = False
        if start and not marker:
            if quoted and current.endswith(b"="):
                if not _is_cut_in_an_escape(current, data):
                    del current[-1]
                continues = True
                if is_folded and _is_only_a_fold(current, data):
                    data = data[1:]
            elif quoted and _goes_on(current, data):
                continues = True
                data = data.lstrip() if is_folded else data
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
        ignored = head[2].upper().decode() in IGNORED and not _SOUND_OF_NAME.match(head[3])
        if head[3]:
            parameters = head[3] + b":"
            quoted = _QUOTED_PRINTABLE.search(parameters) is not None
            base64 = _BASE64.search(parameters) is not None
        if ignored:
            del current[head.end() + IGNORED_BYTES :]
    if start:
        yield Line(start, bytes(current))


def _telling(lines: list[bytes]) -> bytes:
    """What of some lines tells the encoding of the file: those that do not state theirs, whole."""
    if all(line.isascii() and b"=" not in line for line in lines):
        return b""
    text = _FOLD.sub(b"", b"\n".join(lines))
    return b"\n".join(
        quopri.decodestring(line) if _QUOTED_PRINTABLE.search(line[:PARAMETER_BYTES]) else line
        for line in text.split(b"\n")
        if not _CHARSET.search(line[:PARAMETER_BYTES])
    )


def _is_only_a_fold(value: bytes | bytearray, data: bytes) -> bool:
    """Whether the blank before a line is a fold that a program put in after its soft break.

    Who writes blanks as `=20`, or none so far, would not write this one as it is.
    """
    text = value.partition(b":")[2]
    return b"=20" in text or (b" " not in text and _ESCAPED.match(data, 1) is not None)


def _is_cut_in_an_escape(value: bytes | bytearray, data: bytes) -> bool:
    """Whether the `=` at the end of a line belongs to what follows, and is no soft break.

    That is so when the text is UTF-8 with it and damaged without.
    """
    pair = _PAIR.match(data)
    if pair is None:
        return False
    if pair[1] >= b"C2":
        return pair[2] is not None
    last = bytes(int(code, 16) for code in _LAST_ESCAPED.findall(value[-10:-1]))
    try:
        last.lstrip(_GOING_ON).decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def _goes_on(value: bytes | bytearray, data: bytes) -> bool:
    """Whether a line is the rest of a quoted-printable one that was cut without a soft break."""
    if _ESCAPED.match(data.lstrip()):
        return True
    return _CUT_ESCAPE.search(value[-2:]) is not None and _REST_OF_ESCAPE.match(data) is not None


def property_of(line: Line, guess: str = "") -> Property | None:
    """Take a line apart, or return None when it is not `NAME;parameters:value`.

    guess: the encoding of what states none and is no UTF-8, if it was found.
    """
    if b":" not in line.data:
        return None
    head = _HEAD.match(line.data) or _LOOSE_HEAD.match(line.data)
    if head is None:
        return None
    parameters: dict[str, tuple[str, ...]] = {}
    for name, value in _PARAMETER.findall(decoded(head[3][:PARAMETER_BYTES], guess=guess)):
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
        value=decoded(data, charset, guess).replace("\r\n", "\n").replace("\r", "\n"),
        group=(head[1] or b"").decode().lower(),
        parameters=parameters,
        quoted=quoted,
    )


def _parameter_values(value: str) -> tuple[str, ...]:
    plain = re.sub(r"\^[n'^]", lambda match: _CARET[match[0]], value.replace('"', ""))
    return tuple(word.strip() for word in plain.split(",") if word.strip())
