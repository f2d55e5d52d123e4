"""The editor through the browser's eyes: with htmx, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from mailhub.accounts.models import AuditEntry
from mailhub.content.models import Letter
from mailhub.content.selectors import drafts as working
from tests import factories

Staff = Callable[..., Client]
MakeLetter = Callable[..., Letter]
HTMX = {"HX-Request": "true"}


def mark_of(letter: Letter) -> str:
    return working.working_copy(letter).languages[0].mark


def draft(client: Client, letter: Letter, **fields: str):
    fields = {"locale": "en", "mark": mark_of(letter), **fields}
    return client.post(f"/letters/{letter.pk}/draft/", fields, headers=HTMX)


def test_the_page_shows_the_words_the_checklist_and_the_preview(
    staff: Staff, make_letter: MakeLetter
) -> None:
    letter = make_letter("en", "de")
    page = staff().get(f"/letters/{letter.pk}/")
    html = page.content.decode()
    assert page.status_code == 200
    assert 'id="letter-body"' in html and "contact.first_name" in html
    assert f"/letters/{letter.pk}/preview/?locale=en" in html
    assert "An unsubscribe link is added below the letter." in html
    assert "Deutsch" in html
    assert "srcdoc" not in html


def test_typing_saves_and_tells_problems_with_their_place(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    answer = draft(staff(), letter, body="<p>\n{{ contact.frist_name }}</p>")
    html = answer.content.decode()
    assert 'data-line="2" data-column="4"' in html
    assert "did you mean “contact.first_name”?" in html
    assert "Saved" in html
    assert working.working_copy(letter).languages[0].source.body == "<p>\n{{ contact.frist_name }}</p>"


def test_saving_while_typing_fills_no_audit_log(staff: Staff, make_letter: MakeLetter) -> None:
    draft(staff(), make_letter(), subject="x")
    assert not AuditEntry.objects.exists()


def test_problems_in_a_data_block_cannot_end_it(staff: Staff, make_letter: MakeLetter) -> None:
    answer = draft(staff(), make_letter(), body="{{ a</script><script>alert(1)</script> }}")
    assert b"<script>alert" not in answer.content


def test_who_was_overtaken_is_told_and_decides(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    ann, bo = staff(first_name="Ann"), staff(first_name="Bo")
    old = mark_of(letter)
    draft(ann, letter, subject="From Ann")
    answer = draft(bo, letter, subject="From Bo", mark=old).content.decode()
    assert "Ann saved this letter" in answer and "Not saved" in answer
    bo.post(f"/letters/{letter.pk}/take-over/", {"locale": "en", "subject": "From Bo"})
    assert working.working_copy(letter).languages[0].source.subject == "From Bo"
    aside = letter.set_aside.get()
    assert aside.subject == "From Ann"
    assert b"From" in ann.get(f"/letters/{letter.pk}/set-aside/{aside.pk}/").content
    ann.post(f"/letters/{letter.pk}/set-aside/{aside.pk}/")
    assert working.working_copy(letter).languages[0].source.subject == "From Ann"


def test_a_text_set_aside_can_be_dropped(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    client, old = staff(), mark_of(letter)
    draft(client, letter, subject="One")
    draft(client, letter, subject="Two", mark=old)
    client.post(f"/letters/{letter.pk}/set-aside/{letter.set_aside.get().pk}/drop/")
    assert not letter.set_aside.exists()


def test_saving_makes_a_version(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    form = {"locale": "en", "mark": mark_of(letter), "subject": "Two", "body": "<p>new</p>\r\n<p>x</p>"}
    staff(first_name="Ann").post(f"/letters/{letter.pk}/save/", form)
    version = letter.versions.get(number=2)
    assert (version.created_by, version.variants.get().body) == ("Ann", "<p>new</p>\n<p>x</p>")
    assert AuditEntry.objects.filter(act="letter.version_saved").exists()


def test_a_wrong_letter_is_kept_as_a_draft_and_told_in_words(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    form = {"locale": "en", "mark": mark_of(letter), "body": "{{ nope }}"}
    page = staff().post(f"/letters/{letter.pk}/save/", form, follow=True).content.decode()
    assert "No version was made" in page
    assert letter.versions.count() == 1 and letter.drafts.get().body == "{{ nope }}"


def test_without_javascript_the_form_comes_back_to_the_page(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    form = {"locale": "en", "mark": mark_of(letter), "subject": "Plain"}
    page = staff().post(f"/letters/{letter.pk}/draft/", form, follow=True)
    assert "The draft is saved." in page.content.decode()


def test_changes_are_given_up_after_a_question(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    client = staff()
    draft(client, letter, subject="x")
    assert "in all languages" in client.get(f"/letters/{letter.pk}/discard/").content.decode()
    assert letter.drafts.exists()
    client.post(f"/letters/{letter.pk}/discard/")
    assert not letter.drafts.exists()


def test_languages_come_and_go_through_the_page(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    client = staff()
    added = client.post(f"/letters/{letter.pk}/languages/new/", {"locale": "de"})
    assert added.url == f"/letters/{letter.pk}/?locale=de"
    wrong = client.post(f"/letters/{letter.pk}/languages/new/", {"locale": "no language"})
    assert "is no language tag" in wrong.content.decode()
    client.post(f"/letters/{letter.pk}/languages/de/default/")
    assert working.working_copy(letter).default_locale == "de"
    client.post(f"/letters/{letter.pk}/languages/en/delete/")
    assert [each.locale for each in working.working_copy(letter).languages] == ["de"]


def test_words_in_a_language_that_was_taken_out_are_kept_aside(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter("en", "de")
    client = staff()
    client.post(f"/letters/{letter.pk}/languages/de/delete/")
    answer = draft(client, letter, locale="de", subject="Frühling")
    assert answer.headers["HX-Redirect"] == f"/letters/{letter.pk}/"
    aside = letter.set_aside.get()
    assert (aside.locale, aside.subject) == ("de", "Frühling")
    assert working.working_copy(letter).languages[0].source.subject == "News"
    client.post(f"/letters/{letter.pk}/set-aside/{aside.pk}/")
    assert working.working_copy(letter).language("de").source.subject == "Frühling"


def test_characters_that_no_database_takes_are_left_out(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    client = staff()
    draft(client, letter, subject="a\x00b", body="<p>\x00</p>")
    assert working.working_copy(letter).languages[0].source.subject == "ab"
    for path in ("/letters/?q=%00", "/images/?q=%00", f"/letters/{letter.pk}/people/?person=%00"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["draft/", "save/", "take-over/", "discard/", "languages/new/", "edit/", "delete/", "tests/new/"],
)
def test_a_viewer_changes_nothing(staff: Staff, make_letter: MakeLetter, path: str) -> None:
    letter = make_letter()
    client = staff("viewer")
    assert client.get(f"/letters/{letter.pk}/").status_code == 200
    assert client.post(f"/letters/{letter.pk}/{path}", {"body": "x"}).status_code == 403
    assert not letter.drafts.exists()


def test_a_letter_that_is_not_there_is_404(staff: Staff) -> None:
    assert staff().get("/letters/999/").status_code == 404


def test_the_size_goes_while_the_letter_cannot_be_shown(staff: Staff, make_letter: MakeLetter) -> None:
    client, letter = staff(), make_letter()
    assert "The bytes that will be sent" in client.get(f"/letters/{letter.pk}/").content.decode()
    assert "The bytes that will be sent" in draft(client, letter, body="<p>x</p>").content.decode()
    broken = draft(client, letter, body="<p>{% if x %}</p>").content.decode()
    assert '<span id="letter-size" hx-swap-oob="true"></span>' in broken


def test_the_brand_in_view_is_judged_and_its_missing_address_is_no_fault_of_the_letter(
    staff: Staff, make_letter: MakeLetter
) -> None:
    factories.make_brand(name="North", postal_address="1 High Street")
    south = factories.make_brand(name="South", postal_address="")
    client, letter = staff(), make_letter()
    words = "“South” has no postal address yet"
    page = client.get(f"/letters/{letter.pk}/?brand={south.pk}")
    assert words in page.content.decode()
    assert {line.state for line in page.context["report"].lines if words in line.text} == {"info"}
    assert words not in client.get(f"/letters/{letter.pk}/").content.decode()
    fields = {"locale": "en", "mark": mark_of(letter), "body": "<p>x</p>"}
    at = {**HTMX, "HX-Current-URL": f"http://testserver/letters/{letter.pk}/?brand={south.pk}"}
    saved = client.post(f"/letters/{letter.pk}/draft/", fields, headers=at)
    assert words in saved.content.decode()
