"""That letters do not leave is said on every page and before deployment."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from mailhub.accounts.models import User
from mailhub.delivery import notices
from mailhub.delivery.services import routes
from mailhub.delivery.services.routes import Draft
from mailhub.lib.environment import SmtpServer

pytestmark = pytest.mark.django_db

NOTHING_LEAVES = "Nothing leaves: letters go to the capture mailbox until a route is set."


@pytest.mark.parametrize("url", ["/settings/", "/mailbox/", "/settings/health/"])
def test_every_page_says_that_nothing_leaves(client: Client, boss: User, url: str) -> None:
    page = client.get(url).content.decode()
    assert NOTHING_LEAVES in page
    assert 'href="/settings/routes/"' in page


def test_who_cannot_set_a_route_reads_it_without_the_link(client: Client, viewer: User) -> None:
    page = client.get("/settings/").content.decode()
    assert NOTHING_LEAVES in page
    assert "/settings/routes/" not in page


def test_the_banner_goes_with_the_first_route(client: Client, boss: User) -> None:
    routes.add(Draft(name="Provider", host="smtp.example.com"))
    assert NOTHING_LEAVES not in client.get("/settings/").content.decode()


def test_half_of_the_letters_staying_is_said_too(client: Client, boss: User) -> None:
    routes.add(Draft(name="Express", host="smtp.example.com", use="transactional"))
    assert "Marketing letters do not leave" in client.get("/settings/").content.decode()


def test_the_check_before_deployment_fails_until_there_is_a_route(settings: Any) -> None:
    (error,) = notices.check_route(None)
    assert (error.id, error.msg) == (
        "mailhub.E001",
        "Every letter goes to the capture mailbox: nothing leaves.",
    )
    settings.MAILHUB_SMTP = SmtpServer("mail.example.org", 25, "", "", "none")
    assert notices.check_route(None) == []
    routes.add(Draft(name="Kept", transport="capture", use="marketing"))
    (error,) = notices.check_route(None)
    assert "Every marketing letter" in error.msg
