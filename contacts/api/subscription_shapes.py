"""How subscriptions and consent go in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from contacts.api.people_shapes import LONGEST_ADDRESS
from contacts.models import ConsentAction, ConsentMethod, LegalBasis, OptIn, SubscriptionState
from mailhub.lib import clock
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Anything, Id, Moment, Object, Shape, Text

STATED = [choice for choice in LegalBasis.choices if choice[0]]


class ConsentIn(Shape):
    """The proof that somebody agreed."""

    source = Text(  # type: ignore[assignment]  # the metaclass takes it out of the class
        max_length=2000, allow_blank=False, help_text="Where and how, in words: checkout, order 1003."
    )
    wording = Text(default="", max_length=10_000, help_text="Exactly what the person was shown.")
    form_version = Text(default="", max_length=64)
    ip = serializers.IPAddressField(default=None, allow_null=True, help_text="From where the person agreed.")
    user_agent = Text(default="", max_length=400)
    basis = serializers.ChoiceField(STATED, default=LegalBasis.EXPRESS.value)
    basis_expires_at = Moment(
        default=None, allow_null=True, help_text="When implied consent ends (CASL: 2 years after a purchase)."
    )

    rules = {
        "if": {"properties": {"basis": {"const": "implied"}}, "required": ["basis"]},
        "then": {"properties": {"basis_expires_at": {"type": "string"}}, "required": ["basis_expires_at"]},
    }

    def validate(self, attrs: Any) -> Any:
        ends_at = attrs["basis_expires_at"]
        if attrs["basis"] == LegalBasis.IMPLIED and ends_at is None:
            told = "Implied consent ends one day; say when."
            raise serializers.ValidationError({"basis_expires_at": [told]})
        if ends_at is not None and ends_at <= clock.now():
            told = "This consent is over already; nobody can be mailed on it."
            raise serializers.ValidationError({"basis_expires_at": [told]})
        return attrs


class SubscribeIn(Shape):
    """Who, to what, and why that is allowed."""

    rules = {"oneOf": [{"required": ["contact_id"]}, {"required": ["email"]}]}

    contact_id = Id(required=False, help_text="The person; or give `email`.")
    email = Text(required=False, allow_blank=False, max_length=LONGEST_ADDRESS)
    list = Text(max_length=120, allow_blank=False, help_text="Number or slug of the list, as text.")
    opt_in = serializers.ChoiceField(
        OptIn.choices, required=False, help_text="What the list says when left out."
    )
    consent = ConsentIn(required=False)

    def validate(self, attrs: Any) -> Any:
        if ("contact_id" in attrs) == ("email" in attrs):
            raise serializers.ValidationError("Give either contact_id or email.")
        return attrs


class LeaveIn(Shape):
    """An address that is to get nothing more."""

    email = Text(allow_blank=False, max_length=LONGEST_ADDRESS)
    list = Text(
        required=False, max_length=120, allow_blank=False, help_text="Number or slug; left out: everything."
    )
    source = Text(default="", max_length=120, help_text="How you know, in words.")  # type: ignore[assignment]  # the metaclass takes it out of the class


class LeaveQuery(Shape):
    source = Text(default="", max_length=120, help_text="How you know, in words.")  # type: ignore[assignment]  # the metaclass takes it out of the class


class SubscriptionQuery(Paged):
    state = serializers.ChoiceField(SubscriptionState.choices, default="", allow_blank=True)


class SubscriptionOut(Shape):
    """Where a contact stands with a list."""

    contact_id = Id()
    list_id = Id()
    list = serializers.CharField(source="list.slug", help_text="Its slug.")
    state = serializers.ChoiceField(SubscriptionState.choices)
    basis_expires_at = Moment(allow_null=True)
    changed_at = Moment()


class ConsentOut(Shape):
    """One act of consent."""

    id = Id()
    contact_id = Id(allow_null=True)
    list_id = Id()
    list_name = Text()
    action = serializers.ChoiceField(ConsentAction.choices)
    basis = Text()
    basis_expires_at = Moment(allow_null=True)
    method = serializers.ChoiceField(ConsentMethod.choices)
    source = Text()  # type: ignore[assignment]  # the metaclass takes it out of the class
    wording = Text()
    form_version = Text()
    ip = serializers.CharField(allow_null=True)
    user_agent = Text()
    actor = Text(help_text="Who did it, if not the person.")
    occurred_at = Moment()
    recorded_at = Moment()


class SignUpIn(Shape):
    """What somebody typed into a form of yours."""

    email = Text(allow_blank=False, max_length=LONGEST_ADDRESS)
    list = Text(max_length=120, allow_blank=False, help_text="Number or slug of the list, as text.")
    fields = Object(  # type: ignore[assignment]  # the metaclass takes it out of the class
        child=Text(max_length=1000), default=dict, help_text="Built-in fields by name, such as first_name."
    )
    custom = Object(child=Anything(allow_null=True), default=dict, help_text="Custom fields by key.")
    language = Text(
        default="",
        max_length=35,
        help_text="Of the person, BCP 47, such as de: for the mail that asks them and for letters.",
    )
    wording = Text(default="", max_length=10_000, help_text="Exactly what the person was shown.")
    form_version = Text(default="", max_length=64)
    ip = serializers.IPAddressField(
        default=None, allow_null=True, help_text="Of the person, not of your server: limits count by it."
    )
    user_agent = Text(default="", max_length=400)
    source = Text(default="", max_length=200, help_text="Which form, in words.")  # type: ignore[assignment]  # the metaclass takes it out of the class


class SignUpOut(Shape):
    """The same for everybody, known or not."""

    accepted = serializers.BooleanField()
