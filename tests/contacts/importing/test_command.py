"""The command: one object with --json, words without, one sentence for what is wrong."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from contacts.importing.importer import Order
from contacts.models import Contact, Import
from tests.contacts.importing.conftest import SOURCE

pytestmark = pytest.mark.django_db
Make = Callable[..., Order]
TEXT = "E-Mail;Vorname;Lieblingsfarbe\nann@example.org;Ann;blau\nrubbish;;\nann@example.org;;\n"


def call(order: Order, *flags: str) -> str:
    out = io.StringIO()
    call_command(
        "import_contacts", str(order.path), "--list", "news", "--consent-source", SOURCE, *flags, stdout=out
    )
    return out.getvalue()


def test_json_is_one_object_with_the_counts(order: Make) -> None:
    found = json.loads(call(order(TEXT), "--json"))
    run = Import.objects.get()
    assert found == {
        "id": run.pk,
        "rows": 3,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 1,
        "invalid": 1,
        "suppressed": 0,
        "error_file": run.error_file,
    }


def test_a_dry_run_has_no_id_and_a_clean_file_no_error_file(order: Make) -> None:
    found = json.loads(call(order("email\nann@example.org\n"), "--json", "--dry-run"))
    assert (found["id"], found["created"], found["error_file"]) == (None, 1, None)
    assert not Contact.objects.exists()


def test_without_json_it_says_what_was_detected_and_done(order: Make) -> None:
    said = call(order(TEXT))
    assert "UTF-8, separated by semicolon; 3 rows." in said
    assert "Vorname → first_name" in said
    assert "Lieblingsfarbe → lieblingsfarbe (custom field, text)" in said
    assert "1 new contacts" in said
    assert "-errors.csv" in said


def test_a_broken_file_is_one_sentence(order: Make) -> None:
    with pytest.raises(CommandError, match="no column of e-mail addresses"):
        call(order("first name\nAnn\n"))


def test_a_missing_file_is_one_sentence(order: Make) -> None:
    wanted = order("email\n")
    wanted.path.unlink()
    with pytest.raises(CommandError, match="There is no file"):
        call(wanted)
