"""What beat rings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contacts import tasks
from contacts.models import Contact
from contacts.services import signups
from mailhub.delivery.models import Dispatch
from mailhub.lib import clock
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def test_the_tasks_remind_and_forget() -> None:
    began = clock.now()
    with clock.frozen(began):
        news = makers.make_list(opt_in="double")
        signups.start(makers.make_contact(), news, method="form", brought_contact=True)

    with clock.frozen(began + timedelta(days=3)):
        tasks.remind_unconfirmed()
    assert Dispatch.objects.filter(producer="confirmation").count() == 2

    with clock.frozen(began + timedelta(days=31)):
        tasks.delete_stale_signups()
    assert not Contact.objects.exists()
