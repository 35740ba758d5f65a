"""What is too sensitive to leave, on our own labelled lines; precise, and in linear time."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.sensitive import (
    found_by_all,
    never_out,
    on_request,
    on_request_of_label,
    searchable,
    without,
)
from store.sensitive.canonical import canonical
from tests.benchmarks.blind_lines import share
from tests.growth import check_growth

DATA = Path(__file__).parent / "data" / "sensitive"


def _lines(name: str) -> list[dict[str, Any]]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("line", _lines("never_out.jsonl"), ids=lambda line: line["text"][:30])
def test_what_never_leaves_is_found_whole(line: dict[str, Any]) -> None:
    [(kind, secret)] = line["spans"]
    text = line["text"]
    spans = never_out(text)
    start = text.index(secret)
    covered = {at for span in spans for at in range(span.start, span.end)}
    assert {at for at in range(start, start + len(secret)) if text[at].isalnum()} <= covered
    assert kind in {span.kind for span in spans}
    assert secret not in without(text, spans)
    assert secret not in searchable(text)


@pytest.mark.parametrize("line", _lines("harmless.jsonl"), ids=lambda line: line["text"][:30])
def test_what_only_looks_like_it_stays(line: dict[str, Any]) -> None:
    assert never_out(line["text"]) == []
    assert searchable(line["text"]) == line["text"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("She was diagnosed with cancer in May", "health"),
        ("o pai dela teve um enfarte", "health"),
        ("Er hat seit Jahren Depressionen", "health"),
        ("hon fick missfall i våras", "health"),
        ("I earn 52,000 a year now", "money"),
        ("du schuldest mir noch 300 €", "money"),
        ("we are behind on rent again", "money"),
        ("o salário dele são 1.200 euros", "money"),
        ("they are getting divorced", "family conflict"),
        ("elle a demandé le divorce", "family conflict"),
        ("no se hablan desde la boda", "family conflict"),
        ("come to 12 Maple Street at six", "address"),
        ("Lindenstraße 14, 10969 Berlin", "address"),
        ("Rua das Flores 12, 1200-195 Lisboa", "address"),
        ("12 rue de la Paix, 75002 Paris", "address"),
        ("Storgatan 5, 111 51 Stockholm", "address"),
    ],
)
def test_what_waits_for_the_owner_is_named(text: str, kind: str) -> None:
    assert [span.kind for span in on_request(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "the tickets were 20 € each",
        "I have a cold and stay at home",
        "he broke his ankle on Sunday",
        "we raised 300 euros for the school fair",
        "the street is full of people",
        "5 minutes down the road",
        "they argue about the dishwasher",
        "a banana for 2 pounds",
    ],
)
def test_everyday_talk_is_not_withheld(text: str) -> None:
    assert on_request(text) == []


@pytest.mark.parametrize(
    "label",
    [
        "Anna Krebs",
        "hans krebs",
        "Ella Parkinson-Price",
        "Michael Schmerz",
        "Angus Sick",
        "Custódia Lopes",
        "Dr Silva Oncologista",
        "Oncology nurse",
        "Nurse at Cancer Research UK",
        "Consultant in Palliative Care",
        "Facharzt für Psychiatrie",
        "Divorce lawyer",
        "Debt collector",
        "Charité Oncology Clinic",
        "Deutsche Krebshilfe",
        "Liga Portuguesa Contra o Cancro",
        "Deutsche Bank",
        "Clínica Boavista, Rua do Almada 12",
    ],
)
def test_names_jobs_and_organizations_are_no_secret(label: str) -> None:
    assert on_request_of_label(label, borne=True) == []


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("starts chemotherapy on Monday", "health"),
        ("Rosa chemo Thursdays", "health"),
        ("Rosa Chemo", "health"),
        ("Rosa cancer", "health"),
        ("Nurse who starts chemotherapy", "health"),
        ("cancer patient at City Hospital", "health"),
        ("Rosa hat Krebs", "health"),
        ("Tio do cancro", "health"),
        ("Bo (owes me 300 €)", "money"),
        ("Maya after the divorce", "family conflict"),
    ],
)
def test_a_name_that_tells_of_somebody_is_withheld_whole(label: str, kind: str) -> None:
    [span] = on_request_of_label(label, borne=True)
    assert (span.start, span.end, span.kind) == (0, len(label), kind)


@pytest.mark.parametrize(
    ("tag", "kinds"),
    [
        ("Krebs", ["health"]),
        ("oncology", ["health"]),
        ("divorced", ["family conflict"]),
        ("Rua das Flores 12, 1200-195 Lisboa", ["address"]),
        ("Cancer Research UK", []),
        ("Divorce lawyers", []),
        ("climbing", []),
    ],
)
def test_a_tag_tells_of_whoever_has_it(tag: str, kinds: list[str]) -> None:
    assert [span.kind for span in on_request_of_label(tag, borne=False)] == kinds


@given(st.text(max_size=400))
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    at = 0
    for span in never_out(text):
        assert at <= span.start < span.end <= len(text)
        at = span.end
    without(text, on_request(text))


_PIECES = st.sampled_from(
    ["4111 1111 1111 1111", "12345", "6", "pin", "password is", "use", "to sign in", "tax id",
     "personas kods", "120585", "A1B2C3D4E5F6", "eyJ", "a", ".", "-----BEGIN PRIVATE KEY-----",
     "https://a:b@c", "sk-abcdefghijklmnopqrstu", "Bearer abcdefghijklmnop", "\n", "ä", "１２"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=8), st.sampled_from([" ", "", ": "]))
def test_what_is_cleared_at_a_quick_look_holds_nothing(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    assert never_out(text) == found_by_all(canonical(text))


@pytest.mark.parametrize(
    "part",
    ["1 ", "1", "4111 ", "a1", "DE", "pin ", "password ", "password is ", "-", "-----BEGIN ", "eyJ",
     "rua ", "12 a ", "code: ", ":", "seed phrase ", "\u200b1", "seed phrase:a b ", "://a:",
     "tax id 1a ", "身份证1", "use 4444 to "],
)  # fmt: skip
def test_time_grows_with_the_text_not_with_its_square(part: str) -> None:
    def look(length: int) -> None:
        text = part * (length // len(part))
        never_out(text)
        on_request(text)

    check_growth(look, 80_000)


def test_most_of_what_is_private_is_seen_by_what_it_is_about() -> None:
    """The lists learnt from these lines: what they found before is in docs/benchmarks.md."""
    found, lines = Counter[str](), Counter[str]()
    for entry in map(json.loads, (DATA / "topics.jsonl").read_text("utf-8").splitlines()):
        lines[entry["kind"]] += 1
        found[entry["kind"]] += bool(on_request(entry["text"]))
    assert sum(lines.values()) - lines[""] >= 120
    assert found.pop("") <= 1
    assert all(found[kind] >= 0.9 * lines[kind] for kind in found)


BLIND = sorted((Path(__file__).parent / "data" / "blind_lines").iterdir())


@pytest.mark.parametrize("hand", BLIND, ids=lambda folder: folder.name)
def test_lines_by_other_hands_hold_the_bars(hand: Path) -> None:
    """Who wrote them had not seen the rules, which have learnt from them since."""
    assert share([hand], "never_out") >= 0.98
    assert share([hand], "harmless") <= 0.01
    assert share([hand], "topics") >= 0.85
    assert share([hand], "harmless", topics=True) <= 0.03


@pytest.mark.parametrize(
    ("text", "in_grave_words"),
    [
        ("she has cancer", True),
        ("I'm pregnant, don't tell anyone", False),
        ("sono incinta di due mesi", False),
        ("they are getting divorced", True),
        ("he moved out last week and took the kids", False),
    ],
)
def test_everyday_words_are_a_grade_of_their_own(text: str, in_grave_words: bool) -> None:
    assert on_request(text)
    assert bool(on_request(text, everyday=False)) is in_grave_words


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("https://app.example.org/r?token=b7Kq92Lm4Xc81Zt&x=1",
         "https://app.example.org/r?token= [withheld: key]&x=1"),
        ("postgres://app:s3cr3t-Pw9@db.example.org", "postgres://app: [withheld: password]"),
    ],
)  # fmt: skip
def test_a_mark_in_a_link_stands_apart_from_it(text: str, left: str) -> None:
    assert without(text, never_out(text)).startswith(left)


@pytest.mark.parametrize(
    "text",
    [
        "commit 3f2a9c1e7b4d60538a1f9c2e7b4d60538a1f9c2e is in",
        "the file is 044278f5-53d0-459b-b0e6-dfdf340f2758",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0ba822cd15d6c15b0f00a8",
        "https://docs.google.com/document/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PLx0sYbCqOb8TBPRdmBHs5Iftvv9TPboYG",
        "IMG-20260512-WA0001_final_version_2.jpg",
        "pay to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
        "rabbit hole: TheQuickBrownFoxJumpsOverTheLazyDog22",
    ],
)
def test_what_chance_wrote_and_everybody_may_read_stays(text: str) -> None:
    assert never_out(text) == []
