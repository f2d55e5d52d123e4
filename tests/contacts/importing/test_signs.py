"""Columns of consent are found under unlisted names, and data is left alone."""

from __future__ import annotations

import pytest

from contacts.importing.mapping import Role
from contacts.importing.signs import Signs

UNSUBSCRIBED, BOUNCED, MANUAL = (
    (Role.WITHDRAWAL, "unsubscribed"),
    (Role.WITHDRAWAL, "hard_bounce"),
    (Role.WITHDRAWAL, "manual"),
)


def verdict(header: str, *cells: str) -> tuple[Role, str] | None:
    signs = Signs(header)
    for cell in cells:
        signs.show(cell)
    return signs.verdict()


@pytest.mark.parametrize(
    ("header", "cells", "found"),
    [
        ("Email Marketing Status", ("Subscribed", "Unsubscribed", ""), (Role.STATUS, "")),
        ("Newsletter-Status", ("abgemeldet", "angemeldet"), (Role.STATUS, "")),
        ("Newsletter status", ("yes", "no"), (Role.CONSENT, "")),
        ("Status in shop", ("Unsubscribed", "active"), (Role.STATUS, "")),
        ("Estado de suscripción", ("baja", "activo"), (Role.STATUS, "")),
        ("Opted out of email: Marketing Information", ("true", "", "false"), UNSUBSCRIBED),
        ("Opt-out date (newsletter)", ("", "Jan 5, 2024"), UNSUBSCRIBED),
        ("Do not mail this person", ("1", "0"), UNSUBSCRIBED),
        ("Unsubscribe reason", ("too many letters", ""), UNSUBSCRIBED),
        ("Newsletter abgemeldet", ("ja", "nein"), UNSUBSCRIBED),
        ("Date de désabonnement", ("", "2024-01-05 10:00:00"), UNSUBSCRIBED),
        ("Fecha de baja", ("05/01/2024",), UNSUBSCRIBED),
        ("退订日期", ("2024年1月5日", ""), UNSUBSCRIBED),
        ("Email hard bounce reason", ("UNKNOWN_USER", ""), BOUNCED),
        ("Bounce kind", ("hard", "soft"), BOUNCED),
        ("BLACKLISTED_EMAIL", ("Yes", ""), MANUAL),
        ("Invalid email address", ("true", "false"), (Role.WITHDRAWAL, "invalid")),
        ("On blocklist", ("true",), MANUAL),
        ("Unsubscribe status", ("Unsubscribed", "Subscribed"), (Role.REMARK, "")),
        ("Email consent given", ("yes", "no", ""), (Role.CONSENT, "")),
        ("Einwilligung Newsletter", ("ja", "nein"), (Role.CONSENT, "")),
        ("GDPR consent day", ("2024-01-05", ""), (Role.CONSENTED_AT, "")),
        ("Zustand", ("Unsubscribed", "Subscribed", "pending"), (Role.REMARK, "")),
        ("Field 7", ("opted out", ""), (Role.REMARK, "")),
    ],
)
def test_what_says_who_may_be_mailed(
    header: str, cells: tuple[str, ...], found: tuple[Role, str] | None
) -> None:
    assert verdict(header, *cells) == found


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Order status", ("shipped", "pending", "new")),
        ("Order status", ("confirmed", "pending", "cancelado")),
        ("Account status", ("active", "inactive")),
        ("Marital status", ("single", "married", "unknown")),
        ("Email loyalty status", ("gold", "silver", "active")),
        ("Bounce rate", ("0", "1", "0.2")),
        ("Bounces", ("0", "1")),
        ("Marketing emails bounced", ("0", "1", "3")),
        ("Days since bounce", ("1",)),
        ("Soft bounce", ("yes",)),
        ("Unsubscribe link", ("https://example.org/u/1",)),
        ("Unsubscribed from", ("Weekly", "Daily")),
        ("SMS opt-out", ("yes", "no")),
        ("WhatsApp consent", ("yes", "no")),
        ("SMS status", ("Unsubscribed",)),
        ("Cookie consent", ("no",)),
        ("Consent wording", ("I agree to …",)),
        ("Colour", ("blue", "unsubscribed")),
        ("Hand", ("left", "none")),
        ("Lead status", ("new", "spam", "unknown")),
        ("Opt-in level", ("single_opt_in", "double_opt_in")),
        ("Accepts SMS Marketing", ("yes", "no")),
        ("Marketing contact status", ("Marketing contact", "Non-marketing contact")),
        ("Plan", ("active", "pending", "none")),
        ("Points", ("1", "0")),
        ("Loves cats", ("yes", "no")),
        ("State", ("NY", "CA")),
        ("Empty", ("", "")),
    ],
)
def test_what_is_data(header: str, cells: tuple[str, ...]) -> None:
    assert verdict(header, *cells) is None


def test_data_is_not_looked_at_any_more() -> None:
    signs = Signs("Colour")
    signs.show("blue")
    assert not signs.open
