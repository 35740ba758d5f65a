"""What is too sensitive to leave: found by checksums, prefixes and word lists, in linear time.

Never out, whatever the owner's settings: payment cards, bank accounts, identity numbers, keys,
passwords and codes. Withheld until the owner opens it: what is about health, money or quarrels in
the family, and postal addresses.

It stands in `store/` because the search indexes must not hold what never leaves: a search that
finds a message by its password has confirmed the password.

No detector finds everything. Lists and rules are here to be read and added to; what they catch is
measured by `tests/benchmarks/sensitive.py`.
"""

import re
from functools import lru_cache
from typing import Final

from store.sensitive.canonical import Canonical, canonical
from store.sensitive.spans import Span, joined, replaced

__all__ = ["Span", "never_out", "on_request", "on_request_of_label", "searchable", "without"]


_LONGEST_LINK: Final = 2_000
_LINKS_ON: Final = re.compile(r"(?:://|www\.|\w\.\w)[^\s<>\"'“”)\]]*$")

# What we call things by, which is no secret beside whatever word it stands: store/engine/refs.py.
_OWN_REF: Final = re.compile(r"(?<!\w)[a-z]_[0-9a-hjkmnp-tv-z]{7}(?!\w)")


def never_out(text: str) -> list[Span]:
    """What of a text never leaves, in order, with its kind; spans do not overlap."""
    # Building the patterns takes time, which a server that starts has no use for.
    from store.sensitive.harmless import is_plainly_harmless

    if is_plainly_harmless(text):
        return []
    if "_" in text:
        text = _OWN_REF.sub(lambda ref: "·" * len(ref[0]), text)
    return found_by_all(canonical(text))


def found_by_all(seen: Canonical) -> list[Span]:
    """What every detector of what never leaves finds in a text, however harmless it looks."""
    from store.sensitive.key_forms import find_keys
    from store.sensitive.link_tokens import find_in_links
    from store.sensitive.named_numbers import find_named
    from store.sensitive.numbers import find_numbers
    from store.sensitive.passwords import find_by_themselves
    from store.sensitive.seed_words import find_seeds
    from store.sensitive.told import find_told
    from store.sensitive.unnamed import find_unnamed

    found = [
        *find_keys(seen),
        *find_in_links(seen),
        *find_told(seen),
        *find_by_themselves(seen),
        *find_unnamed(seen),
        *find_seeds(seen),
        *find_numbers(seen),
        *find_named(seen),
    ]
    return joined(found, seen) if found else found


def on_request(text: str, *, everyday: bool = True) -> list[Span]:
    """What of a text is withheld until the owner opens it.

    everyday: whether everyday words tell a topic too, or grave ones alone.
    A topic (`health`, `money`, `family conflict`) is the whole text: its other words tell it too.
    """
    from store.sensitive.addresses import find_addresses
    from store.sensitive.topics import find_topic

    seen = canonical(text)
    if topic := find_topic(seen, everyday):
        return [Span(0, len(text), topic)]
    return joined(find_addresses(seen), seen)


def on_request_of_label(label: str, *, borne: bool) -> list[Span]:
    """The same of a name, a tag, a role: what is a name, a job or an organization is not withheld.

    borne: people or organizations are called so, even by an address.
    """
    from store.sensitive.addresses import find_addresses
    from store.sensitive.topics import find_topic_of_label

    seen = canonical(label)
    if topic := find_topic_of_label(seen, borne):
        return [Span(0, len(label), topic)]
    return [] if borne else joined(find_addresses(seen), seen)


def without(text: str, spans: list[Span]) -> str:
    """The text with a mark such as `[withheld: card number]` in the place of each span."""
    return replaced(text, spans, lambda span: f"{_apart(text, span)}[withheld: {span.kind}]")


def _apart(text: str, span: Span) -> str:
    """A space before the mark where a link would go on with it, and be cut in the middle of it."""
    before = text[max(0, span.start - _LONGEST_LINK) : span.start]
    return " " if before and not before[-1].isspace() and _LINKS_ON.search(before) else ""


@lru_cache(maxsize=4_096)
def searchable(text: str) -> str:
    """The text without what never leaves, for a search index."""
    spans = never_out(text)
    return replaced(text, spans, lambda _: " ") if spans else text
