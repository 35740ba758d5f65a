"""How well the detector of what never leaves does, by class: on our own lines and on Faker's.

Run: python -m tests.benchmarks.sensitive
"""

import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from faker import Faker

from store.sensitive import never_out, on_request

DATA: Final = Path(__file__).parents[1] / "data" / "sensitive"
EACH: Final = 200
_SAID: Final = {
    "card number": ["my card is {}", "{} exp 09/28", "pay with {} please"],
    "bank account": ["send it to {}", "IBAN {}", "{} in her name"],
}
# A word that names it stands beside the numbers that mean something only with one. Left out: what
# Faker makes for Britain (no such suffix), Germany and Portugal (the American form).
_IDENTITIES: Final = {
    "en_US": "SSN {}", "pt_BR": "CPF {}",
    "sv_SE": "personnummer {}", "es_ES": "DNI {}", "it_IT": "codice fiscale {}",
    "fr_FR": "numéro de sécu {}", "nl_NL": "mijn BSN is {}", "pl_PL": "PESEL {}",
    "fi_FI": "HETU {}", "no_NO": "fødselsnummer {}",
}  # fmt: skip
# Countries and ways of saying it that nothing was tuned on.
_HELD_OUT: Final = {
    "cs_CZ": "rodné číslo {}", "da_DK": "mit CPR er {}", "ro_RO": "CNP {}", "bg_BG": "ЕГН {}",
    "tr_TR": "TC kimlik no {}", "el_GR": "ΑΦΜ {}", "et_EE": "isikukood {}",
    "sk_SK": "rodné číslo {}", "hr_HR": "OIB {}", "zh_CN": "身份证 {}",
    "ko_KR": "주민등록번호 {}", "en_CA": "my SIN is {}",
    "en_IN": "Aadhaar {}", "de_CH": "AHV-Nummer {}", "lt_LT": "asmens kodas {}",
}  # fmt: skip
_HELD_OUT_SAID: Final = {
    "card number": ["mettilo sulla {}", "{} scade 04/29", "kort: {}"],
    "bank account": ["überweise an {}", "stort het op {}", "wpłać na {}"],
}
# A third set, of countries and words that were looked at only after its first figure was taken.
_THIRD: Final = {
    "lv_LV": "personas kods {}", "sl_SI": "EMŠO {}", "hu_HU": "az adóazonosítóm {}",
    "uk_UA": "мій ІПН {}", "ru_RU": "СНИЛС {}", "he_IL": "תעודת זהות {}",
    "th_TH": "เลขบัตรประชาชน {}", "zh_TW": "身分證 {}", "es_MX": "CURP {}", "es_CO": "cédula {}",
    "es_CL": "mi RUT es {}", "fr_CH": "AVS {}", "nl_BE": "rijksregisternummer {}",
    "tl_PH": "SSS: {}", "az_AZ": "FİN kodu {}", "de_AT": "Sozialversicherungsnummer {}",
    "is_IS": "kennitala {}", "fr_CA": "mon NAS est {}", "el_CY": "ΑΦΜ: {}",
    "en_IE": "my pps is {}", "lb_LU": "meng Matricule ass {}", "mt_MT": "karta tal-identità {}",
    "vi_VN": "số CCCD {}", "zu_ZA": "inombolo kamazisi {}", "en_GB": "my NI number is {}",
    "lt_LT": "a.k. {}", "sk_SK": "RČ {}",
}  # fmt: skip
_THIRD_SECRETS: Final = [
    ("password", "wachtwoord is {}"), ("password", "hasło: {}"), ("password", "senha: {}"),
    ("code", "Ihr Code lautet {}"), ("code", "codigo de verificación {}"),
    ("code", "use {} to sign in"),
]  # fmt: skip
_HARMLESS: Final[dict[str, Callable[[Faker], str]]] = {
    "telephone": lambda fake: f"call me on {fake.phone_number()}",
    "date": lambda fake: f"see you on {fake.date_time().isoformat(sep=' ')}",
    "ISBN": lambda fake: f"read this: {fake.isbn13()}",
    "EAN": lambda fake: f"the barcode says {fake.ean13()}",
    "sentence": lambda fake: str(fake.sentence(12)),
    "order": lambda fake: f"order {fake.numerify('###-#######-#######')} has shipped",
    "uuid": lambda fake: f"the file is {fake.uuid4()}",
    "coordinates": lambda fake: f"{fake.latitude()}, {fake.longitude()}",
    "address": lambda fake: str(fake.address()),
    "price": lambda fake: f"it was {fake.pricetag()}",
}


def _own() -> Iterator[tuple[str, str, str]]:
    for name in ("never_out.jsonl", "harmless.jsonl"):
        for line in (DATA / name).read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            kind, secret = entry["spans"][0] if entry["spans"] else ("", "")
            yield kind or "harmless", entry["text"], secret


