"""The forms of the sending settings; each checks with the services that will take its values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from mailhub.content import pictures
from mailhub.delivery.models import Brand, Sender, SendingDomain, StoredRoute
from mailhub.delivery.models.routes import TlsMode, TransportName, Use
from mailhub.delivery.provider_fields import ACCOUNT, every_kind, fields_of, kinds, provider_of
from mailhub.delivery.selectors import senders
from mailhub.delivery.services import accounts, brands, routes
from mailhub.web.refusals import told

LANGUAGES = sorted(
    (code, info["name_local"]) for code, info in LANG_INFO.items() if "name_local" in info and code
)
HIGHEST_PORT = 65535
# A select box cannot tell "" from nothing chosen.
NOTHING = "nothing"


class IdentityForm(forms.Form):
    """Who the brand is."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("What your customers know you as. Letters may show it.")
    )
    postal_address = forms.CharField(
        label=_("Postal address"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
        help_text=_(
            "Stands at the foot of every marketing letter: the law wants it, and none leaves without."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=LANGUAGES,
        help_text=_("Of public pages and letters, for people whose own language is not known."),
    )

    def clean_name(self) -> str:
        return told(brands.check_name, self.cleaned_data["name"])

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return data if data["postal_address"].strip() else {**data, "postal_address": None}


class LookForm(forms.Form):
    """How public pages and letters of the brand look."""

    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        help_text=_("PNG, JPEG or WebP. Shown at the top of public pages, and in letters that ask for it."),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    accent = forms.CharField(
        label=_("Colour"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Of buttons. The text on it is made black or white, whichever reads better."),
    )

    def clean_accent(self) -> str:
        return told(brands.check_accent, self.cleaned_data["accent"])

    def clean_logo(self) -> bytes | None:
        file = self.cleaned_data["logo"]
        if not isinstance(file, UploadedFile):
            return None
        data: bytes = file.read(pictures.MAX_BYTES + 1)
        told(pictures.make, data)
        return data


class PublicAddressForm(forms.Form):
    """Where the brand's public pages are."""

    public_url = forms.CharField(
        label=_("Public address"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://mail.example.org"}),
    )

    def clean_public_url(self) -> str:
        return told(brands.check_public_url, self.cleaned_data["public_url"])


class DefaultSenderForm(forms.Form):
    """Which sender letters are from unless somebody chooses another."""

    sender = forms.ModelChoiceField(label=_("Usual sender"), queryset=Sender.objects.none(), empty_label=None)

    def __init__(self, data: Any = None, *, brand: Brand) -> None:
        found = senders.choices(brand)
        usual = next((sender for sender in found if sender.is_default), None)
        super().__init__(data, initial={"sender": usual})
        self.fields["sender"] = forms.ModelChoiceField(
            label=_("Usual sender"), queryset=brand.senders.order_by("address"), empty_label=None
        )


class NewBrandForm(forms.Form):
    """A further brand, by its name; the rest is filled in on its page."""

    name = forms.CharField(label=_("Name"), max_length=120)

    def clean_name(self) -> str:
        return told(brands.check_name, self.cleaned_data["name"])


class SenderForm(forms.Form):
    """An address that letters may be from."""

    brand = forms.ModelChoiceField(label=_("Brand"), queryset=Brand.objects.none(), empty_label=None)
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        help_text=_("Shown in front of the address: “Ann of the Bakery”."),
    )
    address = forms.EmailField(
        label=_("Address"),
        max_length=254,
        help_text=_("At a domain of your own. Mailbox providers' addresses (gmail.com …) are refused."),
    )
    reply_to = forms.EmailField(
        label=_("Reply to"),
        required=False,
        max_length=254,
        help_text=_("Where answers go, when not to the address above."),
    )
    default = forms.BooleanField(label=_("Use it for all letters unless told otherwise"), required=False)

    def __init__(self, data: Any = None, *, sender: Sender | None = None) -> None:
        first = sender.brand if sender else Brand.objects.order_by("id").first()
        initial: dict[str, Any] = {"brand": first}
        if sender is not None:
            initial |= {"name": sender.name, "address": sender.address, "reply_to": sender.reply_to}
        super().__init__(data, initial=initial)
        if sender is not None:
            del self.fields["brand"], self.fields["default"]
        elif Brand.objects.count() > 1:
            self.fields["brand"] = forms.ModelChoiceField(
                label=_("Brand"), queryset=Brand.objects.order_by("name"), empty_label=None
            )
        else:
            del self.fields["brand"]

    def clean_address(self) -> str:
        return told(brands.check_sender_address, self.cleaned_data["address"])


class DomainForm(forms.Form):
    """A domain that letters are to be from."""

    name = forms.CharField(
        label=_("Domain"),
        max_length=253,
        widget=forms.TextInput(attrs={"placeholder": "example.org", "autocapitalize": "none"}),
        help_text=_("What stands behind the @ of your sender, like example.org."),
    )


class SigningForm(forms.Form):
    """Who puts the DKIM signature on letters from a domain."""

    relay_signs = forms.BooleanField(
        label=_("Leave the signature to the server that letters go to"),
        required=False,
        help_text=_(
            "For providers that sign with a key of their own: publish the records that they name. "
            "A server that does not sign lets letters out that nobody can check."
        ),
    )

    def __init__(self, data: Any = None, *, domain: SendingDomain) -> None:
        super().__init__(data, initial={"relay_signs": domain.relay_signs})


class RouteForm(forms.Form):
    """A way out for letters, with the fields of the kind that is chosen, or of `kind`."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For you: “Our provider”."))
    use = forms.ChoiceField(
        label=_("Letters that take it"), choices=[(value or NOTHING, label) for value, label in Use.choices]
    )
    transport = forms.ChoiceField(label=_("Leads to"), choices=kinds)
    host = forms.CharField(
        label=_("Server"),
        required=False,
        max_length=253,
        widget=forms.TextInput(attrs={"placeholder": "smtp.example.org", "autocapitalize": "none"}),
    )
    port = forms.IntegerField(
        label=_("Port"), required=False, min_value=1, max_value=HIGHEST_PORT,
        help_text=_("587 with STARTTLS, 465 with TLS from the first byte, 25 between servers."),
    )  # fmt: skip
    tls = forms.ChoiceField(
        label=_("Encryption"), choices=TlsMode.choices, help_text=_("Certificates are always checked.")
    )
    username = forms.CharField(
        label=_("User"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=254,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, route: StoredRoute | None = None, kind: str = "") -> None:
        self.route = route
        initial: dict[str, Any] = {"use": Use.EVERYTHING, "transport": TransportName.SMTP, "port": 587}
        if route is not None:
            names = ("name", "use", "transport", "host", "port", "tls", "username")
            initial = {name: getattr(route, name) for name in names} | {"use": route.use or NOTHING}
            if route.is_account:
                initial["transport"] = ACCOUNT + route.provider
        # Fields of several kinds stand on one page.
        auto_id = f"id_{kind.replace(':', '_')}_%s" if kind else "id_%s"
        super().__init__(data, initial=initial, use_required_attribute=False, auto_id=auto_id)
        self.kind = kind or str((data or initial).get("transport") or TransportName.SMTP)
        self.provider = provider_of(self.kind)
        # Without scripts a button asks for the other fields.
        self.fields["transport"].widget.attrs["data-chooses-kind"] = True
        for name in ("host", "port"):
            self.fields[name].required = self.kind == TransportName.SMTP
        if self.kind != TransportName.SMTP:
            for name in ("host", "port", "tls", "username", "password"):
                del self.fields[name]
            self.fields |= fields_of(self.kind, route)
            return
        if route is not None and route.password:
            self.fields["password"].help_text = _(
                "Kept encrypted and never shown again. Leave it empty to keep it; type a new one to replace it."
            )

    def clean_host(self) -> str:
        host = self.cleaned_data["host"]
        return told(routes.check_host, host) if host else ""

    @property
    def shapes(self) -> list[RouteForm]:
        """This form for the kind that is chosen, and an empty one for every other: a choice loses nothing."""
        return [
            self if kind == self.kind else RouteForm(route=self.route, kind=kind) for kind in every_kind()
        ]

    @property
    def settings(self) -> list[forms.BoundField]:
        """The fields of the provider's own settings."""
        return [self[name] for name in self.fields if name.startswith(accounts.FIELD)]

    def draft(self) -> routes.Draft:
        data = self.cleaned_data
        use = "" if data["use"] == NOTHING else data["use"]
        transport, _colon, provider = data["transport"].partition(":")
        if transport != TransportName.SMTP:
            given = {name.removeprefix(accounts.FIELD): value for name, value in data.items()}
            return routes.Draft(
                name=data["name"], transport=transport, use=use, provider=provider, settings=given
            )
        return routes.Draft(
            name=data["name"],
            transport=transport,
            host=data["host"],
            port=data["port"] or 587,
            tls=data["tls"],
            username=data["username"].strip(),
            password=data["password"] or None,
            use=use,
        )
