"""Making lists."""

from __future__ import annotations

import pytest

from contacts.services import lists
from contacts.services.fields import InvalidValue
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_list_is_made_once_by_its_slug() -> None:
    brand = factories.make_brand()

    news, made = lists.get_or_create("spring-news", brand=brand)
    again, made_again = lists.get_or_create("spring-news", brand=brand, opt_in="double")

    assert (made, made_again, again) == (True, False, news)
    assert (news.name, news.opt_in, news.key) == ("Spring news", "single", f"list:{news.pk}")


@pytest.mark.parametrize("slug", ["", "Two words", "ümlaut", "x" * 121])
def test_what_is_no_slug_is_refused(slug: str) -> None:
    with pytest.raises(InvalidValue, match="slug"):
        lists.get_or_create(slug, brand=factories.make_brand())
