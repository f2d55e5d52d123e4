"""Erasing a person: nothing names them afterwards, every count is as before."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.db import connection

from contacts.importing import drafts, jobs, uploads
from contacts.importing.terms import Terms
from contacts.models import (
    BulkJob,
    ConsentRecord,
    Contact,
    Import,
    ImportChange,
    LeavingReason,
    LinkRequest,
    List,
    SavedView,
    SignUp,
    Subscription,
)
from contacts.services import consent, erasure, errands, joining, leftovers, people, signups, wishes
from contacts.services.evidence import Evidence
from mailhub.accounts.models import ApiKey, AuditEntry, KeptAnswer, User
from mailhub.accounts.services import audit
from mailhub.content.models import Letter, TestLetter
from mailhub.delivery.models import (
    AddressRecord,
    CapturedLetter,
    Dispatch,
    Event,
    Message,
    PreparedLetter,
    Suppression,
)
from mailhub.delivery.services import events
from mailhub.delivery.tracking import intake
from mailhub.delivery.tracking.hits import Hit
from mailhub.lib import clock, process, storage
from tests import factories
from tests.contacts import makers

pytestmark = pytest.mark.django_db
EMAIL = "Ann.Quist@example.org"
KEY = "ann.quist@example.org"
NAMES = ("Annabel", "Quistorp")
EVIDENCE = Evidence(
    ip="198.51.100.77", user_agent="Firefox of Annabel", wording="Yes", form_version="news@1/en"
)
TRACES = ("ann.quist", "annabel", "quistorp", "198.51.100.77", "firefox of", "+4912345")


@pytest.fixture
def news() -> List:
    return makers.make_list("News", opt_in="double")


@pytest.fixture
def ann(news: List) -> Contact:
    """Somebody of whom there is a trace in every table that can hold one."""
    ann = people.create(
        EMAIL, values={"first_name": NAMES[0], "last_name": NAMES[1], "phone": "+4912345", "city": "Town"}
    )
    people.define_field("shoe_size")
    ann = people.update(ann, custom={"shoe_size": "Annabel's 38"})
    people.add_tags(ann, ["vip"])
    _seed_consent(ann, news)
    _seed_letters(ann, news)
    _seed_import(ann, news)
    _seed_staff(ann)
    return ann


def _seed_consent(ann: Contact, news: List) -> None:
    signups.start(ann, news, method="form", evidence=EVIDENCE)
    joining.ask(news, EMAIL, person=joining.Person(values={"first_name": NAMES[0]}), evidence=EVIDENCE)
    consent.grant(ann, news, method="form", confirmed=True, evidence=EVIDENCE)
    wishes.receive(ann, frequency="weekly")
    wishes.give_reason(
        ann.address_hash,
        contact=ann,
        reason="other",
        text="Annabel has enough",
        list_id=news.pk,
        dispatch_id=1,
    )
    errands.ask(ann, kind="data", brand=news.brand, evidence=EVIDENCE)
    errands.ask_by_address(EMAIL, brand=news.brand, evidence=EVIDENCE)
    consent.withdraw(ann, news, method="page", evidence=EVIDENCE)
    Suppression.objects.update(note=f"{EMAIL} rang us")


def _seed_letters(ann: Contact, news: List) -> None:
    sent = factories.make_sending_dispatch([KEY, "bo@example.org"], brand=news.brand)
    Message.objects.filter(dispatch=sent, address=KEY).update(
        state="sent", reply=f"250 ok <{KEY}>", contact_id=ann.pk
    )
    factories.make_sending_dispatch([KEY, "bo@example.org"], brand=news.brand)
    row = Message.objects.get(dispatch=sent, address=KEY)
    events.record([
        events.NewEvent(
            dispatch_id=sent.pk, message_id=row.pk, contact_id=ann.pk, address_hash=ann.address_hash,
            type="opened", occurred_at=clock.now(), dedupe_key="one", grade="human", ip="198.51.100.77",
            user_agent="Firefox of Annabel", detail={"to": KEY},
        )
    ])  # fmt: skip
    CapturedLetter.objects.create(
        dispatch_id=sent.pk, message_id=row.pk, mail_from="b@shop.example", rcpt_to=KEY,
        subject="Dear Annabel", raw=b"To: " + KEY.encode(),
    )  # fmt: skip
    AddressRecord.objects.update_or_create(pk=ann.address_hash, defaults={"last_marketing_at": clock.now()})


def _seed_import(ann: Contact, news: List) -> None:
    csv = BytesIO(f"email,name\n{EMAIL},Annabel\n".encode())
    run = Import.objects.create(
        file_name="people.csv", file_hash="0" * 64, list=news, consent_source="shop", state="finished",
        upload=uploads.keep(File(csv, "people.csv"), name="people.csv"), created_count=1,
        look={"samples": [["email", "name"], [EMAIL, "Annabel"]]},
        check_result={"new": [{"email": EMAIL, "name": "known by address"}]},
    )  # fmt: skip
    ImportChange.objects.create(
        run=run, contact_id=ann.pk, address_hash=ann.address_hash, kind="updated",
        before={"first_name": "Annabel", "phone": "+4912345"},
    )  # fmt: skip


def _seed_staff(ann: Contact) -> None:
    cy = User.objects.create_user("cy", password="x")
    SavedView.objects.create(name="Ann", owner=cy, query="q=Ann.Quist%40example.org")
    BulkJob.objects.create(
        kind="export", words=f"address is {EMAIL}", choice={"where": [["email", EMAIL]]},
        file=storage.private().save("exports/people.csv", File(BytesIO(f"{KEY},Annabel".encode()))),
    )  # fmt: skip
    LogEntry.objects.create(
        user=cy, content_type=ContentType.objects.get_for_model(Contact), object_id=str(ann.pk),
        object_repr=EMAIL, action_flag=CHANGE, change_message=f"Changed {EMAIL}",
    )  # fmt: skip
    audit.record(None, "contact.changed", target=ann, actor="cy", detail={"name": "Annabel Quistorp"})
    key = ApiKey.objects.create(name="shop")
    KeptAnswer.objects.create(
        api_key=key, key="k", fingerprint="f", lease="l", lease_until=clock.now(), status=200,
        body='{"email": "' + EMAIL + '"}', expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    letter = Letter.objects.create(name="Hello", kind="html")
    TestLetter.objects.create(letter=letter, locale="en", reader_label=f"Annabel Quistorp <{EMAIL}>")


def traces() -> list[str]:
    """Every cell of the whole database that names Ann, as `table.column`."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = _text(value).casefold()
                    if any(trace in text for trace in TRACES):
                        found.append(f"{table}.{column}")
    return sorted(set(found))


