"""Which campaigns send a letter: content asks before one is deleted, and its list counts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from mailhub.content.usage import Use


def of_letters(letter_ids: Collection[int]) -> Mapping[int, Sequence[Use]]:
    """The campaigns of each letter, newest first."""
    rows = Campaign.objects.filter(letter_version__letter__in=letter_ids).order_by("-id")
    uses: dict[int, list[Use]] = defaultdict(list)
    for letter_id, pk, name in rows.values_list("letter_version__letter_id", "pk", "name"):
        uses[letter_id].append(Use(_("Campaign"), name, reverse("campaigns:campaign_page", args=[pk])))
    return uses
