"""Letters know which campaigns send them."""

from __future__ import annotations

import pytest

from campaigns.selectors import letter_use
from mailhub.content.services import catalogue
from tests.campaigns import people

pytestmark = pytest.mark.django_db


def test_a_letter_that_a_campaign_sends_says_so_and_stays() -> None:
    campaign = people.make_campaign()
    letter = campaign.letter_version.letter
    [use] = letter_use.of_letters([letter.pk])[letter.pk]
    assert (use.title, use.url) == (campaign.name, f"/campaigns/{campaign.pk}/")
    with pytest.raises(catalogue.InUse, match=campaign.name):
        catalogue.delete(letter)
