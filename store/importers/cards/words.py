"""Words of address books: labels, kinds of dates and relations, and signs of each program."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Literal

DateKind = Literal["birthday", "anniversary", "death", "other"]

DATES: dict[str, DateKind] = {
    "BDAY": "birthday",
    "ANNIVERSARY": "anniversary",
    "X-ANNIVERSARY": "anniversary",
    "X-MS-ANNIVERSARY": "anniversary",
    "X-EVOLUTION-ANNIVERSARY": "anniversary",
    "X-KADDRESSBOOK-X-ANNIVERSARY": "anniversary",
    "DEATHDATE": "death",
    "X-DEATHDATE": "death",
    "X-ABDATE": "other",
}

RELATIONS = {
    "RELATED": "",
    "X-ABRELATEDNAMES": "",
    "X-SPOUSE": "spouse",
    "X-MS-SPOUSE": "spouse",
    "X-EVOLUTION-SPOUSE": "spouse",
    "X-KADDRESSBOOK-X-SPOUSENAME": "spouse",
    "X-MS-CHILD": "child",
    "X-MANAGER": "manager",
    "X-MS-MANAGER": "manager",
    "X-EVOLUTION-MANAGER": "manager",
    "X-KADDRESSBOOK-X-MANAGERSNAME": "manager",
    "X-ASSISTANT": "assistant",
    "X-MS-ASSISTANT": "assistant",
    "X-EVOLUTION-ASSISTANT": "assistant",
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": "assistant",
}

# Properties that hold an instant-messaging name, with the service.
MESSENGERS = {
    "IMPP": "",
    "X-AIM": "aim",
    "X-GADUGADU": "gadu-gadu",
    "X-GOOGLE-TALK": "google talk",
    "X-GTALK": "google talk",
    "X-ICQ": "icq",
    "X-JABBER": "jabber",
    "X-MATRIX": "matrix",
    "X-MS-IMADDRESS": "",
    "X-MSN": "msn",
    "X-QQ": "qq",
    "X-SKYPE": "skype",
    "X-SKYPE-USERNAME": "skype",
    "X-TELEGRAM": "telegram",
    "X-TWITTER": "twitter",
    "X-YAHOO": "yahoo",
}

GENDERS = {"M": "male", "F": "female", "O": "other", "N": "none", "U": ""}

# Groups that the program made, not the owner.
SYSTEM_CATEGORIES = frozenset({"mycontacts", "* mycontacts", "my contacts", "* my contacts"})

_TYPES_WITHOUT_MEANING = frozenset(
    {"internet", "voice", "pref", "postal", "parcel", "dom", "intl", "msg", "text", "x400"}
)

_ANNIVERSARY = frozenset(
    """
    anniversary|wedding anniversary|wedding|jahrestag|hochzeitstag|hochzeit
    |anniversaire de mariage|mariage|aniversario|aniversario de bodas|boda|aniversario de boda
    |aniversário|aniversário de casamento|casamento|anniversario|anniversario di matrimonio
    |matrimonio|jubileum|trouwdag|huwelijk|rocznica|rocznica ślubu|bröllopsdag|årsdag|bryllupsdag
    |bryllup|vuosipäivä|hääpäivä|výročí|výročí svatby|výročie|házassági évforduló|évforduló
    |годовщина|годовщина свадьбы|річниця|річниця весілля|επέτειος|evlilik yıldönümü|yıl dönümü
    |aniversare|jubileu|記念日|結婚記念日|纪念日|结婚纪念日|紀念日|結婚紀念日|기념일|결혼기념일
    |ذكرى سنوية|יום נישואין|יום השנה|วันครบรอบ|ngày kỷ niệm|hari jadi
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_BIRTHDAY = frozenset({"birthday", "geburtstag", "cumpleaños", "compleanno", "verjaardag"})

_MARKED = re.compile(r"_\$!<(.*)>!\$_", re.DOTALL)

# What a property says about the program that wrote the file: (name, text in its value).
_TELLING = (
    ("CATEGORIES", "mycontacts", "google"),
    ("PHOTO", "googleusercontent.com", "google"),
    ("TEL", "\u202d", "google"),
    ("X-ABADR", "", "apple"),
    ("X-ABUID", "", "apple"),
    ("X-IMAGEHASH", "", "apple"),
    ("X-ABSHOWAS", "", "apple"),
    ("X-MS-OL-DESIGN", "", "outlook"),
    ("X-MS-OL-DEFAULT-POSTAL-ADDRESS", "", "outlook"),
    ("X-MS-IMADDRESS", "", "outlook"),
    ("X-MS-TEL", "", "outlook"),
    ("X-ANDROID-CUSTOM", "", "android"),
    ("X-EVOLUTION-FILE-AS", "", "evolution"),
    ("X-MOZILLA-HTML", "", "thunderbird"),
)
_PRODUCTS = {
    "google": "google",
    "apple": "apple",
    "iphone": "apple",
    "outlook": "outlook",
    "microsoft": "outlook",
    "evolution": "evolution",
    "thunderbird": "thunderbird",
    "mozilla": "thunderbird",
    "sabre": "nextcloud",
    "nextcloud": "nextcloud",
    "monica": "monica",
    "proton": "proton",
    "fastmail": "fastmail",
}
TITLES = {
    "google": "Google Contacts",
    "apple": "Apple Contacts",
    "outlook": "Outlook contacts",
    "android": "Android contacts",
    "evolution": "Evolution address book",
    "thunderbird": "Thunderbird address book",
    "nextcloud": "Nextcloud contacts",
    "monica": "Monica contacts",
    "proton": "Proton contacts",
    "fastmail": "Fastmail contacts",
}


def plain_label(text: str) -> str:
    """Remove Apple's `_$!<Home>!$_` marks and turn upper-case labels into ordinary words."""
    marked = _MARKED.fullmatch(text.strip())
    label = marked[1] if marked else text.strip()
    if marked or label == label.upper():
        label = label.replace("_", " ").lower()
    return label


def label_of_types(types: Iterable[str]) -> str:
    """Make a label out of `TYPE` words, without those that say nothing to people."""
    words = (word.lower().removeprefix("x-") for word in types)
    return " ".join(dict.fromkeys(word for word in words if word not in _TYPES_WITHOUT_MEANING))


def date_kind(name: str, label: str) -> DateKind:
    """Tell the kind of a date from its property and, for a free one, from its label."""
    kind = DATES[name]
    if kind == "other":
        folded = unicodedata.normalize("NFC", label).casefold()
        if folded in _ANNIVERSARY:
            return "anniversary"
        if folded in _BIRTHDAY:
            return "birthday"
    return kind


def product_signs(name: str, value: str) -> Iterable[str]:
    """Yield the programs for which this property is typical."""
    if name == "PRODID":
        yield _product(value)
        return
    folded = value.lower().replace(" ", "")
    for telling_name, part, product in _TELLING:
        if name == telling_name and part in folded:
            yield product


def likeliest(signs: Counter[str]) -> str:
    """Name the program with the most signs; a tie goes by name, so that the answer stays."""
    named = [(-count, product) for product, count in signs.items() if product]
    return min(named)[1] if named else ""


def _product(identifier: str) -> str:
    """Name the program of a `PRODID` such as `-//Apple Inc.//iOS 5.0.1//EN`, without version."""
    folded = identifier.lower()
    for word, product in _PRODUCTS.items():
        if word in folded:
            return product
    parts = [part for part in folded.split("//") if len(part) > 2]
    return re.sub(r"[ -]*v?\d.*", "", parts[min(1, len(parts) - 1)]).strip() if parts else ""
