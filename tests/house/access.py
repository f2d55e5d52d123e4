"""Who may open which address: read from the doors, and from the table in docs/access.md.

`python -m tests.house.access` writes the table anew; look at the difference before you commit it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from mailhub.accounts.permissions import OF_ROLE, Permission
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "access.md"
ROLES = tuple(OF_ROLE)
# Other doors: Django's admin asks for its own rights, the API for a key's scopes.
ELSEWHERE = ("admin/", "api/v1/", "^api/")
PERSONAL = {Permission.EXPORT, Permission.SEE_ADDRESSES}

# The permissions to look and to act; None where nobody can act.
Needs = tuple[Permission, Permission | None]


@dataclass(frozen=True)
class Address:
    """One pattern, such as /lists/<int:pk>/; `needs` is None where everybody may come."""

    route: str
    view: Callable[..., Any]

    @property
    def needs(self) -> Needs | None:
        return getattr(self.view, "needs", None)

    @property
    def sample(self) -> str:
        """A path that the pattern matches; of numbers one that nothing has."""
        path = re.sub(r"<int:\w+>", "987654321", self.route)
        path = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", path)
        return re.sub(r"<(\w+:)?\w+>", "x", path)


def addresses() -> list[Address]:
    """Every address but those of the admin and the API."""
    found = [one for one in _walk(get_resolver(), "/") if not one.route[1:].startswith(ELSEWHERE)]
    return sorted(found, key=lambda one: one.route)


def allowed(needs: Needs, role: str) -> str:
    """What a role may do there; ° where it is also given or withheld person by person."""
    look, act = needs
    rights = OF_ROLE[role]
    words = ["look"] if look in rights else []
    if act is not None and {look, act} <= rights:
        words.append("act")
    mark = "°" if words and PERSONAL & {look, act} else ""
    return f"{', '.join(words)}{mark}" if words else "–"


def rows_of_staff() -> list[str]:
    return [
        f"| `{one.route}` | {' | '.join(allowed(one.needs, role) for role in ROLES)} |"
        for one in addresses()
        if one.needs is not None
    ]


def rows_of_everybody() -> list[str]:
    return [f"- `{one.route}`" for one in addresses() if one.needs is None]


def text() -> str:
    """The page as it should be."""
    return "\n".join(
        [
            HEAD,
            f"| address | {' | '.join(ROLES)} |",
            f"|---|{'---|' * len(ROLES)}",
            *rows_of_staff(),
            "",
            EVERYBODY,
            "",
            *rows_of_everybody(),
            "",
        ]
    )


HEAD = """\
# Who may open what

Written by `python -m tests.house.access` from the doors of the staff pages (`mailhub/accounts/doors.py`), and
held against real requests of every role by `tests/house/test_access.py`. What a role may do at all is said
in one place, `mailhub/accounts/permissions.py`.

`look` is GET, `act` is POST (405 where nobody acts), – is a 403 that names the missing right. ° is also given
or withheld person by person (“may export”, “sees addresses”). Who is not signed in is sent to the sign-in page
by each of these addresses. Django's admin under `/admin/` is for administrators; the API under `/api/v1/` asks
for a key and its scopes (`docs/api.md`).
"""
EVERYBODY = """\
## Open to everybody

Probes, signing in, what letters load and link to, and the pages for customers; what they guard, they guard by
signed addresses."""


def _walk(resolver: URLResolver, before: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield Address(route, pattern.callback)


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailhub.settings")
    django.setup()
    PAGE.write_text(text(), encoding="utf-8")
