"""One account at a provider, as a route names it: which provider, its settings, and what may never be shown."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

HIDDEN = "••••••••"
# Shorter ones ("1", "eu") would blot out half of a sentence, and are no secrets.
SHORTEST_SECRET = 6


@dataclass(frozen=True, slots=True)
class Account:
    """`settings` and `secrets` by the names that Anymail's backend gives them; neither is in the repr.

    `origin` is where a person would change them.
    """

    provider: str
    settings: tuple[tuple[str, str], ...] = ()
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    origin: str = ""

    @property
    def values(self) -> dict[str, str]:
        return {**dict(self.settings), **dict(self.secrets)}

    def hide(self, text: str) -> str:
        """`text` without the account's secrets, however they are written in it."""
        for form in self._forms():
            text = text.replace(form, HIDDEN)
        return text

    def _forms(self) -> Iterator[str]:
        for _name, secret in self.secrets:
            if len(secret) >= SHORTEST_SECRET:
                # Basic authentication (RFC 7617) sends user and password together.
                users = ("", "api:", *(f"{value}:" for value in dict(self.secrets).values()))
                yield from (b64encode(f"{user}{secret}".encode()).decode() for user in users)
                yield from (secret, quote(secret, safe=""))
