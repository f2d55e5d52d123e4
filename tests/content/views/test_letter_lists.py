"""The list of letters, and how one begins."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from mailhub.content.models import Letter

Staff = Callable[..., Client]
MakeLetter = Callable[..., Letter]


def test_the_list_says_what_a_letter_is(staff: Staff, make_letter: MakeLetter) -> None:
    make_letter("en", "de", name="Spring sale")
    html = staff().get("/letters/").content.decode()
    for word in ("Spring sale", "HTML", "de", "by Ann", "not used"):
        assert word in html


def test_the_list_is_searched_and_sorted(staff: Staff, make_letter: MakeLetter) -> None:
    make_letter(name="Spring")
    make_letter(name="Winter")
    client = staff()
    html = client.get("/letters/", {"q": "wint"}).content.decode()
    assert "Winter" in html and "Spring" not in html
    assert client.get("/letters/", {"sort": "name", "kind": "html", "cursor": "x"}).status_code == 200


def test_the_list_says_that_a_draft_waits_and_whose(staff: Staff, make_letter: MakeLetter) -> None:
    letter, client = make_letter(), staff(first_name="Bo")
    client.post(f"/letters/{letter.pk}/take-over/", {"locale": "en", "subject": "x"})
    html = client.get("/letters/").content.decode()
    assert "Draft waits" in html and "draft after version 1 by Bo" in html


def test_an_empty_list_says_what_to_do_first(staff: Staff) -> None:
    assert "Write your first letter" in staff().get("/letters/").content.decode()


@pytest.mark.parametrize(
    ("begin", "kind"),
    [("starter:promotion", "mjml"), ("starter:plain", "markdown"), ("blank:html", "html"), ("", "mjml")],
)
def test_a_letter_begins_with_what_was_chosen(staff: Staff, begin: str, kind: str) -> None:
    answer = staff().post("/letters/new/", {"name": "May", "locale": "de-at", "begin": begin})
    letter = Letter.objects.get()
    assert answer.url == f"/letters/{letter.pk}/"
    assert (letter.kind, letter.versions.get().default_locale) == (kind, "de-AT")


def test_a_letter_begins_with_a_template_of_ones_own(staff: Staff, make_letter: MakeLetter) -> None:
    own = make_letter("en", "de", name="House style")
    client = staff()
    client.post(f"/letters/{own.pk}/edit/", {"name": "House style", "is_template": "on"})
    assert "House style" in client.get("/letters/new/").content.decode()
    client.post("/letters/new/", {"name": "May", "locale": "en", "begin": f"letter:{own.pk}"})
    assert Letter.objects.get(name="May").versions.get().variants.count() == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", "locale": "en"}, "This field is required"),
        ({"name": "x", "locale": "not a tag"}, "is no language tag"),
        ({"name": "x", "locale": "en", "begin": "starter:nope"}, "There is no starter"),
    ],
)
def test_what_is_wrong_with_a_new_letter_is_said(staff: Staff, fields: dict[str, str], words: str) -> None:
    assert words in staff().post("/letters/new/", fields).content.decode()
    assert not Letter.objects.exists()


def test_a_letter_is_copied_archived_brought_back_and_deleted(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter(name="Spring")
    client = staff()
    client.post(f"/letters/{letter.pk}/duplicate/", {"name": "Copy"})
    assert Letter.objects.filter(name="Copy").exists()
    client.post(f"/letters/{letter.pk}/archive/")
    assert "Copy" in client.get("/letters/").content.decode()
    assert "Spring" in client.get("/letters/?archived=1").content.decode()
    client.post(f"/letters/{letter.pk}/unarchive/")
    assert "1 version" in client.get(f"/letters/{letter.pk}/delete/").content.decode()
    client.post(f"/letters/{letter.pk}/delete/")
    assert not Letter.objects.filter(name="Spring").exists()


def test_looking_at_a_deed_does_nothing(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    client = staff()
    for deed in ("archive", "delete", "duplicate", "edit", "languages/new"):
        assert client.get(f"/letters/{letter.pk}/{deed}/").status_code == 200
    letter.refresh_from_db()
    assert (letter.archived_at, Letter.objects.count()) == (None, 1)


def test_letters_are_found_by_the_global_search(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter(name="Spring sale")
    html = staff().get("/search/", {"q": "spring"}).content.decode()
    assert f'href="/letters/{letter.pk}/"' in html
