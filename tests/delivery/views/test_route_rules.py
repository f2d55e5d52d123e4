"""The section of the routes screen that says which letters take which route."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from mailhub.accounts.models import AuditEntry, User
from mailhub.delivery.models import RouteRule, StoredRoute
from mailhub.delivery.services import resting, route_rules, routes
from mailhub.delivery.services.route_rules import RuleDraft
from mailhub.lib.environment import SmtpServer
from tests import factories

pytestmark = pytest.mark.django_db


def route(name: str, **values: str) -> StoredRoute:
    return routes.add(routes.Draft(name=name, host=f"{name.lower()}.example", **{"use": "", **values}))


def page(client: Client) -> str:
    return client.get("/settings/routes/").content.decode()


def test_a_rule_is_added_read_as_a_sentence_changed_and_removed(client: Client, boss: User) -> None:
    shop, postmark, second = factories.make_brand(name="Shop"), route("Postmark"), route("SMTP2")
    values = {
        "brand": shop.pk,
        "stream": "marketing",
        "domain": "GMail.com",
        "first": postmark.pk,
        "second": second.pk,
    }
    assert client.post("/settings/routes/rules/new/", values).status_code == 302
    rule = RouteRule.objects.get()
    assert f'/rules/{rule.pk}/">Marketing letters of Shop to gmail.com</a>: Postmark, then SMTP2' in page(
        client
    )
    form = client.get(f"/settings/routes/rules/{rule.pk}/").content.decode()
    assert f'<option value="{second.pk}" selected>SMTP2</option>' in form
    changed = {"stream": "", "domain": "", "brand": "", "first": second.pk}
    assert client.post(f"/settings/routes/rules/{rule.pk}/", changed).status_code == 302
    assert ">All letters</a>: SMTP2" in page(client)
    assert "All letters: SMTP2" in client.get(f"/settings/routes/rules/{rule.pk}/delete/").content.decode()
    client.post(f"/settings/routes/rules/{rule.pk}/delete/")
    acts = list(AuditEntry.objects.order_by("id").values_list("act", "target_label"))
    assert acts == [
        ("route_rule.added", "Marketing letters of Shop to gmail.com: Postmark, then SMTP2"),
        ("route_rule.changed", "All letters: SMTP2"),
        ("route_rule.removed", "All letters: SMTP2"),
    ]


def test_a_rule_names_the_environment_and_what_stands_below_a_domain(
    client: Client, boss: User, settings: Any
) -> None:
    new, spare = "/settings/routes/rules/new/", route("Spare")
    assert "MAILHUB_SMTP_URL" not in client.get(new).content.decode()
    settings.MAILHUB_SMTP = SmtpServer("mail.example.org", 25, "", "", "none")
    option = '<option value="environment">mail.example.org:25 (MAILHUB_SMTP_URL)</option>'
    assert option in client.get(new).content.decode()
    values = {"domain": "中国", "subdomains": "on", "first": spare.pk, "second": "environment"}
    assert client.post(new, values).status_code == 302
    sentence = ">All letters to xn--fiqs8s and its subdomains</a>: Spare, then mail.example.org:25 (MAILHUB_SMTP_URL)"
    assert sentence in page(client)
    rule = RouteRule.objects.get()
    form = client.get(f"/settings/routes/rules/{rule.pk}/").content.decode()
    assert '<option value="environment" selected>' in form
    resting.note("mail.example.org:25", "It hung up.", after=None)
    assert "It hung up." in page(client)
    client.post("/settings/routes/0/try-again/")
    assert "It hung up." not in page(client)
    settings.MAILHUB_SMTP = None
    assert "Spare, then MAILHUB_SMTP_URL, which is not set" in page(client)
    answer = client.post(f"/settings/routes/rules/{rule.pk}/", values)
    assert "MAILHUB_SMTP_URL is not set: no rule can name its server." in answer.content.decode()


@pytest.mark.parametrize("values", [{"domain": "*.gmail.com"}, {"domain": "", "subdomains": "on"}])
def test_a_domain_that_cannot_be_is_told_beside_its_field(
    client: Client, boss: User, values: dict[str, str]
) -> None:
    answer = client.post("/settings/routes/rules/new/", {"first": route("Spare").pk, **values})
    assert answer.status_code == 422
    assert len(answer.context["form"].errors) == 1
    assert "__all__" not in answer.context["form"].errors


def test_what_cannot_be_is_said_and_what_was_typed_stays(client: Client, boss: User) -> None:
    bulk = route("Bulk", use="marketing")
    values = {"stream": "transactional", "domain": "a.example", "first": bulk.pk}
    answer = client.post("/settings/routes/rules/new/", values)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "never share an address" in text
    assert 'value="a.example"' in text
    assert not RouteRule.objects.exists()


def test_a_resting_route_is_shown_with_its_reason_until_it_is_tried_again(client: Client, boss: User) -> None:
    first = route("First")
    route_rules.add(RuleDraft(None, "", "", [first, route("Second")]))
    resting.note("First", "First refused the connection.", after=None)
    assert "First refused the connection." in page(client)
    client.post(f"/settings/routes/{first.pk}/try-again/")
    assert "First refused the connection." not in page(client)
    assert AuditEntry.objects.get().act == "route.tried_again"


def test_a_route_that_a_rule_needs_is_not_removed(client: Client, boss: User) -> None:
    only = route("Only")
    route_rules.add(RuleDraft(None, "", "", [only]))
    answer = client.post(f"/settings/routes/{only.pk}/delete/", follow=True)
    assert "have no other route than Only" in answer.content.decode()
    assert StoredRoute.objects.filter(pk=only.pk).exists()


def test_the_screen_says_what_rules_leave_over(client: Client, boss: User) -> None:
    route("Usual", use="everything")
    route_rules.add(RuleDraft(None, "marketing", "", [route("Bulk")]))
    text = page(client)
    assert "Transactional letters that no rule is for" in text
    assert "Marketing letters that no rule is for" not in text
    assert "By rules" in text


def test_only_administrators_see_and_set_rules(client: Client, viewer: User) -> None:
    for address in ("/settings/routes/rules/new/", "/settings/routes/"):
        assert client.get(address).status_code == 403
