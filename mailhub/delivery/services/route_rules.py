"""Sets and removes the rules that say which letters take which routes, and keeps the streams' addresses apart."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.delivery.models import Brand, RouteChoice, RouteRule, StoredRoute
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.models.routes import Use
from mailhub.delivery.services import routing, rulebook
from mailhub.lib import addresses
from mailhub.lib.errors import UserError, ValueRefused

# A chain of more is a mistake: each of them rests before the next one is tried.
MOST_ROUTES = 4


class RuleRefused(ValueRefused):
    """A value that a rule cannot have."""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What a rule is to say. None and "" leave a brand, stream or domain open; `routes` in their order.

    None among the routes is the server that MAILHUB_SMTP_URL names.
    """

    brand: Brand | None
    stream: str
    domain: str
    routes: Sequence[StoredRoute | None]
    subdomains: bool = False


@transaction.atomic
def add(draft: RuleDraft) -> RouteRule:
    """A new rule, which counts within two seconds; raises RuleRefused."""
    return _kept(RouteRule(), draft)


@transaction.atomic
def change(rule: RouteRule, draft: RuleDraft) -> RouteRule:
    """`rule` as `draft` says, within two seconds; raises RuleRefused."""
    return _kept(rule, draft)


@transaction.atomic
def remove(rule: RouteRule) -> None:
    """Its letters come under the next rule that fits, else under what the routes themselves say."""
    rule.delete()
    transaction.on_commit(rulebook.forget)


def check_domain(text: str, *, subdomains: bool = False) -> str:
    """A receiving domain as letters name it, "" for every one; raises RuleRefused.

    With `subdomains` a top-level domain will do: `cn` for all that end in it.
    """
    name = addresses.clean(text).removeprefix("@").removesuffix(".").casefold()
    if not name and subdomains:
        raise RuleRefused(_("Name the domain whose subdomains are meant."), field="subdomains")
    if not name:
        return ""
    if name.startswith(("*", ".")):
        sentence = _("Write the domain without “%(sign)s” in front of it, and tick “And its subdomains”.")
        raise RuleRefused(sentence % {"sign": name[: -len(name.lstrip("*."))]}, field="domain")
    try:
        if subdomains and "." not in name:
            return addresses.ascii_domain(f"below.{name}").removeprefix("below.")
        return addresses.ascii_domain(name)
    except UserError as error:
        raise RuleRefused(str(error), field="domain") from error


def check_route(route: StoredRoute, *, use: str, leads_out: bool) -> None:
    """A route that stands in rules may become this; raises RuleRefused."""
    for choice in RouteChoice.objects.filter(route=route).select_related("rule__brand"):
        _check_stream(route.name, use, choice.rule.stream)
        if not leads_out and choice.rule.choices.count() > 1:
            sentence = _(
                "“%(rule)s” take this route together with others, and the capture mailbox is no substitute "
                "for a way out. Take it out of that rule first."
            )
            raise RuleRefused(sentence % {"rule": choice.rule}, field="transport")
    if use == Use.NOTHING:
        _check_alike(route, "", besides=None)


def check_default(uses: Set[str]) -> None:
    """The server of MAILHUB_SMTP_URL may take what stored routes of these uses leave to it; raises RuleRefused."""
    use = routing.use_of_default(uses)
    for choice in RouteChoice.objects.filter(route=None).select_related("rule__brand"):
        if use in Stream.values and choice.rule.stream != use:
            sentences = {
                Stream.MARKETING: _(
                    "The server of MAILHUB_SMTP_URL would take marketing letters then, and “%(rule)s” take it by "
                    "a rule: marketing and transactional letters never share an address. Change that rule first."
                ),
                Stream.TRANSACTIONAL: _(
                    "The server of MAILHUB_SMTP_URL would take transactional letters then, and “%(rule)s” take it "
                    "by a rule: marketing and transactional letters never share an address. Change that rule first."
                ),
            }
            raise RuleRefused(sentences[Stream(use)] % {"rule": choice.rule}, field="use")
    if use == Use.NOTHING:
        _check_alike(None, "", besides=None)


def check_removal(route: StoredRoute) -> None:
    """Refuses to take the last route away from a rule; raises RuleRefused."""
    for choice in RouteChoice.objects.filter(route=route).select_related("rule__brand"):
        if choice.rule.choices.count() == 1:
            sentence = _("“%(rule)s” have no other route than %(route)s. Change or remove that rule first.")
            raise RuleRefused(sentence % {"rule": choice.rule, "route": route.name})


def _kept(rule: RouteRule, draft: RuleDraft) -> RouteRule:
    # One at a time: what routes stand in elsewhere is looked at below.
    list(StoredRoute.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    domain = check_domain(draft.domain, subdomains=draft.subdomains)
    if draft.stream not in ("", *Stream.values):
        raise RuleRefused(_("Choose which letters the rule is for."), field="stream")
    same = RouteRule.objects.filter(
        brand=draft.brand, stream=draft.stream, domain=domain, subdomains=draft.subdomains
    )
    if same.exclude(pk=rule.pk).exists():
        raise RuleRefused(_("There is a rule for these letters already: change that one."))
    _check_routes(rule, draft)
    rule.brand, rule.stream, rule.domain, rule.subdomains = (
        draft.brand,
        draft.stream,
        domain,
        draft.subdomains,
    )
    rule.save()
    rule.choices.all().delete()
    RouteChoice.objects.bulk_create(
        RouteChoice(rule=rule, route=route, position=position) for position, route in enumerate(draft.routes)
    )
    transaction.on_commit(rulebook.forget)
    return rule


def _check_routes(rule: RouteRule, draft: RuleDraft) -> None:
    if not draft.routes:
        raise RuleRefused(_("Choose the route that these letters take."), field="first")
    if len(draft.routes) > MOST_ROUTES:
        raise RuleRefused(_("A rule has at most %(most)d routes.") % {"most": MOST_ROUTES})
    if len(set(draft.routes)) < len(draft.routes):
        raise RuleRefused(_("Choose each route once: one cannot step in for itself."))
    if None in draft.routes and settings.MAILHUB_SMTP is None:
        raise RuleRefused(_("MAILHUB_SMTP_URL is not set: no rule can name its server."))
    if len(draft.routes) > 1 and not all(route is None or route.leads_out for route in draft.routes):
        raise RuleRefused(
            _(
                "The capture mailbox stands in a rule alone: it is no substitute for a way out, nor has it one."
            )
        )
    for route in draft.routes:
        use = route.use if route else routing.use_of_default(_uses())
        _check_stream(_name_of(route), use, draft.stream)
        if use == Use.NOTHING:
            _check_alike(route, draft.stream, besides=rule)


def _uses() -> set[str]:
    return set(StoredRoute.objects.values_list("use", flat=True))


def _name_of(route: StoredRoute | None) -> str:
    return route.name if route else "MAILHUB_SMTP_URL"


def _check_stream(name: str, use: str, stream: str) -> None:
    """A route that is set for one stream carries nothing of the other one."""
    if use in Stream.values and stream != use:
        sentences = {
            Stream.MARKETING: _(
                "The route %(route)s is for marketing letters only, so it may stand only in rules for these: "
                "marketing and transactional letters never share an address."
            ),
            Stream.TRANSACTIONAL: _(
                "The route %(route)s is for transactional letters only, so it may stand only in rules for these: "
                "marketing and transactional letters never share an address."
            ),
        }
        raise RuleRefused(sentences[Stream(use)] % {"route": name}, field="use")


def _check_alike(route: StoredRoute | None, stream: str, *, besides: RouteRule | None) -> None:
    """A route that is set for no letters carries one kind by rules: that of the rule that it stands in first."""
    others = RouteChoice.objects.filter(route=route).select_related("rule__brand")
    found = [choice.rule for choice in others if besides is None or choice.rule_id != besides.pk]
    wanted = stream if besides is not None else (found[0].stream if found else "")
    for other in found:
        if other.stream != wanted:
            sentence = _(
                "“%(rule)s” take the route %(route)s, and it would carry another kind of letters too: marketing "
                "and transactional letters never share an address. Set the route for every letter if you mean it."
            )
            if route is None:
                sentence = _(
                    "“%(rule)s” take the server of MAILHUB_SMTP_URL, and it would carry another kind of letters "
                    "too: marketing and transactional letters never share an address."
                )
            raise RuleRefused(sentence % {"rule": other, "route": _name_of(route)}, field="use")
