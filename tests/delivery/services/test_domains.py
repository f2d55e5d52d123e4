"""Sending domains: keys, verification, and who may write from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dkim as verifier
import pytest

from mailhub.delivery import txt
from mailhub.delivery.models import SendingDomain
from mailhub.delivery.services import brands, dns_records, domains
from mailhub.delivery.services.free_mail import SenderRefused
from mailhub.lib import clock
from mailhub.lib.addresses import InvalidAddress

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def make(name: str = "example.org") -> SendingDomain:
    return domains.get_or_create(name, brands.default())[0]


def zone(domain: SendingDomain) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in dns_records.records(domain):
        if record.type == "TXT":
            found.setdefault(record.name, []).append(record.value)
    return found


def publishing(domain: SendingDomain) -> txt.Resolver:
    published = zone(domain)
    return lambda name: published.get(name, [])


def nothing(name: str) -> list[str]:
    return []


def no_answer(name: str) -> list[str]:
    raise txt.LookupFailed("timed out")


def never(name: str) -> list[str]:
    raise AssertionError("DNS was asked")


def test_a_domain_is_made_once_with_its_key() -> None:
    with clock.frozen(NOW):
        domain, created = domains.get_or_create(" Example.ORG. ", brands.default())
    assert created
    assert domain.name == "example.org"
    assert domains.get_or_create("example.org", brands.default()) == (domain, False)
    (key,) = domain.keys.all()
    assert key.selector == "mh202611a"
    assert "PRIVATE KEY" not in key.private_key


def test_a_name_beyond_ascii_is_kept_in_its_dns_form() -> None:
    assert make("bücher.example").name == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "name", ["", "localhost", "exa mple.org", "-x.example", "example.org/x", "ann@example.org"]
)
def test_what_is_no_domain_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidAddress):
        make(name)


def test_a_domain_without_a_signing_key_gets_a_new_one_with_the_next_selector() -> None:
    with clock.frozen(NOW):
        domain = make()
        domain.keys.update(retired_at=NOW)
        make()
    assert sorted(domain.keys.values_list("selector", flat=True)) == ["mh202611a", "mh202611b"]
    signer = domains.signer_for("example.org")
    assert signer is not None
    assert signer.selector == "mh202611b"


def test_the_signer_makes_signatures_that_the_published_key_verifies() -> None:
    domain = make()
    signer = domains.signer_for("example.org")
    assert signer is not None
    signed = signer.sign(b"From: ann@example.org\r\nTo: bo@example.com\r\n\r\nHello\r\n")
    published = zone(domain)
    assert verifier.verify(
        signed, dnsfunc=lambda name, timeout=5: published[name.decode().removesuffix(".")][0].encode()
    )


def test_only_the_exact_domain_is_signed_for() -> None:
    make()
    assert domains.signer_for("news.example.org") is None
    assert domains.signer_for("org") is None


def test_a_published_key_verifies_the_domain() -> None:
    domain = make()
    assert domains.verify(domain, resolver=publishing(domain), now=NOW) == domains.DomainCheck(True, "")
    domain.refresh_from_db()
    assert (domain.verified_at, domain.checked_at, domain.problem) == (NOW, NOW, "")


def test_a_key_that_its_publisher_spaced_out_still_verifies() -> None:
    domain = make()
    record = zone(domain)[dns_records.dkim_name(domain, domain.keys.get().selector)][0]
    spaced = record.replace("; p=", ";\tp = ").replace("A", "A ", 3)
    assert domains.verify(domain, resolver=lambda name: [spaced], now=NOW).verified


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ([], "There is no DKIM record at mh202611a._domainkey.example.org yet."),
        (
            ["v=DKIM1; p=AAAA"],
            "The DKIM record at mh202611a._domainkey.example.org holds another key than MailHub.",
        ),
    ],
)
def test_a_missing_or_other_key_is_a_problem_that_is_remembered(answer: list[str], problem: str) -> None:
    with clock.frozen(NOW):
        domain = make()
    assert domains.verify(domain, resolver=lambda name: answer, now=NOW) == domains.DomainCheck(
        False, problem
    )
    domain.refresh_from_db()
    assert (domain.verified_at, domain.problem) == (None, problem)


def test_two_records_at_one_selector_are_a_problem() -> None:
    domain = make()
    good = zone(domain)[dns_records.dkim_name(domain, domain.keys.get().selector)]
    assert not domains.verify(domain, resolver=lambda name: [*good, "v=DKIM1; p=AAAA"], now=NOW).verified


def test_silence_of_dns_leaves_a_verification_standing() -> None:
    domain = make()
    domains.verify(domain, resolver=publishing(domain), now=NOW)
    assert domains.verify(domain, resolver=no_answer, now=NOW + timedelta(days=2)).verified
    domain.refresh_from_db()
    assert domain.verified_at == NOW


def test_silence_of_dns_verifies_nothing_new() -> None:
    check = domains.verify(make(), resolver=no_answer, now=NOW)
    assert not check.verified
    assert "timed out" in check.problem


@pytest.mark.parametrize("allow_unverified", [False, True])
@pytest.mark.parametrize("address", ["ann@gmail.com", "ann@QQ.com", "ann@gmx.de", "ann@163.com"])
def test_a_mailbox_providers_address_is_always_refused(address: str, allow_unverified: bool) -> None:
    with pytest.raises(SenderRefused, match="mailbox provider"):
        domains.check_sender(address, allow_unverified=allow_unverified, resolver=never)


def test_an_unknown_domain_is_refused_with_the_command_to_run() -> None:
    with pytest.raises(SenderRefused, match=r"manage.py domain_records example.org"):
        domains.check_sender("ann@example.org", resolver=never)


def test_an_unknown_domain_passes_a_trial_without_a_signature() -> None:
    assert domains.check_sender("ann@example.org", allow_unverified=True, resolver=never) is None


def test_an_unverified_domain_is_refused_and_says_what_is_missing() -> None:
    make()
    with pytest.raises(SenderRefused, match=r"no DKIM record at mh.*domain_records example.org"):
        domains.check_sender("ann@example.org", resolver=nothing)


def test_an_unverified_domain_passes_a_trial_and_is_signed() -> None:
    domain = make()
    assert domains.check_sender("ann@example.org", allow_unverified=True, resolver=never) == domain


def test_a_sender_is_verified_when_it_is_first_used_and_then_believed_for_a_day() -> None:
    domain = make()
    with clock.frozen(NOW):
        assert domains.check_sender("ann@example.org", resolver=publishing(domain)) == domain
    with clock.frozen(NOW + timedelta(hours=23)):
        assert domains.check_sender("ann@example.org", resolver=never) == domain
    with clock.frozen(NOW + timedelta(hours=25)), pytest.raises(SenderRefused):
        domains.check_sender("ann@example.org", resolver=nothing)


def test_a_domain_whose_relay_signs_may_send_unsigned_and_has_to_be_verified_again_afterwards() -> None:
    domain = make()

    def nothing(name: str) -> list[str]:
        return []

    domains.leave_signing(domain, to_relay=True)
    assert domains.signer_for("example.org") is None
    assert domains.check_sender("ann@example.org", resolver=nothing) == domain
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert domains.check_sender("ann@example.org", resolver=nothing) == domain
    domains.leave_signing(domain, to_relay=False)
    assert domains.signer_for("example.org") is not None
    with pytest.raises(SenderRefused):
        domains.check_sender("ann@example.org", resolver=nothing)
