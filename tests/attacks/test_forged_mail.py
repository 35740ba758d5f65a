"""Mail that is not from whom it names: its words come out as a friend's or the owner's own."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from store.importers.records import Account, Conversation, Message, Record, SourceInfo
from store.memory import open_writer
from tests import made_exports
from tests.attacks.world import BO, NORA, everything_told, home_of, honest, take_in
from tests.wire import serving

KNOWN_LIMITS: Final = (
    "Where the server that received a mail wrote down no result, a forged From is believed; of the"
    " owner's own addresses only what init was told, or Gmail's label, is looked at.",
    "A memory of before knows no results: its mail is imported again to have them.",
)
_MX: Final = "Authentication-Results: mx.lind.example;"
_FAIL: Final = f"{_MX} dmarc=fail header.from=lund.example\n"
_CAME: Final = "Delivered-To: nora@lind.example\nReceived: from x by mx.lind.example with ESMTPS\n"


class Attempt(NamedTuple):
    """above: the header lines over a mail that says it is from `sender`."""

    name: str
    above: str
    sender: str = BO
    cc: str = ""


_FORGED: Final = (
    Attempt("dmarc=fail", _FAIL),
    Attempt("in capitals", "AUTHENTICATION-RESULTS: MX.LIND.EXAMPLE; DMARC=FAIL (P=REJECT)\n"),
    Attempt("with spaces", f"{_MX} dmarc = fail\n"),
    Attempt("with a version", f"{_MX} dmarc/1=fail\n"),
    Attempt("folded", f"{_MX}\n\tdkim=none;\n spf=none;\n\tdmarc=fail\n (p=none)\n"),
    Attempt("a comment without a space", f"{_MX} dmarc=fail(p=REJECT) header.from=lund.example\n"),
    Attempt("passed in a comment", f"{_MX} (dmarc=pass) dmarc=fail (was: dmarc=pass)\n"),
    Attempt("passed in a nested comment", f"{_MX} dmarc=fail (a (b) ; dmarc=pass)\n"),
    Attempt("passed in quotes", f'{_MX} dmarc=fail reason="; dmarc=pass; "\n'),
    Attempt("fails after it passed", f"{_MX} dmarc=pass header.from=lund.example; dmarc=fail\n"),
    Attempt("a forged pass below", f"{_FAIL}{_MX} dmarc=pass header.from=lund.example\n"),
    Attempt("three forged passes below", _FAIL + 3 * f"{_MX} dmarc=pass; spf=pass; dkim=pass\n"),
    Attempt("a pass of another server below", f"{_FAIL}Authentication-Results: x; dmarc=pass\n"),
    Attempt("a failure below, of the same server", f"{_MX} spf=pass\n{_FAIL}"),
    Attempt(
        "a failure below a server that did not look", f"Authentication-Results: in; none\n{_FAIL}"
    ),
    Attempt("ARC that passed", f"ARC-Authentication-Results: i=1; x; dmarc=pass\n{_FAIL}"),
    Attempt("arc=pass beside it", f"{_MX} arc=pass (i=1); dmarc=fail header.from=lund.example\n"),
    Attempt("ARC alone", "ARC-Authentication-Results: i=1; mx.lind.example; dmarc=fail\n"),
    Attempt(
        "without a server's name",
        "Authentication-Results: spf=fail (sender IP is 1.2.3.4)"
        " smtp.mailfrom=evil.example; dkim=none (message not signed) header.d=none;dmarc=fail"
        " action=none header.from=lund.example;compauth=fail reason=000\n",
    ),
    Attempt(
        "compauth=fail",
        "Authentication-Results: spf=none smtp.mailfrom=evil.example; dkim=none"
        " header.d=none;dmarc=none action=none header.from=lund.example;compauth=fail reason=001\n",
    ),
    Attempt("quarantined", f"{_MX} dmarc=quarantine header.from=lund.example\n"),
    Attempt("rejected", f"{_MX} dmarc=reject header.from=lund.example\n"),
    Attempt(
        "no dmarc, spf and dkim fail", f"{_MX} spf=fail smtp.mailfrom=lund.example; dkim=fail\n"
    ),
    Attempt("no policy, spf and dkim fail", f"{_MX} spf=fail; dkim=fail; dmarc=none\n"),
    Attempt("spf fails, signed by another", f"{_MX} spf=fail; dkim=pass header.d=evil.example\n"),
    Attempt("spf fails, signed for another", f"{_MX} spf=fail; dkim=pass header.i=@evil.example\n"),
    Attempt("spf fails, not signed", f"{_MX} spf=fail smtp.mailfrom=lund.example; dkim=none\n"),
    Attempt(
        "spf softly, a broken signature", f"{_MX} spf=softfail; dkim=fail header.d=lund.example\n"
    ),
    Attempt("spf hard", f"{_MX} spf=hardfail; dkim=neutral\n"),
    Attempt(
        "Received-SPF alone", "Received-SPF: fail (mx: 1.2.3.4 is not allowed) client-ip=1.2.3.4\n"
    ),
    Attempt("Received-SPF, folded", "Received-SPF:\n Fail (mx) client-ip=1.2.3.4\n"),
    Attempt("Received-SPF and no signature", f"Received-SPF: Fail\n{_MX} dkim=none\n"),
    Attempt("passed for another address", f"{_MX} dmarc=pass header.from=evil.example\n"),
    Attempt(
        "passed for a name that ends alike", f"{_MX} dmarc=pass header.from=evil-lund.example\n"
    ),
    Attempt("two From", f"{_MX} dmarc=pass header.from=evil.example\nFrom: evil@evil.example\n"),
    Attempt("two addresses in From", "", f"{BO}, Evil <evil@evil.example>"),
    Attempt("an address before the sender's", "", "bo@lund.example, <evil@evil.example>"),
    Attempt(
        "two addresses in From, passed for the other",
        f"{_MX} dmarc=pass header.from=evil.example\n",
        f"{BO}, Evil <evil@evil.example>",
    ),
    Attempt("two From and no results", "From: Evil <evil@evil.example>\n"),
    Attempt("the owner's address", _CAME + _FAIL, NORA, "Z <zz@stranger.example>"),
    Attempt("the owner's address, not looked at", _CAME, NORA, "Z <zz@stranger.example>"),
    Attempt(
        "the owner's address, no policy", f"{_CAME}{_MX} dmarc=none\n", NORA, "zz@stranger.example"
    ),
    Attempt("the owner's address, a forged pass", f"{_CAME}{_FAIL}{_MX} dmarc=pass\n", NORA),
    Attempt("the owner's address in capitals", _CAME + _FAIL, "N <NORA@LIND.EXAMPLE>"),
    Attempt(
        "the owner's address, only spf", f"{_CAME}{_MX} spf=pass smtp.mailfrom=x.example\n", NORA
    ),
)
ATTEMPTS: Final = _FORGED
_GENUINE: Final = (
    Attempt("passed", f"{_MX} dmarc=pass (p=none) header.from=lund.example\n"),
    Attempt(
        "passed, a failure forged below",
        f"{_MX} dmarc=pass header.from=lund.example\nAuthentication-Results: other; dmarc=fail\n",
    ),
    Attempt(
        "passed below the domain",
        f"{_MX} dmarc=pass header.from=lund.example\n",
        "Bo Lund <bo@lund.example>",
    ),
    Attempt(
        "no policy, signed", f"{_MX} spf=softfail; dkim=pass header.d=lund.example; dmarc=none\n"
    ),
    Attempt("forwarded, signed", f"{_MX} spf=fail; dkim=pass header.i=@lund.example\n"),
    Attempt("nothing known", ""),
    Attempt("none", f"{_MX} none\n"),
    Attempt("an error", f"{_MX} dmarc=temperror; spf=temperror\n"),
    Attempt(
        "the word in a comment", f"{_MX} dmarc=pass (dmarc=fail if not) header.from=lund.example\n"
    ),
    Attempt(
        "the word in a property", f'{_MX} dmarc=pass reason="dmarc=fail" header.from=lund.example\n'
    ),
    Attempt("the owner's own", "", NORA),
    Attempt(
        "the owner's own, by a program",
        "Received: from [10.0.0.2] by smtp.lind.example with"
        " ESMTPSA id 1\nReturn-Path: <nora@lind.example>\n",
        NORA,
    ),
    Attempt(
        "the owner's own, that passed", f"{_CAME}{_MX} dmarc=pass header.from=lind.example\n", NORA
    ),
)


def _mark(number: int) -> str:
    return f"zq{number:02}"


@pytest.fixture(scope="module")
def home(new_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A memory with a mail for every attempt, genuine ones after the forged ones."""
    folder = tmp_path_factory.mktemp("forged")
    world = honest()
    for number, attempt in enumerate((*ATTEMPTS, *_GENUINE)):
        mark = _mark(number)
        genuine = number >= len(ATTEMPTS)
        world.mail(
            attempt.sender, NORA if attempt.sender == BO else BO, f"{mark}subject",
            f"I promise to send the harbour {mark}text tomorrow. Can you pay?",
            key=f"<{mark}@x.example>", above=attempt.above, cc=attempt.cc,
            answers="" if genuine else "<n1@lind.example>",
        )  # fmt: skip
    world.mail("Z <zz@stranger.example>", NORA, "zz", "The zzstranger is known now")
    made, env = home_of(new_home, folder)
    take_in(world.write(folder / "exports"), env)
    return made, env


