"""What each kind of bulk act does to one batch of contacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from contacts.models import BulkJob, BulkKind, ConsentMethod, Contact, ContactTag, LegalBasis, List, Tag
from contacts.services import mass_consent
from contacts.services.evidence import Act, Evidence
from mailhub.lib import clock
from mailhub.lib.errors import UserError

LONGEST_STATEMENT = 2_000


class WrongParameters(UserError):
    """The act lacks what it needs; says what."""


def check(kind: BulkKind, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as they are kept, with the name of the list or tag. Raises WrongParameters."""
    kept = dict(parameters)
    if kind in (BulkKind.SUBSCRIBE, BulkKind.UNSUBSCRIBE):
        kept["name"] = _list(parameters).name
    if kind in (BulkKind.TAG, BulkKind.UNTAG):
        kept["name"] = _tag(parameters).name
    if kind == BulkKind.SUBSCRIBE:
        _check_consent(kept)
    return kept


def run(job: BulkJob, contact_ids: Sequence[int]) -> Counter[str]:
    """Do the act to these contacts; outcome → how many. Raises UserError when its list or tag is gone."""
    return RUNNERS[BulkKind(job.kind)](job, contact_ids)


def _check_consent(parameters: Mapping[str, Any]) -> None:
    statement = str(parameters.get("statement", "")).strip()
    if not statement:
        raise WrongParameters(_("Say where and how these people agreed to be mailed."))
    if len(statement) > LONGEST_STATEMENT:
        raise WrongParameters(
            _("The statement is longer than %(most)d characters.") % {"most": LONGEST_STATEMENT}
        )
    if parameters.get("basis") not in (LegalBasis.EXPRESS, LegalBasis.IMPLIED):
        raise WrongParameters(_("Choose express or implied consent."))
    if parameters.get("basis") == LegalBasis.IMPLIED and not parameters.get("basis_expires_at"):
        raise WrongParameters(_("Implied consent ends some day: say when."))


def _subscribe(job: BulkJob, contact_ids: Sequence[int]) -> Counter[str]:
    parameters = job.parameters
    ends = parameters.get("basis_expires_at")
    act = Act(
        ConsentMethod.STAFF,
        parameters["statement"],
        parameters["basis"],
        datetime.fromisoformat(ends).astimezone(UTC) if ends else None,
        Evidence(actor=_actor(job)),
        clock.now(),
    )
    return mass_consent.grant(contact_ids, _list(parameters), act=act)


def _unsubscribe(job: BulkJob, contact_ids: Sequence[int]) -> Counter[str]:
    source = str(_("removed by staff"))
    act = Act(ConsentMethod.STAFF, source, evidence=Evidence(actor=_actor(job)), at=clock.now())
    return mass_consent.withdraw(contact_ids, _list(job.parameters), act=act)


def _add_tag(job: BulkJob, contact_ids: Sequence[int]) -> Counter[str]:
    tag = _tag(job.parameters)
    bearing = ContactTag.objects.filter(tag=tag, contact__in=contact_ids)
    already = set(bearing.values_list("contact_id", flat=True))
    new = [ContactTag(contact_id=pk, tag=tag) for pk in contact_ids if pk not in already]
    ContactTag.objects.bulk_create(new, ignore_conflicts=True)
    return Counter({"tagged": len(new), "tagged_already": len(already)})


def _remove_tag(job: BulkJob, contact_ids: Sequence[int]) -> Counter[str]:
    marks = ContactTag.objects.filter(tag=_tag(job.parameters), contact__in=contact_ids)
    removed, _by_model = marks.delete()
    return Counter({"untagged": removed, "not_tagged": len(contact_ids) - removed})


def _delete(job: BulkJob, contact_ids: Sequence[int]) -> Counter[str]:
    # Proof of consent and suppressions stay: they know the address by its keyed hash.
    _all, by_model = Contact.objects.filter(pk__in=contact_ids).delete()
    return Counter({"deleted": by_model.get(Contact._meta.label, 0)})


RUNNERS: Mapping[BulkKind, Callable[[BulkJob, Sequence[int]], Counter[str]]] = {
    BulkKind.SUBSCRIBE: _subscribe,
    BulkKind.UNSUBSCRIBE: _unsubscribe,
    BulkKind.TAG: _add_tag,
    BulkKind.UNTAG: _remove_tag,
    BulkKind.DELETE: _delete,
}


def _actor(job: BulkJob) -> str:
    return job.created_by.get_username() if job.created_by else ""


def _list(parameters: Mapping[str, Any]) -> List:
    found = List.objects.filter(pk=parameters.get("id") or 0).first()
    if found is None:
        raise WrongParameters(_("The list is not there any more."))
    return found


def _tag(parameters: Mapping[str, Any]) -> Tag:
    found = Tag.objects.filter(pk=parameters.get("id") or 0).first()
    if found is None:
        raise WrongParameters(_("The tag is not there any more."))
    return found
