"""The settings of sending through the browser's door: brand, senders, domains, routes, health."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from mailhub.accounts.models import AuditEntry, User
from mailhub.delivery.models import Brand, Sender, SendingDomain, StoredRoute
from mailhub.delivery.services import brands, domains, routes
from mailhub.delivery.services.routes import Draft
from mailhub.lib.environment import SmtpServer
from tests.delivery.nameserver import NameServer
from tests.postoffice import SmtpServer as RunningServer

pytestmark = pytest.mark.django_db

ROUTE = {
    "name": "Provider",
    "use": "everything",
    "transport": "smtp",
    "host": "smtp.example.com",
    "port": "587",
    "tls": "starttls",
    "username": "ann",
    "password": "sesame",
}


def picture(kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 20), "#b4540a").save(data, kind)
    return data.getvalue()


def test_the_settings_are_listed_in_three_groups_and_searched(client: Client, boss: User) -> None:
    page = client.get("/settings/").content.decode()
    for title in ("You", "This account", "Sending", "Domains", "Routes", "System health", "Staff and roles"):
        assert title in page
    found = client.get("/settings/", {"q": "dkim"}).content.decode()
    assert "/settings/domains/" in found
    assert "/settings/senders/" not in found
    assert "No setting is called" in client.get("/settings/", {"q": "<xyzzy>"}).content.decode()


def test_the_brand_is_changed_card_by_card(client: Client, boss: User) -> None:
    identity = {"card": "identity", "name": "Bakery", "postal_address": "1 High St\nOxford", "language": "de"}
    assert client.post("/settings/brand/", identity).status_code == 302
    assert client.post("/settings/brand/", {"card": "look", "accent": "#FFFF00"}).status_code == 302
    address = {"card": "address", "public_url": "https://mail.example.org/"}
    assert client.post("/settings/brand/", address).status_code == 302
    brand = brands.default()
    assert (brand.name, brand.postal_address, brand.language) == ("Bakery", "1 High St\nOxford", "de")
    assert (brand.accent, brand.on_accent) == ("#ffff00", "#000000")
    assert brand.public_url == "https://mail.example.org"
    page = client.get("/settings/brand/").content.decode()
    assert "hardly stand out" in page
    assert AuditEntry.objects.filter(act="brand.changed").count() == 3


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"card": "identity", "name": "A\x1b", "language": "en"}, "control character"),
        ({"card": "identity", "name": "", "language": "en"}, "required"),
        ({"card": "look", "accent": "red"}, "not a colour"),
        ({"card": "address", "public_url": "javascript:alert(1)"}, "not a public URL"),
    ],
)
def test_what_a_brand_cannot_be_is_said_beside_its_field(
    client: Client, boss: User, data: dict[str, str], sentence: str
) -> None:
    answer = client.post("/settings/brand/", data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_logo_is_kept_shown_and_removed(client: Client, boss: User) -> None:
    file = SimpleUploadedFile("../logo.php.png", picture())
    client.post("/settings/brand/", {"card": "look", "accent": "#0b6b62", "logo": file})
    brand = brands.default()
    assert brand.logo.startswith("images/")
    assert brand.logo.endswith(".png")
    assert brand.logo_url.startswith(brand.base_url)
    served = client.get(brand.logo_url.removeprefix(brand.base_url))
    assert (served.status_code, served.headers["Content-Type"]) == (200, "image/png")
    client.post("/settings/brand/", {"card": "look", "accent": "#0b6b62", "remove_logo": "on"})
    assert brands.default().logo_url == ""


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
        b"<?php system('id');",
        b"",
    ],
)
def test_what_is_no_picture_is_refused(client: Client, boss: User, data: bytes) -> None:
    file = SimpleUploadedFile("logo.png", data, content_type="image/png")
    answer = client.post("/settings/brand/", {"card": "look", "accent": "#0b6b62", "logo": file})
    assert answer.status_code == 422
    assert brands.default().logo == ""


def test_what_hides_behind_a_picture_does_not_come_along(client: Client, boss: User) -> None:
    file = SimpleUploadedFile("logo.jpg", picture("JPEG") + b"<script>alert(1)</script>")
    client.post("/settings/brand/", {"card": "look", "accent": "#0b6b62", "logo": file})
    brand = brands.default()
    served = client.get(brand.logo_url.removeprefix(brand.base_url))
    body = b"".join(served) if served.streaming else served.content
    assert b"script" not in body


def test_a_second_brand_has_a_page_of_its_own(client: Client, boss: User) -> None:
    brands.default()
    assert client.post("/settings/brands/new/", {"name": "Cake Shop"}).status_code == 302
    brand = Brand.objects.get(name="Cake Shop")
    assert "Cake Shop" in client.get(f"/settings/brands/{brand.pk}/").content.decode()
    assert "Cake Shop" in client.get("/settings/brands/").content.decode()


def test_senders_are_added_made_usual_and_removed(client: Client, boss: User) -> None:
    client.post("/settings/senders/new/", {"name": "Ann", "address": "ann@example.org", "reply_to": ""})
    client.post("/settings/senders/new/", {"name": "Bo", "address": "bo@example.org", "reply_to": ""})
    bo = Sender.objects.get(address="bo@example.org")
    assert brands.default().sender_address == "ann@example.org"
    client.post(f"/settings/senders/{bo.pk}/default/")
    assert brands.default().sender_address == "bo@example.org"
    page = client.get("/settings/senders/").content.decode()
    assert "MailHub does not know the domain example.org." in page
    changed = {"name": "Bo B", "address": "bo@example.org", "reply_to": "cy@example.org"}
    client.post(f"/settings/senders/{bo.pk}/", changed)
    assert brands.default().sender_name == "Bo B"
    ann = Sender.objects.get(address="ann@example.org")
    client.post(f"/settings/senders/{ann.pk}/delete/")
    assert list(Sender.objects.values_list("address", flat=True)) == ["bo@example.org"]


def test_a_free_mail_sender_is_refused_beside_the_field(client: Client, boss: User) -> None:
    data = {"name": "Ann", "address": "ann@gmail.com", "reply_to": ""}
    answer = client.post("/settings/senders/new/", data)
    assert answer.status_code == 422
    assert "mailbox provider" in answer.content.decode()
    checked = client.post("/settings/senders/new/", data, headers={"X-Validate": "address"})
    assert "mailbox provider" in checked.content.decode()
    assert not Sender.objects.exists()


def test_a_domain_is_added_checked_and_shown_in_words(
    client: Client, boss: User, name_server: NameServer, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    answer = client.post("/settings/domains/new/", {"name": "Example.org"}, follow=True)
    page = answer.content.decode()
    domain = SendingDomain.objects.get()
    key = domain.keys.get()
    assert "have not been looked up yet" in page
    assert "It has not been looked up yet." in page
    assert "DNS gave no answer" not in page
    assert f"{key.selector}._domainkey.example.org" in page
    assert f'data-copy="v=DKIM1; k=rsa; p={key.public_key}"' in page
    name_server.publish(
        "TXT", f"{key.selector}._domainkey.example.org", f"v=DKIM1; k=rsa; p={key.public_key}"
    )
    name_server.publish("TXT", "_dmarc.example.org", "v=DMARC1; p=<b>none</b>")
    checked = client.post(f"/settings/domains/{domain.pk}/check/", follow=True).content.decode()
    assert "example.org can send." in checked
    assert "The DMARC record has no policy" in checked
    assert "<b>none</b>" not in checked
    assert "mark>" in checked
    assert "127.0.0.1 answered" in checked
    assert "Works, improve" in client.get("/settings/domains/").content.decode()


@pytest.mark.parametrize("name", ["nonsense", "gmail.com", "exa mple.org", "<script>"])
def test_what_is_no_domain_of_ours_is_refused_with_a_sentence(client: Client, boss: User, name: str) -> None:
    answer = client.post("/settings/domains/new/", {"name": name})
    assert answer.status_code == 422
    assert not SendingDomain.objects.exists()


def test_the_records_are_given_as_text(client: Client, boss: User) -> None:
    domain, _created = domains.get_or_create("example.org", brands.default())
    answer = client.get(f"/settings/domains/{domain.pk}/text/")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "_dmarc.example.org" in answer.content.decode()


def test_the_signature_is_left_to_the_relay_and_taken_back(client: Client, boss: User) -> None:
    domain, _created = domains.get_or_create("example.org", brands.default())
    page = f"/settings/domains/{domain.pk}/"
    assert "_domainkey" in client.get(page).content.decode()
    answer = client.post(f"{page}signing/", {"relay_signs": "on"}, follow=True).content.decode()
    assert "the server that they go to signs them" in answer
    assert "_domainkey" not in answer
    assert AuditEntry.objects.filter(act="domain.signing").exists()
    assert domains.signer_for("example.org") is None
    client.post(f"{page}signing/", {})
    assert "_domainkey" in client.get(page).content.decode()
    assert domains.signer_for("example.org") is not None


def test_only_an_administrator_chooses_who_signs(client: Client, viewer: User) -> None:
    domain, _created = domains.get_or_create("example.org", brands.default())
    assert client.post(f"/settings/domains/{domain.pk}/signing/", {"relay_signs": "on"}).status_code == 403
    assert 'name="relay_signs"' not in client.get(f"/settings/domains/{domain.pk}/").content.decode()
    domain.refresh_from_db()
    assert not domain.relay_signs


def test_a_key_is_rotated_and_a_used_domain_stays(client: Client, boss: User) -> None:
    domain, _created = domains.get_or_create("example.org", brands.default())
    brands.update(brands.default(), sender="ann@example.org")
    client.post(f"/settings/domains/{domain.pk}/rotate/")
    assert domain.keys.filter(pending=True).count() == 1
    assert "A new key waits" in client.get(f"/settings/domains/{domain.pk}/").content.decode()
    assert "ann@example.org" in client.get(f"/settings/domains/{domain.pk}/delete/").content.decode()
    client.post(f"/settings/domains/{domain.pk}/delete/")
    assert SendingDomain.objects.exists()


def test_a_route_is_set_and_wins_in_words(client: Client, boss: User, settings: Any) -> None:
    settings.MAILHUB_SMTP = SmtpServer("mail.example.org", 25, "", "", "none")
    assert "no route below is set for" in client.get("/settings/routes/").content.decode()
    answer = client.post("/settings/routes/new/", ROUTE)
    route = StoredRoute.objects.get()
    assert answer.headers["Location"] == f"/settings/routes/{route.pk}/test/"
    page = client.get("/settings/routes/").content.decode()
    assert (
        "MAILHUB_SMTP_URL names mail.example.org; it is not used because the route Provider is set." in page
    )
    assert "leave by Provider, through smtp.example.com:587." in page


def test_a_password_is_never_shown_again(client: Client, boss: User) -> None:
    client.post("/settings/routes/new/", ROUTE)
    route = StoredRoute.objects.get()
    for url in ("/settings/routes/", f"/settings/routes/{route.pk}/", f"/settings/routes/{route.pk}/test/"):
        page = client.get(url).content.decode()
        assert "sesame" not in page
        assert route.password not in page
    client.post(f"/settings/routes/{route.pk}/", {**ROUTE, "name": "Renamed", "password": ""})
    route.refresh_from_db()
    assert (route.name, bool(route.password)) == ("Renamed", True)
    answer = client.post(f"/settings/routes/{route.pk}/", {**ROUTE, "host": "evil.example", "password": ""})
    assert "Type the password again" in answer.content.decode()


def test_a_direct_route_is_set_without_a_server(client: Client, boss: User) -> None:
    values = {"name": "Straight", "use": "everything", "transport": "direct", "tls": "starttls"}
    answer = client.post("/settings/routes/new/", values)
    route = StoredRoute.objects.get()
    assert answer.headers["Location"] == f"/settings/routes/{route.pk}/test/"
    assert (route.transport, route.host) == ("direct", "")
    assert "the recipients&#x27; own servers" in client.get("/settings/routes/").content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"host": "mail.example.org\r\nRSET"}, "not the name of a mail server"),
        ({"host": ""}, "required"),
        ({"port": "0"}, "greater than or equal to 1"),
        ({"port": "x"}, "whole number"),
        ({"tls": "maybe"}, "not one of the available choices"),
        ({"use": ""}, "required"),
        ({"name": "x" * 81}, "at most 80"),
    ],
)
def test_a_wrong_route_is_said_beside_its_field(
    client: Client, boss: User, changes: dict[str, str], sentence: str
) -> None:
    answer = client.post("/settings/routes/new/", {**ROUTE, **changes})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not StoredRoute.objects.exists()


def test_the_capture_mailbox_may_be_a_route_without_a_server(client: Client, boss: User) -> None:
    data = {
        "name": "Rehearsal",
        "use": "marketing",
        "transport": "capture",
        "tls": "none",
        "host": "",
        "port": "",
    }
    client.post("/settings/routes/new/", data)
    assert StoredRoute.objects.get().leads_out is False


def test_trying_a_route_shows_the_talk_and_sends_to_oneself(
    client: Client, boss: User, smtp_server: RunningServer
) -> None:
    brands.update(brands.default(), sender="Ann <ann@example.org>")
    route = routes.add(Draft(name="P", host="127.0.0.1", port=smtp_server.port, tls="none", use=""))
    page = client.post(f"/settings/routes/{route.pk}/test/", {"letter": "1"}).content.decode()
    assert "The route works, and the server took the letter to boss@example.org." in page
    assert "MAIL FROM:&lt;ann@example.org&gt;" in page
    assert [letter.recipient for letter in smtp_server.letters] == ["boss@example.org"]


def test_removing_a_route_says_where_letters_go_then(client: Client, boss: User) -> None:
    route = routes.add(Draft(name="P", host="smtp.example.com"))
    assert "nothing of them leaves" in client.get(f"/settings/routes/{route.pk}/delete/").content.decode()
    client.post(f"/settings/routes/{route.pk}/delete/")
    assert not StoredRoute.objects.exists()


def test_health_shows_its_parts_and_renews_them_alone(client: Client, boss: User) -> None:
    page = client.get("/settings/health/").content.decode()
    assert "Scheduler (beat)" in page
    assert 'hx-trigger="every 5s"' in page
    alone = client.get("/settings/health/", headers={"HX-Request": "true", "HX-Target": "parts"})
    assert "<html" not in alone.content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "/settings/brands/new/",
        "/settings/senders/new/",
        "/settings/domains/new/",
        "/settings/routes/",
        "/settings/routes/new/",
        "/mailbox/",
        "/mailbox/empty/",
    ],
)
def test_a_viewer_is_told_what_is_missing(client: Client, viewer: User, url: str) -> None:
    assert client.get(url).status_code == 403
    assert client.post(url).status_code in (403, 405)


def test_a_viewer_looks_and_changes_nothing(client: Client, viewer: User) -> None:
    domain, _created = domains.get_or_create("example.org", brands.default())
    for url in ("/settings/brand/", "/settings/senders/", "/settings/health/"):
        assert client.get(url).status_code == 200
    page = client.get(f"/settings/domains/{domain.pk}/").content.decode()
    assert "Check now" not in page
    assert client.post(f"/settings/domains/{domain.pk}/check/").status_code == 403
    assert client.post("/settings/brand/", {"card": "look", "accent": "#ff0000"}).status_code == 403
    assert brands.default().accent != "#ff0000"


def test_settings_and_domains_are_found_by_the_global_search(client: Client, boss: User) -> None:
    domain, _created = domains.get_or_create("example.org", brands.default())
    found = client.get("/search/", {"q": "example.o"}).content.decode()
    assert f"/settings/domains/{domain.pk}/" in found
    assert "/settings/routes/" in client.get("/search/", {"q": "smtp"}).content.decode()


def test_the_search_shows_nobody_what_they_may_not_open(client: Client, viewer: User) -> None:
    found = client.get("/search/", {"q": "smtp"}).content.decode()
    assert 'href="/settings/routes/"' not in found
