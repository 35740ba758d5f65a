"""What was promised, in a short plain form that is addressed to the owner."""

import re
from typing import Final

from tools.promises.words import Wording

_LONGEST: Final = 140
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_EDGES: Final = " ,.!?;:-–—…)(\"'*_~"


def plain_form(
    clause: str, wording: Wording, *, by_owner: bool, owed_by_owner: bool, template: str, name: str
) -> str:
    """The text of a follow-up, such as `Send Alex the deck` or `Alex will call you`.

    clause: from the verb on, without its day. by_owner: the owner wrote it. name: the contact's.
    """
    phrase = turned(_cut(clause, wording), wording, by_owner=by_owner, name=name)
    first, _, rest = phrase.partition(" ")
    first = wording.verbs.get(first.casefold(), first)
    if not owed_by_owner:
        first = wording.contact_verbs.get(first.casefold(), first)
    phrase = f"{first} {rest}".strip()
    text = template.format(name=name, phrase=phrase).strip()
    return text[:1].upper() + text[1:]


def turned(phrase: str, wording: Wording, *, by_owner: bool, name: str) -> str:
    """The words with `you` and `my` as they are for the owner who reads them."""
    table = wording.said_by_owner if by_owner else wording.said_by_contact

    def word(match: re.Match[str]) -> str:
        put = table.get(match[0].casefold())
        return match[0] if put is None else put.replace("{name}", name)

    return " ".join(_WORD.sub(word, phrase).split())


def _cut(clause: str, wording: Wording) -> str:
    end = min((match.start() for match in wording.clause_end.finditer(clause)), default=len(clause))
    cut = clause[:end].strip(_EDGES)
    if len(cut) > _LONGEST:
        cut = cut[:_LONGEST].rpartition(" ")[0] + " …"
    return cut
