"""Tells the rooms below what of their rows is example data, and how far it has been brought in."""

from __future__ import annotations

from django.urls import reverse

from mailhub.demo.models import DemoLoad, LoadState
from reports.selectors.examples import Examples


def read() -> Examples:
    """What is there now; empty when there is no example data."""
    note = DemoLoad.objects.first()
    if note is None:
        return Examples(switch_url=reverse("demo:switch"))
    ids = {label.rpartition(".")[2]: frozenset(made) for label, made in note.made.items()}
    return Examples(
        switch_url=reverse("demo:switch"),
        state=note.state,
        step_count=note.step_count,
        step_total=note.step_total,
        contact_ids=ids.get("contact", frozenset()),
        campaign_ids=ids.get("campaign", frozenset()),
        letter_ids=ids.get("letter", frozenset()),
        list_ids=ids.get("list", frozenset()),
        dispatch_ids=ids.get("dispatch", frozenset()),
        # The load may have made the installation's first brand, which is no example.
        brand_ids=frozenset(sorted(ids.get("brand", frozenset()))[-1:]),
        is_busy=note.state != LoadState.LOADED,
    )
