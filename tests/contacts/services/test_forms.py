"""Sign-up forms and the versions of their words."""

from __future__ import annotations

import pytest

from contacts.models import FormVersion, List, SignUpForm
from contacts.services import form_texts, forms
from mailhub.delivery.models import Brand
from tests.contacts import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def news() -> List:
    return makers.make_list("News", public=True, opt_in="double")


def test_a_public_lists_own_form_is_kept_with_the_first_sign_up_and_once(news: List) -> None:
    found = forms.find("news")
    assert found is not None and found.pk is None

    assert forms.keep(found).pk == forms.keep(forms.of_list(news)).pk
    assert FormVersion.objects.get().number == 1


def test_a_form_that_moved_is_found_at_the_lists_address_too(news: List) -> None:
    form = forms.keep(forms.of_list(news))
    form.slug = "letters"
    forms.save(form, lists=[news])

    assert forms.find("letters") == forms.find("news") == form


def test_a_lists_own_form_closes_with_the_list(news: List) -> None:
    form = forms.keep(forms.of_list(news))
    assert forms.is_open(form, [news])

    List.objects.update(public=False)
    closed = forms.find("news")
    assert closed is not None and not forms.is_open(closed, forms.lists_of(closed))


def test_what_is_left_out_is_said_in_the_brands_language_then_in_mailhubs_words(news: List) -> None:
    form = SignUpForm(brand=news.brand, texts={"en": {"headline": "Hello"}, "zh-hans": {"button": "来吧"}})

    chinese = form_texts.of(form, [news], language="zh-hans")

    assert (chinese.headline, chinese.button) == ("Hello", "来吧")
    assert "退订" in chinese.wording


def test_a_version_keeps_every_language_whole(news: List) -> None:
    form = forms.keep(forms.of_list(news))

    texts = FormVersion.objects.get(form=form).texts
    assert set(texts) == {"en", "zh-hans"}
    assert all(texts[code]["wording"] and texts[code]["lists"] == "News" for code in texts)


def test_a_list_that_is_offered_as_well_is_a_new_version(news: List) -> None:
    form = forms.keep(forms.of_list(news))

    forms.save(form, lists=[news, makers.make_list("Offers")])

    assert FormVersion.objects.count() == 2


def test_a_free_address_is_one_that_no_form_and_no_list_has(news: List) -> None:
    assert forms.free_slug("News") == "news-2"
    assert forms.free_slug("新闻") == "form"
    assert forms.free_slug("new") == "new-2"


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.test/",
        "javascript:alert(1)",
        "//shop.test",
        "https://",
        "https://a b.test",
        "https://x\n.test",
    ],
)
def test_people_are_sent_on_to_https_alone(url: str) -> None:
    with pytest.raises(forms.FormRefused):
        forms.check_redirect_url(url)


def test_a_name_for_a_version_fits_its_column(news: List) -> None:
    form = SignUpForm(slug="x" * 120, brand=Brand(name="x"))

    assert len(forms.version_name(form, number=10_000, language="zh-hans")) <= 64
