"""Secrets asked for and answered, announced, split over turns, or given under a label

Each attempt is a talk of its own in the memory, or a label and a value on a contact. A server that
runs as clients start it is asked by search, by reading around it and by a briefing, and for the
secret itself. The talks come in several orders, for what is known must not depend on them.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any, Final

import pytest

from store.importers.records import Account, CardDate, Message, Method, OwnerAccount, Record
from store.sharing.choices import choose
from tests.made_exports import BOOK, CHATS, NORA, card, chat_of, made_memory, said, take_in
from tests.running import environment, kinkeeper
from tests.wire import Wire, serving

WAYS: Final = ("in order", "backwards", "answers first", "edited later", "in a group")


@dataclass(frozen=True)
class Attempt:
    """A talk, its turns one below the other, A of Alex, B of Bea and N of the owner; secrets stand
    between bars. way: how it comes into the memory."""

    talk: str
    way: str

    @property
    def turns(self) -> list[tuple[str, str]]:
        """Who says what."""
        each = self.talk.replace("|", "").split("\n")
        return [(turn[0], turn[2:].replace("\\", "\n")) for turn in each]

    @property
    def secrets(self) -> list[str]:
        """What must not come out."""
        return self.talk.split("|")[1::2]


TALKS: Final = (
    # Asked and answered, at once and later, in nine languages
    "A what's the wifi password again?\nN |sunflower-42|",
    "A whats the gate code\nN |4711#|",
    "N what's the code for the gate?\nA hang on\nA did you bring the crisps?\nN yes\nA |4711|",
    "A how do i get in?\nN |2580| and then the green button",
    "A can you send me your netflix password\nN sure\nN |Otterlake7|",
    "A need your bank details for the rent\nN |20-45-45|\nN |31926819|",
    "A what's your passport number? the form wants it\nN |C01X00T47|",
    "A my pin?\nN yes your pin, mum\nA |4812|",
    "A what was the alarm code\nN |four seven one one|",
    "A wie ist das WLAN Passwort?\nN |Katze1234|",
    "A wie war nochmal der Code fürs Tor\nN moment\nN |4711|",
    "A Türcode?\nN |vier sieben eins eins|",
    "A brauche deine Kontonummer\nN |31926819|",
    "A ¿cuál es la contraseña del wifi?\nN |girasol2020|",
    "A me pasas el código de la puerta?\nN |4711|",
    "A el pin de la tarjeta?\nN |cuatro siete uno uno|",
    "A c'est quoi le mot de passe du wifi ?\nN |tournesol77|",
    "A c'est quoi le code de la porte ?\nN |47B11|",
    "A le code du portail stp\nN |quatre sept un un|",
    "A qual è la password del wifi?\nN |girasole88|",
    "A mi dai il codice del cancello?\nN |4711|",
    "A il pin?\nN |quattro sette uno uno|",
    "A wat is het wifi wachtwoord?\nN |zonnebloem7|",
    "A wat is de code van de poort?\nN |4711|",
    "A pincode?\nN |vier zeven een een|",
    "A jakie jest hasło do wifi?\nN |slonecznik7|",
    "A jaki jest kod do bramy?\nN |4711|",
    "A podaj pin\nN |cztery siedem jeden jeden|",
    "A qual é a senha do wifi?\nN |girassol7|",
    "A qual é o código do portão?\nN |4711|",
    "A me manda o pin\nN |quatro sete um um|",
    "A vad är lösenordet till wifi?\nN |solros77|",
    "A vad är koden till porten?\nN |4711|",
    "A pinkoden?\nN |fyra sju ett ett|",
    # Announced by who gives it
    "N sending you the door code in a sec\nA ok\nN |8841|",
    "N here's the wifi password\nN |tulip-mango|",
    "N ich schick dir gleich den Türcode\nA super\nN |8841|",
    "N te mando ahora el código del portal\nN |8841|",
    "N je t'envoie le code de l'immeuble\nN |8841|",
    "N ti mando il codice del portone\nN |8841|",
    "N ik stuur je zo de deurcode\nN |8841|",
    "N zaraz wyślę ci kod do drzwi\nN |8841|",
    "N já te mando o código da porta\nN |8841|",
    "N jag skickar portkoden strax\nN |8841|",
    # Split, corrected, said again
    "A the gate code?\nN first half |48|\nN and then |12|",
    "A what's the code for the safe?\nN |4811|\nN sorry |4812| not |4811|",
    "A password for the router?\nN |Quokka!|\nN then |44north|",
    "A what's the lockbox code\nN |6019|\nA thanks!\nA ok |6019| worked",
    # The value first, and in one message on several lines
    "N |4711|\nN that's the code for the gate",
    "N |blue-heron-9|\nN that's the wifi password",
    "N |8841|\nA ?\nN that's the door code",
    "N Gate code\nN |5530|",
    "N Gate code\\|5530|",
    "N wifi\\tulipan\\password:\\|kotek-mruczek|",
    "N WLAN Passwort\\|KatzeHund12|",
    "N Code porte\\|47B11|",
    # Three people, a stranger's question, the owner's own
    "A anybody know the code of the boathouse?\nB wasn't it on the board\nN |7702|",
    "B what's the zoom passcode\nN |918273|",
    "N what's my safe combination?\nA |38-14-22|",
    "A what's your social security number again\nN |123-45-6789|",
    # Other services
    "A alarm code?\nN |1942|",
    "A netflix login?\nN nora@lind.example\nN |Sommer2024|",
    "A the code from the text message, quick\nN |482 913|",
    "A bike lock combination?\nN |731|",
    "A locker code at the gym?\nN |9-1-6-5|",
    "A what's the unlock PIN for the tablet\nN |0852|",
    "A cvv?\nN |737|",
    "A airbnb says you have the keypad code\nN |3391#|",
    "A voicemail pin?\nN |zero four four nine|",
    "A api key for the printer?\nN |prn-77ab12cd|",
)
IN_TALKS: Final = tuple(Attempt(talk, way) for talk, way in zip(TALKS, cycle(WAYS), strict=False))
# A label and its value: how it comes, what is called so, the secret.
LABELLED: Final = (
    ("extra", "Gate code", "7313"),
    ("extra", "WLAN-Passwort", "blauwal-rot"),
    ("extra", "Código del portal", "7315"),
    ("extra", "Code immeuble", "7316"),
    ("extra", "Password wifi", "gattonero"),
    ("extra", "Wachtwoord wifi", "rodetulp"),
    ("extra", "Kod do bramy", "7317"),
    ("extra", "Senha do wifi", "azulejo"),
    ("extra", "Portkod", "7318"),
    ("extra", "Alarm PIN", "zero seven three one"),
    ("method", "Gate code", "7319"),
    ("date", "gate code 7320", "7320"),
    ("event", "Keypad code", "7321"),
    ("followup", "door code", "7322"),
    ("event", "Hasło do wifi", "bursztyn"),
)
ATTEMPTS: Final = (*IN_TALKS, *LABELLED)
KNOWN_LIMITS: Final[tuple[str, ...]] = (
    "A secret that is asked for in one chat and given in another goes through.",
    "A secret that no word around it names (“the usual, 4711”) goes through.",
    "An everyday word as a password goes through if it answers more than four turns later.",
)
ALEX: Final = Account("telegram", "user2", "Alex Moreira", saved_by_owner=True)
BEA: Final = Account("telegram", "user3", "Bea Rook", saved_by_owner=True)
_WHO: Final = {"A": ALEX, "B": BEA, "N": NORA}
# Long enough that nobody takes it for the value of what is asked after it.
MARK: Final = "otterling{}x"
FIRST: Final = "We saw the {} on the river yesterday and it looked at us for a while"


def _messages(at: int, attempt: Attempt) -> list[Message]:
    turns = [("A", FIRST.format(MARK.format(at))), *attempt.turns]
    return [
        said(
            str(n), text, f"2025-{at // 28 + 1:02}-{at % 28 + 1:02}T10:{n:02}", _WHO[who], f"t{at}"
        )
        for n, (who, text) in enumerate(turns)
    ]


def _imports(at: int, attempt: Attempt) -> list[list[Record]]:
    """What each import of a talk holds."""
    messages = _messages(at, attempt)
    others = [BEA, ALEX] if attempt.way == "in a group" or "\nB " in attempt.talk else [ALEX]
    head: list[Record] = [CHATS, OwnerAccount(NORA), ALEX, BEA, chat_of(f"t{at}", *others)]
    if attempt.way == "backwards":
        return [[*head, message] for message in reversed(messages)]
    if attempt.way == "answers first":
        return [[*head, *messages[1:][::2]], [*head, *messages[:2], *messages[2:][::2]]]
    if attempt.way == "edited later":
        vague = [said(m.key.partition("/")[2], "…", m.sent_at.isoformat()[:16] if m.sent_at else "",
                      m.sender, f"t{at}") for m in messages]  # fmt: skip
        return [[*head, *vague], [*head, *(replace(m, edited_at=m.sent_at) for m in messages)]]
    return [[*head, *messages]]


def _cards() -> Iterator[Record]:
    yield BOOK
    yield card("b", "Bea Rook")
    for at, (way, label, value) in enumerate(LABELLED):
        more: dict[str, Any] = {}
        if way == "extra":
            more["extra"] = ((label, value),)
        elif way == "method":
            more["methods"] = (Method("url", value, label),)
        elif way == "date":
            more["dates"] = (CardDate("other", "2020-01-01", label),)
        yield replace(card(f"l{at}", f"Person{chr(65 + at)} Labelled"), **more)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """A server over a memory with each talk in a chat of its own."""
    folder = tmp_path_factory.mktemp("context")
    home = folder / "home"
    home.mkdir()
    env = environment(home, folder / "cache")
    with made_memory(home) as writer:
        take_in(writer, [BOOK, card("1", "Alex Moreira"), *list(_cards())[1:]])
        waves: dict[int, list[Record]] = {}
        for at, attempt in enumerate(IN_TALKS):
            for wave, records in enumerate(_imports(at, attempt)):
                waves.setdefault(wave, []).extend(records)
        for brought in waves.values():
            take_in(writer, [CHATS, *(each for each in brought if each != CHATS)])
        choose(writer, "disclosure_budget", "none")
    for at, (way, label, value) in enumerate(LABELLED):
        name = f"Person{chr(65 + at)} Labelled"
        line: Sequence[str] = ()
        if way == "event":
            line = ("event", name, label, "2026-11-24", "--label", value)
        elif way == "followup":
            line = ("followup", name, value, "--due", "2026-11-21", "--after", label)
        if line:
            done = kinkeeper(*line, env=env)
            assert done.returncode == 0, done
    with serving(env, folder / "errors") as wire:
        wire.greet()
        assert _answer(wire, "search_context", query=MARK.format(0))["hits"]
        yield wire


def _answer(wire: Wire, tool: str, **arguments: Any) -> dict[str, Any]:
    result = wire.call(tool, **arguments)
    assert not result.get("isError"), result
    content: dict[str, Any] = result["structuredContent"]
    return content


def _words(answer: object) -> str:
    """An answer without what is ours: refs, times and what was asked."""
    text = json.dumps(answer, ensure_ascii=False)
    return re.sub(r"\b[a-z]_[0-9a-z]{7}\b|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d\S*)?", " ", text).lower()


def _tells(answer: object, secret: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(secret.lower())}(?!\w)", _words(answer)))


@pytest.mark.parametrize("attempt", IN_TALKS, ids=lambda attempt: attempt.talk[:50])
def test_nothing_of_it_comes_out(server: Wire, attempt: Attempt) -> None:
    mark = MARK.format(IN_TALKS.index(attempt))
    found = _answer(server, "search_context", query=mark)
    assert found["hits"]
    ref = found["hits"][0]["ref"]
    answers = [found, _answer(server, "read_context", ref=ref, around=20)]
    assert len(attempt.secrets) > 0
    told = [secret for secret in attempt.secrets if any(_tells(each, secret) for each in answers)]
    assert told == [], json.dumps(answers[1], ensure_ascii=False, indent=1)


@pytest.mark.parametrize("attempt", IN_TALKS, ids=lambda attempt: attempt.talk[:50])
def test_a_search_for_it_does_not_find_its_talk(server: Wire, attempt: Attempt) -> None:
    mark = _answer(server, "search_context", query=MARK.format(IN_TALKS.index(attempt)))
    talk = _refs(_answer(server, "read_context", ref=mark["hits"][0]["ref"], around=20))
    for secret in attempt.secrets:
        found = _answer(server, "search_context", query=secret)
        assert not talk & _refs(found["hits"]), found


@pytest.mark.parametrize("labelled", LABELLED, ids=lambda labelled: " ".join(labelled))
def test_nothing_under_a_label_comes_out(server: Wire, labelled: tuple[str, str, str]) -> None:
    _, _, secret = labelled
    name = f"Person{chr(65 + LABELLED.index(labelled))} Labelled"
    calls: tuple[tuple[str, dict[str, Any]], ...] = (
        ("get_contact", {"person": name}),
        ("brief_me", {"person": name}),
        ("due_followups", {}),
        ("search_context", {"query": name}),
        ("search_context", {"query": secret}),
        ("search_context", {"query": secret, "person": name}),
        ("find_contacts", {"query": secret}),
    )
    for tool, arguments in calls:
        answer = _answer(server, tool, **arguments)
        for echo in ("searched", "note"):
            answer.pop(echo, None)
        assert not _tells(answer, secret), (tool, answer)
        if arguments.get("query") == secret and tool == "search_context":
            assert name not in json.dumps(answer["hits"]), answer


def test_no_briefing_tells_any(server: Wire) -> None:
    for person in ("Alex Moreira", "Bea Rook"):
        told = _answer(server, "brief_me", person=person)
        assert [a.talk for a in IN_TALKS for each in a.secrets if _tells(told, each)] == []


def _refs(answer: object) -> set[str]:
    return set(re.findall(r"\bm_[0-9a-z]{7}\b", json.dumps(answer)))