def _text(value: object) -> str:
    if isinstance(value, memoryview):
        value = value.tobytes()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def test_there_is_a_trace_in_every_table_that_can_hold_one(ann: Contact) -> None:
    tables = {cell.partition(".")[0] for cell in traces()}

    assert tables >= {
        "accounts_auditentry", "accounts_keptanswer", "contacts_bulkjob", "contacts_consentrecord", "contacts_contact",
        "contacts_import", "contacts_importchange", "contacts_leavingreason", "contacts_linkrequest",
        "contacts_savedview", "contacts_signup", "content_testletter", "delivery_capturedletter", "delivery_event",
        "delivery_message", "delivery_preparedletter", "delivery_suppression", "django_admin_log",
    }  # fmt: skip


def test_nothing_names_the_person_afterwards(ann: Contact) -> None:
    assert erasure.erase(ann.pk, actor="cy") is True

    assert traces() == []
    assert not Contact.objects.filter(pk=ann.pk).exists()


def test_the_counters_stay(ann: Contact) -> None:
    counted = (Message, Event, Dispatch, ConsentRecord, SignUp, LeavingReason, Import, ImportChange)
    before = [model.objects.count() for model in counted]

    erasure.erase(ann.pk, actor="cy")

    assert [model.objects.count() for model in counted] == before
    assert all(ledger_adds_up(dispatch) for dispatch in Dispatch.objects.all())


def ledger_adds_up(dispatch: Dispatch) -> bool:
    return dispatch.planned_count == Message.objects.filter(dispatch=dispatch).count()


def test_what_has_not_left_yet_is_skipped(ann: Contact) -> None:
    erasure.erase(ann.pk, actor="cy")

    waiting = Message.objects.filter(address="", state__in=("queued", "deferred", "claimed"))
    assert not waiting.exists()
    assert Message.objects.filter(address="bo@example.org", state="queued").count() == 2


def test_a_keyed_hash_stays_so_that_an_import_cannot_bring_them_back(ann: Contact, news: List) -> None:
    erasure.erase(ann.pk, actor="cy")

    assert Suppression.objects.filter(address_hash=ann.address_hash, scope_key="", reason="erased").exists()
    again = people.create(EMAIL)
    assert consent.grant(again, news, method="import") is False


def test_they_themselves_may_come_back_by_confirming(ann: Contact, news: List) -> None:
    erasure.erase(ann.pk, actor="cy")
    again = people.create(EMAIL)
    with clock.frozen(clock.now() + timedelta(days=2)):
        signups.start(again, news, method="form")
    consent.confirm(again, news)

    assert Subscription.objects.get().state == "subscribed"
    assert not Suppression.objects.filter(reason="erased").exists()


def test_consent_records_keep_their_facts(ann: Contact) -> None:
    facts = ("action", "list_name", "wording", "form_version", "address_hash", "occurred_at", "method")
    before = list(ConsentRecord.objects.order_by("pk").values_list(*facts))

    erasure.erase(ann.pk, actor="cy")

    assert list(ConsentRecord.objects.order_by("pk").values_list(*facts)) == before
    assert set(ConsentRecord.objects.values_list("contact", "ip", "user_agent")) == {(None, None, "")}


def test_files_that_hold_the_person_are_deleted(ann: Contact) -> None:
    kept, exported = Import.objects.get().upload, BulkJob.objects.get().file
    assert storage.private().exists(kept) and storage.private().exists(exported)

    erasure.erase(ann.pk, actor="cy")

    assert not storage.private().exists(kept) and not storage.private().exists(exported)
    assert Import.objects.get().upload == ""


