"""What the letter says."""

from __future__ import annotations

import pytest

from campaigns.models import TestLetter
from contacts.models import Contact, CustomField
from mailhub.content.models import LetterVariant, LetterVersion
from mailhub.lib import clock
from tests import factories
from tests.campaigns import people
from tests.campaigns.gate.looking import a_campaign, a_letter, findings, said

pytestmark = pytest.mark.django_db


def test_every_problem_of_the_letter_blocks_with_its_place() -> None:
    campaign = a_campaign(body="<p>{{ contact.nmae }}</p>")
    ((level, sentence),) = said("compiling", campaign)
    assert level == "block"
    assert sentence.startswith("Body, line 1, column ")
    assert "did you mean “contact.name”" in sentence


def test_a_letter_that_is_wrong_all_over_names_the_first_problems() -> None:
    campaign = a_campaign(body="".join(f"{{{{ contact.x{number} }}}}" for number in range(9)))
    sentences = [sentence for _, sentence in said("compiling", campaign)]
    assert len(sentences) == 6
    assert sentences[-1] == "4 more problems in the letter."


def test_each_language_is_compiled() -> None:
    campaign = a_campaign()
    version = LetterVersion.objects.get()
    LetterVariant.objects.create(version=version, locale="de", subject="Neues", body="{{ contact.nmae }}")
    ((level, sentence),) = said("compiling", campaign)
    assert level == "block"
    assert sentence.startswith("De: body, line 1")


def test_a_newer_version_of_the_letter_is_worth_a_look() -> None:
    campaign = a_campaign()
    assert said("newest", campaign) == []
    LetterVersion.objects.create(letter=LetterVersion.objects.get().letter, number=2, default_locale="en")
    ((level, sentence),) = said("newest", campaign)
    assert (level, sentence.startswith("The letter has a newer version, 2;")) == ("warn", True)


def test_a_missing_subject_blocks() -> None:
    assert ("block", "The letter has no subject in English.") in said("subject", a_campaign(subject=" "))


def test_a_long_subject_is_worth_a_look() -> None:
    ((level, sentence),) = said("subject", a_campaign(subject="s" * 61))
    assert (level, sentence.startswith("The subject has 61 characters")) == ("warn", True)


def test_the_subject_is_shown_as_the_first_person_reads_it() -> None:
    campaign = a_campaign(subject="For {{ contact.email }}")
    assert said("subject", campaign) == [("pass", "The subject reads “For ann@example.org”.")]


def test_a_missing_preview_line_is_worth_a_look() -> None:
    ((level, _),) = said("preheader", a_campaign())
    assert level == "warn"


@pytest.mark.parametrize(
    "text", ["*|FNAME|*", "%%first_name%%", "[FIRSTNAME]", "{first_name}", "Lorem ipsum"]
)
def test_a_placeholder_of_another_program_is_worth_a_look(text: str) -> None:
    ((level, sentence),) = said("leftovers", a_campaign(body=f"<p>Dear {text}, good day to you all</p>"))
    assert level == "warn"
    assert text in sentence


def test_an_empty_value_without_default_blocks_with_the_count_of_people() -> None:
    campaign = a_campaign(
        body="<p>Hello {{ contact.first_name }}</p>", to=("ann@example.org", "bo@example.org")
    )
    Contact.objects.filter(email_key="ann@example.org").update(first_name="Ann")
    (found,) = findings("merge_values", campaign)
    assert (found.level, found.count) == ("block", 1)
    assert found.sentence.startswith("First name is empty for 1 person, who would read a gap.")


def test_an_empty_value_with_a_default_says_what_is_read_instead() -> None:
    campaign = a_campaign(body="<p>Hello {{ contact.first_name | default: 'there' }}</p>")
    assert said("merge_values", campaign) == [
        ("pass", "First name is empty for 1 person: they read “there” instead.")
    ]


def test_a_value_that_is_asked_for_before_it_is_shown_leaves_no_gap() -> None:
    campaign = a_campaign(
        body="{% if contact.first_name %}<p>Hello {{ contact.first_name }}</p>{% endif %}<p>Good day</p>"
    )
    assert said("merge_values", campaign) == []


