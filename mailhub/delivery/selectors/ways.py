"""Which way letters go now, in words: what the routes screen says above its table."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from mailhub.delivery.models import StoredRoute
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.models.routes import Use
from mailhub.delivery.services import routing, rulebook


@dataclass(frozen=True, slots=True)
class Way:
    """How the letters of one stream leave; `stored` None when the default takes them."""

    letters: str
    sentence: str
    leaves: bool
    stored: StoredRoute | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A route that letters take and that fails (`is_broken`), or that nobody has tried yet."""

    title: str
    text: str
    is_broken: bool


def troubles() -> list[Trouble]:
    """What the connection tests say of the routes in use, in the words of home and of health."""
    return [trouble for route in routing.used() if (trouble := _trouble(route))]


def ways() -> list[Way]:
    """One for marketing and one for transactional letters, or a single one when they go the same way.

    With rules they are about the letters that no rule is for.
    """
    book = rulebook.current()
    # Rules may cover all letters of a stream: then nothing is left that this is true of.
    found = {stream: routing.stored_for(stream) for stream in Stream.values if None in book.possible(stream)}
    words = {Stream.MARKETING: _("Marketing letters"), Stream.TRANSACTIONAL: _("Transactional letters")}
    every = _("All letters")
    if book.by_key:
        every = _("Letters that no rule is for")
        words = {
            Stream.MARKETING: _("Marketing letters that no rule is for"),
            Stream.TRANSACTIONAL: _("Transactional letters that no rule is for"),
        }
    if len(found) > 1 and len({route.pk if route else None for route in found.values()}) == 1:
        return [_way(every, found[Stream.MARKETING])]
    return [_way(words[Stream(stream)], route) for stream, route in found.items()]


def environment_sentence() -> str:
    """What becomes of MAILHUB_SMTP_URL; "" when it is not set."""
    if settings.MAILHUB_SMTP is None:
        return ""
    host = settings.MAILHUB_SMTP.host
    if routing.is_default_used():
        return _("MAILHUB_SMTP_URL names {host}; letters that no route below is set for go there.").format(
            host=host
        )
    if routing.is_default_named():
        return _("MAILHUB_SMTP_URL names {host}; only letters whose rules name it go there.").format(
            host=host
        )
    used = routing.used().values_list("name", flat=True)
    sentence = _("MAILHUB_SMTP_URL names {host}; it is not used because the route {name} is set.")
    return sentence.format(host=host, name=", ".join(used))


def after_removing(route: StoredRoute) -> str:
    """Where the letters of `route` will go without it; "" when it has none."""
    if not route.is_used:
        stands = route.choices.exists()
        return _("In the rules that name it, the other routes take its letters.") if stands else ""
    others = StoredRoute.objects.exclude(pk=route.pk).filter(use=Use.EVERYTHING)
    if route.use != Use.EVERYTHING and (other := others.first()):
        return _("Its letters will take the route {name}.").format(name=other.name)
    if settings.MAILHUB_SMTP is not None:
        return _("Its letters will go to {host}, which MAILHUB_SMTP_URL names.").format(
            host=settings.MAILHUB_SMTP.host
        )
    return _("Its letters will go to the capture mailbox: nothing of them leaves.")


def _trouble(route: StoredRoute) -> Trouble | None:
    if not route.leads_out:
        return None
    if route.problem:
        return Trouble(_("The route “%(name)s” does not work") % {"name": route.name}, route.problem, True)
    if route.tested_at is None:
        title = _("The route “%(name)s” has not been tried") % {"name": route.name}
        return Trouble(title, _("Letters take it, and nobody knows yet whether it works."), False)
    return None


def _way(letters: str, route: StoredRoute | None) -> Way:
    if route is not None and route.leads_out:
        sentence = _("leave by {name}, through {server}.").format(name=route.name, server=route.destination)
        return Way(letters, sentence, True, route)
    if route is not None:
        sentence = _("go to the capture mailbox, as the route {name} says: nothing leaves.")
        return Way(letters, sentence.format(name=route.name), False, route)
    if settings.MAILHUB_SMTP is not None:
        server = f"{settings.MAILHUB_SMTP.host}:{settings.MAILHUB_SMTP.port}"
        return Way(letters, _("leave through {server} (MAILHUB_SMTP_URL).").format(server=server), True, None)
    return Way(letters, _("go to the capture mailbox until a route is set: nothing leaves."), False, None)
