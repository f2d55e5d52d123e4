"""Sign-up forms, the wordings that they have shown, and what was typed into them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.consent import ConsentMethod
from contacts.models.lists import List
from contacts.models.people import CustomField
from mailhub.lib import clock


class SignUpForm(models.Model):
    """A page, and a snippet for other sites, where people sign up for letters of one brand.

    `texts` maps a language to its words (`contacts.services.form_texts`); what is left out there is said in
    MailHub's own words. A public list has a form of its own (`list`) without anybody making it.
    """

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    brand = models.ForeignKey("delivery.Brand", on_delete=models.PROTECT, related_name="+")
    list = models.OneToOneField(
        List, on_delete=models.CASCADE, null=True, blank=True, related_name="own_form"
    )
    lists = models.ManyToManyField(List, related_name="forms", verbose_name=_("lists"))
    asks_first_name = models.BooleanField(_("first name"), default=False)
    asks_last_name = models.BooleanField(_("last name"), default=False)
    fields = models.ManyToManyField(CustomField, blank=True, related_name="forms", verbose_name=_("fields"))
    texts = models.JSONField(default=dict, blank=True)
    redirect_url = models.URLField(_("page to go to afterwards"), max_length=500, blank=True, default="")
    active = models.BooleanField(_("open for sign-ups"), default=True)
    version = models.PositiveIntegerField(default=0, help_text="The number of the wording shown now.")
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("sign-up form")

    def __str__(self) -> str:
        return self.name


class FormVersion(models.Model):
    """Exactly what a form showed from a moment on, by language; written once."""

    form = models.ForeignKey(SignUpForm, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    texts = models.JSONField(help_text="Language → the words of the page, none left out.")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.form_id} {self.number}"


class SignUpState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    TAKEN = "taken", _("taken")
    CAUGHT = "caught", _("caught: a robot")
    DROPPED = "dropped", _("dropped: too many")


class SignUp(models.Model):
    """One sign-up as it was sent in. The row is the queue: what the door sees is the same for everybody.

    Once it is settled, only the hash is left of the person; the consent records say the rest.
    """

    form = models.ForeignKey(
        SignUpForm, on_delete=models.SET_NULL, null=True, blank=True, related_name="sign_ups", db_index=False
    )
    list_ids = models.JSONField(default=list)
    email = models.CharField(max_length=320, blank=True, default="")
    address_hash = models.CharField(max_length=32, db_index=True)
    values = models.JSONField(default=dict, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    method = models.CharField(max_length=12, choices=ConsentMethod.choices, default=ConsentMethod.FORM)
    source = models.CharField(max_length=200, blank=True, default="")
    wording = models.TextField(blank=True, default="")
    form_version = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=35, blank=True, default="")
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=400, blank=True, default="")
    actor = models.CharField(max_length=150, blank=True, default="")
    state = models.CharField(max_length=7, choices=SignUpState.choices, default=SignUpState.WAITING)
    sign = models.CharField(max_length=20, blank=True, default="", help_text="What held or caught it.")
    problem = models.TextField(blank=True, default="", help_text="Why it still waits, in a sentence.")
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="sign_up_that_is_due"),
            models.Index(fields=["form", "received_at"], name="sign_up_of_form"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.received_at:%Y-%m-%d %H:%M:%S} ({self.state})"
