"""Tokens carry what a page needs, for ever, and nothing else passes for one."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailhub.delivery import tokens
from mailhub.delivery.tokens import BadToken, Minter, Payload

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


@given(payloads)
def test_the_minter_of_a_dispatch_makes_the_same_link_tokens(payload):
    named = Payload(payload.dispatch_id, payload.message_id, number=payload.number, values=payload.values)
    minter = Minter(payload.dispatch_id)
    assert minter.link(payload.message_id, payload.number, payload.values) == tokens.mint("click", named)


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


@given(dispatch_id=numbers, message_id=numbers, contact_id=numbers, list_id=numbers)
def test_the_tokens_of_a_letter_give_back_whose_they_are(dispatch_id, message_id, contact_id, list_id):
    minter = tokens.Minter(dispatch_id)
    made = minter.letter(message_id)
    letter = Payload(dispatch_id, message_id)
    assert [tokens.read("open", made.open), tokens.read("view", made.view)] == [letter, letter]
    assert tokens.read_mailbox(made.bounce.upper()) == letter
    assert len(f"b-{made.bounce}") <= 64
    assert tokens.read("click", f"{made.click}.3") == Payload(dispatch_id, message_id, number=3)
    person = {
        "message_id": message_id,
        "contact_id": contact_id,
        "list_id": list_id,
        "address_hash": "ab" * 16,
    }
    unsubscribe, preferences = minter.person(**person)
    assert tokens.read("unsubscribe", unsubscribe) == Payload(dispatch_id, **person)
    assert tokens.read("preferences", preferences) == Payload(dispatch_id, **person)


def test_the_tokens_of_a_letter_pass_for_one_purpose_only():
    minter = tokens.Minter(7)
    letter = minter.letter(70)
    person = minter.person(message_id=70, contact_id=3, list_id=1, address_hash="ab" * 16)
    made = {"open": letter.open, "click": letter.click, "view": letter.view}
    made |= {"unsubscribe": person[0], "preferences": person[1]}
    for purpose, token in made.items():
        for other in {*made, "confirm", "manage"} - {purpose}:
            with pytest.raises(BadToken):
                tokens.read(other, token)
        with pytest.raises(BadToken):
            tokens.read_mailbox(token)


@pytest.mark.parametrize("number", ["", "0", "-1", "01", "x", "3.4", "1" * 11, "\u0663"])
def test_only_a_number_may_stand_behind_a_click_token(number):
    with pytest.raises(BadToken):
        tokens.read("click", f"{tokens.Minter(7).letter(70).click}.{number}")


def test_every_altered_character_makes_the_tokens_of_a_letter_void():
    minter = tokens.Minter(7)
    click = minter.letter(70).click
    bounce = minter.letter(70).bounce
    for position in range(len(click)):
        altered = click[:position] + ("A" if click[position] != "A" else "B") + click[position + 1 :]
        with pytest.raises(BadToken):
            tokens.read("click", f"{altered}.3")
    for position in range(len(bounce)):
        altered = bounce[:position] + ("a" if bounce[position] != "a" else "b") + bounce[position + 1 :]
        with pytest.raises(BadToken):
            tokens.read_mailbox(altered)


# Made by the release before the second form of tokens: letters that carry them are in people's mailboxes.
SENT = {
    "click": "R7xM_T_RALQu077sB0YAAAMAA0Fubg",
    "open": "pKH2T1K4xd7t4l9yB0YAAAAA",
    "unsubscribe": "H0iA0kTtzRlwdEvtB_GiBAMBABCrq6urq6urq6urq6urq6ur",
}
SENT_MAILBOX = "ttg4hk6ygfzx2oraz2uaorqaaaaaa"


def test_links_in_letters_already_sent_stay_valid(settings):
    settings.MAILHUB_KEYS = ["the-old-key-of-this-installation"]
    assert tokens.read("click", SENT["click"]) == Payload(7, 70, number=3, values=("Ann",))
    assert tokens.read("open", SENT["open"]) == Payload(7, 70)
    assert tokens.read("unsubscribe", SENT["unsubscribe"]) == ANN
    assert tokens.read_mailbox(SENT_MAILBOX) == Payload(7, 70)


def test_the_tokens_of_a_letter_outlive_a_new_key(settings):
    settings.MAILHUB_KEYS = ["the-old-key-of-this-installation"]
    letter = tokens.Minter(7).letter(70)
    settings.MAILHUB_KEYS = ["a-new-key-for-this-installation!", "the-old-key-of-this-installation"]
    assert tokens.read("open", letter.open) == tokens.read_mailbox(letter.bounce) == Payload(7, 70)
    settings.MAILHUB_KEYS = ["a-new-key-for-this-installation!"]
    with pytest.raises(BadToken):
        tokens.read("open", letter.open)
