"""Secrets that only their context gives away: asked for and answered, announced, label and value.

Question and answer stand in different messages, by either speaker, in nine languages; nothing of
the answer may come out of any tool, and no search may confirm it.
"""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from store.memory import open_writer
from tests.made_exports import word_index
from tests.running import environment, kinkeeper
from tests.wire import Wire, serving


class Talk(NamedTuple):
    """A chat. turns: beginning with `>` for the owner's. secrets: what must not come out."""

    name: str
    turns: tuple[str, ...]
    secrets: tuple[str, ...]


ATTEMPTS: Final = (
    Talk("en wifi", ("> what's the wifi password?", "Tulip2020!"), ("Tulip2020",)),
    Talk("en wifi word", ("> whats the wifi pw again", "haha again", "sunflower"), ("sunflower",)),
    Talk("en gate", ("> code for the gate pls", "one sec", "7741#"), ("7741",)),
    Talk("en announced", ("sending you my pin in a sec", "> ok", "8265"), ("8265",)),
    Talk("en split", ("> alarm code?", "first 83", "then 97"), ("83", "97")),
    Talk("en corrected", ("> door code?", "4811", "sorry, 4812 not 4811"), ("4811", "4812")),
    Talk("en spoken", ("> what was the locker combination", "nine two double four"), ("nine two",)),
    Talk("en before", ("Marzipan77", "that's the wifi password"), ("Marzipan77",)),
    Talk("en label", ("Gate code", "3390"), ("3390",)),
    Talk("en lock", ("> combination for the bike lock?", "left 12, right 33, left 5"), ("33",)),
    Talk("en way in", ("> how do I get into the flat?", "keysafe by the door", "0852"), ("0852",)),
    Talk("en again", ("> pin for the card?", "6294", "> 6294 worked, thanks"), ("6294",)),
    Talk(
        "en netflix", ("> netflix login?", "anna@mail.example", "Pudding!Sky9"), ("Pudding!Sky9",)
    ),
    Talk(
        "en voice",
        ("> gate code?", "[voice message] uh so it is five one, one, eight"),
        ("five one",),
    ),
    Talk(
        "en small talk",
        ("> what's the alarm code?", "how was the trip?", "> great", "9173"),
        ("9173",),
    ),
    Talk(
        "en spelled",
        ("> read me the locker code letter by letter?", "P as in Peter, 4, K, 9"),
        ("K, 9",),
    ),
    Talk("en named", ("> activation number?", "kilo tango nine nine four"), ("nine nine",)),
    Talk("en drive", ("> can't get into the shared drive", "Marmalade 88 Otter"), ("Otter",)),
    Talk("en afterwards", ("hunter-Plum-9", "that's for the router btw"), ("hunter-Plum",)),
    Talk("de schranke", ("> die schranke geht nicht hoch", "tipp 4410"), ("4410",)),
    Talk("de tor offen", ("> steh vorm Tor, wie ging das auf", "3806 und dann Raute"), ("3806",)),
    Talk("fr carte", ("> t'as celui de la carte de maman", "deux quatre six six"), ("quatre six",)),
    Talk("fr grille", ("> on est devant la grille", "2046", "> non", "ah pardon, 2064"), ("2064",)),
    Talk("es banco", ("> ¿te llegó el sms del banco?", "ahora", "447120"), ("447120",)),
    Talk("it tablet", ("> che hai messo sul tablet di nonno", "Ranocchia_33"), ("Ranocchia",)),
    Talk("nl slagboom", ("> de slagboom blijft dicht", "4096 intoetsen"), ("4096",)),
    Talk("pl laptop", ("> czym się loguje na laptopa babci", "mokraKaczka22"), ("Kaczka",)),
    Talk("pt parts", ("> combinação do cofre?", "primeiro 71", "depois 46"), ("71", "46")),
    Talk("sv bom", ("> jag är vid grinden nu", "slå 4417"), ("4417",)),
    Talk("de tor", ("> und der code fürs tor?", "moment", "4711"), ("4711",)),
    Talk("de wlan", ("> wie war nochmal das wlan passwort", "Gartenzwerg88"), ("Gartenzwerg88",)),
    Talk("de wort", ("> WLAN-Passwort?", "alles klein: apfelbaum"), ("apfelbaum",)),
    Talk("de angesagt", ("schick dir gleich die PIN", "> danke", "5 9 0 2"), ("5 9 0 2",)),
    Talk("de gesprochen", ("> Haustürcode?", "siebenundvierzig elf"), ("siebenundvierzig",)),
    Talk("de nachher", ("Blauwal!3", "das ist das passwort für netflix"), ("Blauwal!3",)),
    Talk("de korrektur", ("> Zahlencode vom Schloss?", "3816", "ups 3861"), ("3816", "3861")),
    Talk("pt wifi", ("> qual é a senha do wifi?", "bomdia2024"), ("bomdia2024",)),
    Talk("pt portão", ("> qual o código do portão?", "um minuto", "2580*"), ("2580",)),
    Talk("pt falado", ("> diz-me o pin do cartão", "quatro sete um um"), ("quatro sete",)),
    Talk("pt anúncio", ("vou mandar a palavra-passe", "> força", "Sardinha!9"), ("Sardinha!9",)),
    Talk("pt palavra", ("> senha do wi-fi?", "é caravela"), ("caravela",)),
    Talk("pt depois", ("8841", "é o código da porta"), ("8841",)),
    Talk("es wifi", ("> cuál es la contraseña del wifi?", "Naranja22"), ("Naranja22",)),
    Talk("es portal", ("> me pasas el código del portal", "espera", "1973"), ("1973",)),
    Talk("es hablado", ("> el pin de la tarjeta?", "tres ocho ocho cinco"), ("tres ocho",)),
    Talk("es aviso", ("te mando la clave de la alarma", "> vale", "6617"), ("6617",)),
    Talk("es palabra", ("> contraseña del wifi porfa", "girasol"), ("girasol",)),
    Talk("es partido", ("> código del candado?", "86", "94"), ("86", "94")),
    Talk("fr digicode", ("> c'est quoi le digicode ?", "attends", "12B47"), ("12B47",)),
    Talk("fr wifi", ("> le mot de passe wifi stp", "Coquelicot7"), ("Coquelicot7",)),
    Talk("fr mot", ("> mdp du wifi ?", "c'est tournesol"), ("tournesol",)),
    Talk("fr annonce", ("je t'envoie le code de l'alarme", "> merci", "8053"), ("8053",)),
    Talk("fr dit", ("> code pin de la carte ?", "quatre sept un un"), ("quatre sept",)),
    Talk("fr après", ("5518", "c'est le code du portail"), ("5518",)),
    Talk("it wifi", ("> qual è la password del wifi?", "Limone2021"), ("Limone2021",)),
    Talk("it cancello", ("> codice del cancello?", "aspetta", "4290"), ("4290",)),
    Talk("it parola", ("> password wifi?", "è girasole"), ("girasole",)),
    Talk("it detto", ("> mi dici il pin?", "quattro sette uno uno"), ("quattro sette",)),
    Talk(
        "it annuncio", ("ti mando la combinazione del lucchetto", "> ok", "18-04-33"), ("18-04-33",)
    ),
    Talk("it allarme", ("> come si spegne l'allarme??", "75310"), ("75310",)),
    Talk("nl wifi", ("> wachtwoord wifi?", "Fietsbel!2019"), ("Fietsbel!2019",)),
    Talk("nl poort", ("> wat is de code van de poort ook alweer", "momentje", "6028"), ("6028",)),
    Talk("nl woord", ("> wat is het wifi wachtwoord?", "zonnebloem"), ("zonnebloem",)),
    Talk("nl gezegd", ("> pincode van de pas?", "vier zeven een een"), ("vier zeven",)),
    Talk("nl aangekondigd", ("ik stuur je de alarmcode", "> top", "9150"), ("9150",)),
    Talk("nl erna", ("3347", "dat is de code van de kluis"), ("3347",)),
    Talk("pl brama", ("> jaki jest kod do bramy?", "chwila", "4812"), ("4812",)),
    Talk("pl wifi", ("> hasło do wifi?", "Zupa!Pomidor1"), ("Zupa!Pomidor1",)),
    Talk("pl słowo", ("> podaj hasło do wifi", "stokrotka"), ("stokrotka",)),
    Talk("pl mówione", ("> pin do karty?", "cztery siedem jeden jeden"), ("cztery siedem",)),
    Talk("pl zapowiedź", ("zaraz wyślę kod do alarmu", "> ok", "5063"), ("5063",)),
    Talk("pl blik", ("> daj blika", "sekunda", "435 661"), ("435 661",)),
    Talk("sv port", ("> vad är portkoden?", "vänta", "7351"), ("7351",)),
    Talk("sv wifi", ("> vad var lösenordet till wifi", "Blåbär99"), ("Blåbär99",)),
    Talk("sv ord", ("> wifi-lösenord?", "det är solros"), ("solros",)),
    Talk("sv sagt", ("> pinkoden till kortet?", "fyra sju ett ett"), ("fyra sju",)),
    Talk("sv aviserat", ("skickar larmkoden strax", "> tack", "2946"), ("2946",)),
    Talk("sv efter", ("8127", "det är koden till cykellåset"), ("8127",)),
    Talk("account", ("> what's your account number?", "40127793"), ("40127793",)),
    Talk("passport", ("> passport number?", "it's X4RTBPFW4"), ("X4RTBPFW4",)),
    Talk("lines", ("for the cabin:\nwifi password\nKorkenzieher5\nsee you",), ("Korkenzieher5",)),
    Talk("mixed languages", ("> was ist das wifi password?", "it's Otter_hole"), ("Otter_hole",)),
    Talk("full width", ("> gate code?", "４７１９"), ("４７１９",)),
    Talk("hidden signs", ("> wifi pass\u200bword?", "Ti\u200bger!42"), ("ger!42",)),
)
KNOWN_LIMITS: Final = (
    "A word that people say every day (“kitchen”) is not seen as a password that was asked for.",
    "An answer more than seven turns or two days after its question is not seen as one.",
    "A secret between the lines (“the year that mum was born, backwards”) is not seen.",
)
# What answers questions of the same form, and is no secret.
HARMLESS: Final = (
    ("> jaki numer startowy?", "3317, przy moście"),
    ("> estou à porta do estádio", "setor 1204"),
    ("> welke laptop heb je gekocht?", "ThinkPad-T14"),
    ("> c'est quoi le code couleur du orange ?", "#F28C28"),
    ("> não consigo entrar na reunião", "espera, começa 15h30"),
    ("> when's the train?", "16:24"),
    ("> which house number?", "12"),
    ("> did you get the code working?", "yes, 3 tests left"),
    ("> what's the wifi like there?", "pretty fast, 240 down"),
    ("> dress code?", "smart casual"),
    ("> what's the zip code?", "10115"),
    ("> wie ist die postleitzahl?", "80331"),
    ("> gutscheincode?", "SOMMER20"),
    ("> à quelle heure ?", "vers 1830"),
    ("> quanto costa?", "1200 euro"),
    ("> hoeveel mensen?", "ongeveer 120"),
    ("> jaki autobus?", "523"),
    ("> vilken buss?", "172"),
    ("> qué talla?", "43"),
    ("> qual o código postal?", "4050-123"),
)
_START: Final = int(datetime(2026, 11, 1, 9, tzinfo=UTC).timestamp())


