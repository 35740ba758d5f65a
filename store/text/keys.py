"""Addresses and numbers as keys, so that the same one is recognized in another source."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final
from urllib.parse import unquote

from store.text.names import visible

# phonenumbers and email_validator are imported where a key is made. Most commands make none, and
# would start a tenth of a second later.

# Shorter ones are services, such as 112, or lack their area code; they are nobody's.
_FEWEST_DIGITS: Final = 6
# The library allows 64 letters before the @.
_MOST_ORDINARY: Final = 64
_SAME_MAIL_DOMAIN: Final = {"googlemail.com": "gmail.com"}
_OLD_MEXICAN_MOBILE: Final = re.compile(r"(?:\+|00)521(\d{10})")
ROLE_LOCAL_PARTS: Final = frozenset(
    "info contact office hello sales support admin team billing press jobs mail post kontakt "
    "geral no-reply noreply donotreply do-not-reply postmaster mailer-daemon notifications "
    "notification newsletter webmaster hostmaster abuse service enquiries reception accounts hr "
    "reservations bookings orders feedback marketing kontor".split()
)


# Signs that are written for a dash, or between groups of digits.
_DASHES: Final = (
    "\u2212\u02d7\u2043\u00ad\u00b7\u2022\u2219\u22c5\u30fb\uff65\u30fc\u2024\u2500\u2501"
)

# The form of most addresses, without anything that the library would change or refuse.
_ORDINARY: Final = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@"
    r"((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})",
    re.ASCII,
)


@lru_cache(maxsize=20_000)
def email_key(address: str) -> str:
    """One form for all spellings of an address, or '' when it is no address.

    Lower case throughout: mail systems in use do not tell `Bob@` from `bob@`.
    """
    if (
        len(address) <= _MOST_ORDINARY
        and (ordinary := _ORDINARY.fullmatch(address))
        and "--" not in (domain := ordinary[1])
        and not domain.endswith(_special_domains())
    ):
        return _key_of(address[: -len(domain) - 1], domain)
    from email_validator import EmailNotValidError, validate_email

    text = unicodedata.normalize("NFKC", visible(address)).strip("<> ").removeprefix("mailto:")
    try:
        parts = validate_email(
            text, check_deliverability=False, test_environment=True, allow_display_name=False
        )
    except EmailNotValidError:
        return ""
    return _key_of(parts.local_part, parts.ascii_domain.lower())


@cache
def _special_domains() -> tuple[str, ...]:
    from email_validator import SPECIAL_USE_DOMAIN_NAMES

    return tuple(SPECIAL_USE_DOMAIN_NAMES)


def _key_of(local_part: str, domain: str) -> str:
    return f"{local_part.lower()}@{_SAME_MAIL_DOMAIN.get(domain, domain)}"


def mailbox(key: str) -> str:
    """The mailbox that an e-mail key reaches, without what only sorts mail within it.

    Gmail ignores dots and what follows a plus; elsewhere `+tag` usually sorts.
    """
    local, at, domain = key.partition("@")
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '') if domain == 'gmail.com' else local}{at}{domain}"


def is_role_address(key: str) -> bool:
    """Whether an e-mail key names a desk rather than a person, such as `info@`."""
    return key.partition("@")[0].partition("+")[0] in ROLE_LOCAL_PARTS


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """A number as a key: E.164, with `;ext=` for a desk behind a switchboard.

    is_personal: a valid mobile number written with its country code, which means one person;
        fixed lines are shared, and an assumed country may be wrong.
    """

    key: str
    is_personal: bool


@lru_cache(maxsize=20_000)
def read_phone(number: str, region: str | None) -> PhoneKey | None:
    """The number as a key, or None when there is no telling (a national number without a region).

    region: two letters of the country whose national format may be assumed, or None.
    """
    import phonenumbers

    text = _plain_number(visible(number)).removeprefix("tel:")
    candidates = [(text, region)]
    digits = re.sub(r"[^\d+]", "", text)
    if digits.startswith("00"):
        # `00 49 …` is an international number in most of the world, whatever the region says.
        candidates.insert(0, ("+" + digits[2:], None))
    if mexican := _OLD_MEXICAN_MOBILE.fullmatch(digits):
        # Mexico dropped the 1 in 2019.
        candidates.insert(0, ("+52" + mexican[1], None))
    for candidate, assumed in candidates:
        try:
            parsed = phonenumbers.parse(candidate, assumed)
        except phonenumbers.NumberParseException:
            continue
        enough = len(str(parsed.national_number)) >= _FEWEST_DIGITS
        if enough and phonenumbers.is_possible_number(parsed):
            key = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            if parsed.extension:
                return PhoneKey(f"{key};ext={parsed.extension}", False)
            explicit = assumed is None or candidate.startswith("+")
            # An invalid number has no type.
            type_ = phonenumbers.number_type(parsed)
            is_mobile = type_ in {
                phonenumbers.PhoneNumberType.MOBILE,
                phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
            }
            return PhoneKey(key, explicit and is_mobile)
    return None


def _plain_number(text: str) -> str:
    """A number with any dash and any space of Unicode as one that the library knows."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(
        "-" if unicodedata.category(c) == "Pd" or c in _DASHES
        else " " if unicodedata.category(c) in ("Zs", "Cf")
        else c
        for c in plain
    )  # fmt: skip


def phone_key(number: str, region: str | None) -> str:
    """The key of a number, or '' when there is no telling; see `read_phone`."""
    read = read_phone(number, region)
    return read.key if read else ""


def phone_region(number: str) -> str | None:
    """The country of an international number, for reading national numbers near it."""
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return None


@lru_cache(maxsize=20_000)
def is_shared_line(number: str) -> bool:
    """Whether several people may answer: a fixed line, or a desk behind a switchboard."""
    import phonenumbers

    if ";ext=" in number:
        return True
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE


def linkedin_slug(url: str) -> str:
    """The part of a LinkedIn profile's address that names the person, or ''."""
    path = url.strip().partition("?")[0].partition("#")[0]
    before, marker, rest = path.partition("/in/")
    if not marker or "linkedin." not in before.lower():
        return ""
    return visible(unquote(rest.partition("/")[0])).casefold()


def profile_key(slug: str) -> str:
    """The key of a profile on LinkedIn, by its slug."""
    return f"linkedin.com/in/{slug}"