def make_draft(text: str) -> Import:
    return drafts.create(File(BytesIO(text.encode())), name="new.csv")


def test_an_import_being_prepared_goes_with_its_file(ann: Contact) -> None:
    mine = make_draft(f"email,name\n{EMAIL},Annabel\n")
    others = make_draft("email\nbo@example.org\n")

    erasure.erase(ann.pk, actor="cy")

    assert not storage.private().exists(mine.upload) and storage.private().exists(others.upload)
    assert list(Import.objects.filter(state="draft")) == [others]
    assert traces() == []


def test_the_error_file_of_a_check_goes_too(ann: Contact, news: List) -> None:
    draft = make_draft(f"email,phone\n{EMAIL}x,1\nrubbish of {EMAIL},2\n")
    drafts.choose_terms(draft, list_=news, terms=Terms("fair", "express", None, "", "cy"))
    drafts.begin_check(draft)
    jobs.check(draft.pk)
    draft.refresh_from_db()
    assert draft.error_upload

    erasure.erase(ann.pk, actor="cy")

    kept = Path(settings.MAILHUB_DATA).rglob("*errors.csv")
    assert not [path for path in kept if KEY.encode() in path.read_bytes().lower()]


def test_an_import_that_waits_for_a_worker_ends_and_says_why(ann: Contact) -> None:
    run = make_draft(f"email\n{EMAIL}\n")
    Import.objects.filter(pk=run.pk).update(state="running")

    erasure.erase(ann.pk, actor="cy")

    after = Import.objects.get(pk=run.pk)
    assert (after.state, after.upload, after.problem) == ("failed", "", leftovers.FILE_TAKEN)
    assert not storage.private().exists(run.upload)


def test_nobody_is_erased_while_a_worker_reads_a_file_with_them(ann: Contact) -> None:
    run = make_draft(f"email\n{EMAIL}\n")
    Import.objects.filter(pk=run.pk).update(state="running", owner=process.owner(), heartbeat_at=clock.now())

    with pytest.raises(leftovers.AtWork, match="Try again"):
        erasure.erase(ann.pk, actor="cy")

    assert Contact.objects.filter(pk=ann.pk).exists() and storage.private().exists(run.upload)


def test_the_error_file_of_a_command_is_deleted_if_it_holds_the_person(ann: Contact, tmp_path: Path) -> None:
    mine, others = tmp_path / "mine.errors.csv", tmp_path / "others.errors.csv"
    mine.write_text(f"1,{EMAIL},wrong date\n")
    others.write_text("1,bo@example.org,wrong date\n")
    for path in (mine, others):
        Import.objects.create(file_name="x.csv", file_hash="1" * 64, state="finished", error_file=str(path))

    erasure.erase(ann.pk, actor="cy")

    assert (mine.exists(), others.exists()) == (False, True)


def test_other_people_are_left_alone(ann: Contact) -> None:
    bo = makers.make_contact("bo@example.org", first_name="Bo")
    LinkRequest.objects.all().delete()
    errands.ask(bo, kind="data", brand=List.objects.get().brand)

    erasure.erase(ann.pk, actor="cy")

    assert Contact.objects.get() == bo
    assert LinkRequest.objects.get().contact == bo
    assert Message.objects.filter(address="bo@example.org").count() == 2


def test_the_erasure_itself_is_in_the_audit_log_without_a_name(ann: Contact) -> None:
    erasure.erase(ann.pk, actor="cy")

    entry = AuditEntry.objects.get(act="contact.erased")
    assert (entry.actor, entry.target_label) == ("cy", f"#{ann.pk}")


def test_a_letter_that_is_opened_afterwards_tells_nothing_either(ann: Contact) -> None:
    row = Message.objects.filter(address=KEY, state="sent").get()
    erasure.erase(ann.pk, actor="cy")

    intake.write([
        Hit(
            type="opened", dispatch_id=row.dispatch_id, message_id=row.pk, link_number=None,
            occurred_at=clock.now(), ip="198.51.100.77", user_agent="Firefox of Annabel", key="late", prefetch=False,
        )
    ])  # fmt: skip

    late = Event.objects.get(dedupe_key="late")
    assert (late.message_id, late.contact_id, late.ip, late.user_agent) == (None, None, None, "")
    assert traces() == []


def test_nobody_is_erased_twice(ann: Contact) -> None:
    assert erasure.erase(ann.pk, actor="cy") is True
    assert erasure.erase(ann.pk, actor="cy") is False


def test_a_letter_to_several_people_goes_when_the_last_of_them_has_it(news: List) -> None:
    ann = makers.make_contact(EMAIL)
    dispatch = factories.make_sending_dispatch(
        [KEY, "bo@example.org"], brand=news.brand, stream="transactional", lane="express"
    )

    erasure.erase(ann.pk, actor="cy")

    assert bytes(PreparedLetter.objects.get(dispatch=dispatch).mime) != b""


def test_every_table_of_ours_is_looked_at() -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    assert {model._meta.db_table for model in apps.get_models() if model._meta.managed} <= tables
