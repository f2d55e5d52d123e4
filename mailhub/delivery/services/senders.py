"""The addresses that a brand's letters may be from; the brand's own fields say which is the usual one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.delivery import headers
from mailhub.delivery.models import Brand, Sender
from mailhub.delivery.services import free_mail
from mailhub.lib import addresses
from mailhub.lib.errors import UserError, ValueRefused


class SenderUnfit(ValueRefused):
    """A value that a sender cannot have."""


@transaction.atomic
def add(brand: Brand, *, name: str, address: str, reply_to: str = "", default: bool = False) -> Sender:
    """A new sender; a brand's first one becomes its usual one. Raises SenderUnfit."""
    sender = Sender(brand=brand)
    _fill(sender, name=name, address=address, reply_to=reply_to)
    if default or not brand.sender_address:
        make_default(sender)
    return sender


@transaction.atomic
def change(sender: Sender, *, name: str, address: str, reply_to: str = "") -> Sender:
    """The sender as told; letters that are being sent keep what they began with. Raises SenderUnfit."""
    was_default = sender.is_default
    _fill(sender, name=name, address=address, reply_to=reply_to)
    if was_default:
        make_default(sender)
    return sender


def make_default(sender: Sender) -> None:
    """Letters of its brand are from `sender` unless somebody chooses another."""
    brand = sender.brand
    brand.sender_name, brand.sender_address = sender.name, sender.address
    brand.save(update_fields=["sender_name", "sender_address"])


@transaction.atomic
def remove(sender: Sender) -> None:
    """Forget a sender; the usual one only when it is the last. Raises SenderUnfit."""
    if sender.is_default:
        if sender.brand.senders.exclude(pk=sender.pk).exists():
            raise SenderUnfit(_("This is the usual sender of the brand: make another one the usual first."))
        brand = sender.brand
        brand.sender_name = brand.sender_address = ""
        brand.save(update_fields=["sender_name", "sender_address"])
    sender.delete()


def keep_default(brand: Brand) -> None:
    """The usual sender that was set on the brand itself is among its senders, by that name."""
    if brand.sender_address:
        Sender.objects.update_or_create(
            brand=brand, address=brand.sender_address, defaults={"name": brand.sender_name}
        )


def _fill(sender: Sender, *, name: str, address: str, reply_to: str) -> None:
    sender.name = _name(name)
    sender.address = _address(address, field="address", own=True)
    sender.reply_to = _address(reply_to, field="reply_to", own=False) if reply_to.strip() else ""
    same = Sender.objects.filter(brand=sender.brand, address=sender.address).exclude(pk=sender.pk)
    if same.exists():
        raise SenderUnfit(_("This brand has a sender of this address already."), field="address")
    sender.save()


def _name(text: str) -> str:
    name = text.strip()
    try:
        headers.check("From", name)
    except headers.HeaderRefused as error:
        raise SenderUnfit(str(error), field="name") from error
    if len(name) > 120:
        raise SenderUnfit(_("A sender's name has 120 characters at most."), field="name")
    return name


def _address(text: str, *, field: str, own: bool) -> str:
    try:
        parsed = addresses.parse(text)
        if own:
            free_mail.refuse(parsed)
    except UserError as error:
        raise SenderUnfit(str(error), field=field) from error
    return parsed.ascii
