"""A shop with many people on its lists, and campaigns to them that something happens to in mid-send."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import psutil

from tests import servers
from tests.installation import Installation
from tests.postoffice import SmtpServer

CONNECTIONS = 4  # of each sender
SENDERS = 2
CROWD, GROUP = 1500, 500
LETTER = (
    "<p>Hello {{ contact.email }}</p><p>{{ postal_address }} <a href='{{ unsubscribe_url }}'>Leave</a></p>"
)


def open_shop(data: Path, post_office: SmtpServer, **variables: str) -> Installation:
    """A running MailHub whose letters go to the post office over few connections."""
    route = f"smtp://127.0.0.1:{post_office.port}?tls=none&connections={CONNECTIONS}"
    running = Installation(data, migrated=True, MAILHUB_SMTP_URL=route, **variables)
    try:
        running.wait_until_ready()
    except BaseException:
        running.process.terminate()
        raise
    return running


def fill(shop: Installation) -> None:
    assert shop.manage("brand", "--name", "Shop", "--postal-address", "1 High Street").returncode == 0
    (shop.data.parent / "letter.html").write_text(LETTER, encoding="utf-8")
    for name, size in (("crowd", CROWD), ("group", GROUP)):
        file = shop.data.parent / f"{name}.csv"
        people = (f"{name}{number}@example.net" for number in range(size))
        file.write_text("email\n" + "\n".join(people), encoding="utf-8")
        told(shop, "import_contacts", str(file), "--list", name, "--consent-source", "fair", "--json")


def told(shop: Installation, *words: str) -> dict:
    """The one JSON value that a command printed."""
    done = shop.manage(*words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def launch(shop: Installation, to: str) -> int:
    """Launch without waiting; the number of the campaign."""
    letter = ["--html", str(shop.data.parent / "letter.html"), "--subject", "Hello"]
    sender = ["--from", "Shop <news@shop.example>", "--allow-unverified", "--ignore-cap"]
    return told(shop, "send_campaign", "--name", to, "--list", to, *letter, *sender, "--json")["id"]


def wait_for_letters(shop: Installation, post_office: SmtpServer, count: int) -> None:
    servers.wait_for(lambda: len(post_office.letters) >= count, what=f"Letter {count}", log=shop.log)


def wait_for_state(shop: Installation, campaign_id: int, state: str = "finished") -> None:
    def is_there() -> bool:
        return shop.ask(f"SELECT state FROM campaigns_campaign WHERE id = {campaign_id}") == [(state,)]

    servers.wait_for(is_there, what=f"Campaign {campaign_id} in state {state}", log=shop.log)


def rows(shop: Installation, campaign_id: int) -> Counter[str]:
    """How many letters of the campaign are in each state."""
    found = shop.ask(
        "SELECT m.state, count(*) FROM delivery_message m"
        " JOIN campaigns_campaign c ON c.dispatch_id = m.dispatch_id"
        f" WHERE c.id = {campaign_id} GROUP BY m.state"
    )
    return Counter(dict(found))


def received(post_office: SmtpServer) -> int:
    """How many letters came; nobody got two."""
    names = [letter.recipient for letter in post_office.letters]
    twice = [name for name, times in Counter(names).items() if times > 1]
    assert twice == []
    return len(names)


def sender_processes(shop: Installation) -> list[psutil.Process]:
    return shop.part("--queues bulk").children()
