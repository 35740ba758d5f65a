"""What others chose, where it stands in a line of ours: it is quoted, and stays within its quotes.

A line of ours is words of ours and names, titles, tags and texts of others. Whoever writes those
could write words of ours, or end their quote, so each of them passes one of these functions:

- `quote` for texts, titles, tags, groups, file names: always between “ ”.
- `named` for names of people: without quotes only if it looks like any name and says nothing.
- `worded` for a word such as a relation or a kind of event: without quotes if it is plain.
- `worked` and `sourced` for a role and the title of a source, in the same way.
- `filed` for the name of a file, in the terminal.
- `own_field` for what is a field of its own, and needs no quotes: only what could pass for the
  owner has them.

The owner is `you`, without quotes; nobody else can be.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from store.text.marks import HELD, disarmed, held, is_mark, released, round_brackets

# What the owner typed comes from these; no import brings a source that is called so.
_OWN_SOURCES: Final = ("You", "your log")
_LONGEST_NAME: Final = 40
_MOST_WORDS: Final = 4
_OPENS: Final = "“„‟❝〝🙶🙸⹂«"
_CLOSES: Final = '”″‶‴‷⁗〃〞〟＂❞❠🙷ʺ˝ˮ˶״"»'
_QUOTES: Final = str.maketrans(dict.fromkeys(_OPENS, "‘") | dict.fromkeys(_CLOSES, "’"))
# Two single quotes in a row look like a double one.
_SINGLE_ROW: Final = re.compile("[‘’‚‛'`´ʹʼʽˈ′‵＇]{2,}")
_SPACE: Final = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029\u2800\u3164\uffa0\u115f\u1160]+")
# Joiners stay: Persian, Indic scripts and emoji need them.
_JOINERS: Final = "\u200c\u200d"
_KEPT: Final = frozenset((*_JOINERS, *HELD))
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Cn"})

# What somebody calls themselves, or whoever they speak to: a name that is nothing else is no name.
# Left out are words that are names of people as well, such as Ben, Mina and Lei.
_OWNER_WORDS: Final = tuple(
    """you your yours yourself u ya thou thee i im me my mine myself self owner user
    ich mich mein meins selbst du dich dir dein sie ihr ihnen inhaber besitzer eigentümer
    yo tú tu ti tuyo usted ustedes vos vosotros dueño propietario
    je moi mon mien toi ton tien vous votre propriétaire
    io me voi proprietario eu meu você vocês teu seu proprietário dono
    ik mij mijn ikzelf jij je jou jouw uw eigenaar
    jag mig mitt du dig ägare jeg meg deg dere eier ejer
    ty mnie mój ciebie wy właściciel mě můj vlastník siz bana benim
    я мне меня мой ты тебе тебя твой вы вас вам владелец мен ви ти
    εγώ εμένα εσύ εσένα εσείς
    我 你 您 妳 吾 自己 本人 私 僕 俺 あなた わたし 나 저 너 당신
    أنا أنت אני אתה את אתם मैं आप तुम ฉัน ผม คุณ
    saya anda kamu aku bạn tôi én ön vostè aš jūs wewe ek já vy той ви ја ти
    شما آپ من تو آپ আপনি আমি  நீங்கள் நான் నేను నువ్వు మీరు ನೀವು ನಾನು ഞാൻ നിങ്ങൾ ਤੁਸੀਂ ਮੈਂ તમે હું
    મેં მე შენ თქვენ ես դու դուք እኔ አንተ ខ្ញុំ អ្នក ຂ້ອຍ ເຈົ້າ ကျွန်တော် သင် 自分 我自己 你自己 저 나자신 본인
    propietaria proprietária proprietaria propriétaire inhaberin besitzerin eigentümerin ägaren
    ägarinna eieren właścicielka владелица власник власниця sahibi omistaja tulajdonos ιδιοκτήτης
    ichselbst moimême yomismo yomisma iostesso iostessa eumesmo eumesma migsjälv jasam ясам сам
    kendim theuser accountholder itsme itsyou""".split()
)
_OWNER_ANYWHERE: Final = tuple(
    "you your yours yourself myself owner ich usted vous você jij inhaber dueño".split()
)
# Words of our lines, and of those who give an assistant its orders.
_OUR_WORDS: Final = tuple(
    """withheld image link removed file attached typed imported inferred confirmed proposed proposal
    promised promise promises unanswered answered answer owe owes due overdue asked asks wrote
    writes said says told note notes noted reminder follow followup accepted rejected pending review
    since until today tomorrow yesterday last exchange left out maybe probably also known called
    sources disagree ignore disregard always never must approved approve trusted verified hidden
    system assistant developer admin administrator kinkeeper tool function instruction
    instructions""".split()
)
_PARTICLES: Final = frozenset(
    "de da do dos das di del della dei du des van von vom der den ter ten te zu zur la le los las"
    " el al bin ibn bint ben af av y e i og och und".split()
)
_NAME_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W\d_]+)*\.?")
_LONGEST_ABBREVIATION: Final = 5
_PLAIN_WORDS: Final = re.compile(r"[a-z]{2,20}(?:[ -][a-z]{2,20})?")
_OUR_PHRASES: Final = frozenset(("note", "how we met", "introduced by", "other name"))
_SOURCE: Final = re.compile(r"[A-Za-z][A-Za-z]*(?: [A-Za-z]+){0,4}")
_LOOKING_ALIKE: Final = frozenset(("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN"))
_FILE: Final = re.compile(r"[\w.~-][\w.,+@~/#-]*(?: [\w.,+@~/#-]+)*")
# The scripts of names whose letters do not look like ours, by the first word of a letter's name.
_SCRIPTS: Final = frozenset(
    """LATIN GREEK CYRILLIC ARABIC HEBREW DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU
    KANNADA MALAYALAM SINHALA THAI LAO TIBETAN MYANMAR KHMER GEORGIAN ARMENIAN ETHIOPIC HANGUL
    HIRAGANA KATAKANA CJK IDEOGRAPHIC BOPOMOFO""".split()
)
_LATIN: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-žƠơƯưǍ-ǜȘ-țḀ-ẙẠ-ỹ]+")
_CYRILLIC: Final = re.compile("[А-Яа-яЁёІіЇїЄєҐґЎўЈјЉљЊњЋћЏџЂђ]+")
_GREEK: Final = re.compile("[Α-ΡΣ-Ωα-ωάέήίόύώϊϋΐΰΆΈΉΊΌΎΏ]+")
# Letters of other alphabets by what they look like; Greek capitals are not like their small ones.
_CAPITALS: Final = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True))
_ALIKE: Final = (
    dict(zip("авеёһіїјкмнорстуүұхѕԁԛԝѡцпгӏьԏ", "abeehiijkmhopctyyyxsdqwwunrlby", strict=True))
    | dict(zip("αβγεηικνορτυχωϲϳ", "abyenikvoptuxwcj", strict=True))
    | dict(zip("øłđıæœŋħŧ", "oldiaonht", strict=True))
    | dict(zip("հոսօցքյ", "hnuogpj", strict=True))
    | dict.fromkeys("°º⊙⊚⊛○●◯◎⚪⚫⭕🔴🔵@", "o")
    | {"¥": "y", "∪": "u", "⋃": "u", "ᑌ": "u"}
    | {"0": "o", "1": "i", "3": "e", "5": "s", "l": "i", "|": "i", "!": "i", "٥": "o"}
)
# `LATIN LETTER SMALL CAPITAL Y`, `NEGATIVE SQUARED LATIN CAPITAL LETTER Y`, regional indicators.
_DRESSED: Final = re.compile(
    r"(?:LATIN|REGIONAL|NEGATIVE|CIRCLED|SQUARED|CROSSED|PARENTHESIZED|MODIFIER|TURNED)"
    r".* ([A-Z])(?: WITH .*)?"
)


def one_line(text: str) -> str:
    """The text on one line: no break of any kind, no control or hidden character."""
    if "[" not in text:
        return _flat(text)
    # What is taken out may leave a mark behind that nobody of us made.
    return released(disarmed(_flat(held(text))))


def _flat(text: str) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = _SPACE.sub(" ", text)
    return " ".join(
        "".join(c for c in shown if c in _KEPT or unicodedata.category(c) not in _UNSEEN).split()
    )


def quote(text: str) -> str:
    """A text of others between “ ”, on one line, with nothing in it that looks like their end.

    What is withheld whole is a mark, which is ours and needs no quotes. What stands in a pair of
    them already gets no second one.
    """
    if text.startswith("“") and text.endswith("”"):
        text = text[1:-1]
    return text if is_mark(text) else f"“{fenced(text)}”"


@lru_cache(maxsize=4_096)
def fenced(text: str) -> str:
    """What stands within the quotes: no double quote, no mark that is not ours, no markup."""
    # Held before anything is taken out: the rest, joined, could be a mark.
    line = _flat(held(text)) if "[" in text else _flat(text)
    line = released(round_brackets(_SINGLE_ROW.sub("’", line.translate(_QUOTES))))
    # Markup could begin in one quote and end in another, and take what stands between.
    return line.replace("](", "] (").replace("![", "! [")


@lru_cache(maxsize=65_536)
def named(name: str) -> str:
    """A name in a line of ours: as it is if it is plainly a name, else quoted."""
    return name if _is_plain_name(name) else quote(name)


@lru_cache(maxsize=4_096)
def worded(word: str) -> str:
    """A plain word or two, such as a relation or the kind of an event; all else quoted."""
    plain = _PLAIN_WORDS.fullmatch(word) and not _says_something(word)
    return word if plain or word in _OUR_PHRASES else quote(word)


@lru_cache(maxsize=4_096)
def worked(role: str) -> str:
    """What somebody does: `Nurse at Acme` if both look like names, else quoted."""
    return role if all(map(_is_plain_name, role.split(" at "))) else quote(role)


@lru_cache(maxsize=512)
def sourced(title: str) -> str:
    """What a source is called: plain words, such as `Outlook contacts`; all else quoted."""
    return title if title in _OWN_SOURCES or is_plain_source(title) else quote(title)


def is_plain_source(title: str) -> bool:
    """Whether a source can be called so: plain words that are nothing of ours, nor the owner's."""
    plain = len(title) <= _LONGEST_NAME and _SOURCE.fullmatch(title)
    return bool(plain) and not _says_something(title)


