"""Tokens carry what a page needs, for ever, and nothing else passes for one."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailhub.delivery import tokens
from mailhub.delivery.tokens import BadToken, Payload

numbers = st.integers(min_value=0, max_value=2**63 - 1)
payloads = st.builds(
    Payload,
    dispatch_id=numbers,
    message_id=numbers,
    contact_id=numbers,
    list_id=numbers,
    number=numbers,
    address_hash=st.sampled_from(["", "0f" * 16]),
    values=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3).map(tuple),
)
ANN = Payload(dispatch_id=7, message_id=70001, contact_id=3, list_id=1, address_hash="ab" * 16)


@given(payloads)
def test_a_token_gives_back_what_it_was_minted_from(payload):
    assert tokens.read("click", tokens.mint("click", payload)) == payload
    assert tokens.read_mailbox(tokens.mint_mailbox(payload).upper()) == payload


def test_a_token_is_short_and_safe_in_a_url():
    token = tokens.mint("unsubscribe", ANN)
    assert len(token) < 70
    assert token.replace("-", "").replace("_", "").isalnum()


def test_every_altered_character_makes_a_token_void():
    token = tokens.mint("unsubscribe", ANN)
    for position, character in enumerate(token):
        altered = token[:position] + ("A" if character != "A" else "B") + token[position + 1 :]
        with pytest.raises(BadToken):
            tokens.read("unsubscribe", altered)


def test_a_token_for_one_purpose_is_void_for_another():
    with pytest.raises(BadToken):
        tokens.read("unsubscribe", tokens.mint("preferences", ANN))


@pytest.mark.parametrize("junk", ["", "x", "!!!", "ä", "A" * 16, "A" * 200, "../../etc/passwd", "a=b"])
def test_junk_is_no_token(junk):
    with pytest.raises(BadToken):
        tokens.read("click", junk)


def test_another_spelling_of_the_same_bytes_is_no_token():
    token = tokens.mint("click", Payload(dispatch_id=1))
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    with pytest.raises(BadToken):
        tokens.read("click", base64.urlsafe_b64encode(raw).decode() + "=")


def test_links_in_old_letters_outlive_a_new_key(settings):
    settings.MAILHUB_KEYS = ["the-old-key-of-this-installation"]
    token = tokens.mint("unsubscribe", ANN)
    settings.MAILHUB_KEYS = ["a-new-key-for-this-installation!", "the-old-key-of-this-installation"]
    assert tokens.read("unsubscribe", token) == ANN
    settings.MAILHUB_KEYS = ["a-new-key-for-this-installation!"]
    with pytest.raises(BadToken):
        tokens.read("unsubscribe", token)
