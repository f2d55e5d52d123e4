from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from contacts.exporting import files
from contacts.models import BulkJob, ConsentRecord, Contact, ContactTag, Subscription, Tag
from contacts.selectors.browsing import Choice
from contacts.services import bulk, consent, people
from mailhub.accounts.models import AuditEntry, User
from mailhub.delivery.services import suppression
from tests.contacts import makers

pytestmark = pytest.mark.django_db
Staff = Callable[..., Client]
CONSENT = {"statement": "Fair in Hanover", "basis": "express"}


def act(client: Client, kind: str, **data: object):  # type: ignore[no-untyped-def]
    return client.post(f"/contacts/act/{kind}/", {"confirmed": "1", **data})


def said(response) -> str:  # type: ignore[no-untyped-def]
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.mark.parametrize("kind", ["subscribe", "unsubscribe", "tag", "untag", "delete"])
def test_a_viewer_can_act_on_nobody(staff: Staff, kind: str) -> None:
    contact = makers.make_contact()
    viewer = staff("viewer")
    assert viewer.post(f"/contacts/act/{kind}/", {"ids": contact.pk, "confirmed": "1"}).status_code == 403
    assert "Add to list" not in viewer.get("/contacts/").content.decode()
    assert Contact.objects.exists()


def test_the_first_step_asks_and_does_nothing(staff: Staff) -> None:
    ann = makers.make_contact()
    response = staff("editor").post("/contacts/act/delete/", {"ids": ann.pk})
    shown = response.content.decode()
    assert response.status_code == 200
    assert "Delete 1 contact" in shown and "Proof of consent and suppressions stay" in shown
    assert Contact.objects.exists()


def test_everybody_of_the_filter_is_added_to_a_list_with_proof(staff: Staff) -> None:
    list_ = makers.make_list()
    for number in range(3):
        makers.make_contact(f"p{number}@example.org", city="Berlin")
    makers.make_contact("bo@example.org")
    response = act(
        staff("editor"), "subscribe", all=1, filter="where=city:is:Berlin", list=list_.pk, **CONSENT
    )
    assert response.status_code == 302 and "3 were added." in said(response)
    assert response.headers["Location"] == "/contacts/?where=city%3Ais%3ABerlin"
    assert Subscription.objects.filter(state="subscribed").count() == 3
    record = ConsentRecord.objects.first()
    assert record is not None and record.source == "Fair in Hanover" and record.actor.startswith("editor")
    assert AuditEntry.objects.get(act="contacts.subscribed").detail["count"] == 3


def test_it_tells_who_was_left_out_and_why(staff: Staff) -> None:
    list_ = makers.make_list()
    left, stopped = makers.make_contact("left@example.org"), makers.make_contact("stopped@example.org")
    makers.subscribe(left, list_)
    consent.withdraw(left, list_, method="page")
    suppression.suppress(stopped.address_hash, reason="complaint")
    response = act(staff("editor"), "subscribe", ids=[left.pk, stopped.pk], list=list_.pk, **CONSENT)
    assert "1 was left out: unsubscribed before." in said(response)
    assert "1 was left out: suppressed." in said(response)
    assert not Subscription.objects.filter(state="subscribed").exists()


def test_consent_must_be_stated(staff: Staff) -> None:
    ann, list_ = makers.make_contact(), makers.make_list()
    editor = staff("editor")
    assert act(editor, "subscribe", ids=ann.pk, list=list_.pk, basis="express").status_code == 422
    implied = {"statement": "Bought", "basis": "implied"}
    assert act(editor, "subscribe", ids=ann.pk, list=list_.pk, **implied).status_code == 422
    assert (
        act(editor, "subscribe", ids=ann.pk, list=list_.pk, ends="2020-01-01", **implied).status_code == 422
    )
    assert not Subscription.objects.exists()
    assert (
        act(editor, "subscribe", ids=ann.pk, list=list_.pk, ends="2099-01-01", **implied).status_code == 302
    )
    assert Subscription.objects.get().basis_expires_at is not None


