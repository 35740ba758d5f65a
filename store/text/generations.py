"""What tells a father from his son in a written name: “jun.”, “d. y.”, “мл.”, “the Elder”, “III”.

Data: one line for each mark, with what means the same in the languages that write it.
"""

from functools import lru_cache
from typing import Final

from store.text.names import name_key

# Anywhere behind the first word of a name.
_WORDS: Final = {
    "jr": "jr jnr jun junior júnior filho filha hijo hija fils figlio ml mladší mlađi mlajši мл"
    " младший молодший młodszy nuorempi yngre νεότερος νεώτερος الابن הבן",
    "sr": "sr snr sen senior sénior pai padre père starší stariji старший starszy vanhempi"
    " äldre ældre eldre πρεσβύτερος الأب האב",
    "neto": "neto nieto bisneto",
    "sobrinho": "sobrinho",
    "2": "ii 2nd 2e 二世 2世",
    "3": "iii 3rd 3e 三世 3世",
    "4": "iv 4th 三代目",
    "5": "vth 5th",
}
# Only at the end, behind two other words at least: elsewhere they are family names (de Jonge, Le
# Jeune, St), initials or particles.
_ENDS: Final = {
    "jr": "d y|d j|mł|мол|the younger|den yngre|der jüngere|die jüngere|de jonge|le jeune"
    "|la jeune|il giovane|el joven|el mozo|o moço|o novo|o mais novo|mais novo|cadet",
    "sr": "d ä|d æ|d e|d a|d o|st|ст|the elder|den äldre|den ældre|den eldre|der ältere|die ältere"
    "|de oude|le vieux|l aîné|aîné|ainé|il vecchio|el viejo|o velho|o mais velho|mais velho",
    "3": "the third",
    "2": "the second|segundo",
}
# Hungarian writes them in front.
_FRONT: Final = {"jr": "ifj ifjabb", "sr": "id idősb idősebb"}


def _by_words(table: dict[str, str], separator: str) -> dict[tuple[str, ...], str]:
    return {
        tuple(name_key(form).split()): mark
        for mark, forms in table.items()
        for form in forms.split(separator)
    }


_ANYWHERE: Final = _by_words(_WORDS, " ")
_AT_THE_END: Final = _by_words(_ENDS, "|")
_AT_THE_FRONT: Final = _by_words(_FRONT, " ")
_LONGEST_END: Final = max(map(len, _AT_THE_END))
# A mark at the end stands behind a given name and a family name.
_FEWEST_BEFORE: Final = 2


@lru_cache(maxsize=200_000)
def generation_and_rest(name: str) -> tuple[str, tuple[str, ...]]:
    """The mark of a name, such as `jr`, or '', and its words without the marks.

    name: as `store.text.names.name_key` returns it.
    """
    words = tuple(name.split())
    if len(words) > _FEWEST_BEFORE and (mark := _AT_THE_FRONT.get(words[:1])):
        return mark, words[1:]
    for length in range(_LONGEST_END, 0, -1):
        if len(words) - length >= _FEWEST_BEFORE and (mark := _AT_THE_END.get(words[-length:])):
            return mark, words[:-length]
    mark = next((found for word in words[1:] if (found := _ANYWHERE.get((word,)))), "")
    rest = tuple(w for at, w in enumerate(words) if not at or (w,) not in _ANYWHERE)
    return mark, rest
