"""Versions: who made which, what changed, and bringing one back."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from mailhub.content.models import Letter
from mailhub.content.selectors import drafts as working

Staff = Callable[..., Client]


def revise(client: Client, letter: Letter, **words: str) -> None:
    mark = working.working_copy(letter).languages[0].mark
    client.post(f"/letters/{letter.pk}/save/", {"locale": "en", "mark": mark, "body": "<p>x</p>", **words})


def test_versions_are_listed_compared_and_brought_back(
    staff: Staff, make_letter: Callable[..., Letter]
) -> None:
    letter, client = make_letter(), staff(first_name="Bo")
    revise(client, letter, subject="Old news and new", note="Try")
    listed = client.get(f"/letters/{letter.pk}/versions/").content.decode()
    assert "Version 2" in listed and "Bo" in listed and "Try" in listed
    page = client.get(f"/letters/{letter.pk}/versions/2/").content.decode()
    assert "<del>" in page and "<ins>" in page
    assert client.get(f"/letters/{letter.pk}/versions/1/?with=2").status_code == 200
    client.post(f"/letters/{letter.pk}/versions/1/restore/")
    assert letter.versions.get(number=3).variants.get().subject == "News"


def test_a_diff_that_scrolls_is_reached_by_keys(staff: Staff, make_letter: Callable[..., Letter]) -> None:
    letter = make_letter()
    page = staff().get(f"/letters/{letter.pk}/versions/1/").content.decode()
    assert (
        page.count('class="diff-frame" role="region" tabindex="0" aria-label="')
        == page.count("diff-frame")
        > 0
    )


def test_words_in_a_diff_are_shown_and_not_run(staff: Staff, make_letter: Callable[..., Letter]) -> None:
    letter, client = make_letter(), staff()
    revise(client, letter, body="<p>x</p><!-- <script>alert(1)</script> -->")
    page = client.get(f"/letters/{letter.pk}/versions/2/").content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page


def test_a_version_that_is_not_there_is_404(staff: Staff, make_letter: Callable[..., Letter]) -> None:
    assert staff().get(f"/letters/{make_letter().pk}/versions/9/").status_code == 404


def test_a_viewer_brings_nothing_back(staff: Staff, make_letter: Callable[..., Letter]) -> None:
    letter = make_letter()
    client = staff("viewer")
    assert client.get(f"/letters/{letter.pk}/versions/1/").status_code == 200
    assert client.post(f"/letters/{letter.pk}/versions/1/restore/").status_code == 403
