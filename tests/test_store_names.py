"""Names, addresses and numbers as keys, and the public ids made from keys."""

import re

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from store.engine.refs import make_ref
from store.text.keys import email_key, is_role_address, phone_key, phone_region
from store.text.names import name_key, visible


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Bob@Example.ORG", "bob@example.org"),
        (" <bob@example.org> ", "bob@example.org"),
        ("mailto:bob@example.org", "bob@example.org"),
        ("bob@googlemail.com", "bob@gmail.com"),
        ("b.o.b@gmail.com", "b.o.b@gmail.com"),
        ("bob+news@example.org", "bob+news@example.org"),
        ("\u202abob@example.org\u202c", "bob@example.org"),
        ("ｂｏｂ@example.org", "bob@example.org"),
        ("jörg@bücher.example", "jörg@xn--bcher-kva.example"),
        ("bob@localhost@x", ""),
        ("bob", ""),
        ("", ""),
        ("Bob <bob@example.org>", ""),
    ],
)
def test_an_address_has_one_key_however_it_is_written(written: str, key: str) -> None:
    assert email_key(written) == key


@pytest.mark.parametrize(
    ("written", "region", "key"),
    [
        ("+351 912 345 678", None, "+351912345678"),
        ("912 345 678", "PT", "+351912345678"),
        ("912 345 678", None, ""),
        ("0049 30 901820", None, "+4930901820"),
        ("00 49 30 901820", "US", "+4930901820"),
        ("\u202a+49\u00a030\u00a0901820\u202c", None, "+4930901820"),
        ("tel:+49-30-901820", None, "+4930901820"),
        ("＋４９３０９０１８２０", None, "+4930901820"),
        ("+49 (0)30 901820", None, "+4930901820"),
        ("12", "DE", ""),
        ("no number", "DE", ""),
        ("", None, ""),
    ],
)
def test_a_number_has_one_key_however_it_is_written(
    written: str, region: str | None, key: str
) -> None:
    assert phone_key(written, region) == key


def test_the_country_of_a_number_is_known_only_with_its_code() -> None:
    assert (phone_region("+351 912 345 678"), phone_region("912345678")) == ("PT", None)


@pytest.mark.parametrize("key", ["info@x.example", "no-reply@x.example", "noreply+7@x.example"])
def test_a_desk_is_told_from_a_person(key: str) -> None:
    assert is_role_address(key)
    assert not is_role_address("ingo@x.example")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("  João   SILVA ", "joao silva"),
        ("Mai 🌻", "mai"),
        ("O’Brien, Pat", "o brien pat"),
        ("\u200eZoë\u200f", "zoe"),
        ("Straße", "strasse"),
        ("李小龍", "李小龍"),
        ("", ""),
    ],
)
def test_a_name_has_one_key_however_it_is_written(written: str, key: str) -> None:
    assert name_key(written) == key


@given(st.text(st.characters(exclude_categories=[])))
def test_every_name_can_be_shown_stored_and_compared(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert visible(shown) == shown
    assert name_key(name_key(text)) == name_key(text)


@given(st.text(), st.sampled_from([None, "PT", "US"]))
def test_a_key_is_the_key_of_itself(text: str, region: str | None) -> None:
    if key := email_key(text):
        assert email_key(key) == key
    if key := phone_key(text, region):
        assert phone_key(key, None) == key


def test_a_ref_says_what_it_is_and_never_changes() -> None:
    assert re.fullmatch(r"c_[0-9a-hjkmnp-tv-z]{7}", make_ref("c", "email", "", "bob@example.org"))
    assert make_ref("m", "telegram:1", "a/1") == make_ref("m", "telegram:1", "a/1")
    refs = {make_ref("m", "a", "bc"), make_ref("m", "ab", "c"), make_ref("v", "ab", "c")}
    assert len({ref[2:] for ref in refs}) == 3


def test_a_ref_that_is_taken_gives_way_to_the_next_one_always_the_same() -> None:
    first = make_ref("c", "x")
    second = make_ref("c", "x", taken=lambda ref: ref == first)
    assert second != first
    assert second == make_ref("c", "x", taken=lambda ref: ref == first)


@given(text=st.text(st.characters(max_codepoint=0x7F)))
def test_plain_names_are_read_as_all_others_are(text: str) -> None:
    # A mark that nobody sees takes the longer way.
    assert visible(text) == visible(f"{text}\u200b")
    assert name_key(text) == name_key(f"{text}\u200b")


_LABEL = st.text("abyzxn019-", min_size=1, max_size=5)
_DOMAIN = st.builds(
    ".".join, st.lists(_LABEL | st.sampled_from(["test", "local", "com"]), min_size=1, max_size=3)
)


@given(
    local=st.text("abAZ09._+-'", min_size=1, max_size=8) | st.integers(55, 70).map("a".__mul__),
    domain=_DOMAIN | st.sampled_from(["example.org", "googlemail.com", "x.invalid", "a.onion"]),
)
def test_ordinary_addresses_have_the_key_that_the_library_gives(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    try:
        read = validate_email(address, check_deliverability=False, test_environment=True)
        expected = f"{read.local_part}@{read.ascii_domain}".lower()
    except EmailNotValidError:
        expected = ""
    assert email_key(address) == re.sub("@googlemail.com$", "@gmail.com", expected)
