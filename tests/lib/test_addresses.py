"""What makes two addresses the same person's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailhub.lib import addresses
from mailhub.lib.addresses import InvalidAddress


@pytest.mark.parametrize(
    "typed",
    [
        "ann@example.org",
        " Ann@EXAMPLE.org ",
        "ann\u200b@example.org",
        "\u00a0ann@example.org\u00a0",
        "\ufeffann@example.org",
        "ann@exam\u00adple.org",
    ],
)
def test_the_same_person_is_known_however_the_address_was_typed(typed):
    assert addresses.parse(typed).key == "ann@example.org"


def test_what_the_person_typed_is_kept_for_display():
    assert addresses.parse(" Ann.Lee@Example.ORG ").typed == "Ann.Lee@Example.ORG"


def test_an_international_domain_is_compared_and_mailed_by_its_a_labels():
    address = addresses.parse("bo@BÜCHER.example")
    assert address.key == "bo@xn--bcher-kva.example"
    assert address.ascii == "bo@xn--bcher-kva.example"
    assert address.typed == "bo@BÜCHER.example"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "ann@",
        "@example.org",
        "ann@example",
        "ann@@example.org",
        "ann@exa mple.org",
        "a nn@example.org",
        ".ann@example.org",
        "ann..lee@example.org",
        "ann@-example.org",
        "ann@example..org",
        "ann@127.0.0.1",
        "ann@example.org\r\nbcc: bo@example.org",
        "a" * 65 + "@example.org",
        "ann@" + "a" * 64 + ".org",
        "Ann <ann@example.org>",
        "ann@example.org,bo@example.org",
    ],
)
def test_what_mail_cannot_be_sent_to_is_refused_with_a_sentence(typed):
    with pytest.raises(InvalidAddress) as error:
        addresses.parse(typed)
    assert str(error.value).endswith(".")


@given(st.text(max_size=80))
def test_any_text_is_either_an_address_whose_key_is_stable_or_refused(text):
    try:
        address = addresses.parse(text)
    except InvalidAddress:
        return
    assert addresses.parse(address.key).key == address.key
    assert "\n" not in address.ascii and " " not in address.ascii


def test_a_masked_address_shows_its_owner_enough_and_a_stranger_nothing():
    assert addresses.mask("ann@example.org") == "a••@e••.org"