@pytest.fixture(scope="module")
def told(home: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Everything that the server says of them."""
    path, env = home
    with open_writer(path / "memory.db") as writer:
        refs = [
            row[0] for row in writer.all("SELECT ref FROM message UNION SELECT ref FROM contact")
        ]
    words = ["harbour", "promise", "pay", "tomorrow"]
    return everything_told(env, tmp_path_factory.mktemp("told"), words, refs, ["Bo Lund"])


@pytest.mark.parametrize("number", range(len(ATTEMPTS)), ids=[each.name for each in ATTEMPTS])
def test_forged_words_do_not_come_out(told: str, number: int) -> None:
    at = told.find(_mark(number))
    assert at < 0, told[max(0, at - 200) : at + 100]


@pytest.mark.parametrize("number", range(len(_GENUINE)), ids=[each.name for each in _GENUINE])
def test_genuine_words_do(told: str, number: int) -> None:
    assert f"{_mark(len(ATTEMPTS) + number)}text" in told


def test_a_forged_mail_makes_nobody_known(told: str) -> None:
    assert "zzstranger" not in told


def test_a_forged_mail_is_shown_as_unverified_and_is_no_contact(
    home: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    path, env = home
    with open_writer(path / "memory.db") as writer:
        forged = writer.value("SELECT ref FROM message WHERE key = ?", (f"{_mark(0)}@x.example",))
        counted = writer.value(
            "SELECT count(*) FROM interaction_participant AS part JOIN interaction"
            " ON interaction.id = interaction_id JOIN message"
            " ON message.conversation_id = interaction.conversation_id"
            " AND message.sent_at BETWEEN started_at AND ended_at"
            " AND message.sender_id = identity_id"
            " WHERE message.unverified AND part.messages > (SELECT count(*) FROM message AS real"
            "  WHERE real.sender_id = part.identity_id AND NOT real.unverified"
            "  AND real.conversation_id = interaction.conversation_id"
            "  AND real.sent_at BETWEEN started_at AND ended_at)"
        )
    assert counted == 0
    with serving(env, tmp_path / "errors.txt") as wire:
        wire.greet()
        answer = json.dumps(wire.call("read_context", ref=forged, around=0))
    assert "(unverified)" in answer
    assert "withheld: unverified sender" in answer


@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "in one mailbox"])
def test_whatever_comes_first_the_genuine_mail_of_an_id_holds(
    tmp_path: Path, *, at_once: bool
) -> None:
    at = datetime(2025, 3, 1, 10, tzinfo=UTC)
    bo = Account("email", "bo@lund.example", "Bo Lund")
    genuine = Message("m1", "t", bo, at, "see you at the pool")
    forged = replace(
        genuine, text="pay me", sender=replace(bo, name="Evil"), attachments=("a.pdf",),
        unverified=True,
    )  # fmt: skip
    mails = (genuine, forged, replace(forged, text="pay me now"))
    mailbox: list[Record] = [SourceInfo("mail", "", "Mailbox"), Conversation("t", "mail", "Pool")]
    for number, order in enumerate(permutations(mails)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with made_exports.made_memory(folder) as writer:
            for part in (order, order) if at_once else [(mail,) for mail in (*order, *order)]:
                made_exports.take_in(writer, [*mailbox, *part])
            rows = writer.all("SELECT text, attachments, unverified FROM message")
            assert [tuple(row) for row in rows] == [("see you at the pool", "", 0)]
            assert writer.value("SELECT name FROM identity WHERE key = ?", (bo.value,)) == "Bo Lund"
            assert writer.value("SELECT count(*) FROM participant") == 1
