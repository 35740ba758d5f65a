"""What somebody wrote in a mail, without the mail that it answers and without the signature.

Every step looks at each line a fixed number of times, so that no text can make it slow.
"""

import re

from store.text.quoting_words import FROM, OTHERS, SEPARATORS, says_wrote

# No line that introduces a quotation is longer.
LINE_CHARACTERS = 400
SIGNATURE_LINES = 25

_SENT_FROM = re.compile(
    r"(?:sent|get|getting|gesendet|von meinem|envoyé|enviado|enviada|inviato|verzonden|verstuurd"
    r"|skickat|sendt|lähetetty|wysłan[eo]|odesláno|отправлено|надіслано|gönderildi|elküldve"
    r"|trimis|holen sie sich|télécharger|obtener|obtenir|scarica|download"
    r"|發自|发自|从我的|來自|来自)"
    r"\b.{0,80}(?:iphone|ipad|ipod|android|smartphone|mobile|mobil|móvil|handy|samsung|galaxy"
    r"|blackberry|windows|outlook|yahoo|gmail|mail|phone|huawei|xiaomi|telefon|téléphone|teléfono"
    r"|telefoon|телефон|устройств|device|gerät|proton|fairphone|pixel).{0,60}",
    re.IGNORECASE,
)
_SENT_FROM_EAST = re.compile(
    r".{0,40}(?:から送信|發自我的|发自我的|에서 보냄|에서 전송).{0,40}", re.IGNORECASE
)
_DIRECTION_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_THREE_DIGITS = re.compile(r"\d\D*\d\D*\d")
_TIME = re.compile(r"\d[:.h]\d\d")
_HEADER_LINE = re.compile(r"[*_ ]*([^:*\n]{1,24})[*_ ]*[::]")


def tidy(text: str) -> str:
    """Remove space at the ends of lines and of the text, and invisible marks."""
    lines = text.replace("\xa0", " ").replace("\ufeff", "").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def own_words(text: str) -> str:
    """Return a tidy text without quotations and signature.

    A text with answers between the lines of a quotation keeps it, because the answers make no
    sense alone. A text that only forwards is returned whole, with the line that says so.
    """
    lines = text.split("\n")
    kept = _without_signature(_without_quotations(lines[: _tail(lines)]))
    return "\n".join(kept).strip() or "\n".join(_without_signature(lines)).strip()


def _tail(lines: list[str]) -> int:
    """Find the line at which another message begins that is not marked by `>`."""
    for index, line in enumerate(lines):
        if not line or line.startswith(">") or len(line) > LINE_CHARACTERS:
            continue
        bare = line.strip("-_=* \t:：").casefold().replace("’", "'")
        if bare in SEPARATORS and (line.startswith("-") or _introduces(line)):
            return index
        if ":" in line and _is_header(lines[index : index + 5]):
            is_ruled = index and not lines[index - 1].strip("_-")
            return index - 1 if is_ruled else index
        if _introduces(line):
            start = _introduction(lines, index)
            if (
                start is not None
                and not _is_quoted_below(lines, index)
                and _is_certain(" ".join(lines[start : index + 1]))
            ):
                return start
    return len(lines)


def _is_header(lines: list[str]) -> bool:
    """Whether the lines begin like "From: … Sent: … To: …"."""
    names: list[str] = []
    for line in lines:
        match = _HEADER_LINE.match(line[:LINE_CHARACTERS])
        if match is None:
            break
        names.append(match[1].strip(" *_").casefold())
        if names[0] not in FROM:
            return False
    return len(names) >= 3 and sum(name in OTHERS for name in names) >= 2


def _introduces(line: str) -> bool:
    return line.rstrip(_DIRECTION_MARKS).endswith((":", "："))


def _introduction(lines: list[str], end: int) -> int | None:
    """Find where "On …, … wrote:" begins that ends at line `end`; at most three lines long."""
    for start in range(end, max(-1, end - 3), -1):
        line = lines[start]
        if not line or line.startswith(">"):
            return None
        joined = " ".join(lines[start : end + 1])
        if len(joined) > LINE_CHARACTERS:
            return None
        has_date = _THREE_DIGITS.search(joined) is not None
        if has_date and ("@" in joined or says_wrote(joined)):
            return start
    return None


def _is_certain(introduction: str) -> bool:
    """Whether it introduces a quotation even when nothing below it is marked by `>`."""
    has_address_or_time = "@" in introduction or _TIME.search(introduction) is not None
    return has_address_or_time and says_wrote(introduction)


def _is_quoted_below(lines: list[str], index: int) -> bool:
    return any(line.startswith(">") for line in lines[index + 1 : index + 4])


def _without_quotations(lines: list[str]) -> list[str]:
    # The first and last line of each run of `>` lines.
    blocks: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        if line.startswith(">"):
            if blocks and not any(lines[blocks[-1][1] + 1 : index]):
                blocks[-1] = (blocks[-1][0], index)
            else:
                blocks.append((index, index))
    if not blocks:
        return lines
    starts = [_with_introduction(lines, start) for start, _ in blocks]
    for (_, end), start in zip(blocks, starts[1:], strict=False):
        if any(lines[end + 1 : start]):
            # There are answers between the quotations.
            return lines
    return lines[: starts[0]] + lines[blocks[-1][1] + 1 :]


def _with_introduction(lines: list[str], start: int) -> int:
    """Move the start of a quotation up to the line that introduces it."""
    for index in range(start - 1, max(-1, start - 4), -1):
        if lines[index]:
            if _introduces(lines[index]):
                found = _introduction(lines, index)
                return start if found is None else found
            return start
    return start


def _without_signature(lines: list[str]) -> list[str]:
    for index in range(len(lines) - 1, max(-1, len(lines) - 1 - SIGNATURE_LINES), -1):
        # "-- " after its space was cut.
        if lines[index] == "--":
            lines = lines[:index]
            break
    end = len(lines)
    while end and (not lines[end - 1] or _is_sent_from(lines[end - 1])):
        end -= 1
    return lines[:end]


def _is_sent_from(line: str) -> bool:
    line = line.strip("-_* \t.")
    return len(line) <= 160 and any(
        pattern.fullmatch(line) is not None for pattern in (_SENT_FROM, _SENT_FROM_EAST)
    )
