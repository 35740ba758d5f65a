"""Signs that a text wants to be taken for something else: hidden, disguised, or like our question.

Signs, not judgements: they warn at the owner's terminal, and keep a proposal out of dialogs.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from tools.folding import fold, holds_hidden, shows_nothing

_LONGEST_SHOWN: Final = 30
_ALPHABETS: Final = frozenset(
    "ARMENIAN CHEROKEE COPTIC CYRILLIC DESERET GLAGOLITIC GOTHIC GREEK LATIN LISU".split()
)
# Letters of other alphabets that look like a Latin one, and which.
_LOOK_ALIKE: Final = dict(
    zip(
        "аеорсухіјѕһԁԛԝвкмнтгпѵӏАВЕКМНОРСТУХІЈЅԌαορυνιεκτχΑΒΕΖΗΙΚΜΝΟΡΤΥΧօոսһցζη",
        "aeopcyxijshdqwbkmhtrnvlABEKMHOPCTYXIJSGaopuviektxABEZHIKMNOPTYXonuhgzn",
        strict=True,
    )
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
# Mathematical, circled, squared and wide letters, which read as plain ones.
_STYLED: Final = re.compile(
    "[\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff"
    "\U0001f110-\U0001f189\u2100-\u214f\u249c-\u24b5]{2,}"
    # One of them within a word is enough; small capitals and raised letters fold to nothing plain.
    "|[\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff](?=[A-Za-z]{2})"
    "|[\u1d00-\u1d2b\u1d2c-\u1d6a\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f\ua730\ua731]{3,}"
)
_VERBS: Final = (
    r"(?:accept|reject|skip|quit|edit|open|annehmen|ablehnen|uberspringen|aceitar|rejeitar|recusar"
    r"|aceptar|rechazar|omitir|accepter|refuser|rejeter|accetta\w*|rifiuta\w*|accepteren|weigeren"
    r"|afwijzen|zaakceptuj|przyjmij|odrzuc|acceptera|godkann|avvisa|принять|отклонить|yes|no|ja"
    r"|nein|sim|nao|si|oui|non|tak|nie|nee|nej|да|нет)"
)
# What Kinkeeper writes where it asks, and what other programs do.
_OURS: Final = tuple(
    re.compile(unicodedata.normalize("NFKD", pattern), re.MULTILINE)
    for pattern in (
        r"\[\w\]\s?\w+",
        rf"(?:(?:^|[^\w])\w[\])]?\s{{0,4}}[:=)\-]?\s{{1,8}}{_VERBS}\b.{{0,20}}){{2}}",
        r"[\[(]\s*\w{1,4}\s*[/|]\s*\w{1,4}\s*[\])]|\b[yjsotд]\s?[/|]\s?[nн]\b",
        r"\bproposal \d+ of \d+",
        r"^[^\w\n]{0,8}\(?\[?\d+\s*(?:/|of|von|de|di|van|sur|su|z|av|из)\s*\d+\]?\)?[^\w\n]{0,8}$",
        r"\[\d+\s{0,4}/\s{0,4}\d+\]",
        r"\bif you (?:accept|say yes|agree)\b|\bit rests on\b|^[^\w\n]{0,8}careful\s{0,4}:"
        r"|\bnothing is waiting",
        r"\bremembered as \w_"
        r"|^[^\w\n]{0,8}(?:remembered|rejected|accepted|decided|saved|done|confirmed)\b"
        r"[^\w\n]{0,4}(?::|\.|!|$)|\b\d+ (?:accepted|rejected|left for later)",
        r"^[^\w\n]{0,8}(?:entschieden|angenommen|abgelehnt|decidido|aceito|aceite|aceptado"
        r"|rechazado|decide"
        r"|accepte|refuse|deciso|accettato|besloten|geaccepteerd|zdecydowano|przyjeto|beslutat"
        r"|godkant|решено|принято)\s{0,4}[:.!]",
        r"\bkinkeeper (?:review|settings|access|open|hide|consent|asks?|says?)\b",
        r"\b(?:press|hit|type|tap|drucke\w*|pressione|prima|tecle|aperte|pulse|pulsa|presione"
        r"|presiona|appuyez|tapez|premi|premere|digita|druk|typ|nacisnij|wpisz|tryck|skriv|нажмите"
        r"|введите)\b\W{1,3}(?:(?:sie|die|the|on|op|pa|sur|en|em|a|la|le|il|o|key|taste|tecla|touche"
        r"|tasto|klawisz)\W{1,3}){0,3}(?:[^\W\d]\b|enter|return|eingabe\w*|entree|invio|intro|any\b)",
        r"\b(?:continue|proceed|ok|sure|weiter|fortfahren|continuar|prosseguir|continuer|continuare"
        r"|continua|doorgaan|kontynuowac|fortsatta|продолжить)\s{0,4}\?",
        # The same in more languages.
        r"(?:\b(?:tippe|tippen|escriba|escribe|digite|digitar|tapez|tecleie|schrijf|kirjoita"
        r"|paina|tryk|trykk|stiskn\w*|stlac\w*|nyomj\w*|apasa\w*|pritisn\w*|tekan|nhan"
        r"|spauskite|nospiediet|vajuta\w*)|πατηστε|натисн\w*|натисни|לחץ|לחצו|اضغط|दबाए\w*)\b.{0,14}?"
        r"(?:\b(?:enter|return|eingabe\w*)|(?<!\w)[aerxsqoty](?!\w))",
        r"\b(?:enter|return)\W{0,3}(?:दबा|キー|键|鍵|키|を押)"
        r"|を押し(?:て|ま)|按\s?[a-z]\b|\b[a-z]를 누르",
        r"\b[aersxqot](?:\s?[/|,]\s?[aersxqot]\b){3,}|(?:\[\w\]\s{0,3}){2,}",
        r"\b(?:your|deine|ihre|sua|su|votre) (?:choice|decision|wahl|escolha|eleccion|choix)\s?:",
        rf"(?:\b{_VERBS}\s?[:=]\s?\[?\w\b\]?.{{0,20}}){{2}}",
        r"^\W{0,4}(?:end(?: of (?:text|note|proposal|file|page))?|eof|more|fin|ende|fim)\W{1,4}$"
        r"|^\W{2,4}(?:more|end)\W{1,4}$|^\W{0,4}(?:page|seite|pagina|pag)\W{1,2}\d+\W{1,4}\d+",
        r"\b(?:verified|confirmed|checked|approved|accepted|typed|written) by"
        r" (?:the owner|you|kinkeeper)\b"
        r"|\byou (?:already )?(?:accepted|approved|confirmed|typed|wrote) this\b"
        r"|^\W{0,4}kinkeeper\s?:|^\W{0,4}(?:\[system\]|system\s?:)"
        r"|\b(?:caution|warning|achtung|vorsicht)\s?:\s?(?:none|keine)",
        r"^\W{0,4}(?:note|follow-?up|correction|life event) (?:on|of) [“\"\w].{1,60}"
        r"\b[a-z]_[0-9a-z]{7}\b"
        r"|\bopen until \d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
        r"^\W{0,4}(?:proposal|vorschlag|proposta|propuesta|proposition|propozycja|forslag|voorstel)"
        r"\W{1,2}\d+\b",
        r"^[\w.-]{1,32}@[\w.-]{1,32}:\S{0,60}\s?[$#%]",
        r"^[ \t]{0,8}(?:>{1,3}|\$|❯|➜|[a-z]:\\[^>\n]*>)\s*(?:\S|$)",
        r"[\u2500-\u259f]",
        r"^[^\w\n]{0,8}([-=_*~#.·•—–])\1{4,}[ \t]{0,8}$",
    )
)


def signs(text: str) -> list[str]:
    """Reasons to look twice at a text, in plain words; [] for most."""
    found = []
    if holds_hidden(text):
        found.append("It holds characters that do not show; they are marked ‹U+…›.")
    if folds := list(dict.fromkeys(fold(text).folds)):
        more = f" and {len(folds) - 3} more" if len(folds) > 3 else ""
        found.append(f"Much of it is filling, and is left out: {', '.join(folds[:3])}{more}.")
    if words := list(dict.fromkeys(_disguised(text))):
        found.append(f"Letters in it look like others: {', '.join(words[:3])}.")
    if imitated := _imitated(text):
        found.append(f"It looks like what Kinkeeper itself writes here: “{imitated}”.")
    return found


def _imitated(text: str) -> str:
    plain = _plain("\n".join(line.text for line in fold(text).lines))
    for pattern in _OURS:
        if found := pattern.search(plain):
            return " ".join(found[0].split())[:_LONGEST_SHOWN]
    return ""


def _plain(text: str) -> str:
    """The text as it looks: without accents and hidden characters, in small Latin letters."""
    decomposed = unicodedata.normalize("NFKD", text)
    seen = "".join(
        each for each in decomposed if not (shows_nothing(each) or unicodedata.combining(each))
    )
    words = _WORD.sub(lambda found: _as_latin(found[0]), seen)
    return words.casefold()


def _as_latin(word: str) -> str:
    """A word of look-alikes in Latin letters; a word of another alphabet stays as it is."""
    return "".join(_LOOK_ALIKE.get(each, each) for each in word) if _mixed(word) else word


def _disguised(text: str) -> Iterator[str]:
    """Words that mix alphabets, that are all look-alikes among Latin words, or that are styled."""
    words = [found[0] for found in _WORD.finditer(text)]
    latin = sum(_alphabets(word) == {"LATIN"} for word in words)
    for word in words:
        short = word[:_LONGEST_SHOWN]
        if _mixed(word):
            others = [each for each in word if _alphabet(each) not in {"LATIN", ""}]
            few = [f"{each} is {_alphabet(each).capitalize()}" for each in dict.fromkeys(others)]
            yield f"“{short}” ({', '.join(few[:2])})"
        elif len(word) > 1 and latin > len(words) / 2 and set(word) <= _LOOK_ALIKE.keys():
            yield f"“{short}” (all {_alphabet(word[0]).capitalize()})"
    for found in _STYLED.finditer(text):
        if unicodedata.normalize("NFKC", found[0]).isascii() or _is_small_capitals(found[0]):
            yield f"“{found[0][:_LONGEST_SHOWN]}” (styled letters)"


def _is_small_capitals(text: str) -> bool:
    return all("SMALL CAPITAL" in unicodedata.name(each, "") for each in text)


def _mixed(word: str) -> bool:
    return len(_alphabets(word)) > 1


def _alphabets(word: str) -> set[str]:
    return {_alphabet(each) for each in word} - {""}


@cache
def _alphabet(character: str) -> str:
    """The alphabet of a letter, or '' for one that has none of those that look alike."""
    name = unicodedata.name(character, "").partition(" ")[0]
    return name if name in _ALPHABETS else ""
