"""What a broken link of a letter says."""

from __future__ import annotations

import pytest
from django.test import Client

from mailhub.delivery import tokens
from mailhub.delivery.tokens import Payload
from tests.contacts import makers

pytestmark = pytest.mark.django_db
BROKEN = [
    "/u/nope",
    "/u/",
    "/u/a/b",
    "/p/nope",
    "/p/data/nope",
    "/p/erase/nope",
    "/confirm/nope",
    "/join/nope/",
    "/join/",
    "/v/nope",
    "/c/nope",
    "/lost/wrong/",
    f"/v/{tokens.mint('click', Payload(dispatch_id=1))}",
]


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("path", BROKEN)
def test_a_broken_link_is_a_page_for_customers(client: Client, path: str) -> None:
    makers.make_list()

    answer = client.get(path)
    page = answer.content.decode()

    assert answer.status_code == 404
    assert "This link leads nowhere" in page and 'href="/lost/"' in page
    assert '<p class="brand">' in page and "web/public.css" in page
    assert "sign-in" not in page and "<script" not in page and 'href="/"' not in page
    assert len(answer.content) < 6_000
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", BROKEN)
def test_it_speaks_the_visitors_language(client: Client, path: str) -> None:
    makers.make_list()

    page = client.get(path, headers={"accept-language": "zh-CN,zh;q=0.9"}).content.decode()

    assert '<html lang="zh-hans">' in page
    assert "此链接已失效" in page and "leads nowhere" not in page


def test_without_a_brand_nothing_is_offered_that_is_not_there(client: Client) -> None:
    answer = client.post("/u/nope")

    assert answer.status_code == 404
    assert "/lost/" not in answer.content.decode()


def test_staff_keep_their_own_page(client: Client) -> None:
    page = client.get("/campaigns/nothing/of/it/").content.decode()

    assert "There is nothing here" in page
