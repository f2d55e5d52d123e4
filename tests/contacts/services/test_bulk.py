from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict

from contacts.models import BulkJob, Contact, ContactTag
from contacts.selectors import browsing
from contacts.selectors.browsing import Choice
from contacts.services import bulk, people
from contacts.services.bulk_acts import WrongParameters
from mailhub.lib import clock
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def make_crowd(count: int) -> None:
    for number in range(count):
        makers.make_contact(f"p{number}@example.org", city="Berlin" if number % 2 else "")


def choice_of(query: str) -> Choice:
    return Choice(filter=browsing.read(QueryDict(query)), asked_at=clock.now())


def begin(kind: str, choice: Choice, total: int = 1, **parameters: Any) -> BulkJob:
    return bulk.begin(kind, choice=choice, words="x", parameters=parameters, total=total, by=None)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH", 3)


@pytest.mark.usefixtures("small_batches")
def test_everybody_of_a_filter_is_gone_through_in_batches() -> None:
    make_crowd(16)
    tag = people.get_tag("VIP")
    job = begin("tag", choice_of("where=city:is:Berlin"), id=tag.pk)
    assert (job.state, job.done_count, job.total_count, job.counts) == ("finished", 8, 8, {"tagged": 8})


@pytest.mark.usefixtures("small_batches")
def test_an_act_that_takes_people_out_of_its_own_filter_reaches_all_of_them() -> None:
    make_crowd(10)
    tag = people.get_tag("VIP")
    job = begin("tag", choice_of(f"where=tag:has_not:{tag.pk}"), id=tag.pk)
    assert job.counts == {"tagged": 10} and ContactTag.objects.count() == 10


@pytest.mark.usefixtures("small_batches")
def test_who_comes_later_is_left_alone() -> None:
    make_crowd(4)
    tag = people.get_tag("VIP")
    job = begin("tag", choice_of(""), total=bulk.AT_ONCE + 1, id=tag.pk)
    makers.make_contact("late@example.org")
    bulk.carry_on(job.pk)
    assert not ContactTag.objects.filter(contact__email="late@example.org").exists()
    assert ContactTag.objects.count() == 4


@pytest.mark.usefixtures("small_batches")
def test_what_a_dead_worker_left_is_gone_on_with_and_nothing_is_done_twice() -> None:
    make_crowd(7)
    tag = people.get_tag("VIP")
    job = begin("tag", choice_of(""), total=bulk.AT_ONCE + 1, id=tag.pk)
    assert bulk._claim(job.pk) and bulk._do_batch(job.pk)
    bulk.carry_on(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done_count) == ("running", 3), "another worker seems to be at it"
    BulkJob.objects.update(heartbeat_at=clock.now() - bulk.STALE - timedelta(seconds=1))
    bulk.carry_on(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done_count, job.counts) == ("finished", 7, {"tagged": 7})


@pytest.mark.usefixtures("small_batches")
def test_a_stopped_act_does_no_further_batch() -> None:
    make_crowd(7)
    tag = people.get_tag("VIP")
    job = begin("tag", choice_of(""), total=bulk.AT_ONCE + 1, id=tag.pk)
    assert bulk._claim(job.pk) and bulk._do_batch(job.pk)
    assert bulk.stop(job) and not bulk.stop(job)
    BulkJob.objects.update(heartbeat_at=None)
    bulk.carry_on(job.pk)
    assert ContactTag.objects.count() == 3


def test_a_list_that_is_gone_meanwhile_fails_the_act_with_a_sentence() -> None:
    make_crowd(2)
    tag = people.get_tag("VIP")
    job = begin("untag", choice_of(""), total=bulk.AT_ONCE + 1, id=tag.pk)
    tag.delete()
    bulk.carry_on(job.pk)
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "The tag is not there any more.")


def test_deleting_takes_only_the_chosen() -> None:
    make_crowd(4)
    ids = tuple(Contact.objects.filter(city="Berlin").values_list("pk", flat=True))
    job = begin("delete", Choice(ids=ids))
    assert job.counts == {"deleted": 2}
    assert not Contact.objects.filter(pk__in=ids).exists() and Contact.objects.count() == 2


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"statement": "Fair", "basis": "guessed"},
        {"statement": "Fair", "basis": "implied"},
        {"statement": " ", "basis": "express"},
    ],
)
def test_nobody_is_added_without_a_statement_of_consent(parameters: dict[str, str]) -> None:
    make_crowd(1)
    with pytest.raises(WrongParameters):
        begin("subscribe", choice_of(""), id=makers.make_list().pk, **parameters)
    assert not BulkJob.objects.exists()


def test_a_choice_comes_back_as_it_was_written() -> None:
    make_crowd(3)
    for choice in (choice_of("q=p1&where=city:is:Berlin"), Choice(ids=(1, 2))):
        assert browsing.read_choice(choice.written()).written() == choice.written()
