"""Who may sign in, by user name or by e-mail address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from mailhub.accounts.models import User


class NameOrAddress(ModelBackend):
    """Django's own check; an address that exactly one account has names it as well."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> Any:
        if username and "@" in username and not User.objects.filter(username=username).exists():
            named = list(User.objects.filter(email__iexact=username).values_list("username", flat=True)[:2])
            username = named[0] if len(named) == 1 else username
        return super().authenticate(request, username=username, password=password, **more)
