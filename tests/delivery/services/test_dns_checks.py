"""Sending domains against a real name server: what is right, missing and wrong, and what it leads to."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from mailhub.delivery import dkim
from mailhub.delivery.models import SendingDomain
from mailhub.delivery.services import brands, dns_checks, dns_records, domains
from mailhub.delivery.services.dns_checks import Report
from mailhub.delivery.services.dns_records import Kind
from mailhub.lib import clock
from tests.delivery.nameserver import NameServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain(settings: Any) -> SendingDomain:
    settings.PUBLIC_URL = "https://mail.example.net"
    return domains.get_or_create("example.org", brands.default())[0]


def publish(server: NameServer, domain: SendingDomain, **instead: list[str]) -> None:
    """All records as they should be, but for the kinds (dmarc=[…]) that are given."""
    for kind, record in dns_records.by_kind(domain):
        server.publish(record.type, record.name, *instead.get(kind.name.lower(), [record.value]))


def state_of(report: Report, kind: Kind) -> tuple[str, str]:
    verdict = next(finding.verdict for finding in report.findings if finding.kind is kind)
    return verdict.state, verdict.sentence


def test_a_domain_with_every_record_is_complete_and_may_send(
    name_server: NameServer, domain: SendingDomain
) -> None:
    publish(name_server, domain, dmarc=["v=DMARC1; p=reject"])
    report = dns_checks.check(domain)
    domain.refresh_from_db()
    assert report.is_complete
    assert (report.state, report.head) == (
        "ready",
        "example.org can send, and all its records are right.",
    )
    assert domain.verified_at == domain.checked_at
    assert {finding.verdict.server for finding in report.findings} == {"127.0.0.1"}


def test_an_empty_zone_is_missing_and_not_wrong(name_server: NameServer, domain: SendingDomain) -> None:
    report = dns_checks.check(domain)
    assert {finding.verdict.state for finding in report.findings} == {"missing"}
    assert report.state == "blocked"
    assert "There is no DKIM record at" in report.head
    assert domain.verified_at is None


def test_a_policy_of_none_works_and_could_be_better(name_server: NameServer, domain: SendingDomain) -> None:
    publish(name_server, domain)
    report = dns_checks.check(domain)
    assert report.state == "works"
    assert report.head == "example.org can send. DMARC still lets forgeries through (p=none)."


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        ("spf", ["v=spf1 mx ~all", "v=spf1 a:mail.example.net ~all"], "There are 2 SPF records"),
        ("spf", ["v=spf1 ip4:203.0.113.1 -all"], "does not allow a:mail.example.net"),
        ("spf", [f"v=spf1 {' '.join(f'a:h{n}.example.net' for n in range(11))} ~all"], "needs 11 look-ups"),
        ("dmarc", ["v=DMARC1; rua=mailto:ann@example.org"], "no policy"),
        ("dmarc", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "with more than one none counts"),
        ("dkim", ["v=DKIM1; k=rsa; p="], "revoked"),
        ("dkim", ["hello"], "is no DKIM record"),
        ("return_path", ["10 mx.example.com"], "leads somewhere else"),
        ("tracking", ["elsewhere.example.com"], "leads somewhere else"),
    ],
)
def test_what_is_wrong_says_why(
    name_server: NameServer, domain: SendingDomain, kind: str, values: list[str], sentence: str
) -> None:
    publish(name_server, domain, **{kind: values})
    state, said = state_of(dns_checks.check(domain), Kind[kind.upper()])
    assert state == "wrong"
    assert sentence in said


def test_a_cut_off_key_is_told_from_another_one(name_server: NameServer, domain: SendingDomain) -> None:
    key = domain.keys.get().public_key
    publish(name_server, domain, dkim=[f"v=DKIM1; k=rsa; p={key[:200]}"])
    assert "cut off after 200 characters" in state_of(dns_checks.check(domain), Kind.DKIM)[1]
    publish(name_server, domain, dkim=[f"v=DKIM1; k=rsa; p={dkim.generate_key()[1]}"])
    assert "holds another key" in state_of(dns_checks.check(domain), Kind.DKIM)[1]


def test_a_cname_in_the_place_of_a_record_is_wrong(name_server: NameServer, domain: SendingDomain) -> None:
    name_server.publish("CNAME", "bounces.example.org", "provider.example.com")
    state, said = state_of(dns_checks.check(domain), Kind.RETURN_SPF)
    assert (state, "A CNAME to provider.example.com stands at" in said) == ("wrong", True)


def test_servers_may_be_allowed_with_other_words(name_server: NameServer, domain: SendingDomain) -> None:
    publish(name_server, domain, spf=["v=spf1 ip4:192.0.2.0/24 -all"])
    name_server.publish("A", "mail.example.net", "192.0.2.7")
    assert state_of(dns_checks.check(domain), Kind.SPF)[0] == "ok"


def test_a_policy_of_the_domain_above_holds(name_server: NameServer, settings: Any) -> None:
    settings.PUBLIC_URL = "https://mail.example.net"
    domain = domains.get_or_create("news.example.org", brands.default())[0]
    name_server.publish("TXT", "_dmarc.example.org", "v=DMARC1; p=quarantine")
    assert state_of(dns_checks.check(domain), Kind.DMARC) == ("ok", "The policy of example.org holds for it.")


def test_a_name_server_that_fails_leaves_a_verification_standing(
    name_server: NameServer, domain: SendingDomain
) -> None:
    publish(name_server, domain)
    dns_checks.check(domain)
    verified_at = domain.verified_at
    name_server.failing = {record.name for record in dns_records.records(domain)}
    report = dns_checks.check(domain)
    assert {finding.verdict.state for finding in report.findings} == {"unknown"}
    assert domain.verified_at == verified_at
    assert report.head.startswith("example.org can send.")


def test_a_new_key_takes_over_when_dns_shows_it(name_server: NameServer, domain: SendingDomain) -> None:
    publish(name_server, domain)
    dns_checks.check(domain)
    old = domain.keys.get()
    new = domains.rotate(domain)
    dns_checks.check(domain)
    signer = domains.signer_for("example.org")
    assert signer is not None
    assert signer.selector == old.selector
    publish(name_server, domain)
    dns_checks.check(domain)
    signer = domains.signer_for("example.org")
    assert signer is not None
    assert signer.selector == new.selector
    old.refresh_from_db()
    assert old.retired_at is not None
    assert [kind for kind, _record in dns_records.by_kind(domain)][:2] == [Kind.DKIM, Kind.RETIRED_DKIM]


def test_only_one_new_key_waits_at_a_time(domain: SendingDomain) -> None:
    domains.rotate(domain)
    with pytest.raises(domains.DomainRefused, match="waits already"):
        domains.rotate(domain)


def test_a_retired_key_is_asked_for_thirty_days(domain: SendingDomain) -> None:
    domain.keys.update(retired_at=clock.now() - timedelta(days=31))
    assert Kind.RETIRED_DKIM not in [kind for kind, _record in dns_records.by_kind(domain)]


def test_a_new_domain_is_looked_at_every_five_minutes_and_later_daily(
    name_server: NameServer, domain: SendingDomain
) -> None:
    assert dns_checks.check_due() == 1
    domain.refresh_from_db()
    assert domain.checked_at is not None
    assert domain.next_check_at == domain.checked_at + timedelta(minutes=5)
    assert dns_checks.check_due() == 0
    later = domain.checked_at + timedelta(days=3)
    assert dns_checks.check_due(later) == 1
    domain.refresh_from_db()
    assert domain.next_check_at == later + timedelta(days=1)


def check_by_command(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("domain_records", "example.org", "--check", *arguments, stdout=out, stderr=StringIO())
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_of_each_record_how_it_is(name_server: NameServer, domain: SendingDomain) -> None:
    status, text = check_by_command()
    assert status == 1
    assert "missing  TXT   _dmarc.example.org" in text
    publish(name_server, domain, spf=["v=spf1 -all"])
    status, text = check_by_command("--json")
    records = {record["name"]: record for record in json.loads(text)}
    assert status == 1
    assert (records["example.org"]["state"], records["example.org"]["found"]) == ("wrong", ["v=spf1 -all"])
    publish(name_server, domain)
    assert check_by_command()[0] == 0
