"""What an API key may do: each scope with the words that tell it to people."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailhub.lib.errors import UserError


class Scope(StrEnum):
    """`<what>:<read|write|send>`; an operation of the API asks for exactly one."""

    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    LISTS_READ = "lists:read"
    LISTS_WRITE = "lists:write"
    SUBSCRIPTIONS_READ = "subscriptions:read"
    SUBSCRIPTIONS_WRITE = "subscriptions:write"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    EXPORTS_READ = "exports:read"
    EXPORTS_WRITE = "exports:write"
    SUPPRESSIONS_READ = "suppressions:read"
    SUPPRESSIONS_WRITE = "suppressions:write"
    LETTERS_READ = "letters:read"
    LETTERS_WRITE = "letters:write"
    CAMPAIGNS_READ = "campaigns:read"
    CAMPAIGNS_WRITE = "campaigns:write"
    CAMPAIGNS_SEND = "campaigns:send"
    EVENTS_READ = "events:read"
    SETTINGS_READ = "settings:read"


LABELS = {
    Scope.CONTACTS_READ: _("Read contacts, their tags, and custom fields"),
    Scope.CONTACTS_WRITE: _("Create, change and delete contacts, tags and custom fields"),
    Scope.LISTS_READ: _("Read lists"),
    Scope.LISTS_WRITE: _("Create, change and delete lists"),
    Scope.SUBSCRIPTIONS_READ: _("Read who is on which list, with the proof of consent"),
    Scope.SUBSCRIPTIONS_WRITE: _("Subscribe and unsubscribe people, with the proof of consent"),
    Scope.IMPORTS_READ: _("Read imports and their error files"),
    Scope.IMPORTS_WRITE: _("Import files of people, and undo imports"),
    Scope.EXPORTS_READ: _("Read and download exports"),
    Scope.EXPORTS_WRITE: _("Start exports of contacts"),
    Scope.SUPPRESSIONS_READ: _("Read who must not be mailed"),
    Scope.SUPPRESSIONS_WRITE: _("Suppress addresses, and lift suppressions"),
    Scope.LETTERS_READ: _("Read letters and templates"),
    Scope.LETTERS_WRITE: _("Write letters and upload images"),
    Scope.CAMPAIGNS_READ: _("Read campaigns, their recipients and reports"),
    Scope.CAMPAIGNS_WRITE: _("Create and change drafts of campaigns"),
    Scope.CAMPAIGNS_SEND: _("Launch, schedule, pause, resume, stop and settle campaigns, and send tests"),
    Scope.EVENTS_READ: _("Read opens, clicks, bounces and other events"),
    Scope.SETTINGS_READ: _("Read brands and sending domains"),
}
EVERYTHING = ("all", "*")


class UnknownScope(UserError):
    """There is no scope of this name; says which there are."""


def parse(words: Iterable[str]) -> list[str]:
    """The scopes that `words` name, in the order of their table, each once.

    A word may hold several between commas or blanks. `all` is every scope, `contacts` and `contacts:*`
    every one of contacts. Raises UnknownScope, also when there are none.
    """
    wanted = {
        scope for word in words for each in word.replace(",", " ").split() for scope in _named(each.lower())
    }
    if not wanted:
        raise UnknownScope(gettext("Name at least one scope: %(names)s.") % {"names": _all_names()})
    return [scope.value for scope in Scope if scope in wanted]


def _named(word: str) -> list[Scope]:
    if word in EVERYTHING:
        return list(Scope)
    group = word.removesuffix(":*")
    found = [scope for scope in Scope if scope == word or scope.partition(":")[0] == group]
    if not found:
        raise UnknownScope(
            gettext("There is no scope “%(word)s”. There are: %(names)s.")
            % {"word": word[:60], "names": _all_names()}
        )
    return found


def _all_names() -> str:
    groups = dict.fromkeys(scope.partition(":")[0] for scope in Scope)
    return f"{', '.join(Scope)}; and in short all, {', '.join(groups)}"