def test_tags_are_put_on_and_taken_off(staff: Staff) -> None:
    ann, editor = makers.make_contact(), staff("editor")
    assert "1 was tagged." in said(act(editor, "tag", ids=ann.pk, tag="VIP"))
    assert "had the tag already" in said(act(editor, "tag", ids=ann.pk, tag="vip"))
    act(editor, "untag", ids=ann.pk, tag=Tag.objects.get().pk)
    assert not ContactTag.objects.exists()


def test_removing_from_a_list_unsubscribes(staff: Staff) -> None:
    ann, list_ = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, list_)
    assert "1 was removed." in said(act(staff("editor"), "unsubscribe", ids=ann.pk, list=list_.pk))
    assert Subscription.objects.get().state == "unsubscribed"


def test_above_a_thousand_the_number_is_typed(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "TYPED_ABOVE", 1)
    for number in range(2):
        makers.make_contact(f"p{number}@example.org")
    editor = staff("editor")
    assert act(editor, "delete", all=1).status_code == 422
    assert act(editor, "delete", all=1, number="3").status_code == 422
    assert Contact.objects.count() == 2
    assert act(editor, "delete", all=1, number="2").status_code == 302
    assert not Contact.objects.exists()


def test_large_acts_go_on_without_the_browser_and_show_how_far_they_are(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    for number in range(3):
        makers.make_contact(f"p{number}@example.org")
    editor = staff("editor")
    response = act(editor, "tag", all=1, tag="VIP")
    job = BulkJob.objects.get()
    assert response.headers["Location"] == f"/contacts/acts/{job.pk}/"
    assert "0 of 3 done" in editor.get(f"/contacts/acts/{job.pk}/").content.decode()
    assert editor.get(f"/contacts/acts/{job.pk}/progress/").status_code == 200
    assert "Add the tag" in editor.get("/contacts/").content.decode()
    bulk.carry_on(job.pk)
    progress = editor.get(f"/contacts/acts/{job.pk}/progress/")
    assert progress.status_code == 286 and "3 were tagged." in progress.content.decode()
    assert "Add the tag" in editor.get("/contacts/acts/").content.decode()


def test_an_act_can_be_stopped(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    makers.make_contact()
    editor = staff("editor")
    act(editor, "tag", all=1, tag="VIP")
    job = BulkJob.objects.get()
    assert staff("viewer").post(f"/contacts/acts/{job.pk}/stop/").status_code == 403
    editor.post(f"/contacts/acts/{job.pk}/stop/")
    job.refresh_from_db()
    assert job.state == "stopped"


def test_what_is_not_there_is_not_found_and_nobody_chosen_says_so(staff: Staff) -> None:
    editor = staff("editor")
    assert editor.post("/contacts/act/explode/").status_code == 404
    for path in ("/contacts/acts/9/", "/contacts/acts/9/progress/", "/contacts/views/9/edit/"):
        assert editor.get(path).status_code == 404
    assert "Nobody is chosen" in said(editor.post("/contacts/act/tag/", {"ids": ["7", "x", ""]}))
    assert "no such field" in said(editor.post("/contacts/act/tag/", {"all": 1, "filter": "where=x:is:1"}))


def test_an_export_is_only_for_whom_it_was_allowed_to(staff: Staff) -> None:
    makers.make_contact()
    assert staff("admin", may_export=False).get("/contacts/export/?all=1").status_code == 403
    assert (
        staff("admin", may_export=True, sees_addresses=False).get("/contacts/export/?all=1").status_code
        == 403
    )
    assert staff("viewer", may_export=True).get("/contacts/export/?all=1").status_code == 200


def test_an_export_holds_the_chosen_columns_of_who_matches(staff: Staff) -> None:
    makers.make_contact("ann@example.org", first_name="=cmd|' /C calc'!A0", city="Berlin")
    makers.make_contact("bo@example.org")
    viewer = staff("viewer", may_export=True)
    data = {"confirmed": "1", "all": 1, "filter": "where=city:is:Berlin", "columns": ["email", "first_name"]}
    response = viewer.post("/contacts/export/", data)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines() == ["E-mail,First name", "ann@example.org,'=cmd|' /C calc'!A0"]
    entry = AuditEntry.objects.get(act="contacts.exported")
    assert entry.detail["count"] == 1 and entry.detail["filter"] == "City is Berlin"


def test_the_audit_log_of_an_export_keeps_no_address(staff: Staff) -> None:
    makers.make_contact("ann@example.org")
    data = {"confirmed": "1", "all": 1, "filter": "q=ann@example.org", "columns": ["email"]}
    staff("viewer", may_export=True).post("/contacts/export/", data)
    assert "ann@" not in str(AuditEntry.objects.get(act="contacts.exported").detail)


def test_a_large_export_becomes_a_file_that_waits_and_goes(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "STREAMED", 1)
    for number in range(3):
        makers.make_contact(f"p{number}@example.org")
    viewer = staff("viewer", may_export=True)
    response = viewer.post("/contacts/export/", {"confirmed": "1", "all": 1, "columns": ["email"]})
    job = BulkJob.objects.get()
    assert response.headers["Location"] == f"/contacts/acts/{job.pk}/"
    assert viewer.get(f"/contacts/acts/{job.pk}/file/").status_code == 404
    files.write(job.pk)
    assert "Download the file" in viewer.get(f"/contacts/acts/{job.pk}/").content.decode()
    answer = viewer.get(f"/contacts/acts/{job.pk}/file/")
    assert b"".join(answer.streaming_content).decode("utf-8-sig").split() == ["E-mail"] + [
        f"p{number}@example.org" for number in range(3)
    ]
    assert staff("admin").get(f"/contacts/acts/{job.pk}/file/").status_code == 403
    job.refresh_from_db()
    assert job.expires_at is not None
    assert files.forget_old(now=job.expires_at) == 1
    assert viewer.get(f"/contacts/acts/{job.pk}/file/").status_code == 404


def form_key(response) -> str:  # type: ignore[no-untyped-def]
    return str(response.context["form_key"])


def test_a_form_sent_twice_is_done_once_and_leads_to_what_it_did(staff: Staff) -> None:
    ann, client = makers.make_contact(), staff("editor")
    key = form_key(client.post("/contacts/act/delete/", {"ids": ann.pk}))
    act(client, "delete", ids=ann.pk, form_key=key)
    second = act(client, "delete", ids=ann.pk, form_key=key)
    job = BulkJob.objects.get()
    assert second.headers["Location"] == f"/contacts/acts/{job.pk}/"
    assert AuditEntry.objects.filter(act="contacts.deleted").count() == 1


def test_two_sendings_at_the_same_moment_begin_one_act(staff: Staff) -> None:
    ann, cy = makers.make_contact(), User.objects.create_user("cy")
    order = {
        "choice": Choice(ids=(ann.pk,)), "words": "Ann", "parameters": {"id": people.get_tag("vip").pk},
        "total": 1, "by": cy, "form_key": "k",
    }  # fmt: skip
    first = bulk.begin("tag", **order)  # type: ignore[arg-type]
    with pytest.raises(bulk.AlreadyBegun) as found:
        bulk.begin("tag", **order)  # type: ignore[arg-type]
    assert found.value.job == first and BulkJob.objects.count() == 1


def test_each_form_may_act_once_more(staff: Staff) -> None:
    client, ann = staff("editor"), makers.make_contact()
    keys = {form_key(client.post("/contacts/act/tag/", {"ids": ann.pk})) for _ in range(2)}
    for key in keys:
        act(client, "tag", ids=ann.pk, tag="vip", form_key=key)
    assert BulkJob.objects.count() == len(keys) == 2
