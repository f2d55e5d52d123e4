"""Mails a link by which somebody who forgot their password chooses a new one."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm


def mail(address: str) -> None:
    """To every active account with that address; nothing when there is none.

    The link begins with PUBLIC_URL and not with the host that was asked: a forged Host must not lead
    somebody's key to another house.
    """
    form = PasswordResetForm({"email": address})
    if not form.is_valid():
        return
    home = urlsplit(settings.PUBLIC_URL)
    form.save(
        domain_override=home.netloc,
        use_https=home.scheme == "https",
        subject_template_name="accounts/mail/reset_subject.txt",
        email_template_name="accounts/mail/reset.txt",
    )
