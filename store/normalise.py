"""Addresses and numbers as keys, so that the same one is met again in another source."""

import re
import unicodedata
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from store.names import visible

# Shorter ones are services, such as 112, or lack their area code: they mean nobody.
_FEWEST_DIGITS: Final = 6
_SAME_MAIL_DOMAIN: Final = {"googlemail.com": "gmail.com"}
ROLE_LOCAL_PARTS: Final = frozenset(
    "info contact office hello sales support admin team billing press jobs mail post kontakt "
    "geral no-reply noreply donotreply do-not-reply postmaster mailer-daemon notifications "
    "notification newsletter".split()
)


def email_key(address: str) -> str:
    """One form for all spellings of an address, or '' when it is no address.

    Lower case throughout: mail systems in use do not tell `Bob@` from `bob@`.
    """
    text = unicodedata.normalize("NFKC", visible(address)).strip("<> ").removeprefix("mailto:")
    try:
        parts = validate_email(
            text, check_deliverability=False, test_environment=True, allow_display_name=False
        )
    except EmailNotValidError:
        return ""
    domain = parts.ascii_domain.lower()
    return f"{parts.local_part.lower()}@{_SAME_MAIL_DOMAIN.get(domain, domain)}"


def is_role_address(key: str) -> bool:
    """Whether an email key names a desk rather than a person, such as `info@`."""
    return key.partition("@")[0].partition("+")[0] in ROLE_LOCAL_PARTS


def phone_key(number: str, region: str | None) -> str:
    """The number in E.164, or '' when it cannot be told (a national number without a region).

    region: two letters of the country whose national format may be assumed, or None.
    """
    text = unicodedata.normalize("NFKC", visible(number)).removeprefix("tel:")
    candidates = [(text, region)]
    digits = re.sub(r"[^\d+]", "", text)
    if digits.startswith("00"):
        # `00 49 …` is an international number in most of the world, whatever the region says.
        candidates.insert(0, ("+" + digits[2:], None))
    for candidate, assumed in candidates:
        try:
            parsed = phonenumbers.parse(candidate, assumed)
        except phonenumbers.NumberParseException:
            continue
        enough = len(str(parsed.national_number)) >= _FEWEST_DIGITS
        if enough and phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return ""


def phone_region(number: str) -> str | None:
    """The country of an international number, for reading national ones beside it."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return None
