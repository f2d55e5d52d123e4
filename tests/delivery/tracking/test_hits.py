"""What is kept of a request."""

from datetime import UTC, datetime

import pytest
from django.test import RequestFactory

from mailhub.delivery.tokens import Payload
from mailhub.delivery.tracking import hits
from mailhub.lib import clock

NOON = datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0"
PERSONAL = Payload(dispatch_id=7, message_id=70, number=3)


def test_a_hit_comes_back_from_the_buffer_as_it_went_in() -> None:
    request = RequestFactory().get("/c/x", REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT=CHROME)
    with clock.frozen(NOON):
        hit = hits.from_visit(request.META, type="clicked", payload=PERSONAL)
    assert hits.loads(hit.dumps()) == hit
    assert (hit.occurred_at, hit.link_number, hit.ip, hit.user_agent) == (NOON, 3, "203.0.113.7", CHROME)


def test_two_requests_are_two_hits() -> None:
    request = RequestFactory().get("/c/x")
    keys = {hits.from_visit(request.META, type="clicked", payload=PERSONAL).key for _ in range(50)}
    assert len(keys) == 50


def test_an_anonymous_hit_keeps_neither_address_nor_agent_but_its_grade() -> None:
    request = RequestFactory().get("/o/x", REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT="curl/8.5.0")
    hit = hits.from_visit(request.META, type="opened", payload=Payload(dispatch_id=7))
    assert (hit.message_id, hit.ip, hit.user_agent) == (0, "", "")
    assert (hit.grade, hit.rule) == ("machine", "scanner_agent")
    assert "203.0.113" not in hit.dumps() and "curl" not in hit.dumps()


@pytest.mark.parametrize("header", ["HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ"])
def test_prefetching_is_noticed(header: str) -> None:
    request = RequestFactory().get("/c/x", **{header: "prefetch"})
    assert hits.from_visit(request.META, type="clicked", payload=PERSONAL).prefetch


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_addresses_are_kept_as_databases_take_them(address: str, kept: str) -> None:
    request = RequestFactory().get("/c/x", REMOTE_ADDR=address)
    assert hits.from_visit(request.META, type="clicked", payload=PERSONAL).ip == kept


def test_an_agent_is_cut_and_cleaned_of_what_postgresql_refuses() -> None:
    request = RequestFactory().get("/c/x", HTTP_USER_AGENT="Mozilla/5.0\x00 " + "x" * 1000)
    agent = hits.from_visit(request.META, type="clicked", payload=PERSONAL).user_agent
    assert agent.startswith("Mozilla/5.0 x") and len(agent) == 400
