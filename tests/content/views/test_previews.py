"""The frame that shows a letter: the right words, and nothing that could act."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from contacts.models import CustomField
from contacts.services import people
from mailhub.content import previewing
from mailhub.content.models import Letter
from mailhub.content.services import letters
from tests.content.letters_at_hand import variant

Staff = Callable[..., Client]
MakeLetter = Callable[..., Letter]


def test_the_frame_shows_the_letter_for_the_chosen_person(staff: Staff, make_letter: MakeLetter) -> None:
    bo = people.create("bo@example.org", values={"first_name": "Bo"})
    url = f"/letters/{make_letter().pk}/preview/"
    client = staff()
    assert b"Hello Ann" in client.get(url).content
    assert b"Hello Bo" in client.get(url, {"reader": bo.pk}).content
    assert b"Hello there" in client.get(url, {"reader": "nameless"}).content
    assert b"Hello Ann" in client.get(url, {"reader": "999999"}).content


def test_the_frame_shows_the_version_that_is_asked_for(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter("en", "de", body="<p>The first words</p>")
    client = staff()
    client.post(f"/letters/{letter.pk}/draft/", {"locale": "en", "body": "<p>Not sent by anybody</p>"})
    letter.drafts.update(body="<p>Not sent by anybody</p>")
    letters.revise(
        letter, variants=[variant("<p>The second</p>")], default_locale="en", schema=previewing.schema()
    )
    url = f"/letters/{letter.pk}/preview/"
    assert b"The first words" in client.get(url, {"version": "1"}).content
    assert b"The first words" in client.get(url, {"version": "1", "locale": "de"}).content
    assert b"The second" in client.get(url, {"version": "2", "locale": "fr"}).content


@pytest.mark.parametrize("number", ["3", "0", "-1", "x", "²", "9" * 30])
def test_a_version_that_is_not_there_is_a_404(staff: Staff, make_letter: MakeLetter, number: str) -> None:
    assert staff().get(f"/letters/{make_letter().pk}/preview/", {"version": number}).status_code == 404


def test_the_frame_has_a_policy_of_its_own(staff: Staff, make_letter: MakeLetter) -> None:
    answer = staff().get(f"/letters/{make_letter().pk}/preview/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "allow-scripts" not in policy


def test_the_text_part_is_shown_as_text(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter(body="<p>1 &lt; 2 {{ contact.first_name }}</p>")
    html = staff().get(f"/letters/{letter.pk}/preview/", {"form": "text"}).content.decode()
    assert "<pre>1 &lt; 2 Ann" in html


def test_a_letter_in_disorder_says_why_it_is_not_shown(staff: Staff, make_letter: MakeLetter) -> None:
    letter = make_letter()
    client = staff()
    client.post(f"/letters/{letter.pk}/draft/", {"locale": "en", "body": "{{ <b>nope"})
    letter.drafts.update(body="{{ <b>nope")
    html = client.get(f"/letters/{letter.pk}/preview/").content.decode()
    assert "cannot be shown yet" in html and "<b>nope" not in html


def test_people_are_found_by_the_beginning_of_a_name(staff: Staff, make_letter: MakeLetter) -> None:
    people.create("cy@example.org", values={"first_name": "Cyrus"})
    url = f"/letters/{make_letter().pk}/people/"
    assert "Cyrus" in staff().get(url, {"person": "cyr"}).content.decode()
    masked = staff(sees_addresses=False).get(url, {"person": "cyr"}).content.decode()
    assert "cy@example.org" not in masked


def test_an_address_is_masked_in_the_letter_too(staff: Staff, make_letter: MakeLetter) -> None:
    bo = people.create("bo@example.org")
    letter = make_letter(body="<p>{{ contact.email }}</p>")
    client = staff(sees_addresses=False)
    assert b"bo@example.org" not in client.get(f"/letters/{letter.pk}/preview/", {"reader": bo.pk}).content


def test_custom_fields_are_offered_and_known(staff: Staff, make_letter: MakeLetter) -> None:
    CustomField.objects.create(key="shoe", label="Shoe size")
    letter = make_letter(body='<p>{{ contact.shoe | default: "any" }}</p>')
    assert "contact.shoe" in staff().get(f"/letters/{letter.pk}/").content.decode()


@pytest.mark.parametrize("query", ["reader=%00", "brand=999999999999999", "look=x&form=y", "locale=%F0%9F"])
def test_strange_queries_do_no_harm(staff: Staff, make_letter: MakeLetter, query: str) -> None:
    letter = make_letter()
    client = staff()
    assert client.get(f"/letters/{letter.pk}/preview/?{query}").status_code == 200
    assert client.get(f"/letters/{letter.pk}/?{query}").status_code == 200


@pytest.mark.parametrize("name", ["newsletter", "promotion", "announcement", "plain"])
def test_the_gallery_shows_every_template(staff: Staff, name: str) -> None:
    client = staff()
    assert client.get(f"/letters/templates/{name}/").status_code == 200
    assert f"/letters/templates/{name}/" in client.get("/letters/new/").content.decode()


def test_a_template_that_is_not_there_is_404(staff: Staff) -> None:
    assert staff().get("/letters/templates/nope/").status_code == 404
