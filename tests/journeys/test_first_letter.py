"""From a file of people to signed letters, clicks and a report, as somebody at a shell does it."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import dkim
import pytest

from tests import installation
from tests.installation import Installation
from tests.postoffice import Letter, SmtpServer

PEOPLE = """\ufeffEmail;First Name;City;Favourite Colour;Email Marketing Consent
ann@example.org;Ann;München;blue;SUBSCRIBED
BO@Example.org;;Rome;;SUBSCRIBED
bo@example.org;Bo again;Rome;;SUBSCRIBED
cy@example.org;Cy;Paris;red;UNSUBSCRIBED
di@example.org;Di;Oslo;red;NEVER_SUBSCRIBED
ed@example.org;Ed;Oslo;red;bounced
not an address;X;Y;Z;SUBSCRIBED
"""
LETTER = """<html><body><h1>Hello {{ contact.first_name | default: "friend" }}</h1>
<p><a href="https://shop.example/a?x=1&amp;y=[2]#top">Shop</a>
<a href="https://shop.example/for?who={{ contact.email }}&c={{ contact.favourite_colour }}">Yours</a></p>
<p>{{ postal_address }} <a href="{{ unsubscribe_url }}">Leave</a></p></body></html>
"""
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def server() -> Iterator[SmtpServer]:
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, server: SmtpServer) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "letter.html").write_text(LETTER, encoding="utf-8")
    with installation.own_database() as url:
        route = f"smtp://127.0.0.1:{server.port}?tls=none"
        running = Installation(folder / "data", migrated=True, DATABASE_URL=url, MAILHUB_SMTP_URL=route)
        try:
            running.wait_until_ready()
            yield running
        finally:
            running.stop_by(running.process.terminate)


def answer(running: Installation, *words: str, status: int = 0) -> dict:
    """The one JSON value that a command printed."""
    done = running.manage(*words)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def send(running: Installation, name: str, *more: str, status: int = 0) -> dict:
    letter = ["--html", str(running.data.parent / "letter.html"), "--subject", "For {{ contact.first_name }}"]
    sender = ["--from", "Shop <news@shop.example>", "--allow-unverified"]
    words = ["send_campaign", "--name", name, "--list", "news", *letter, *sender, "--wait", "--json", *more]
    return answer(running, *words, status=status)


def ask(method: str, url: str, body: str | None = None, headers: dict[str, str] | None = None):
    parts = urlsplit(url)
    web = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    web.request(method, parts.path, body, headers or BROWSER)
    reply = web.getresponse()
    reply.read()
    return reply


def letter_to(server: SmtpServer, recipient: str) -> Letter:
    return next(letter for letter in server.letters if letter.recipient == recipient)


def links_of(letter: Letter, door: str) -> list[str]:
    html = letter.message.get_body(("html",)).get_content()
    return re.findall(rf'"(http://127\.0\.0\.1:\d+/{door}/[^"]+)"', html)


def test_the_people_of_the_file_are_counted_one_by_one(shop: Installation) -> None:
    address = "1 High Street\\nTown"
    assert shop.manage("brand", "--name", "Shop", "--postal-address", address).returncode == 0
    file = str(shop.data.parent / "people.csv")
    counts = answer(shop, "import_contacts", file, "--list", "news", "--consent-source", "checkout", "--json")
    error_file = Path(counts.pop("error_file"))
    assert "not an address" in error_file.read_text(encoding="utf-8")
    assert counts == {
        "id": 1,
        "rows": 7,
        "created": 5,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 1,
        "invalid": 1,
        "suppressed": 1,
    }


def test_only_those_who_may_be_mailed_get_one_signed_letter_each(
    shop: Installation, server: SmtpServer
) -> None:
    records = {
        record["name"]: record["value"] for record in answer(shop, "domain_records", "shop.example", "--json")
    }
    sent = send(shop, "First")
    assert sent["state"] == "finished"
    assert (sent["planned"], sent["sent"]) == (2, 2)
    assert isinstance(sent["seconds"], float)
    assert sorted(letter.recipient for letter in server.letters) == ["BO@example.org", "ann@example.org"]
    for letter in server.letters:
        assert dkim.verify(
            letter.content, dnsfunc=lambda name, timeout=5: records[name.decode().rstrip(".")].encode()
        )
        assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter.message["Subject"] in ("For Ann", "For")


def test_links_lead_exactly_where_the_letter_says_and_the_pixel_answers(
    shop: Installation, server: SmtpServer
) -> None:
    ann = letter_to(server, "ann@example.org")
    targets = [ask("GET", link).headers["Location"] for link in links_of(ann, "c")]
    assert targets == [
        "https://shop.example/a?x=1&y=[2]#top",
        "https://shop.example/for?who=ann%40example.org&c=blue",
    ]
    (pixel,) = links_of(ann, "o")
    assert (ask("GET", pixel).status, ask("GET", pixel).headers["Content-Type"]) == (200, "image/gif")
    assert ask("GET", pixel.replace("/o/", "/o/x")).status == 404


def test_the_report_adds_up(shop: Installation) -> None:
    report = answer(shop, "campaign_report", "1", "--json")
    balance = report["balance"]
    assert balance["planned"] == balance["sent"] == 2
    text = shop.manage("campaign_report", "1").stdout
    assert "2 planned" in text
    assert "https://shop.example/a?x=1&y=[2]#top" in text


def test_one_click_unsubscribes_and_looking_does_not(shop: Installation, server: SmtpServer) -> None:
    url = letter_to(server, "ann@example.org").message["List-Unsubscribe"].strip("<>")
    assert [ask("GET", url).status, ask("HEAD", url).status] == [200, 200]
    assert answer(shop, "campaign_report", "1", "--json")["unsubscribes"] == 0
    assert [ask("POST", url, "List-Unsubscribe=One-Click", FORM).status for _ in range(2)] == [200, 200]
    forged = url[:-1] + ("A" if url[-1] != "A" else "B")
    assert ask("POST", forged, "List-Unsubscribe=One-Click", FORM).status == 404


def test_the_next_campaign_leaves_out_who_left_and_who_got_one_just_now(shop: Installation) -> None:
    capped = send(shop, "Second")
    assert (capped["planned"], capped["skipped"], capped["sent"]) == (1, 1, 0)
    waived = send(shop, "Third", "--ignore-cap")
    assert (waived["planned"], waived["sent"]) == (1, 1)


def test_why_says_in_words_what_became_of_each_person(shop: Installation) -> None:
    assert "frequency cap" in shop.manage("why", "2", "bo@example.org").stdout
    assert "left the list" in shop.manage("why", "2", "ann@example.org").stdout
    assert "cy@example.org" in shop.manage("why", "1", "cy@example.org").stdout
