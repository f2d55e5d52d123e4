"""A forgotten password: the same answer for everybody, and a mail for who has an account."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client

from mailhub.accounts.models import AuditEntry, User
from mailhub.accounts.services import guarding, resets

pytestmark = pytest.mark.django_db


def test_the_answer_is_the_same_whether_there_is_an_account(
    client: Client, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    User.objects.create_user("ann", "ann@example.org", "x")
    client.get("/password/lost/")
    for address in ("ann@example.org", "nobody@example.org"):
        with django_assert_num_queries(0):  # type: ignore[operator]
            answer = client.post("/password/lost/", {"email": address})
        assert answer.headers["Location"] == "/password/lost/sent/"


def test_who_has_an_account_gets_a_link_to_the_house_itself(mailoutbox: list[EmailMessage]) -> None:
    User.objects.create_user("ann", "ann@example.org", "x")
    resets.mail("Ann@example.org")
    (letter,) = mailoutbox
    assert letter.to == ["ann@example.org"]
    assert f"{settings.PUBLIC_URL}/password/choose/" in letter.body


def test_who_has_none_gets_nothing(mailoutbox: list[EmailMessage]) -> None:
    resets.mail("nobody@example.org")
    resets.mail("no address")
    assert mailoutbox == []


def test_nobody_is_flooded_with_links(client: Client) -> None:
    allowed = [guarding.may_mail("ann@example.org", f"192.0.2.{number}") for number in range(5)]
    assert allowed == [True, True, True, False, False]


def test_a_password_that_was_chosen_anew_is_written_down(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    ann = User.objects.create_user("ann", "ann@example.org", "x")
    resets.mail("ann@example.org")
    link = mailoutbox[0].body.split(settings.PUBLIC_URL)[1].split()[0]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    new = "a long and rare password"
    assert client.post(form, {"new_password1": new, "new_password2": new}).headers["Location"] == "/sign-in/"
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.target_id) == ("account.password_reset", "ann", str(ann.pk))
