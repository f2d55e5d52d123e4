"""Letters lead to pages by their paths; these are the pages'."""

from __future__ import annotations

from django.urls import reverse

from mailhub.delivery import contracts


def test_letters_lead_to_the_pages_that_there_are() -> None:
    pages = contracts.public_pages()
    assert pages is not None
    assert reverse("contacts:unsubscribe", args=["token"]) == f"{pages.unsubscribe}token"
    assert reverse("contacts:preferences", args=["token"]) == f"{pages.preferences}token"
