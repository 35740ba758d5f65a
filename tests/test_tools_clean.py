"""Cleaning: what others wrote must not act, hide or pretend, and must stay readable."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.growth import check_growth
from tools import clean
from tools.clean import clean_for_assistant, clean_for_terminal

PARTS = st.sampled_from(
    ["<", ">", "![", "]", "(", ")", "[", "](", "http", "https", "://", "//", "www.", "evil.example",
     "/p?d=1", "data:", "text/html,", "javascript:", "x", " ", "\n", "\r\n", "\x1b[31m", "\x07",
     "\u202e", "\u200b", "\u200d", "\ufe0f", "\U000e0041", "\U000e0100", "\ud800", "&lt;", "'", '"']
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(PARTS, max_size=14).map("".join))
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(TEXTS)
def test_a_terminal_has_nothing_to_obey_and_nothing_to_hide(text: str) -> None:
    clean = clean_for_terminal(text)
    for character in clean:
        assert unicodedata.category(character) not in {"Cc", "Cs"} or character in "\n\t"
        assert unicodedata.bidirectional(character) not in BIDI
        assert not 0xE0000 <= ord(character) <= 0xE0FFF
    assert not re.search("[\u200c\u200d]{2}|[\ufe00-\ufe0f]{2}", clean)


@given(TEXTS)
@example("0DATA:0/")
@example("WWW.</")
def test_an_assistant_gets_no_markup_no_image_and_of_a_link_the_host_only(text: str) -> None:
    clean = clean_for_assistant(text)
    assert clean == clean_for_terminal(clean)
    for trace in ("<", ">", "![", "](", "://"):
        assert trace not in clean
    assert not re.search(r"(?i)www\.[^\s\]]*/", clean)
    assert not re.search(r"(?i)\b(javascript|vbscript):\S|data:\w+/", clean)
    assert "evil.example/" not in clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("see https://a.example/x?y=1 now", "see [link: a.example] now"),
        ("[here](https://a.example/x)", "here [link: a.example]"),
        ("![pixel](https://a.example/x)", "[image]"),
        ("[a](//a.example/x)", "a [link: a.example]"),
        ("https://bank.example@a.example/x", "[link: a.example]"),
        ("http://good.example(http://a.example)", "[link])"),
        ("a.example/x?y=1", "[link: a.example]"),
        ("data:text/html,x", "[removed]text/html,x"),
    ],
)
def test_links_become_hosts(text: str, clean: str) -> None:
    assert clean_for_assistant(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "Data: 12 de outubro, às 9:30",
        "file: the lease, page 3/4",
        "and/or 12/10 1:2 a//b :-) [x] (y)",
        "ok.sim? 3.5/10 e.g. this/that",
        "❤️‍🔥 👨‍👩‍👧 می‌خواهم",
        "nora@lind.example, c.2019",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert clean_for_assistant(text) == text


@given(st.one_of(TEXTS, st.text("ab1 .:,!?\n\t@_-&'wW()ä’…{}~^%$#*|;", max_size=30)))
def test_plain_talk_is_what_would_stay_as_it_is(text: str) -> None:
    found = clean_for_assistant(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clean, "_PLAIN_TALK", re.compile("(?!)"))
        assert clean_for_assistant(text) == found


@pytest.mark.parametrize(
    "part", ["x", "a.", "[", "![", "[a](", "http:", "//", "www", "a-", ".", "]", "\u200d", "data:"]
)
def test_no_text_makes_it_slow(part: str) -> None:
    check_growth(lambda count: clean_for_assistant(part * count), 100_000 // len(part))
