"""What is to be published, and the command that prints it."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mailhub.delivery.models import SendingDomain
from mailhub.delivery.services import brands, dns_records, domains
from mailhub.lib.environment import SmtpServer

pytestmark = pytest.mark.django_db


def make() -> SendingDomain:
    return domains.get_or_create("example.org", brands.default())[0]


def published(domain: SendingDomain) -> dict[tuple[str, str], str]:
    return {(record.type, record.name): record.value for record in dns_records.records(domain)}


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("domain_records", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_every_record_of_a_domain_behind_a_public_name(settings: Any) -> None:
    settings.PUBLIC_URL = "https://mail.example.net:8443"
    settings.MAILHUB_SMTP = None
    domain = make()
    key = domain.keys.get()
    assert published(domain) == {
        ("TXT", f"{key.selector}._domainkey.example.org"): f"v=DKIM1; k=rsa; p={key.public_key}",
        ("TXT", "bounces.example.org"): "v=spf1 a:mail.example.net ~all",
        ("TXT", "example.org"): "v=spf1 a:mail.example.net ~all",
        ("TXT", "_dmarc.example.org"): "v=DMARC1; p=none; rua=mailto:postmaster@example.org",
        ("MX", "bounces.example.org"): "10 mail.example.net",
        ("CNAME", "click.example.org"): "mail.example.net",
    }


def test_the_brands_own_public_url_counts_first(settings: Any) -> None:
    settings.PUBLIC_URL = "https://mail.example.net"
    brands.update(brands.default(), public_url="https://letters.example.com")
    assert published(make())["CNAME", "click.example.org"] == "letters.example.com"


def test_a_smarthost_may_send_too(settings: Any) -> None:
    settings.PUBLIC_URL = "https://mail.example.net"
    settings.MAILHUB_SMTP = SmtpServer("smtp.example.com", 587, "ann", "secret", "starttls")
    spf = published(make())["TXT", "bounces.example.org"]
    assert spf == "v=spf1 a:mail.example.net a:smtp.example.com ~all"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "postfix"])
def test_a_mail_server_on_this_machine_adds_nothing(settings: Any, host: str) -> None:
    settings.PUBLIC_URL = "https://mail.example.net"
    settings.MAILHUB_SMTP = SmtpServer(host, 25, "", "", "none")
    assert published(make())["TXT", "bounces.example.org"] == "v=spf1 a:mail.example.net ~all"


@pytest.mark.parametrize(
    ("url", "kind", "address", "term"),
    [
        ("http://203.0.113.5:8000", "A", "203.0.113.5", "ip4:203.0.113.5"),
        ("http://[2001:db8::5]", "AAAA", "2001:db8::5", "ip6:2001:db8::5"),
    ],
)
def test_an_installation_known_by_its_address(
    settings: Any, url: str, kind: str, address: str, term: str
) -> None:
    settings.PUBLIC_URL = url
    records = published(make())
    assert records[kind, "bounces.example.org"] == address
    assert records[kind, "click.example.org"] == address
    assert records["TXT", "bounces.example.org"] == f"v=spf1 {term} ~all"


def test_a_retired_key_stays_published() -> None:
    domain = make()
    domain.keys.update(retired_at=domain.created_at)
    domain = make()
    assert sum(record.purpose.startswith("DKIM") for record in dns_records.records(domain)) == 2


def test_the_command_prints_a_list_and_nothing_else() -> None:
    first, note = run("Example.org", "--json")
    records = json.loads(first)
    assert {tuple(record) for record in records} == {("type", "name", "value", "purpose")}
    for record in records:
        assert record["name"].endswith("example.org")
        assert '"' not in record["value"]
    assert "mailhub.example.org" in note
    assert json.loads(run("example.org", "--json")[0]) == records


def test_the_dkim_value_is_one_string_with_the_whole_key() -> None:
    records = json.loads(run("example.org", "--json")[0])
    (value,) = [record["value"] for record in records if "._domainkey." in record["name"]]
    assert re.fullmatch(r"v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{390,}={0,2}", value)


def test_the_table_is_aligned_and_ends_with_the_value() -> None:
    lines = [line for line in run("example.org")[0].splitlines() if line and not line.startswith("#")]
    column = lines[0].index("VALUE")
    assert all(line[column - 1] == " " and line[column] != " " for line in lines)


@pytest.mark.parametrize(
    ("name", "complaint"), [("nonsense", "not a domain name"), ("gmail.com", "mailbox provider")]
)
def test_the_command_refuses_with_a_sentence(name: str, complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        run(name)
