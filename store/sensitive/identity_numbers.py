"""Identity numbers by country: their form, and the check digits that tell them from other numbers.

Each rule takes the bare number and says whether it is one. Sources: the publications of the issuing
authorities; the algorithms are those of ISO/IEC 7064 where it says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from typing import Final


def luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _weighted(digits: str, weights: Sequence[str | int]) -> int:
    return sum(int(d) * int(w) for d, w in zip(digits, weights, strict=True))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_day(year: str, month: str, day: str) -> bool:
    return any(_is_date(century + int(year), int(month), int(day)) for century in (1900, 2000))


def _us_ssn(n: str) -> bool:
    return n[:3] not in {"000", "666"} and n[0] != "9" and n[3:5] != "00" and n[5:] != "0000"


def _uk_nino(n: str) -> bool:
    return (
        n[0] in "ABCEGHJKLMNOPRSTWXYZ"
        and n[1] in "ABCEGHJKLMNPRSTWXYZ"
        and n[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
    )


def _uk_nhs(n: str) -> bool:
    return 11 - _weighted(n[:9], tuple(range(10, 1, -1))) % 11 == (int(n[9]) or 11)


def _de_steuer_id(n: str) -> bool:
    counts = sorted((n[:10].count(digit) for digit in set(n[:10])), reverse=True)
    if n[0] == "0" or counts[0] not in {2, 3} or (len(counts) > 1 and counts[1] > 1):
        return False
    product = 10  # ISO/IEC 7064, MOD 11,10
    for digit in n[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(n[10])


def _br_cpf(n: str) -> bool:
    if len(set(n)) == 1:
        return False
    first = _weighted(n[:9], tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = _weighted(n[:10], tuple(range(11, 1, -1))) * 10 % 11 % 10
    return n[9:] == f"{first}{second}"


def _br_cnpj(n: str) -> bool:
    if len(set(n)) == 1:
        return False
    first = _weighted(n[:12], "543298765432") % 11
    second = _weighted(n[:13], "6543298765432") % 11
    return n[12:] == "".join(str(0 if rest < 2 else 11 - rest) for rest in (first, second))


def _se_personnummer(n: str) -> bool:
    short = n[-10:]
    day = int(short[4:6])
    day -= 60 if day > 60 else 0  # a coordination number
    return luhn(short) and _is_day(short[:2], short[2:4], f"{day:02}")


def _es_dni(n: str) -> bool:
    digits = n[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == n[-1]


_CODICE_ODD: Final = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21) * 2 + (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22)
        + (25, 24, 23),
        strict=True,
    )
)  # fmt: skip


def _it_codice_fiscale(n: str) -> bool:
    total = 0
    for at, character in enumerate(n[:15]):
        if at % 2 == 0:
            total += _CODICE_ODD[character]
        else:
            total += int(character) if character.isdigit() else ord(character) - ord("A")
    return chr(ord("A") + total % 26) == n[15]


def _fr_nir(n: str) -> bool:
    if n[0] not in "1278" or not ("01" <= n[3:5] <= "12" or "20" <= n[3:5] <= "42"):
        return False
    number = n[:13].replace("2A", "19").replace("2B", "18")
    return number.isdigit() and 97 - int(number) % 97 == int(n[13:])


def _nl_bsn(n: str) -> bool:
    return n != "000000000" and (_weighted(n[:8], "98765432") - int(n[8])) % 11 == 0


def _pl_pesel(n: str) -> bool:
    month = int(n[2:4])
    century = {0: 1900, 1: 2000, 2: 2100, 3: 2200, 4: 1800}[month // 20]
    check = (10 - _weighted(n[:10], "1379137913") % 10) % 10
    return check == int(n[10]) and _is_date(century + int(n[:2]), month % 20, int(n[4:6]))


_VERHOEFF_D: Final = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_VERHOEFF_P: Final = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def _in_aadhaar(n: str) -> bool:
    check = 0
    for digit, row in zip(reversed(n), cycle(_VERHOEFF_P)):
        check = int(_VERHOEFF_D[check][int(row[int(digit)])])
    return check == 0 and n[0] not in "01"


def _fi_hetu(n: str) -> bool:
    rest = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(n[:6] + n[7:10]) % 31]
    return rest == n[10] and _is_day(n[4:6], n[2:4], n[:2])


def _no_number(n: str) -> bool:
    first = (11 - _weighted(n[:9], "376189452") % 11) % 11
    second = (11 - _weighted(n[:10], "5432765432") % 11) % 11
    day = f"{int(n[:2]) % 40:02}"
    return n[9:] == f"{first}{second}" and _is_day(n[4:6], n[2:4], day)


def _be_number(n: str) -> bool:
    return any(97 - int(century + n[:9]) % 97 == int(n[9:]) for century in ("", "2"))


def _ch_ahv(n: str) -> bool:
    return n[:3] == "756" and (10 - _weighted(n[:12], "131313131313") % 10) % 10 == int(n[12])


def _pt_nif(n: str) -> bool:
    check = 11 - _weighted(n[:8], "98765432") % 11
    return n[0] in "12356789" and (0 if check > 9 else check) == int(n[8])


def _dk_cpr(n: str) -> bool:
    return _is_day(n[4:6], n[2:4], n[:2])


def _ro_cnp(n: str) -> bool:
    rest = _weighted(n[:12], "279146358279") % 11
    return (1 if rest == 10 else rest) == int(n[12])


def _hr_oib(n: str) -> bool:
    product = 10  # ISO/IEC 7064, MOD 11,10
    for digit in n[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(n[10])


def _tr_kimlik(n: str) -> bool:
    odd, even = sum(map(int, n[0:9:2])), sum(map(int, n[1:8:2]))
    return int(n[9]) == (7 * odd - even) % 10 and int(n[10]) == sum(map(int, n[:10])) % 10


def _by_name_alone(_: str) -> bool:
    """A word that is said of nothing else tells enough, whatever the digits."""
    return True


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of number. digits: how many; groups: how it is usually written, by lengths.

    alone: whether the bare digits are telling enough; else it takes its grouping or a word.
    words: those that name it. grouped: whether its grouping alone tells it.
    """

    country: str
    digits: int
    valid: Callable[[str], bool]
    groups: tuple[tuple[int, ...], ...] = ()
    separators: str = " -."
    alone: bool = False
    grouped: bool = True
    words: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RULES: Final = (
    Rule("US", 9, _us_ssn, ((3, 2, 4),), "- ", words=_words("ssn social tax")),
    Rule("CA", 9, luhn, ((3, 3, 3),), "- ", grouped=False, words=_words("sin nas insurance")),
    Rule("GB", 10, _uk_nhs, ((3, 3, 4),), " -", grouped=False, words=_words("nhs")),
    Rule("DE", 11, _de_steuer_id, ((2, 3, 3, 3),), " ", alone=True,
         words=_words("steuer steuerid idnr steueridentifikationsnummer identifikationsnummer")),
    Rule("BR", 11, _br_cpf, ((3, 3, 3, 2),), ".- /", words=_words("cpf")),
    Rule("BR", 14, _br_cnpj, ((2, 3, 3, 4, 2),), "./- ", words=_words("cnpj")),
    Rule("SE", 10, _se_personnummer, ((6, 4),), "-+",
         words=_words("personnummer personnr pnr samordningsnummer")),
    Rule("SE", 12, _se_personnummer, ((8, 4),), "-",
         words=_words("personnummer personnr pnr samordningsnummer")),
    Rule("FR", 15, _fr_nir, ((1, 2, 2, 2, 3, 3, 2), (13, 2), (1, 2, 2, 2, 3, 5)), " .-", alone=True,
         words=_words("sécu sécurité sociale nir insee securite")),
    Rule("NL", 9, _nl_bsn, ((4, 2, 3), (3, 3, 3)), " .", grouped=False,
         words=_words("bsn burgerservicenummer sofinummer")),
    Rule("PL", 11, _pl_pesel, (), alone=True, words=_words("pesel")),
    Rule("IN", 12, _in_aadhaar, ((4, 4, 4),), " -",
         words=_words("aadhaar aadhar adhaar uid uidai आधार")),
    Rule("NO", 11, _no_number, ((6, 5),), " -", alone=True,
         words=_words("fødselsnummer personnummer fnr")),
    Rule("BE", 11, _be_number, ((2, 2, 2, 3, 2), (6, 3, 2)), ".- ",
         words=_words("rijksregisternummer registre national insz niss")),
    Rule("CH", 13, _ch_ahv, ((3, 4, 4, 2),), ". ", alone=True, words=_words("ahv avs")),
    Rule("PT", 9, _pt_nif, ((3, 3, 3),), " ", grouped=False,
         words=_words("nif contribuinte fiscal")),
    Rule("DK", 10, _dk_cpr, ((6, 4),), "-", grouped=False,
         words=_words("cpr personnummer cprnummer")),
    Rule("RO", 13, _ro_cnp, (), words=_words("cnp")),
    Rule("HR", 11, _hr_oib, (), words=_words("oib")),
    Rule("TR", 11, _tr_kimlik, (), words=_words("kimlik tckn tcno")),
    Rule("GR", 9, _by_name_alone, (), words=_words("αφμ afm")),
    Rule("GR", 11, _by_name_alone, (), words=_words("αμκα amka αφμ")),
    Rule("EE", 11, _by_name_alone, (), words=_words("isikukood isikukoodi")),
    Rule("LT", 11, _by_name_alone, (), words=_words("asmens")),
    Rule("CZ", 9, _by_name_alone, ((6, 3),), "/ ", grouped=False, words=_words("rodné rodne")),
    Rule("CZ", 10, _by_name_alone, ((6, 4),), "/ ", grouped=False, words=_words("rodné rodne")),
    Rule("BG", 10, _by_name_alone, (), words=_words("егн egn")),
    Rule("CN", 18, _by_name_alone, (), words=_words("身份证 身份证号 身份证号码 shenfenzheng")),
    Rule("KR", 13, _by_name_alone, ((6, 7),), "-", grouped=False,
         words=_words("주민등록번호 주민번호")),
    Rule("IN", 12, _by_name_alone, ((4, 4, 4),), " -", grouped=False,
         words=_words("aadhaar aadhar adhaar आधार")),
)  # fmt: skip

# Letters and digits: the form alone tells most, the check decides.
LETTERED: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    (r"[A-Z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]", _uk_nino),
    (r"\d{8}[ -]?[A-Z]|\d{1,2}\.\d{3}\.\d{3}[ -]?[A-Z]", _es_dni),
    (r"[XYZ][ -]?\d{7}[ -]?[A-Z]", _es_dni),
    (
        r"[A-Z]{3}[ ]?[A-Z]{3}[ ]?[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[ ]?[A-Z][0-9LMNP-V]{3}"
        r"[A-Z]",
        _it_codice_fiscale,
    ),
    (r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", _fi_hetu),
    # Brazil, Chile and Uruguay group theirs as nothing else is grouped.
    (r"\d{1,2}\.\d{3}\.\d{3}-[0-9KX]", _by_name_alone),
)