def test_an_empty_custom_field_is_counted_by_its_label() -> None:
    CustomField.objects.create(key="shoe_size", label="Shoe size", type="number")
    campaign = a_campaign(
        body="<p>Your size is {{ contact.shoe_size }}</p>", to=("ann@example.org", "bo@example.org")
    )
    Contact.objects.filter(email_key="bo@example.org").update(custom={"shoe_size": 44})
    (found,) = findings("merge_values", campaign)
    assert (found.level, found.count) == ("block", 1)
    assert found.sentence.startswith("Shoe size is empty for 1 person")


def test_everybody_having_a_value_is_fine() -> None:
    campaign = a_campaign(body="<p>You are {{ contact.email }}</p>")
    assert said("merge_values", campaign) == [
        ("pass", "Everybody has a value wherever the letter shows one of theirs.")
    ]


def test_an_unsubscribe_link_is_always_there() -> None:
    ((level, sentence),) = said("unsubscribing", a_campaign())
    assert (level, sentence.startswith("MailHub adds an unsubscribe link")) == ("pass", True)
    own = people.make_campaign(letter_version=a_letter('<a href="{{ unsubscribe_url }}">Leave</a>'))
    assert said("unsubscribing", own) == [("pass", "The letter has an unsubscribe link.")]


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("", "leads nowhere"),
        ("#", "leads nowhere"),
        ("javascript:alert(1)", "no web address"),
        ("ftp://files.example.org/a", "no web address"),
        ("www.shop.example/sale", "not complete"),
        ("http://localhost:8000/a", "cannot reach"),
    ],
)
def test_a_link_that_leads_nowhere_is_worth_a_look(address: str, word: str) -> None:
    ((level, sentence),) = said(
        "links", a_campaign(body=f'<p><a href="{address}">Look</a> at this please now</p>')
    )
    assert level == "warn"
    assert word in sentence


def test_good_links_are_counted() -> None:
    body = '<a href="https://www.shop.example/a">A</a> <a href="mailto:ann@shop.example">B</a>'
    assert said("links", a_campaign(body=body)) == [("pass", "2 links, all well-formed.")]


def test_parameters_that_are_no_texts_block() -> None:
    ((level, _),) = said("parameters", a_campaign(utm={"utm_source": 5}))
    assert level == "block"


def test_a_picture_over_http_is_worth_a_look() -> None:
    campaign = a_campaign(body='<img src="http://www.shop.example/a.png" alt="A">')
    ((level, sentence),) = said("insecure_images", campaign)
    assert (level, "http://www.shop.example/a.png" in sentence) == ("warn", True)


def test_a_picture_without_text_is_worth_a_look() -> None:
    campaign = a_campaign(body='<img src="https://www.shop.example/a.png">')
    ((level, sentence),) = said("alt_texts", campaign)
    assert (level, sentence.startswith("1 picture has no text")) == ("warn", True)


def test_a_decoration_and_a_spacer_need_no_text() -> None:
    body = (
        '<img src="https://a.example/a.png" alt=""><img src="https://a.example/b.png" width="1" height="1">'
    )
    assert said("alt_texts", a_campaign(body=body))[0][0] == "pass"


def test_a_letter_that_gmail_cuts_off_is_worth_a_look() -> None:
    ((level, sentence),) = said("weight", a_campaign(body="<p>" + "word " * 21_000 + "</p>"))
    assert (level, "Gmail cuts it off" in sentence) == ("warn", True)


def test_a_light_letter_says_its_size() -> None:
    ((level, sentence),) = said("weight", a_campaign())
    assert (level, sentence.endswith("kB (Gmail cuts at 102 kB).")) == ("pass", True)


def test_a_text_part_is_made_from_the_letter() -> None:
    assert said("text_part", a_campaign()) == [("pass", "Its text part is made from the letter.")]


def test_a_letter_that_was_not_tested_is_worth_a_look() -> None:
    ((level, _),) = said("testing", a_campaign())
    assert level == "warn"


def test_a_test_of_this_version_is_fine_and_of_an_older_one_is_not() -> None:
    campaign = a_campaign()
    test = TestLetter.objects.create(
        campaign=campaign,
        dispatch=factories.make_dispatch(brand=campaign.brand),
        letter_version_id=campaign.letter_version_id or 0,
        sent_at=clock.now(),
    )
    assert said("testing", campaign) == [("pass", "A test of this letter was sent.")]
    TestLetter.objects.filter(pk=test.pk).update(letter_version_id=-1)
    assert said("testing", campaign)[0][0] == "warn"
