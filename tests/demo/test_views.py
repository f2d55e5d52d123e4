"""The switch of the example data."""

from __future__ import annotations

import pytest
from django.test import Client

from mailhub.accounts.models import AuditEntry
from mailhub.demo import tasks
from mailhub.demo.models import DemoLoad, LoadState
from mailhub.demo.services import loading
from mailhub.lib import clock
from tests.reports import sent

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true", "HX-Target": "example-data"}


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(sent.make_user("admin"))
    return client


def test_looking_at_it_loads_nothing(admin: Client) -> None:
    assert admin.get("/example-data/?act=load").status_code == 200
    assert not DemoLoad.objects.exists()


def test_switching_it_on_asks_for_a_load_and_is_written_down(admin: Client) -> None:
    assert admin.post("/example-data/", {"act": "load"}).status_code == 302
    assert DemoLoad.objects.get().state == LoadState.ASKED
    assert AuditEntry.objects.get().act == "example_data.loaded"


def test_the_fragment_shows_progress_and_then_the_page_anew(admin: Client) -> None:
    admin.post("/example-data/", {"act": "load"})
    assert b"is being loaded" in admin.get("/example-data/", headers=FRAGMENT).content
    DemoLoad.objects.update(state=LoadState.LOADED)
    assert admin.get("/example-data/", headers=FRAGMENT).headers["HX-Refresh"] == "true"


def test_switching_it_off_asks_for_the_removal_and_the_task_does_it(admin: Client) -> None:
    loading.load(now=clock.now(), size=20)
    admin.post("/example-data/", {"act": "remove"})
    assert DemoLoad.objects.get().state == LoadState.REMOVING
    tasks.remove()
    assert not DemoLoad.objects.exists()


def test_a_task_that_comes_twice_changes_nothing() -> None:
    tasks.remove()
    loading.load(now=clock.now(), size=20)
    tasks.load()
    assert DemoLoad.objects.get().state == LoadState.LOADED


def test_a_second_load_is_refused_with_a_sentence(admin: Client) -> None:
    loading.load(now=clock.now(), size=20)
    answer = admin.post("/example-data/", {"act": "load"}, follow=True)
    assert "it is loaded only once" in answer.content.decode()


def test_the_right_to_look_is_not_enough(client: Client) -> None:
    client.force_login(sent.make_user("sender"))
    assert client.get("/example-data/").status_code == 200
    assert client.post("/example-data/", {"act": "load"}).status_code == 403
