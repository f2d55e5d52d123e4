"""Brings the example shop into the database, step by step, each with the note of what it made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from mailhub.delivery import hashing
from mailhub.demo import cast, histories
from mailhub.demo.cast import Person
from mailhub.demo.models import ONLY, DemoLoad, LoadState
from mailhub.demo.plan import SENT
from mailhub.demo.services import mailings, people, removing, shop, staff_acts
from mailhub.demo.services.building import Building
from mailhub.lib import addresses, clock
from mailhub.lib.errors import UserError
from reports.services import growth, rollups

Progress = Callable[[int, int], None]
# Shop, pictures, letters, people, consent, each mailing, what is still to be sent, and the staff's acts.
STEPS = 7 + len(SENT) + 1


class AlreadyLoaded(UserError):
    """The example shop is there, or is being brought in."""


def load(*, now: datetime, size: int = cast.SIZE, tell: Progress = lambda done, total: None) -> DemoLoad:
    """The example shop is in the database afterwards; the same one for the same `now`.

    Each step is one transaction with the note of what it made, so that a load that was killed can be
    removed like a whole one. Raises AlreadyLoaded.
    """
    note = _begin()
    _plan_and_build(note, now=now, size=size, tell=tell)
    rollups.refresh_due(now=clock.now())
    growth.count_new(now=clock.now())
    note.state = LoadState.LOADED
    note.save(update_fields=["state"])
    return note


def ask() -> None:
    """A load is wanted: the first that begins takes it. Raises AlreadyLoaded."""
    note, _made = DemoLoad.objects.get_or_create(
        pk=ONLY, defaults={"state": LoadState.ASKED, "step_total": STEPS, "changed_at": clock.now()}
    )
    if note.state != LoadState.ASKED:
        raise AlreadyLoaded(_("The example data is there already; it is loaded only once."))


def _begin() -> DemoLoad:
    ask()
    # Of two that begin at once, one finds it taken.
    if not DemoLoad.objects.filter(state=LoadState.ASKED).update(state=LoadState.LOADING):
        raise AlreadyLoaded(_("The example data is being loaded already."))
    return DemoLoad.objects.get()


def _plan_and_build(note: DemoLoad, *, now: datetime, size: int, tell: Progress) -> None:
    invented = _invent(now=now, size=size)
    past = histories.play(invented, now=now)
    building = Building(now=now, cast=invented, past=past)
    steps: list[Callable[[Building], Iterable[models.Model]]] = [
        shop.build,
        shop.build_pictures,
        shop.build_letters,
        people.build_contacts,
        people.build_consent,
        *(mailings.step(number) for number in range(len(past.mailings))),
        mailings.build_open_campaigns,
        staff_acts.build,
    ]
    for done, step in enumerate(steps, start=1):
        with transaction.atomic():
            _write_down(note, step(building), building)
        tell(done, len(steps))


def _write_down(note: DemoLoad, made: Iterable[models.Model], building: Building) -> None:
    for row in made:
        note.made.setdefault(row._meta.label_lower, []).append(row.pk)
    note.hashes = building.hashes
    note.step_count += 1
    note.changed_at = clock.now()
    note.save(update_fields=["made", "hashes", "step_count", "changed_at"])


def _invent(*, now: datetime, size: int) -> list[Person]:
    """People of whom nothing is known here yet: the example must not be mixed with what is."""
    taken: set[str] = set()
    while True:
        people = cast.invent(now=now, is_taken=taken.__contains__, size=size)
        hashes = hashing.address_hashes(addresses.parse(person.email).key for person in people)
        known = removing.known_among(hashes)
        if not known:
            return people
        taken |= {person.email for person, hashed in zip(people, hashes, strict=True) if hashed in known}
