"""Link scanners fetch every link of every page and mail: nothing comes of it (rules 1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email import message_from_bytes
from email.policy import default
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection
from django.test import Client

from contacts.models import Confirmation, Contact, LinkRequest, List
from contacts.services import confirmation_mail, errands, forms, signups
from mailhub.delivery import tokens
from mailhub.delivery.models import PreparedLetter
from mailhub.lib import clock
from tests.contacts import makers

pytestmark = pytest.mark.django_db
# What only counts: when somebody fetched something.
NOISE = ("django_session", "sqlite_sequence")


@pytest.fixture
def doors() -> list[str]:
    """One link of every kind, all of them for the same person."""
    news = makers.make_list("News", opt_in="double", public=True, description="Monthly.")
    makers.make_list("Offers", public=True)
    ann = makers.make_contact("ann@example.org", locale="en")
    makers.subscribe(ann, makers.make_list("Mine"))
    signups.start(ann, news, method="form")
    forms.keep(forms.of_list(news))
    for kind in ("manage", "data", "erasure"):
        errands.ask(ann, kind=kind, brand=news.brand)
    errands.mail_due(now=clock.now())
    payload = makers.payload_of(ann, List.objects.get(name="Mine"))
    return [
        "/join/news/",
        "/lost/",
        f"/u/{tokens.mint('unsubscribe', payload)}",
        f"/p/{tokens.mint('preferences', payload)}",
        confirmation_mail.link(Confirmation.objects.get(), brand=news.brand),
        *(errands.link(request) for request in LinkRequest.objects.order_by("pk")),
        *(link for letter in PreparedLetter.objects.all() for link in links_of_mail(bytes(letter.mime))),
    ]


def links_of_mail(mime: bytes) -> Iterable[str]:
    for part in message_from_bytes(mime, policy=default).walk():
        if not part.is_multipart():
            yield from re.findall(r"https?://[^\s\"<>]+", part.get_content())  # type: ignore[attr-defined]  # EmailMessage


def links_of_page(html: str, *, base: str) -> list[str]:
    """Every address in the page, those that its forms post to as well."""
    found = re.findall(r'(?:href|src|action|data-mailhub-join)="([^"]*)"', html)
    links = [urljoin(base, unescape(link)) for link in found if not link.startswith(("data:", "#"))]
    return [link for link in links if not urlsplit(link).path.startswith("/static/")]


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in NOISE:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows[table] = sorted(cursor.fetchall(), key=str)
    return rows


def crawl(client: Client, doors: Iterable[str]) -> set[str]:
    """Fetch every link, and every link of what was fetched, with HEAD and with GET."""
    waiting, seen = list(doors), set[str]()
    while waiting:
        parts = urlsplit(waiting.pop())
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if path in seen:
            continue
        seen.add(path)
        assert client.head(path).status_code < 500
        page = client.get(path)
        assert page.status_code < 500
        if page["Content-Type"].startswith("text/html"):
            waiting += links_of_page(page.content.decode(), base=path)
    return seen


def test_whoever_fetches_every_link_changes_nothing(doors: list[str]) -> None:
    before = everything()

    seen = crawl(Client(), doors)

    assert everything() == before
    assert Contact.objects.count() == 1
    kinds = {path.split("/")[1] for path in seen}
    assert kinds >= {"join", "lost", "u", "p", "confirm"}


def test_every_page_is_whole_small_and_for_nobody_elses_eyes(doors: list[str]) -> None:
    client = Client()
    for link in doors:
        page = client.get(urlsplit(link).path)
        html = page.content.decode()

        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert page["Referrer-Policy"] == "no-referrer"
        assert page["Cache-Control"] == "no-store"
        assert "ann@example.org" not in html
        assert html.count("<h1") == 1 and '<html lang="' in html
        assert not re.findall(r"<style(?! nonce)|<script(?! src)| style=| on[a-z]+=", html)
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
        assert len(page.content) < 12_000


def test_page_style_and_script_are_less_than_thirty_kilobytes(doors: list[str]) -> None:
    client = Client()
    largest = max(len(client.get(urlsplit(link).path).content) for link in doors)
    files = sum(
        len(b"".join(client.get(path)))  # type: ignore[call-overload]  # a streamed file
        for path in ("/static/web/public.css", "/static/contacts/join.js")
    )
    assert largest + files < 30_000
