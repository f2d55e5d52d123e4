"""What rules may say, what they change, and that marketing and transactional letters share no address by them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from mailhub.delivery import notices
from mailhub.delivery.models import RouteRule, StoredRoute
from mailhub.delivery.selectors import ways
from mailhub.delivery.services import failover, route_rules, routes, routing, rulebook
from mailhub.delivery.services.route_rules import RuleDraft, RuleRefused
from mailhub.lib.environment import SmtpServer
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def environment(settings: Any) -> None:
    settings.MAILHUB_SMTP = SmtpServer("mail.example.org", 25, "", "", "none")


def route(name: str, *, use: str = "", transport: str = "smtp") -> StoredRoute:
    return routes.add(routes.Draft(name=name, host=f"{name.lower()}.example", use=use, transport=transport))


def rule(*chain: StoredRoute | None, stream: str = "", domain: str = "", **values: Any) -> RouteRule:
    made = route_rules.add(
        RuleDraft(values.get("brand"), stream, domain, chain, values.get("subdomains", False))
    )
    rulebook.forget()
    return made


def names(*letter: Any) -> list[str]:
    return [found.name for found in routing.candidates(*letter)]


def test_letters_take_the_routes_of_the_rule_in_their_order_and_others_what_they_took() -> None:
    brand = factories.make_brand()
    first, second = route("First"), route("Second")
    route("Usual", use="everything")
    rule(second, first, stream="marketing", domain=" @GMail.com ")
    assert names(brand.pk, "marketing", "gmail.com") == ["Second", "First"]
    assert names(brand.pk, "marketing", "example.org") == ["Usual"]
    assert names(brand.pk, "transactional", "gmail.com") == ["Usual"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Edu.CN.", "edu.cn"),
        ("@cn", "cn"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("中国", "xn--fiqs8s"),
    ],
)
def test_a_rule_may_mean_what_stands_below_a_domain_too(typed: str, kept: str) -> None:
    first = route("First")
    made = rule(first, domain=typed, subdomains=True)
    assert (made.domain, str(made)) == (kept, f"All letters to {kept} and its subdomains")
    for domain in (kept, f"mail.{kept}", f"a.b.{kept}"):
        assert names(1, "marketing", domain) == ["First"]
    assert names(1, "marketing", f"not{kept}") == ["capture"]


def test_a_domain_alone_and_with_its_subdomains_may_have_a_rule_each() -> None:
    first, second = route("First"), route("Second")
    rule(first, domain="gmail.com", subdomains=True)
    rule(second, domain="gmail.com")
    assert names(1, "marketing", "gmail.com") == ["Second"]
    assert names(1, "marketing", "mail.gmail.com") == ["First"]
    with pytest.raises(RuleRefused, match="There is a rule for these letters already"):
        rule(second, domain="gmail.com", subdomains=True)


@pytest.mark.parametrize(
    ("typed", "subdomains", "sentence", "field"),
    [
        ("*.gmail.com", False, "without “*.” in front of it, and tick “And its subdomains”", "domain"),
        (".gmail.com", True, "without “.” in front of it", "domain"),
        ("", True, "Name the domain whose subdomains are meant", "subdomains"),
        ("com", False, "not a domain name", "domain"),
        ("not a domain", True, "not a domain name", "domain"),
        ("127", True, "a number", "domain"),
    ],
)
def test_what_is_no_domain_to_stand_below_is_refused(
    typed: str, subdomains: bool, sentence: str, field: str
) -> None:
    with pytest.raises(RuleRefused, match=re.escape(sentence)) as caught:
        rule(route("First"), domain=typed, subdomains=subdomains)
    assert caught.value.field == field


def test_while_the_rules_stand_nothing_is_looked_up_for_a_window(django_assert_num_queries: Any) -> None:
    rule(route("First"), route("Second"), domain="gmail.com")
    found = names(1, "marketing", "gmail.com"), names(1, "marketing", "x.example")
    with django_assert_num_queries(0):
        assert (names(1, "marketing", "gmail.com"), names(1, "marketing", "x.example")) == found


@pytest.mark.usefixtures("environment")
def test_the_server_of_the_environment_stands_in_rules_like_any_route() -> None:
    route("Usual", use="everything")
    spare = route("Spare")
    rule(None, spare, domain="gmail.com")
    assert names(1, "marketing", "gmail.com") == ["mail.example.org:25", "Spare"]
    rule(spare, None, domain="qq.com")
    assert names(1, "marketing", "qq.com") == ["Spare", "mail.example.org:25"]
    assert names(1, "marketing", "x.example") == ["Usual"]
    assert routing.first_choices("marketing") == {
        "Spare": False,
        "Usual": False,
        "mail.example.org:25": False,
    }
    assert routing.smarthosts() == ["usual.example", "spare.example", "mail.example.org"]
    assert "only letters whose rules name it" in ways.environment_sentence()


def test_no_rule_names_a_server_that_the_environment_does_not(settings: Any) -> None:
    with pytest.raises(RuleRefused, match="MAILHUB_SMTP_URL is not set"):
        rule(None)
    settings.MAILHUB_SMTP = SmtpServer("mail.example.org", 25, "", "", "none")
    rule(None, domain="gmail.com")
    rule(None, route("Spare"), domain="qq.com")
    settings.MAILHUB_SMTP = None
    rulebook.forget()
    # Never another way than the rule says, and never kept in the house unasked.
    (only,) = routing.candidates(1, "marketing", "gmail.com")
    assert failover.pick((only,)) is None
    assert "not set any more" in failover.sentence((only,))
    taken = failover.pick(routing.candidates(1, "marketing", "qq.com"))
    assert taken is not None
    assert taken.route.name == "Spare"


@pytest.mark.usefixtures("environment")
def test_the_environment_shares_no_address_between_streams_by_a_rule() -> None:
    rule(None, stream="marketing", domain="a.example")
    rule(None, stream="transactional", domain="b.example")  # it takes every letter anyway
    with pytest.raises(RuleRefused, match="would take transactional letters then"):
        route("Bulk", use="marketing")
    with pytest.raises(RuleRefused, match="another kind of letters"):
        route("Usual", use="everything")
    assert not StoredRoute.objects.exists()


@pytest.mark.usefixtures("environment")
def test_what_the_environment_takes_by_rules_holds_when_a_route_is_set_or_removed() -> None:
    bulk, express = route("Bulk", use="marketing"), route("Express", use="transactional")
    rule(None, stream="marketing")
    with pytest.raises(RuleRefused, match="another kind of letters"):
        rule(None, stream="transactional")
    with pytest.raises(RuleRefused, match="would take transactional letters then"):
        routes.remove(express)
    routes.remove(bulk)
    with pytest.raises(RuleRefused, match="MAILHUB_SMTP_URL is for marketing letters only"):
        rule(None, stream="transactional")


@pytest.mark.parametrize("stream", ["", "transactional"])
def test_a_marketing_route_stands_in_no_rule_for_other_letters(stream: str) -> None:
    bulk = route("Bulk", use="marketing")
    with pytest.raises(RuleRefused, match="never share an address"):
        rule(route("Spare"), bulk, stream=stream)
    assert not RouteRule.objects.exists()


@pytest.mark.parametrize(
    ("one", "other"), [("marketing", "transactional"), ("marketing", ""), ("", "marketing")]
)
def test_a_route_kept_for_later_carries_the_kind_of_letters_of_its_first_rule(one: str, other: str) -> None:
    spare = route("Spare")
    rule(spare, stream=one, domain="a.example")
    rule(spare, stream=one, domain="b.example")
    with pytest.raises(RuleRefused, match="another kind of letters"):
        rule(spare, stream=other, domain="c.example")


def test_a_route_for_every_letter_may_stand_everywhere() -> None:
    usual = route("Usual", use="everything")
    rule(usual, stream="marketing")
    rule(usual, stream="transactional")
    assert RouteRule.objects.count() == 2


def test_the_use_of_a_route_in_a_rule_cannot_become_the_other_one() -> None:
    spare = route("Spare")
    rule(spare, stream="transactional")
    with pytest.raises(RuleRefused, match="for marketing letters only") as caught:
        routes.change(spare, routes.Draft(name="Spare", host="spare.example", use="marketing"))
    assert caught.value.field == "use"
    spare.refresh_from_db()
    assert spare.use == ""
    routes.change(spare, routes.Draft(name="Spare", host="spare.example", use="transactional"))


def test_a_new_usual_route_does_not_leave_the_old_one_with_both_kinds_of_rules() -> None:
    usual = route("Usual", use="everything")
    rule(usual, stream="marketing")
    rule(usual, stream="transactional")
    with pytest.raises(RuleRefused, match="another kind of letters"):
        route("Newcomer", use="everything")
    assert StoredRoute.objects.get(use="everything") == usual


def test_the_capture_mailbox_stands_alone() -> None:
    kept, out = route("Kept", transport="capture"), route("Out")
    with pytest.raises(RuleRefused, match="stands in a rule alone"):
        rule(out, kept)
    rule(out, route("Spare"))
    with pytest.raises(RuleRefused, match="no substitute") as caught:
        routes.change(out, routes.Draft(name="Out", transport="capture", use=""))
    assert caught.value.field == "transport"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"domain": "not a domain"}, "not a domain name"),
        ({"stream": "letters"}, "Choose which letters"),
        ({"routes": []}, "Choose the route"),
        ({"routes": ["A", "A"]}, "Choose each route once"),
        ({"routes": ["A", "B", "C", "D", "E"]}, "at most 4"),
        ({"domain": "taken.example"}, "There is a rule for these letters already"),
    ],
)
def test_what_a_rule_cannot_say_is_refused(values: dict[str, Any], sentence: str) -> None:
    made = {name: route(name) for name in "ABCDE"}
    rule(made["A"], domain="taken.example")
    chain = [made[name] for name in values.get("routes", ["B"])]
    with pytest.raises(RuleRefused, match=sentence):
        route_rules.add(RuleDraft(None, values.get("stream", ""), values.get("domain", ""), chain))
    assert RouteRule.objects.count() == 1


def test_the_last_route_of_a_rule_is_not_removed_and_another_drops_out() -> None:
    first, second = route("First"), route("Second")
    rule(first, second)
    routes.remove(second)
    with pytest.raises(RuleRefused, match="have no other route than First"):
        routes.remove(first)


def test_a_rule_that_is_changed_or_removed_counts_at_the_next_look() -> None:
    brand = factories.make_brand()
    first, second = route("First"), route("Second")
    made = rule(first)
    route_rules.change(made, RuleDraft(brand, "", "", [second, first]))
    rulebook.forget()
    assert names(brand.pk, "marketing", "x.example") == ["Second", "First"]
    assert names(brand.pk + 1, "marketing", "x.example") == ["capture"]
    route_rules.remove(made)
    rulebook.forget()
    assert names(brand.pk, "marketing", "x.example") == ["capture"]


def test_a_stream_is_captured_only_if_all_its_letters_are() -> None:
    shop, other = factories.make_brand(name="Shop"), factories.make_brand(name="Other")
    out, kept = route("Out"), route("Kept", transport="capture")
    rule(out, stream="marketing", domain="gmail.com")
    assert routing.captured_streams() == ["transactional"]
    rule(kept, brand=other)
    assert (ways.troubles()[-1].title, routing.captures_some()) == (
        "The route “Out” has not been tried",
        True,
    )
    assert routing.first_choices("marketing", shop.pk) == {"Out": False, "capture": True}
    assert routing.captures("transactional", other.pk)
    assert routing.smarthosts() == ["out.example"]


def test_rules_that_cover_every_letter_leave_nothing_to_the_environment(settings: Any) -> None:
    settings.MAILHUB_SMTP = SmtpServer("mail.example.org", 25, "", "", "none")
    brand = factories.make_brand()
    out, spare = route("Out"), route("Spare")
    made = rule(out, brand=brand)
    assert (routing.is_default_used(), routing.smarthosts()) == (False, ["out.example"])
    factories.make_brand(name="Another")
    rulebook.forget()
    assert (routing.is_default_used(), routing.smarthosts()) == (True, ["out.example", "mail.example.org"])
    route_rules.change(made, RuleDraft(None, "", "", [out, spare]))
    rulebook.forget()
    assert (routing.is_default_used(), routing.smarthosts()) == (False, ["out.example", "spare.example"])


def test_health_speaks_of_routes_that_only_rules_use() -> None:
    route("Unused")
    spare = route("Spare")
    rule(spare)
    assert [trouble.title for trouble in ways.troubles()] == ["The route “Spare” has not been tried"]


def test_a_rule_that_keeps_some_letters_is_told_on_every_page(rf: Any) -> None:
    route("Usual", use="everything")
    request = rf.get("/")
    request.user = AnonymousUser()
    assert notices.capture_banner(request) is None
    rule(route("Kept", transport="capture"), domain="example.org")
    banner = notices.capture_banner(request)
    assert banner is not None
    assert "a rule takes them to the capture mailbox" in str(banner.text)
    assert routing.captured_streams() == []


def test_an_account_at_a_provider_is_a_way_out() -> None:
    settings = {"api_key": "key-1"}
    made = routes.add(
        routes.Draft(name="P", transport="anymail", provider="sendgrid", settings=settings, use="everything")
    )
    assert (routing.ways_out(), routing.smarthosts()) == ([made.destination], [])
