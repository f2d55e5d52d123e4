"""What must be right before a letter may go out."""

from __future__ import annotations

import pytest

from campaigns.services import checks
from campaigns.services.checks import LaunchRefused
from mailhub.content.problems import LetterError
from mailhub.lib.errors import UserError
from tests import factories
from tests.campaigns import people

pytestmark = pytest.mark.django_db


def test_a_sound_campaign_passes() -> None:
    checks.before_sending(people.make_campaign(lists=[people.make_list()]))


def test_a_campaign_without_a_list_is_refused() -> None:
    with pytest.raises(LaunchRefused, match="“Spring” goes to no list; choose at least one"):
        checks.before_sending(people.make_campaign())


def test_a_brand_without_a_postal_address_is_refused_with_the_way_to_set_it() -> None:
    brand = factories.make_brand(postal_address="")
    with pytest.raises(LaunchRefused, match=r"no postal address.* manage\.py brand --postal-address"):
        checks.before_sending(people.make_campaign(lists=[people.make_list()], brand=brand))


def test_an_unknown_sending_domain_is_refused() -> None:
    campaign = people.make_campaign(lists=[people.make_list()], allow_unverified=False)
    with pytest.raises(UserError, match=r"shop\.example is not a sending domain yet"):
        checks.before_sending(campaign)


def test_a_list_of_another_brand_is_refused() -> None:
    other = factories.make_brand(name="Other")
    campaign = people.make_campaign(lists=[people.make_list()], brand=factories.make_brand())
    assert campaign.brand != other
    with pytest.raises(
        LaunchRefused, match="The list “News” belongs to the brand “Other”, but “Spring” is sent"
    ):
        checks.before_sending(campaign)


def test_a_line_break_cannot_smuggle_a_header_into_the_sender() -> None:
    campaign = people.make_campaign(lists=[people.make_list()], sender_name="Ann\r\nBcc: bo@example.org")
    with pytest.raises(UserError, match="a line break or another control character"):
        checks.before_sending(campaign)


def test_an_answer_address_that_is_none_is_refused() -> None:
    with pytest.raises(UserError, match="“ann” is not an e-mail address"):
        checks.before_sending(people.make_campaign(lists=[people.make_list()], reply_to="ann"))


def test_a_letter_without_a_subject_is_refused() -> None:
    campaign = people.make_campaign(
        lists=[people.make_list()], letter_version=people.make_letter(subject=" ")
    )
    with pytest.raises(LaunchRefused, match="has no subject in en"):
        checks.before_sending(campaign)


def test_every_problem_of_the_letter_is_told_with_its_place() -> None:
    letter = people.make_letter(body="<p>{{ contact.nmae }}</p>\n<p>{{ brand.name | upcaes }}</p>")
    campaign = people.make_campaign(lists=[people.make_list()], letter_version=letter)
    with pytest.raises(LetterError) as refusal:
        checks.before_sending(campaign)
    assert [(problem.part, problem.line) for problem in refusal.value.problems] == [("body", 1), ("body", 2)]
