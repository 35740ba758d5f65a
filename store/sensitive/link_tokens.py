"""What lets somebody in by a link alone: tokens in its path, its query and behind its `#`.

Most links hold an id of a page, a film or a document, which is no secret however long. A name
(`token=`) or the path (`/reset/…`) says which part lets in.
"""

import re
from collections.abc import Iterator
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.key_forms import looks_random
from store.sensitive.kinds import KEY
from store.sensitive.spans import Span

_LINK: Final = re.compile(
    r"(?:(?<![a-zA-Z0-9+.-])[a-zA-Z][a-zA-Z0-9+.-]{0,30}://|(?<![\w.@-])(?=[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}[/?#]))"
    r"(?P<host>[^\s/?#<>\"'“”)\]]{1,300})(?P<path>/[^\s?#<>\"'“”)\]]{0,2000})?"
    r"(?P<query>\?[^\s#<>\"'“”)\]]{0,4000})?(?P<fragment>#[^\s<>\"'“”)\]]{0,4000})?"
)
LINK_SIGNS: Final = ("/", "?", "#")
_PARAMETER: Final = re.compile(r"[?&;#!/]([\w.\[\]-]{1,40})=([^&;#\s]{1,2000})")
_NAMES_OF_SECRETS: Final = re.compile(
    r"(?i)(?:.*[_.-])?(?:token|access|auth|authkey|key|apikey|secret|sig|signature|pwd|passwd|password"
    r"|passcode|pass|pw|otp|code|pin|session|sessionid|sid|jwt|ticket|nonce|hash|credential|magic"
    r"|hmac|invite|invitation|verify|verification|verifier|confirm|confirmation|ott|oob|oobcode|tkn|tok"
    r"|authuser_token|resourcekey|login|bearer|unlock|reset)(?:[_.-]?(?:id|key|token|code|string))?"
    r"|.*(?:token|secret|passw|apikey|accesskey|authkey|signature)"
)
# With one of these the whole link is there to let in, whatever its parts are called.
_LETS_IN: Final = re.compile(
    r"(?i)(?<![a-z])(?:auth|login|signin|sign-in|log-in|sso|magic|magic-?links?|ml|reset|pw-?reset"
    r"|password-?reset|reset-?password|forgot|verify|verification|confirm|confirmation|activate"
    r"|activation|validate|token|tokens|otp|session|oauth2?|access|unlock|recover|recovery|invite"
    r"|invites|invitation|join|accept|passwordless|one-?time|onetimesecret|secret|secrets|webhooks?"
    r"|hooks?|services|callback|set-?password|change-?password|guest|wachtwoord|passwort|anmelden"
    r"|entrar|acesso|acceso|connexion|accesso|logowanie|inloggen|logga-?in)(?![a-z])"
)
# So long is no id of a page; the hashes of files and of changes have pages of their own.
_LONG_HEX: Final = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f-]*[0-9a-f]{64}(?![0-9a-zA-Z])")
_OF_A_HASH: Final = re.compile(
    r"(?i)sha256|commit|blob|tree|/tx/|transaction|block|ipfs|git|artifact|docker|manifest|checksum"
)
_SHORTEST_VALUE: Final = 6
_SHORTEST_RANDOM: Final = 10
_PART: Final = re.compile(r"[^/!.]+(?:\.[^/!.]+)*")
# Words and small numbers, with hyphens between: what pages are called.
_WORDY: Final = re.compile(
    r"(?i)(?:[a-z]+\d{0,4}|\d{1,4}[a-z]*)(?:[-_.](?:[a-z]+\d{0,4}|\d{1,4}[a-z]*))*|\d{1,9}"
)
_PLACEHOLDER: Final = re.compile(r"(?i)[\[<{(*.x…]+.*|.*\.{3}|your.*")


def find_in_links(seen: Canonical) -> Iterator[Span]:
    """Tokens in links; places in the canonical text."""
    text = seen.text
    if "." not in text or not any(sign in text for sign in LINK_SIGNS):
        return
    for link in _LINK.finditer(text):
        lets_in = _LETS_IN.search(link["host"]) or _LETS_IN.search(link["path"] or "")
        yield from _parameters(text, link, bool(lets_in))
        if lets_in and link["path"]:
            for part in _PART.finditer(text, *link.span("path")):
                if _is_random(part[0]):
                    yield Span(*part.span(), KEY)
        elif link["path"] and not _OF_A_HASH.search(link[0]):
            for found in _LONG_HEX.finditer(text, *link.span("path")):
                yield Span(*found.span(), KEY)
        if link["fragment"] and "=" not in link["fragment"] and ":~:" not in link["fragment"]:
            for part in _PART.finditer(text, link.start("fragment") + 1, link.end("fragment")):
                if looks_random(part[0]) or (lets_in and _is_random(part[0])):
                    yield Span(*part.span(), KEY)


def _parameters(text: str, link: re.Match[str], lets_in: bool) -> Iterator[Span]:
    for name in ("query", "fragment"):
        if not link[name]:
            continue
        for each in _PARAMETER.finditer(text, *link.span(name)):
            value = each[2].rstrip(".,;!")
            named = len(value) >= _SHORTEST_VALUE and _NAMES_OF_SECRETS.fullmatch(each[1])
            if _PLACEHOLDER.fullmatch(value) or (
                _WORDY.fullmatch(value) and not _is_secret(each[1])
            ):
                continue
            if named or (lets_in and _is_random(value)):
                yield Span(each.start(2), each.start(2) + len(value), KEY)


def _is_secret(name: str) -> bool:
    return name.lower() in {"pwd", "password", "passwd", "pass", "pw", "otp", "pin", "passcode"}


def _is_random(part: str) -> bool:
    """Whether a part of a link that lets in may be what lets in: no word, no small number."""
    if len(part) < _SHORTEST_RANDOM or _WORDY.fullmatch(part):
        return False
    return any(map(str.isdigit, part)) or part.lower() != part
