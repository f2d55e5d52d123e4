"""One-time codes beside the password (RFC 6238), and recovery codes for a lost phone."""

from __future__ import annotations

import base64
import secrets

import segno
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp import match_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from mailhub.accounts.models import User

RECOVERY_CODES = 10


def is_on(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def begin(user: User) -> TOTPDevice:
    """The device that is being set up; the same one until it is confirmed."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})
    return device


def picture(device: TOTPDevice) -> SafeString:
    """The QR code as SVG; dark on light whatever the theme, for cameras."""
    code = segno.make(device.config_url, error="m")
    return mark_safe(code.svg_inline(scale=5, border=3, dark="#000", light="#fff"))


def secret(device: TOTPDevice) -> str:
    """What is typed into an app that has no camera: base32 in groups of four."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@transaction.atomic
def confirm(user: User, code: str) -> list[str] | None:
    """Turn it on with a first right code: the recovery codes, shown this once. None for a wrong code."""
    device = begin(user)
    if not device.verify_token(code):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return _new_recovery_codes(user)


@transaction.atomic
def turn_off(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def matching(user: User, code: str) -> Device | None:
    """The device that the code is of; throttled by the library after each failure."""
    device: Device | None = match_token(user, code)
    return device


def _new_recovery_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    codes = [secrets.token_hex(5) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes
