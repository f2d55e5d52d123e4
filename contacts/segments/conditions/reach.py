"""Conditions about whether somebody can be mailed at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy

from contacts.models import Subscription, SubscriptionState
from contacts.segments.field import Field, Moment, Operator
from mailhub.delivery.models import Suppression
from mailhub.delivery.models.events import SuppressionReason


class Reach(Field):
    """Reachable = on a list, with consent that has not run out, and not suppressed for it.

    Suppressed = for everything, whatever the list.
    """

    name = "reach"
    label = gettext_lazy("Mail")
    group = gettext_lazy("Letters")
    operators = {
        "reachable": Operator(gettext_lazy("can be mailed"), gettext_lazy("can be mailed"), "nothing"),
        "unreachable": Operator(
            gettext_lazy("cannot be mailed"), gettext_lazy("cannot be mailed"), "nothing"
        ),
        "suppressed": Operator(gettext_lazy("is suppressed"), gettext_lazy("is suppressed"), "nothing"),
        "not_suppressed": Operator(
            gettext_lazy("is not suppressed"), gettext_lazy("is not suppressed"), "nothing"
        ),
        "reason": Operator(
            gettext_lazy("is suppressed for"), gettext_lazy("is suppressed: %(value)s"), "choice", many=True
        ),
    }

    def choices(self) -> Sequence[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in SuppressionReason.choices]

    def q(self, operator: str, value: Any, *, at: Moment) -> Q:
        stopped = Suppression.objects.filter(address_hash=OuterRef("address_hash"), scope_key="")
        match operator:
            case "suppressed":
                return Q(Exists(stopped))
            case "not_suppressed":
                return Q(~Exists(stopped))
            case "reason":
                return Q(Exists(stopped.filter(reason__in=value)))
        reachable = Exists(_open_subscriptions(at))
        return Q(reachable) if operator == "reachable" else Q(~reachable)


def _open_subscriptions(at: Moment) -> Any:
    """The contact's subscriptions that a letter may use now: nothing stops all, the brand's or the list's."""
    scopes = [_scope("list:", "list_id"), _scope("brand:", "list__brand_id")]
    stopped = Suppression.objects.filter(
        address_hash=OuterRef("contact__address_hash"),
        scope_key__in=["", OuterRef("own"), OuterRef("brands")],
    )
    rows = Subscription.objects.filter(contact=OuterRef("pk"), state=SubscriptionState.SUBSCRIBED)
    rows = rows.filter(Q(basis_expires_at=None) | Q(basis_expires_at__gt=at.now))
    return rows.alias(own=scopes[0], brands=scopes[1]).filter(~Exists(stopped))


def _scope(prefix: str, field: str) -> Concat:
    return Concat(Value(prefix), Cast(F(field), CharField()))


FIELDS: Sequence[Field] = (Reach(),)


def offered() -> Sequence[Field]:
    return FIELDS


def find(name: str) -> Field | None:
    return FIELDS[0] if name == "reach" else None
