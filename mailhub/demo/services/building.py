"""What the steps of a load hand on to one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from campaigns.models import Campaign
from contacts.models import Contact, List
from mailhub.accounts.models import User
from mailhub.content.models import Image, LetterVersion
from mailhub.delivery.models import Brand
from mailhub.demo.cast import Person
from mailhub.demo.histories import Past


@dataclass(slots=True)
class Building:
    """The plan, and what has been made of it so far. `contacts` and `lists` stand in the plan's order."""

    now: datetime
    cast: list[Person]
    past: Past
    brand: Brand = field(default_factory=Brand)
    lists: list[List] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    versions: dict[str, LetterVersion] = field(default_factory=dict)
    field_types: dict[str, str] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    dispatch_ids: dict[int, int] = field(default_factory=dict)
    campaigns: list[Campaign] = field(default_factory=list)
    colleague: User = field(default_factory=User)
