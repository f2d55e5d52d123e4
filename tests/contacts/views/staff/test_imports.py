"""The import's screens, through the door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contacts.importing import jobs
from contacts.models import ConsentRecord, Contact, CustomField, Import, List, Subscription
from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import Suppression
from tests.contacts.makers import make_contact, make_list

pytestmark = pytest.mark.django_db
Staff = Callable[..., Client]
FILE = "email,City,Size\nann@example.org,Bonn,7\nbo@example.org,,x\nrubbish,Ulm,1\n"


def upload(client: Client, text: str = FILE, *, name: str = "people.csv", kind: str = "people") -> Import:
    file = SimpleUploadedFile(name, text.encode(), content_type="text/csv")
    response = client.post("/imports/new/", {"kind": kind, "file": file})
    assert response.status_code == 302, response.content
    run = Import.objects.latest("pk")
    assert response.headers["Location"] == f"/imports/{run.pk}/columns/"
    return run


def columns(run: Import, **changes: str) -> dict[str, str]:
    """The form of step two as MailHub proposes it."""
    kept = {}
    for column in run.look["columns"]:
        known = column["role"] in ("field", "custom", "withdrawal")
        word = f"{column['role']}:{column['target']}" if known else column["role"]
        kept[f"target_{column['index']}"] = word
    return {**kept, "basis": "express", "source": "Spring fair", "empty": "keep", **changes}


def checked(client: Client, run: Import, **changes: str) -> Import:
    response = client.post(f"/imports/{run.pk}/columns/", columns(run, **changes))
    assert response.status_code == 302, response.content.decode()
    jobs.check(run.pk)
    return Import.objects.get(pk=run.pk)


def test_a_file_goes_through_the_four_steps(staff: Staff) -> None:
    client, list_ = staff("editor", may_export=True), make_list()
    run = upload(client)
    page = client.get(f"/imports/{run.pk}/columns/").content.decode()
    assert "3 rows, UTF-8, separated by comma" in page
    checked(client, run, list=str(list_.pk))
    page = client.get(f"/imports/{run.pk}/check/").content.decode()
    assert "Import 2 people into “News”" in page
    assert "2 people are subscribed to “News”" in page
    assert "rubbish" in page
    assert not Contact.objects.exists()
    assert client.post(f"/imports/{run.pk}/run/").headers["Location"] == f"/imports/{run.pk}/"
    assert "A worker takes it up" in client.get(f"/imports/{run.pk}/").content.decode()
    jobs.perform(run.pk)
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "3 rows were read; 2 of them new." in page
    assert f'href="/contacts/?where=import:is:{run.pk}"' in page
    found = client.get(f"/contacts/?where=import:is:{run.pk}").content.decode()
    assert "Import" in found and "people.csv" in found
    assert Subscription.objects.filter(list=list_, state="subscribed").count() == 2
    assert ConsentRecord.objects.filter(actor="editor0").count() == 2
    errors = client.get(f"/imports/{run.pk}/errors/")
    assert b"rubbish" in b"".join(errors)  # type: ignore[call-overload]
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {
        "import.uploaded",
        "import.prepared",
        "import.started",
        "import.errors_downloaded",
    }


def test_an_import_is_undone_after_its_counts_were_shown(staff: Staff) -> None:
    client, list_ = staff("editor"), make_list()
    run = checked(client, upload(client), list=str(list_.pk))
    client.post(f"/imports/{run.pk}/run/")
    jobs.perform(run.pk)
    page = client.get(f"/imports/{run.pk}/undo/").content.decode()
    assert "2 contacts that it made are removed." in page
    assert Contact.objects.count() == 2
    client.post(f"/imports/{run.pk}/undo/")
    client.post(f"/imports/{run.pk}/undo/")
    jobs.take_back(run.pk)
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "2 contacts were removed." in page
    assert not Contact.objects.exists()


def test_two_presses_run_once(staff: Staff) -> None:
    client = staff("editor")
    run = checked(client, upload(client), list=str(make_list().pk))
    for _ in range(2):
        assert client.post(f"/imports/{run.pk}/run/").status_code == 302
    assert AuditEntry.objects.filter(act="import.started").count() == 1


def test_running_without_a_check_leads_back_to_it(staff: Staff) -> None:
    client = staff("editor")
    run = upload(client)
    assert client.post(f"/imports/{run.pk}/run/").headers["Location"] == f"/imports/{run.pk}/check/"
    assert Import.objects.get().state == "draft"


def test_a_new_field_and_a_new_list_are_made_by_the_run(staff: Staff) -> None:
    client = staff("editor")
    make_list("Other")
    run = upload(client)
    changes = {"target_2": "new", "label_2": "Shoe size", "kind_2": "number", "list_name": "Spring fair"}
    run = checked(client, run, **changes)
    assert not CustomField.objects.exists()
    client.post(f"/imports/{run.pk}/run/")
    jobs.perform(run.pk)
    assert [(field.key, field.type) for field in CustomField.objects.all()] == [("shoe_size", "number")]
    assert Contact.objects.get(email="ann@example.org").custom == {"shoe_size": 7}
    assert List.objects.filter(slug="spring-fair", name="Spring fair").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"target_0": "ignored"}, "Choose the column that holds the e-mail addresses."),
        ({"target_1": "custom:size"}, "is not one of the available choices"),
        ({"target_1": "field:first_name", "target_2": "field:first_name"}, "would go into the same field"),
        ({"source": ""}, "it is kept as the proof"),
        ({"basis": "implied"}, "Choose the day on which the implied consent ends."),
        ({"basis": "implied", "ends_on": "2020-01-01"}, "would have ended already"),
        ({"list": "999"}, "Select a valid choice"),
        ({"list": ""}, "Choose a list, or name a new one."),
        ({"list": "", "list_name": "News"}, "There is a list of this name already"),
    ],
)
def test_a_wrong_choice_is_told_beside_it(staff: Staff, changes: dict[str, str], sentence: str) -> None:
    client, list_ = staff("editor"), make_list()
    run = upload(client)
    response = client.post(f"/imports/{run.pk}/columns/", columns(run, **{"list": str(list_.pk), **changes}))
    assert response.status_code == 422
    assert sentence in response.content.decode()


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.pdf", "%PDF-1.7", "is a PDF document"),
        ("a.csv", "", "The file is empty."),
        ("a.csv", "email,name\n", "holds the names of columns and nobody below them"),
        ("a.csv", "ann@example.org,Ann\n", "holds an address instead of column names"),
        ("a.csv", 'email\n"ann', "never closed"),
    ],
)
def test_a_file_that_is_none_is_told_beside_the_field(
    staff: Staff, name: str, text: str, sentence: str
) -> None:
    file = SimpleUploadedFile(name, text.encode())
    response = staff("editor").post("/imports/new/", {"kind": "people", "file": file})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Import.objects.exists()


def test_a_list_of_addresses_that_must_not_be_mailed(staff: Staff) -> None:
    client = staff("editor")
    make_contact()
    run = upload(client, "email\nann@example.org\nbo@example.org\n", kind="blocked")
    run = checked(client, run, reason="complaint", scope_key="", note="old shop")
    page = client.get(f"/imports/{run.pk}/check/").content.decode()
    assert "Suppress 2 addresses" in page
    client.post(f"/imports/{run.pk}/run/")
    jobs.perform(run.pk)
    assert Suppression.objects.filter(reason="complaint", note="old shop").count() == 2
    assert client.get(f"/imports/{run.pk}/").status_code == 200


def test_a_file_without_a_known_address_column_can_be_told_which_it_is(staff: Staff) -> None:
    client, list_ = staff("editor"), make_list()
    run = upload(client, "Kontakt,Ort\nann@example.org,Bonn\nx,Ulm\ny,Ulm\n")
    run = checked(client, run, list=str(list_.pk), target_0="email")
    assert run.check_result["created"] == 1


def test_who_does_not_see_addresses_sees_them_masked(staff: Staff) -> None:
    list_ = make_list()
    client = staff("editor", sees_addresses=False)
    run = upload(client)
    assert "ann@example.org" not in client.get(f"/imports/{run.pk}/columns/").content.decode()
    checked(client, run, list=str(list_.pk))
    assert "ann@example.org" not in client.get(f"/imports/{run.pk}/check/").content.decode()
    assert client.get(f"/imports/{run.pk}/errors/").status_code == 403


def test_a_viewer_looks_and_changes_nothing(staff: Staff) -> None:
    run, viewer = upload(staff("editor")), staff("viewer")
    assert viewer.get("/imports/").status_code == 200
    assert viewer.get(f"/imports/{run.pk}/").status_code == 200
    for path in ("new/", f"{run.pk}/columns/", f"{run.pk}/check/", f"{run.pk}/undo/", f"{run.pk}/delete/"):
        assert viewer.get(f"/imports/{path}").status_code == 403
    for path in ("run/", "undo/", "delete/", "go-on/"):
        assert viewer.post(f"/imports/{run.pk}/{path}").status_code == 403


def test_nobody_comes_in_unsigned(client: Client) -> None:
    assert client.get("/imports/").headers["Location"].startswith("/sign-in/")


def test_an_import_that_is_not_there_is_a_404(staff: Staff) -> None:
    client = staff("editor", may_export=True)
    for path in ("", "columns/", "check/", "errors/", "undo/", "progress/", "delete/"):
        assert client.get(f"/imports/999/{path}").status_code == 404


def test_a_draft_is_thrown_away(staff: Staff) -> None:
    client = staff("editor")
    run = upload(client)
    assert "Throw away" in client.get(f"/imports/{run.pk}/delete/").content.decode()
    client.post(f"/imports/{run.pk}/delete/")
    assert not Import.objects.exists()


def test_progress_is_told_until_it_is_over(staff: Staff) -> None:
    client = staff("editor")
    run = checked(client, upload(client), list=str(make_list().pk))
    client.post(f"/imports/{run.pk}/run/")
    assert client.get(f"/imports/{run.pk}/progress/").status_code == 200
    jobs.perform(run.pk)
    assert client.get(f"/imports/{run.pk}/progress/").status_code == 286


def test_the_history_shows_imports_that_are_not_decided_yet(staff: Staff) -> None:
    client, list_ = staff("editor"), make_list("News")
    upload(client, name="fresh.csv")
    checked(client, upload(client, name="decided.csv"), list=str(list_.pk))
    Import.objects.create(file_name="old.csv", file_hash="0" * 64, state="finished", list=list_)

    page = client.get("/imports/").content.decode()

    assert all(name in page for name in ("fresh.csv", "decided.csv", "old.csv"))
    assert page.count(">News\n</td>") == 2
