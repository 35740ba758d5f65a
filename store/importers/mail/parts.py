"""The parts of a MIME message: the words to read and the names of what is attached.

Depth, number and size are limited, and each level is cut in one pass, so a message made to do harm
costs no more than a big one.
"""

import binascii
import quopri
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message

from store.importers.mail.headers import Header, decoded_words, split_header
from store.importers.reading.storable import decoded, storable

DEPTH = 20
PARTS = 200
TEXT_BYTES = 1024 * 1024

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
_BOUNDARY_LINE = re.compile(rb"^--(\S{1,200})[ \t]*\r?\nContent-", re.IGNORECASE | re.MULTILINE)
_UU_BEGIN = re.compile(rb"^begin [0-7]{3} [^\n]*\n", re.MULTILINE)

# Parts that say something only to mail programs.
_MACHINE_PARTS = frozenset(
    {
        "application/pgp-encrypted",
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "message/delivery-status",
        "message/disposition-notification",
        "text/rfc822-headers",
    }
)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a message, as plain words or as HTML."""

    value: str
    is_html: bool


@dataclass(slots=True)
class Content:
    """What a message holds: texts to read and names of files, in their order.

    is_cut: there were more or deeper parts than the limits allow.
    is_report: a mail server's report on another message, or a calendar's no to an invitation.
    """

    texts: list[Text] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    parts: int = 0
    is_cut: bool = False
    is_report: bool = False


def content_of(header: Header, body: bytes) -> Content:
    """Walk through the parts of a message whose header and body are given."""
    content = Content()
    _walk(header, body, content, 0, container="")
    return content


def _walk(header: Header, body: bytes, content: Content, depth: int, *, container: str) -> None:
    content.parts += 1
    if content.parts > PARTS or depth > DEPTH:
        content.is_cut = True
        return
    fields = _parameters(header)
    type_ = _content_type(header)
    name = _file_name(fields)
    is_attached = header.raw("content-disposition").lower().startswith("attachment")
    if type_.startswith("multipart/"):
        parts = _parts(_parameter(fields.get_boundary), body)
        if parts:
            _walk_multipart(type_, parts, content, depth)
        else:
            # Without a boundary the parts cannot be told apart.
            content.texts.append(Text(_text(header, body, fields), is_html=False))
    elif type_ in ("text/plain", "text/html") and not (is_attached or name):
        content.texts.append(Text(_text(header, body, fields), is_html=type_ == "text/html"))
    elif type_ == "message/rfc822":
        subject = split_header(body)[0].text("subject")
        content.attachments.append(name or f"forwarded message: {subject}".rstrip(": "))
    elif type_ == "text/calendar" and _says_no(_text(header, body, fields)):
        content.is_report = True
    elif not _is_decoration(header, type_, container) and type_ not in _MACHINE_PARTS:
        content.attachments.append(name or type_)


def _says_no(calendar: str) -> bool:
    """Whether it answers an invitation with anything but a yes."""
    told = calendar.upper()
    return "METHOD:REPLY" in told and "PARTSTAT=ACCEPTED" not in told


def _walk_multipart(type_: str, parts: list[bytes], content: Content, depth: int) -> None:
    content.is_report = content.is_report or type_ == "multipart/report"
    before = len(content.texts)
    for part in parts:
        if content.is_cut:
            break
        _walk(*split_header(part), content, depth + 1, container=type_)
    # The same words in several forms.
    if type_ == "multipart/alternative":
        forms = [text for text in content.texts[before:] if text.value.strip()]
        plain = [text for text in forms if not text.is_html]
        content.texts[before:] = plain or forms


def _parts(boundary: str, body: bytes) -> list[bytes]:
    """Cut a body at its boundary lines; if they are not as announced, at what looks like them."""
    parts = _cut(boundary.encode("utf-8", "surrogateescape").strip(), body) if boundary else []
    if not parts and (found := _BOUNDARY_LINE.search(body)):
        parts = _cut(found[1], body)
    return parts


def _cut(boundary: bytes, body: bytes) -> list[bytes]:
    """Cut without the text before the first boundary line and after the last."""
    mark = b"--" + boundary
    pieces: list[bytes] = []
    start = -1
    found = body.find(mark)
    while found >= 0 and len(pieces) <= PARTS:
        line_end = body.find(b"\n", found)
        line_end = len(body) if line_end < 0 else line_end
        rest = body[found + len(mark) : line_end].rstrip()
        if rest in (b"", b"--") and body[found - 1 : found] in (b"", b"\n"):
            if start >= 0:
                pieces.append(body[start:found].removesuffix(b"\n").removesuffix(b"\r"))
            start = line_end + 1 if not rest else -1
            if rest:
                break
        found = body.find(mark, line_end)
    if start >= 0:
        pieces.append(body[start:])
    return pieces


def _content_type(header: Header) -> str:
    match = _TYPE.match(header.raw("content-type").lower())
    return match[1] if match else "text/plain"


def _parameters(header: Header) -> Message:
    """Let the standard library read the parameters of the fields that have some."""
    fields = Message()
    for name in ("content-type", "content-disposition"):
        value = header.raw(name)
        if ";" in value:
            # Its parser takes quadratic time on many quotes.
            is_usual = value.count('"') <= 50 and value.count(";") <= 50
            fields[name] = value if is_usual else value[:500]
    return fields


def _file_name(fields: Message) -> str:
    words = decoded_words(storable(_parameter(fields.get_filename)))
    return words.replace("\\", "/").rpartition("/")[2]


def _parameter(read: Callable[[], str | None]) -> str:
    """Ask the standard library for a parameter; damaged ones make it fail in many ways."""
    try:
        return str(read() or "")
    except (LookupError, ValueError, TypeError, AttributeError):
        return ""


def _is_decoration(header: Header, type_: str, container: str) -> bool:
    """Whether a picture belongs to the look of a mail, such as a logo in a signature."""
    return (
        container == "multipart/related"
        and type_.startswith("image/")
        and "content-id" in header
        and not header.raw("content-disposition").lower().startswith("attachment")
    )


def _text(header: Header, body: bytes, fields: Message) -> str:
    charset = _parameter(fields.get_content_charset)
    data = _decoded_body(header, body[: 3 * TEXT_BYTES])[:TEXT_BYTES]
    return decoded(data, charset).replace("\r\n", "\n").replace("\r", "\n")


def _decoded_body(header: Header, body: bytes) -> bytes:
    encoding = header.raw("content-transfer-encoding").lower().strip(" ;")
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if encoding == "base64":
        # There may be padding inside.
        pieces = re.split(rb"=+", _NOT_BASE64.sub(b"", body))
        return b"".join(
            binascii.a2b_base64(piece[: len(piece) - (len(piece) % 4 == 1)] + b"==")
            for piece in pieces
        )
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _uudecoded(body)
    return body


def _uudecoded(body: bytes) -> bytes:
    begin = _UU_BEGIN.search(body)
    if begin is None:
        return body
    decoded_lines = []
    for line in body[begin.end() :].split(b"\n"):
        if line.strip() == b"end":
            break
        try:
            decoded_lines.append(binascii.a2b_uu(line.rstrip(b"\r")))
        except binascii.Error:
            # A damaged line; the others still say something.
            continue
    return b"".join(decoded_lines)