def export(chats: list[tuple[str, ...]], folder: Path) -> Path:
    """A Telegram export with a chat of two for each of these talks."""
    listed = []
    for number, turns in enumerate(chats):
        other = {"from": f"Person {number}", "from_id": f"user{number + 2}"}
        lines = [
            {
                "id": at,
                "type": "message",
                "date_unixtime": str(_START + number * 3_600 + at * 60),
                "text": turn.removeprefix("> "),
                **({"from": "Nora", "from_id": "user1"} if turn.startswith("> ") else other),
            }
            # A line by the owner makes the other one known.
            for at, turn in enumerate([*turns, "> see you soon"])
        ]
        about = {"name": f"Person {number}", "type": "personal_chat", "id": number + 2}
        listed.append({**about, "messages": lines})
    owner = {"user_id": 1, "first_name": "Nora"}
    folder.mkdir()
    file = folder / "result.json"
    made = {"personal_information": owner, "chats": {"list": listed}}
    file.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    return file


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, new_home: Path) -> Iterator[tuple[Wire, Path]]:
    """A server over a memory with all these talks, in chats of their own."""
    folder = tmp_path_factory.mktemp("asked")
    home = folder / "home"
    shutil.copytree(new_home, home)
    env = environment(home, folder / "cache")
    chats = [talk.turns for talk in ATTEMPTS] + list(HARMLESS)
    file = export(chats, folder / "export")
    done = kinkeeper("import", file, "--me", "user1", env=env)
    assert done.returncode == 0, done.stderr
    with open_writer(home / "memory.db") as writer:
        writer.run("INSERT INTO setting(name, value) VALUES ('disclosure_budget', 'none')")
    with serving(env, folder / "errors.txt") as wire:
        wire.greet()
        yield wire, home / "memory.db"


