"""Conditions about where somebody stands with lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from contacts.models import List, Subscription, SubscriptionState
from contacts.segments.field import Field, Moment, Operator


def _operator(label: Any, sentence: Any) -> Operator:
    return Operator(label, sentence, "choice", many=True)


class Standing(Field):
    """The state on any of the lists; who never asked for one of them was never on it."""

    name = "list"
    label = gettext_lazy("List")
    group = gettext_lazy("Tags and lists")
    operators = {
        "subscribed": _operator(gettext_lazy("is subscribed to"), gettext_lazy("is subscribed to %(value)s")),
        "not_subscribed": _operator(
            gettext_lazy("is not subscribed to"), gettext_lazy("is not subscribed to %(value)s")
        ),
        "pending": _operator(
            gettext_lazy("has not confirmed"), gettext_lazy("has not confirmed %(value)s yet")
        ),
        "unsubscribed": _operator(gettext_lazy("has left"), gettext_lazy("has left %(value)s")),
        "never": _operator(gettext_lazy("was never on"), gettext_lazy("was never on %(value)s")),
    }

    def choices(self) -> Sequence[tuple[str, str]]:
        return [(str(pk), name) for pk, name in List.objects.order_by("name").values_list("pk", "name")]

    def q(self, operator: str, value: Any, *, at: Moment) -> Q:
        rows = Subscription.objects.filter(contact=OuterRef("pk"), list__in=[int(item) for item in value])
        if operator == "never":
            return Q(~Exists(rows))
        if operator == "not_subscribed":
            return Q(~Exists(rows.filter(state=SubscriptionState.SUBSCRIBED)))
        return Q(Exists(rows.filter(state=operator)))


FIELDS: Sequence[Field] = (Standing(),)


def offered() -> Sequence[Field]:
    return FIELDS


def find(name: str) -> Field | None:
    return FIELDS[0] if name == "list" else None