def _topics() -> None:
    """Whether what waits for the owner is withheld, by what it is about."""
    lines, withheld = Counter[str](), Counter[str]()
    for line in (DATA / "topics.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        lines[entry["kind"]] += 1
        withheld[entry["kind"]] += bool(on_request(entry["text"]))
    print("Topics, on lines that the lists have learnt from since")
    for kind, count in lines.items():
        print(f"  {kind or 'harmless':22}withheld {withheld[kind]:5}/{count}")


def _faker() -> Iterator[tuple[str, str, str]]:
    Faker.seed(7)
    draw = random.Random(7)  # noqa: S311 not for secrets
    fake = Faker("en_US")
    for _ in range(EACH):
        for kind, number in (
            ("card number", fake.credit_card_number()),
            ("bank account", fake.iban()),
        ):
            yield kind, draw.choice(_SAID[kind]).format(number), number
    for locale, said in _IDENTITIES.items():
        local = Faker(locale)
        for _ in range(EACH // 4):
            number = local.nif() if locale == "es_ES" and hasattr(local, "nif") else local.ssn()
            yield f"identity {locale}", said.format(number), number
    for kind, made in _HARMLESS.items():
        for _ in range(EACH):
            yield f"harmless {kind}", made(fake), ""


def _held_out() -> Iterator[tuple[str, str, str]]:
    Faker.seed(11)
    draw = random.Random(11)  # noqa: S311 not for secrets
    for locale in ("it_IT", "nl_NL", "pl_PL", "de_AT", "en_GB"):
        fake = Faker(locale)
        for _ in range(EACH // 5):
            for kind, number in (
                ("card number", fake.credit_card_number()),
                ("bank account", fake.iban()),
            ):
                yield kind, draw.choice(_HELD_OUT_SAID[kind]).format(number), number
        for kind, made in _HARMLESS.items():
            for _ in range(EACH // 5):
                yield f"harmless {kind}", made(fake), ""
    for locale, said in _HELD_OUT.items():
        local = Faker(locale)
        for _ in range(EACH // 8):
            number = local.aadhaar_id() if locale == "en_IN" else local.ssn()
            yield f"identity {locale}", said.format(number), number


def _third() -> Iterator[tuple[str, str, str]]:
    Faker.seed(777)
    for locale in ("hu_HU", "id_ID", "bg_BG", "pt_BR", "cs_CZ"):
        fake = Faker(locale)
        for _ in range(EACH // 5):
            card, iban = fake.credit_card_number(), fake.iban()
            yield "card number", f"платите картой {card}", card
            yield "bank account", f"{iban} pls", iban
            for kind, said in _THIRD_SECRETS:
                secret = fake.password(11) if kind == "password" else fake.numerify("#####")
                yield kind, said.format(secret), secret
        for kind, made in _HARMLESS.items():
            for _ in range(EACH // 5):
                yield f"harmless {kind}", made(fake), ""
    for locale, said in _THIRD.items():
        local = Faker(locale)
        made_by = {"es_MX": "curp", "es_CO": "nuip", "es_CL": "rut"}.get(locale, "ssn")
        for _ in range(EACH // 8):
            number = getattr(local, made_by, local.ssn)()
            yield f"identity {locale}", said.format(number), number


def _covers(text: str, secret: str) -> bool:
    covered = {at for span in never_out(text) for at in range(span.start, span.end)}
    start = text.index(secret)
    return {at for at in range(start, start + len(secret)) if text[at].isalnum()} <= covered


def _score(title: str, lines: list[tuple[str, str, str]]) -> None:
    total, right = Counter[str](), Counter[str]()
    for kind, text, secret in lines:
        total[kind] += 1
        right[kind] += _covers(text, secret) if secret else not never_out(text)
    print(title)
    for kind, count in total.items():
        word = "let through" if kind.startswith("harmless") else "found"
        print(f"  {kind:22}{word} {right[kind]:5}/{count:<5} {right[kind] / count:7.1%}")
    for word, keep in (("found", False), ("let through", True)):
        kinds = [kind for kind in total if kind.startswith("harmless") == keep]
        share = sum(right[kind] for kind in kinds) / sum(total[kind] for kind in kinds)
        print(f"  {word} in all: {share:.2%}")


def main() -> None:
    """Print recall and false alarms by class, and the time a message takes."""
    own, made = list(_own()), list(_faker())
    _score("Our own lines", own)
    _score("Faker", made)
    _score("Faker, held out", list(_held_out()))
    _score("Faker, third set", list(_third()))
    _topics()
    times = []
    for _, text, _ in [*own, *made]:
        began = time.process_time()
        never_out(text)
        on_request(text)
        times.append(1_000 * (time.process_time() - began))
    p99 = statistics.quantiles(times, n=100)[98]
    print(f"a message: median {statistics.median(times):.3f} ms, p99 {p99:.3f} ms")


if __name__ == "__main__":
    main()