def filed(file_name: str) -> str:
    """A file's name: as it is if it is plain, else quoted."""
    return file_name if _FILE.fullmatch(file_name) else quote(file_name)


@lru_cache(maxsize=65_536)
def own_field(name: str) -> str:
    """A name that is a field of its own, on one line: quoted if it could pass for the owner."""
    if _is_owner_like(name):
        return quote(name)
    return name if name.isprintable() else one_line(name)


def _is_plain_name(name: str) -> bool:
    words = name.split(" ")
    if len(name) > _LONGEST_NAME or len(words) > _MOST_WORDS:
        return False
    for word in words:
        if not _NAME_WORD.fullmatch(word) or (
            word[-1] == "." and len(word) > _LONGEST_ABBREVIATION
        ):
            return False
        if not word[0].isupper() and word not in _PARTICLES:
            return False
    return words[0] not in _PARTICLES and _one_alphabet(name) and not _says_something(name)


def _one_alphabet(name: str) -> bool:
    """Whether all letters are Latin, or all Cyrillic, or all Greek, and none is dressed up."""
    letters = re.sub(r"[ .'’0-9-]", "", name)
    if letters.isascii() or _LATIN.fullmatch(letters):
        return True
    return bool(_CYRILLIC.fullmatch(letters) or _GREEK.fullmatch(letters))


