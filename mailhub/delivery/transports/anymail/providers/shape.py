"""What is known of a provider: its settings, what its API cannot carry, and how it merges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from mailhub.delivery.transports.anymail.verdicts import Kind

# Written by every provider itself; ours would be refused or doubled.
ALWAYS_WRITTEN = frozenset({"date"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of the route's form, named as the keyword of Anymail's backend.

    With `leads` a change sends the credentials elsewhere, so they have to be typed again.
    """

    name: str
    label: Any
    secret: bool = False
    required: bool = True
    help: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()
    default: str = ""
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """How a provider fills a template for many recipients in one call.

    `mark` writes the placeholder of a key and `opening` is what begins one: a letter that holds it
    goes alone. `most` recipients a call; `longest` bytes of values a recipient (0 = no limit). `fill`
    changes the Anymail message (its subject, body and alternatives hold the marks) for the provider.
    `writes` are headers that it takes from nobody in such a call; `only_if` looks at the settings, and
    `options` are further keywords of the backend.
    """

    mark: Callable[[str], str]
    opening: tuple[str, ...]
    most: int
    longest: int = 0
    fill: Callable[[Any], None] = lambda message: None
    writes: frozenset[str] = frozenset()
    only_if: Callable[[Mapping[str, str]], bool] = lambda settings: True
    options: Mapping[str, Any] = field(default_factory=dict)


def as_given(settings: Mapping[str, str]) -> dict[str, Any]:
    """The backend's keywords are the settings that were filled in."""
    return {name: value for name, value in settings.items() if value}


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider that Anymail ships.

    `switches_tracking`: opens and clicks can be switched off letter by letter (MailHub tracks by
    itself). `carries_metadata`: events come back with our ids. `writes` are headers, in lower case,
    that it takes from nobody. `extra` goes along with each letter as Anymail's esp_extra. `calls` at a
    time. `judge` knows answers that the HTTP status alone does not tell; `entries` reads the answers
    of a merged call one by one, None for those that Anymail's own status tells.
    """

    key: str
    label: str
    backend: str
    settings: tuple[Setting, ...]
    options: Callable[[Mapping[str, str]], dict[str, Any]] = as_given
    switches_tracking: bool = False
    carries_metadata: bool = True
    keeps_message_id: bool = False
    writes: frozenset[str] = frozenset()
    extra: Mapping[str, Any] = field(default_factory=dict)
    calls: int = 8
    over_http: bool = True
    merge: Merge | None = None
    judge: Callable[[int, str, str], Kind | None] = lambda status, code, text: None
    entries: Callable[[Any, Sequence[str]], list[tuple[Kind, str]] | None] = lambda response, addresses: None
    note: Any = ""

    @property
    def dropped(self) -> frozenset[str]:
        """The headers of ours that do not go along, in lower case."""
        own_id = frozenset() if self.keeps_message_id else frozenset({"message-id"})
        return ALWAYS_WRITTEN | own_id | self.writes

    @property
    def secret_names(self) -> frozenset[str]:
        return frozenset(setting.name for setting in self.settings if setting.secret)


def api_key(name: str = "api_key", label: Any = None, **more: Any) -> Setting:
    return Setting(name, label or _("API key"), secret=True, **more)


def api_url(*, required: bool = False, help: Any = None) -> Setting:
    return Setting(
        "api_url",
        _("API address"),
        required=required,
        leads=True,
        help=help
        or _("Only for another region or a server of your own; empty for the provider's usual one."),
    )
