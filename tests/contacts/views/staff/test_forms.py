"""The staff screens of sign-up forms."""

from __future__ import annotations

import pytest
from django.test import Client

from contacts.models import FormVersion, List, SignUp, SignUpForm
from contacts.services import forms
from mailhub.accounts.models import AuditEntry, User
from mailhub.lib import clock
from tests import factories
from tests.contacts import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def news() -> List:
    return makers.make_list("News", public=True, opt_in="double")


def signed_in(role: str = "editor") -> Client:
    client = Client()
    client.force_login(User.objects.create_user(role, password="x", role=role))
    return client


def typed(lists: list[List], **more: object) -> dict[str, object]:
    return {"name": "Shop window", "lists": [list_.pk for list_ in lists], "active": "on", **more}


def test_a_public_lists_own_form_is_shown_before_anybody_touched_it(news: List) -> None:
    client = signed_in()

    overview = client.get("/forms/").content.decode()
    page = client.get("/forms/news/").content.decode()

    assert "/forms/news/" in overview and "MailHub’s own" in overview
    assert "/join/news/" in page and "data-mailhub-join" in page
    assert not SignUpForm.objects.exists()


def test_a_form_is_made_with_an_address_of_its_own(news: List) -> None:
    answer = signed_in().post("/forms/new/", typed([news], wording_en="Yes, write to me."))

    assert answer["Location"] == "/forms/shop-window/"
    form = SignUpForm.objects.get()
    assert (form.name, form.brand, form.version) == ("Shop window", news.brand, 1)
    assert FormVersion.objects.get().texts["en"]["wording"] == "Yes, write to me."
    assert AuditEntry.objects.get().act == "form.created"


def test_a_change_of_words_is_a_new_version_and_any_other_change_is_not(news: List) -> None:
    client = signed_in()
    client.post("/forms/new/", typed([news]))

    client.post("/forms/shop-window/edit/", typed([news], slug="shop-window", name="Window"))
    assert FormVersion.objects.count() == 1

    client.post("/forms/shop-window/edit/", typed([news], slug="shop-window", button_en="Join"))
    assert FormVersion.objects.count() == 2
    assert SignUpForm.objects.get().version == 2


def test_the_snippet_needs_neither_cookie_nor_script(news: List) -> None:
    page = signed_in().get("/forms/news/").context["snippet"]

    assert 'action="http://' in page and 'name="email"' in page
    assert "csrf" not in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("redirect_url", "http://shop.test", "https://"),
        ("redirect_url", "https://ann:pw@shop.test/", "https://"),
        ("slug", "news", "A list has this address"),
        ("slug", "new", "An address is made of"),
        ("wording_en", "x" * 2_001, "2000"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(news: List, field: str, value: str, sentence: str) -> None:
    page = signed_in().post("/forms/new/", typed([news], **{field: value}))

    assert page.status_code == 422
    assert sentence in str(page.context["fields"].errors[field])
    assert not SignUpForm.objects.exists()


def test_lists_of_two_brands_do_not_share_a_form(news: List) -> None:
    other = makers.make_list("Other", brand=factories.make_brand(name="Other"))

    page = signed_in().post("/forms/new/", typed([news, other]))

    assert "one brand" in str(page.context["fields"].errors["lists"])


def test_the_preview_shows_what_is_typed_and_keeps_nothing(news: List) -> None:
    client = signed_in()
    query = {"lists": news.pk, "headline_en": "Come in", "lang": "en"}

    frame = client.get("/forms/preview-frame/", query)
    page = client.get("/forms/preview/", query)

    assert "headline_en=Come+in" in frame.content.decode()
    assert "Come in" in page.content.decode()
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert "sandbox" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert not SignUpForm.objects.exists()


def test_sign_ups_that_wait_for_a_sender_are_said_so(news: List) -> None:
    form = forms.keep(forms.of_list(news))
    now = clock.now()
    SignUp.objects.create(
        form=form, address_hash="0" * 32, problem="The brand has no sender.", received_at=now, due_at=now
    )

    assert "1 sign-up waits:" in signed_in().get("/forms/").content.decode()


def test_a_viewer_looks_and_changes_nothing(news: List) -> None:
    client = signed_in("viewer")

    assert [client.get(url).status_code for url in ("/forms/", "/forms/news/")] == [200, 200]
    assert client.get("/forms/new/").status_code == 403
    assert client.post("/forms/new/", typed([news])).status_code == 403
    assert "Edit" not in client.get("/forms/news/").content.decode()


def test_without_a_list_it_says_what_to_do_first() -> None:
    assert "First a list" in signed_in().get("/forms/new/").content.decode()


def test_strangers_sign_in_first(news: List) -> None:
    assert Client().get("/forms/")["Location"].startswith("/sign-in/")
