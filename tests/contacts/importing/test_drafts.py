"""An import on its way through the screens, without the screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from contacts.importing import drafts, jobs, runs, uploads
from contacts.importing.mapping import Role
from contacts.importing.reading.limits import UnreadableFile
from contacts.importing.terms import Terms, WrongCall
from contacts.models import ConsentRecord, Contact, CustomField, FieldType, Import, List, Subscription
from contacts.services import people
from mailhub.delivery.models import Brand, Suppression
from mailhub.delivery.services import suppression
from mailhub.lib import clock, storage
from tests.contacts.makers import make_list

pytestmark = pytest.mark.django_db
FILE = "email,city,Size\nann@example.org,Bonn,7\nbo@example.org,,x\nrubbish,Ulm,1\n"


def draft(text: str = FILE, *, name: str = "people.csv", kind: str = "people") -> Import:
    return drafts.create(ContentFile(text.encode()), name=name, kind=kind)


def ready(run: Import, **fields: Any) -> Import:
    """The draft with a list and terms, checked."""
    list_ = List.objects.filter(slug="news").first() or make_list()
    drafts.choose_terms(run, list_=list_, terms=Terms(fields.pop("source", "Spring fair"), **fields))
    return checked(run)


def checked(run: Import) -> Import:
    drafts.begin_check(run)
    jobs.check(run.pk)
    return Import.objects.get(pk=run.pk)


def finished(run: Import) -> Import:
    assert drafts.start(run)
    jobs.perform(run.pk)
    return Import.objects.get(pk=run.pk)


def test_an_uploaded_file_is_looked_at() -> None:
    run = draft()
    assert (run.state, run.look["row_count"], run.look["file"]) == ("draft", 3, "UTF-8, separated by comma")
    roles = [(column.header, column.role.value, column.target) for column in drafts.columns_of(run)]
    assert roles == [("email", "email", "email"), ("city", "field", "city"), ("Size", "custom", "size")]
    assert run.look["columns"][0]["samples"] == ["ann@example.org", "bo@example.org", "rubbish"]
    assert run.look["columns"][1]["filled"] == 2


def test_what_is_no_table_is_refused_and_not_kept() -> None:
    with pytest.raises(UnreadableFile, match="PDF"):
        draft("%PDF-1.7")
    assert not Import.objects.exists()


def test_a_file_is_kept_where_nobody_serves_it() -> None:
    run = draft()
    with uploads.local(run) as path:
        assert path.read_text() == FILE
        assert not path.is_relative_to(settings.MEDIA_ROOT)
        assert path.is_relative_to(Path(settings.MAILHUB_DATA))


def test_a_check_shows_people_of_each_kind() -> None:
    ann = people.create("ann@example.org", values={"city": "Kiel"})
    suppression.suppress(ann.address_hash, reason="complaint")
    run = ready(draft())
    found = run.check_result
    assert (found["created"], found["updated"], found["invalid"], found["suppressed_count"]) == (1, 1, 1, 1)
    assert found["people"]["changed"][0]["changes"] == [["city", "Kiel", "Bonn"], ["size", None, "7"]]
    assert found["people"]["new"][0]["email"] == "bo@example.org"
    assert found["suppressed"] == [{"email": "ann@example.org", "reason": "complaint", "by_file": False}]
    assert (found["granted"], found["refused"][0]["line"]) == (1, "4")
    assert not Subscription.objects.exists()
    assert run.phase == ""


def test_the_run_does_what_was_checked() -> None:
    run = finished(ready(draft(), wording="Yes, mail me.", basis="express"))
    assert (run.state, run.created_count, run.invalid_count, run.phase) == ("finished", 2, 1, "")
    record = ConsentRecord.objects.filter(contact__email="ann@example.org").get()
    assert (record.wording, record.source, record.import_id) == ("Yes, mail me.", "Spring fair", run.pk)
    errors = uploads.open_errors(run)
    assert errors is not None
    assert b"rubbish" in errors.read()


def test_implied_consent_ends_on_its_day() -> None:
    ends_at = clock.now() + timedelta(days=180)
    finished(ready(draft(), basis="implied", basis_expires_at=ends_at))
    assert set(Subscription.objects.values_list("basis_expires_at", flat=True)) == {ends_at}
    assert set(ConsentRecord.objects.values_list("basis", "basis_expires_at")) == {("implied", ends_at)}


def test_people_who_did_not_agree_come_in_without_a_subscription() -> None:
    run = finished(ready(draft(), basis=""))
    assert (run.created_count, Subscription.objects.count()) == (2, 0)


def test_chosen_columns_are_obeyed() -> None:
    run = draft()
    email, city, size = drafts.columns_of(run)
    city = replace(city, role=Role.IGNORED, target="")
    size = replace(size, target="shoe", kind=FieldType.NUMBER, label="Shoe size")
    drafts.choose_columns(run, [email, city, size], empty="keep")
    finished(ready(run))
    ann = Contact.objects.get(email="ann@example.org")
    assert (ann.city, ann.custom) == ("", {"shoe": 7})
    assert CustomField.objects.get().label == "Shoe size"


def test_a_new_choice_asks_for_a_new_check() -> None:
    run = ready(draft())
    drafts.choose_columns(run, drafts.columns_of(run), empty="clear")
    with pytest.raises(drafts.NotReady, match="Check the import first"):
        drafts.start(run)


def test_a_list_can_be_made_on_the_way() -> None:
    Brand.objects.create(name="Shop", postal_address="1 High Street")
    run = draft()
    drafts.choose_terms(run, list_=None, list_name="Spring Fair", terms=Terms("fair"))
    finished(checked(run))
    assert (List.objects.get().slug, List.objects.get().name) == ("spring-fair", "Spring Fair")


def test_pressing_run_twice_runs_once() -> None:
    run = ready(draft())
    assert [drafts.start(run), drafts.start(run)] == [True, False]
    jobs.perform(run.pk)
    jobs.perform(run.pk)
    assert Contact.objects.count() == 2
    assert Import.objects.get().created_count == 2


def test_a_failed_run_says_why_and_goes_on() -> None:
    run = ready(draft())
    assert drafts.start(run)
    kept = Import.objects.get().upload
    Import.objects.update(upload="gone")
    jobs.perform(run.pk)
    failed = Import.objects.get()
    assert (failed.state, failed.problem) == (
        "failed",
        "people.csv is not kept any more; upload it again.",
    )
    Import.objects.update(upload=kept)
    assert drafts.go_on(failed)
    jobs.perform(run.pk)
    assert Import.objects.get().state == "finished"


def test_terms_without_a_source_are_refused() -> None:
    with pytest.raises(WrongCall, match="source of consent is empty"):
        Terms("  ")


def test_a_draft_can_be_thrown_away_with_its_file() -> None:
    run = draft()
    kept = run.upload
    drafts.discard(run)
    assert not Import.objects.exists()
    assert not storage.private().exists(kept)


def test_files_go_when_their_time_is_over() -> None:
    left, done = draft(), finished(ready(draft()))
    Import.objects.update(created_at=clock.now() - timedelta(days=8))
    uploads.forget_old()
    assert list(Import.objects.values_list("pk", "upload")) == [(done.pk, "")]
    assert not storage.private().exists(left.upload)


def test_a_list_of_addresses_that_must_not_be_mailed() -> None:
    people.create("ann@example.org")
    text = "email,status\nann@example.org,bounced\nbo@example.org,\nbo@example.org,\nrubbish,\n"
    run = draft(text, kind="blocked")
    drafts.choose_block(run, reason="manual", scope_key="", note="from the old shop")
    run = checked(run)
    found = run.check_result
    assert (found["created"], found["unchanged"], found["invalid"], found["known"]) == (2, 1, 1, 1)
    run = finished(run)
    assert (run.created_count, run.unchanged_count, run.invalid_count, run.suppressed_count) == (2, 1, 1, 1)
    assert sorted(Suppression.objects.values_list("reason", "note", "source")) == [
        ("hard_bounce", "from the old shop", f"import {run.pk}: people.csv"),
        ("manual", "from the old shop", f"import {run.pk}: people.csv"),
    ]
    assert Contact.objects.count() == 1


def test_what_a_dead_worker_left_is_rung_again() -> None:
    run = ready(draft())
    drafts.start(run)
    Import.objects.update(owner="")
    assert [waiting.pk for waiting in runs.waiting()] == [run.pk]
