"""The providers that need nothing but their settings; letters go one by one, several calls at a time."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mailhub.delivery.transports.anymail.providers.shape import Provider, Setting, api_key, api_url

BREVO = Provider(
    key="brevo",
    label="Brevo",
    backend="anymail.backends.brevo.EmailBackend",
    settings=(api_key(help=_("A v3 API key, not an SMTP key.")), api_url()),
    note=_("Switch tracking off in the account: Brevo has no switch for single letters."),
)
MAILERSEND = Provider(
    key="mailersend",
    label="MailerSend",
    backend="anymail.backends.mailersend.EmailBackend",
    settings=(api_key("api_token", _("API token")), api_url()),
    switches_tracking=True,
    carries_metadata=False,
    calls=2,
    note=_("Headers like List-Unsubscribe need MailerSend's enterprise plan."),
)
MAILJET = Provider(
    key="mailjet",
    label="Mailjet",
    backend="anymail.backends.mailjet.EmailBackend",
    settings=(api_key(), api_key("secret_key", _("Secret key")), api_url()),
    switches_tracking=True,
)
MAILTRAP = Provider(
    key="mailtrap",
    label="Mailtrap",
    backend="anymail.backends.mailtrap.EmailBackend",
    settings=(
        api_key("api_token", _("API token")),
        Setting(
            "sandbox_id",
            _("Sandbox ID"),
            required=False,
            help=_("With it, letters stay in that sandbox and reach nobody."),
        ),
        api_url(),
    ),
)
MANDRILL = Provider(
    key="mandrill",
    label="Mandrill (Mailchimp Transactional)",
    backend="anymail.backends.mandrill.EmailBackend",
    settings=(api_key(), api_url()),
    switches_tracking=True,
)
POSTAL = Provider(
    key="postal",
    label="Postal",
    backend="anymail.backends.postal.EmailBackend",
    settings=(api_key(), api_url(required=True, help=_("Your server, like https://postal.example.org."))),
    carries_metadata=False,
)
RESEND = Provider(
    key="resend",
    label="Resend",
    backend="anymail.backends.resend.EmailBackend",
    settings=(api_key(), api_url()),
    # Two requests a second is what a new account has.
    calls=2,
    note=_("Switch tracking off for the domain at Resend: it has no switch for single letters."),
)
SCALEWAY = Provider(
    key="scaleway",
    label="Scaleway",
    backend="anymail.backends.scaleway.EmailBackend",
    settings=(
        api_key("secret_key", _("Secret key")),
        Setting("project_id", _("Project ID")),
        Setting("region", _("Region"), required=False, default="fr-par"),
        api_url(),
    ),
)
UNISENDER_GO = Provider(
    key="unisender_go",
    label="Unisender Go",
    backend="anymail.backends.unisender_go.EmailBackend",
    settings=(
        api_key(),
        api_url(required=True, help=_("Of your account's data centre, ending with /transactional/api/v1.")),
    ),
    switches_tracking=True,
)

PROVIDERS = (BREVO, MAILERSEND, MAILJET, MAILTRAP, MANDRILL, POSTAL, RESEND, SCALEWAY, UNISENDER_GO)