def everything_about(wire: Wire, person: str, query: str) -> str:
    """What the tools tell of a person's chat."""
    brief = wire.call("brief_me", person=person, max_tokens=4_000)
    found = wire.call("search_context", query=query, person=person, limit=20)
    read = [
        wire.call("read_context", ref=hit["ref"], around=10)
        for hit in (found.get("structuredContent") or {}).get("hits", [])[:1]
    ]
    return json.dumps([brief, found, *read], ensure_ascii=False)


@pytest.mark.parametrize(
    ("number", "attempt"), list(enumerate(ATTEMPTS)), ids=[talk.name for talk in ATTEMPTS]
)
def test_no_tool_tells_the_answer(asked: tuple[Wire, Path], number: int, attempt: Talk) -> None:
    told = everything_about(asked[0], f"Person {number}", "code password wifi pin see you soon")
    assert "see you soon" in told, told
    assert "[withheld: " in told
    for secret in attempt.secrets:
        assert not re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", told), told


def test_no_search_confirms_an_answer(asked: tuple[Wire, Path]) -> None:
    with open_writer(asked[1]) as writer:
        words = {str(row[0]) for row in word_index(writer)}
    for talk in ATTEMPTS:
        for secret in talk.secrets:
            if len(secret) > 3 and " " not in secret:
                assert secret.lower().strip("!") not in words, talk.name


@pytest.mark.parametrize("number", range(len(HARMLESS)), ids=[talk[1] for talk in HARMLESS])
def test_what_is_no_secret_is_told(asked: tuple[Wire, Path], number: int) -> None:
    told = everything_about(asked[0], f"Person {len(ATTEMPTS) + number}", "see you soon")
    assert "[withheld: " not in told
    assert HARMLESS[number][1] in told
