"""The public addresses that the brands' pages are served under."""

from __future__ import annotations

from django.core.cache import cache
from redis.exceptions import RedisError

from mailhub.delivery.models import Brand

KEPT_FOR = 60


def public_urls() -> list[str]:
    """Public URLs of all brands; asked at most once a minute, since strangers try many host names."""
    try:
        known = cache.get("brand-urls")
    except RedisError:
        known = None
    if known is None:
        known = list(Brand.objects.exclude(public_url="").values_list("public_url", flat=True))
        _keep(known)
    return list(known)


def forget() -> None:
    """A brand's address has changed: ask the database again at once."""
    try:
        cache.delete("brand-urls")
    except RedisError:
        return


def _keep(urls: list[str]) -> None:
    try:
        cache.set("brand-urls", urls, KEPT_FOR)
    except RedisError:
        return
