"""Whether a mail is from the address it names: what the server that received it found out.

That server writes `Authentication-Results` above all that was there before (RFC 8601). Whoever sent
the mail wrote the rest, so what stands lower may accuse but never excuse, and neither may ARC,
which anybody can add.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from store.importers.mail.headers import FIELD_CHARACTERS, Header

_RESULTS: Final = "authentication-results"
_RESULTS_OF_ARC: Final = "arc-authentication-results"
# More of these than any honest path leaves.
_MOST_READ: Final = 20
_FAILED: Final = frozenset({"fail", "hardfail", "reject", "quarantine"})
_DOUBTED: Final = _FAILED | {"softfail"}
_RESULT: Final = re.compile(r"([a-z][\w-]{0,40})(?:\s*/\s*\d+)?\s*=\s*([a-z]{1,30})(?=\s|\Z)")
_PROPERTY: Final = re.compile(r"\bheader\.(from|d|i)\s*=\s*(\S{1,320})")
_DOMAIN: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")
# What the owner's own server or program writes into what it takes in for sending.
_SUBMITTED: Final = re.compile(
    r"(?i)\bwith\s+(?:\w*SMTPS?A|HTTP\w*|mapi|IMAP|POP3|local)\b|\bmapi\b"
)
_DELIVERED: Final = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "return-path",
)  # fmt: skip


class _Verdict:
    """What one field says. results: by method, each result with the domains it is about."""

    def __init__(self, field: str) -> None:
        self.results: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        self.named: set[str] = set()
        self.server = ""
        for at, part in enumerate(_parts(field)):
            found = _RESULT.match(part)
            if found is None:
                if at == 0:
                    self.server = part.split()[0] if part.split() else ""
                continue
            domains = {
                domain[0]
                for _, value in _PROPERTY.findall(part)
                if (domain := _DOMAIN.fullmatch(value.rpartition("@")[2].strip("<>.")))
            }
            self.results[found[1]].append((found[2], frozenset(domains)))
            if found[1] == "dmarc":
                self.named |= domains

    def says(self, method: str, among: frozenset[str]) -> bool:
        """Whether any result of a method is among these."""
        return any(result in among for result, _ in self.results.get(method, ()))

    def passes(self, method: str, domain: str) -> bool:
        """Whether a method passed for this domain, or for one that the field does not name."""
        return any(
            result == "pass" and (not domains or any(_aligned(each, domain) for each in domains))
            for result, domains in self.results.get(method, ())
        )


def is_unverified(
    header: Header, address: str, mine: frozenset[str], *, names_several: bool = False
) -> bool:
    """Whether the server that received a mail found that it is not from its sender.

    address: in From. mine: the owner's addresses in small letters; what comes in under one of them
    has to have passed, because the owner's own mail lies where they sent it from. names_several:
    whether From names others as well, who may be the ones that wrote.
    """
    domain = address.rpartition("@")[2].casefold()
    found = [_Verdict(field) for field in _fields(header, _RESULTS)]
    top = found[0] if found else None
    passed = top is not None and _has_passed(top, domain)
    if (names_several or len(header.fields.get("from", ())) > 1) and not passed:
        return True
    if address.casefold() in mine and not passed and _came_in(header):
        return True
    if top is None:
        arc = [_Verdict(field) for field in _fields(header, _RESULTS_OF_ARC)]
        return any(each.says("dmarc", _FAILED) for each in arc) or _spf(header) in _FAILED
    if top.says("dmarc", frozenset({"pass"})) and not passed:
        # It passed for another address than the one that is shown.
        return True
    same = [each for each in found if each.server == top.server]
    if any(each.says("dmarc", _FAILED) for each in (same if passed else found)):
        return True
    return not passed and _fails_without_policy(top, domain, _spf(header))


def _has_passed(top: _Verdict, domain: str) -> bool:
    return (
        not top.says("dmarc", _FAILED)
        and top.says("dmarc", frozenset({"pass"}))
        and (not top.named or any(_aligned(each, domain) for each in top.named))
    )


def _fails_without_policy(top: _Verdict, domain: str, spf: str) -> bool:
    """Whether the checks failed where the domain has no policy that says what follows of it."""
    if top.says("compauth", _FAILED):
        return True
    if top.passes("dkim", domain):
        return False
    if top.says("spf", _FAILED) or ("spf" not in top.results and spf in _FAILED):
        return True
    softly = top.says("spf", _DOUBTED) or ("spf" not in top.results and spf in _DOUBTED)
    return softly and top.says("dkim", _FAILED)


def _spf(header: Header) -> str:
    """The first word of the topmost `Received-SPF`."""
    told = next(_fields(header, "received-spf"), "")
    return (_without_comments(told).split() or [""])[0].strip(";:").casefold()


def _came_in(header: Header) -> bool:
    """Whether a mail was delivered here, and is not the sender's own copy."""
    if _RESULTS in header or "received-spf" in header or _RESULTS_OF_ARC in header:
        return True
    return came_from_elsewhere(header) and any(name in header for name in _DELIVERED)


def came_from_elsewhere(header: Header) -> bool:
    """Whether a server took in the mail from another one, and not from whom it sends for."""
    return any(not _SUBMITTED.search(field) for field in header.all("received")[:_MOST_READ])


def _fields(header: Header, name: str) -> Iterator[str]:
    for field in header.all(name)[:_MOST_READ]:
        yield field[:FIELD_CHARACTERS].casefold()


def _parts(field: str) -> list[str]:
    """A field cut at its semicolons, without comments; what stands in quotes is no result."""
    plain = re.sub(r'"(?:[^"\\]|\\.)*"?', "quoted", _without_comments(field))
    return [" ".join(part.split()) for part in plain.split(";")]


def _without_comments(text: str) -> str:
    """The text without what stands in brackets, which may hold brackets, outside of quotes."""
    kept: list[str] = []
    depth = 0
    quoted = skip = False
    for character in text:
        if skip:
            skip = False
        elif character == "\\":
            skip = True
        elif character == '"' and not depth:
            quoted = not quoted
        elif character == "(" and not quoted:
            depth += 1
            kept.append(" ")
            continue
        elif character == ")" and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(character)
    return "".join(kept)


def _aligned(one: str, other: str) -> bool:
    """Whether two domains are the same, or one is below the other."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
