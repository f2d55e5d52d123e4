"""Two connections at once: a write with an Idempotency-Key still happens once."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection
from django.test import Client

from contacts.models import Contact
from mailhub.accounts.services import api_keys

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_request_from_two_connections_is_done_once() -> None:
    secret = api_keys.create("Shop", scopes=["all"]).secret
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "a"}
    answers: list[int] = []
    start = threading.Barrier(4)

    def send() -> None:
        start.wait()
        try:
            body = '{"email": "ann@example.org"}'
            response = Client().post(
                "/api/v1/contacts", body, content_type="application/json", headers=headers
            )
            answers.append(response.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Who came too early is told to ask again; who came later got the first one's answer.
    assert Counter(answers).keys() <= {201, 409}
    assert 201 in answers
    assert Contact.objects.count() == 1
