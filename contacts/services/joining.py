"""Takes sign-ups in at the doors, forms and API alike: one row for everybody, and the rest is done later.

The door does the same work for a new, a pending, a subscribed, an unsubscribed or a suppressed address and
for a robot: it weighs, writes one `SignUp` and rings. `admission` settles the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from contacts.models import ConsentMethod, CustomField, List, SignUp, SignUpForm, SignUpState
from contacts.services import fields, forms, protection
from contacts.services.evidence import NOTHING_KNOWN, Evidence
from contacts.services.protection import NO_SIGNS, Signs
from mailhub.delivery.hashing import address_hash
from mailhub.lib import addresses, clock, doorbell, queues
from mailhub.lib.errors import UserError

TASK = "contacts.settle_sign_ups"


class NothingChosen(UserError):
    """None of the offered lists was chosen."""


class FormClosed(UserError):
    """The form takes no sign-ups."""


@dataclass(frozen=True, slots=True)
class Person:
    """What was typed of the person beside the address: built-in fields by name, custom ones by key."""

    values: Mapping[str, object] = field(default_factory=dict)
    custom: Mapping[str, object] = field(default_factory=dict)
    language: str = ""


NOBODY_KNOWN = Person()


def ask(
    place: SignUpForm | List,
    address: str,
    *,
    person: Person = NOBODY_KNOWN,
    chosen: Iterable[int] = (),
    method: str = ConsentMethod.FORM,
    source: str = "",
    evidence: Evidence = NOTHING_KNOWN,
    signs: Signs = NO_SIGNS,
) -> None:
    """Somebody wants to be on `chosen` lists (ids) of the form, or on the list. Tells nothing about them.

    What happens later depends on the list's opt-in: a confirmation mail, or at once. Limits by address, IP
    and network, crowds and robots are weighed here for every caller (`protection`); who exceeds them waits.
    Raises InvalidAddress, InvalidValue, NothingChosen, FormClosed: all from what was sent alone.
    """
    parsed = addresses.parse(address)
    form, lists = _place(place, chosen)
    values = fields.clean(person.values)
    custom = _custom(person.custom)
    now = clock.now()
    hashed = address_hash(parsed.key)
    key = f"form:{form.pk}" if form else f"list:{lists[0].pk}"
    weighed = protection.weigh(signs, address_hash=hashed, ip=evidence.ip, place=key, now=now)
    waits = weighed.state == SignUpState.WAITING
    SignUp.objects.create(
        form=form,
        list_ids=[list_.pk for list_ in lists],
        email=parsed.typed if waits else "",
        address_hash=hashed,
        values=values if waits else {},
        custom=custom if waits else {},
        method=method,
        source=source[:200] or (f"form {form.slug}" if form else ""),
        wording=evidence.wording,
        form_version=evidence.form_version,
        language=person.language,
        ip=evidence.ip,
        user_agent=evidence.user_agent[:400],
        actor=evidence.actor,
        state=weighed.state,
        sign=weighed.sign,
        received_at=now,
        due_at=weighed.due_at,
    )
    doorbell.ring(TASK, queue=queues.DEFAULT)


def _place(place: SignUpForm | List, chosen: Iterable[int]) -> tuple[SignUpForm | None, Sequence[List]]:
    if isinstance(place, List):
        return None, [place]
    form = forms.keep(place)
    offered = forms.lists_of(form)
    if not forms.is_open(form, offered):
        raise FormClosed(_("This form takes no sign-ups at the moment."))
    # A form with one list needs no box to tick.
    wanted = {list_.pk for list_ in offered} if len(offered) == 1 else set(chosen)
    lists = [list_ for list_ in offered if list_.pk in wanted]
    if not lists:
        raise NothingChosen(_("Choose at least one of the letters."))
    return form, lists


def _custom(custom: Mapping[str, object]) -> dict[str, object]:
    kinds = (
        dict(CustomField.objects.filter(key__in=list(custom)).values_list("key", "type")) if custom else {}
    )
    coerced = {key: fields.coerce(kinds[key], value) for key, value in custom.items() if key in kinds}
    return {key: value for key, value in coerced.items() if value is not None}