def _says_something(name: str) -> bool:
    """Whether a word of the name is one of ours, or the owner's."""
    ours = _readings_of(_OUR_WORDS)
    return any(ours.intersection(words) for words in _readings(name)) or _is_owner_like(name)


def _is_owner_like(name: str) -> bool:
    """Whether a name reads as a word for the owner, or may, however it is spelt."""
    anywhere, alone = _readings_of(_OWNER_ANYWHERE), _readings_of(_OWNER_WORDS)
    for words in filter(None, _readings(name)):
        if anywhere.intersection(words) or alone.issuperset(words) or "".join(words) in alone:
            return True
    return not name.isascii() and (_has_unknown_letters(name) or _mixes_alphabets(name))


@cache
def _readings_of(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(part for word in words for parts in _readings(word) for part in parts)


def _readings(name: str) -> tuple[tuple[str, ...], ...]:
    """The words of a name as they are written, and as they look, with and without its digits."""
    plain = unicodedata.normalize("NFKD", one_line(name))
    plain = "".join(c for c in plain if c not in _JOINERS and unicodedata.category(c) != "Mn")
    looks = "".join(map(_looks_like, plain)).replace("vv", "w").replace("rn", "m")
    undigited = re.sub(r"\d+", " ", plain)
    again = "".join(map(_looks_like, undigited)).replace("vv", "w").replace("rn", "m")
    return tuple(
        tuple("".join(c if c.isalpha() else " " for c in text.casefold()).split())
        for text in (undigited, looks, again)
    )


def _looks_like(character: str) -> str:
    """The small Latin letter that a character looks like; itself where it looks like none."""
    if (capital := _CAPITALS.get(character)) is not None:
        return capital
    small = character.casefold()
    if (letter := _ALIKE.get(small)) is not None:
        return letter
    if small.isascii():
        return small
    if (digit := unicodedata.digit(character, None)) is not None:
        return _ALIKE.get(str(digit), small)
    dressed = _DRESSED.fullmatch(unicodedata.name(character, ""))
    return _ALIKE.get(dressed[1].lower(), dressed[1].lower()) if dressed else small


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0].partition("-")[0]


def _has_unknown_letters(name: str) -> bool:
    """Whether it has letters of an alphabet of which we do not know what they look like."""
    plain = unicodedata.normalize("NFKD", name)
    return any(c.isalpha() and not c.isascii() and _alphabet(c) not in _SCRIPTS for c in plain)


def _mixes_alphabets(name: str) -> bool:
    """Whether one word has letters of two alphabets that look alike."""
    plain = unicodedata.normalize("NFKD", name)
    for word in re.split(r"[^\w]+", plain):
        alphabets = {_alphabet(c) for c in word if c.isalpha()}
        if len(alphabets & _LOOKING_ALIKE) > 1:
            return True
    return False
