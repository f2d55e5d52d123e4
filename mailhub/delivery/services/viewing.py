"""Shows a letter again: for its reader in the browser, and for staff."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mailhub.delivery import contracts
from mailhub.delivery.contracts import Recipient
from mailhub.delivery.models import Dispatch, Message
from mailhub.delivery.services import composing
from mailhub.delivery.services.composing import NothingToSay


def html_of(*, dispatch_id: int, message_id: int) -> str:
    """The HTML of one message, without pixel and with plain links.

    Raises NothingToSay when the row, the letter or the person is not kept any more.
    """
    dispatch = Dispatch.objects.select_related("brand").filter(pk=dispatch_id).first()
    message = Message.objects.filter(dispatch_id=dispatch_id, id=message_id).first()
    if dispatch is None or message is None:
        raise NothingToSay(_("This letter is not kept any more."))
    recipient = recipient_of(message)
    merge = contracts.source(dispatch.source).describe(recipient)
    if merge is None:
        raise NothingToSay(_("This letter is not kept any more."))
    return composing.composer(dispatch).view(recipient, merge)


def recipient_of(message: Message) -> Recipient:
    """A row of the ledger as sources and composers see it."""
    return Recipient(
        message_id=message.pk,
        dispatch_id=message.dispatch_id,
        recipient_key=message.recipient_key,
        address=message.address,
        address_hash=message.address_hash,
        contact_id=message.contact_id,
        list_key=message.list_key,
        locale=message.locale,
    )
