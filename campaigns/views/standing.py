"""How a draft stands: what its page shows beside the forms, and refreshes after each saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import gate
from campaigns.gate import Finding, Level
from campaigns.models import Campaign, CampaignState, TestLetter
from campaigns.selectors import funnel
from campaigns.selectors.funnel import Funnel
from campaigns.views import places
from contacts.models import Contact, List
from mailhub.content import previewing
from mailhub.content.models import LetterVariant, LetterVersion
from mailhub.content.services import letters
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.services import routing
from mailhub.web.templatetags.ui import count

SHOWN_TESTS = 5
SECTIONS = ("audience", "letter", "test", "check", "send")
STATE_OF = {Level.PASS: "ok", Level.WARN: "warn", Level.BLOCK: "bad"}
# The checks that make a section incomplete while they block.
CHECKS_OF = {
    "audience": ("lists", "people"),
    "letter": ("sender", "reply_to", "compiling", "subject", "merge_values", "parameters"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A folding section with its answer. `state` is ok, warn, bad or todo."""

    key: str
    title: str
    answer: str
    state: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist, with the page that mends it."""

    state: str
    finding: Finding
    url: str


@dataclass(frozen=True, slots=True)
class Test:
    """A test letter and the servers' answers to it."""

    sent: TestLetter
    is_of_this_version: bool
    results: Sequence[previewing.Result]


class Standing:
    """One look at a draft or a scheduled campaign; every part is found when the page asks for it."""

    def __init__(
        self,
        campaign: Campaign,
        *,
        now: datetime,
        at: datetime | None = None,
        opened: str = "",
        anew: bool = False,
        outdated: bool = False,
    ) -> None:
        self.campaign = campaign
        self.now = now
        # Who had a letter today may have one tomorrow: people are counted as of the moment it is sent at.
        self.at = at or campaign.scheduled_at
        self.opened = opened
        self.outdated = outdated
        if anew:
            self.funnel = funnel.count(campaign, now=now, at=self.at, anew=True)

    @cached_property
    def funnel(self) -> Funnel:
        return funnel.count(self.campaign, now=self.now, at=self.at, outdated=self.outdated)

    @property
    def is_outdated(self) -> bool:
        """The page shows the last count, and asks for a new one beside it."""
        return self.outdated and funnel.is_outdated(self.funnel, now=self.now)

    @cached_property
    def people(self) -> list[Contact]:
        return funnel.sample_names(self.funnel)

    @cached_property
    def lists(self) -> list[List]:
        return list(self.campaign.lists.order_by("name"))

    @cached_property
    def excluded(self) -> list[List]:
        return list(self.campaign.excluded_lists.order_by("name"))

    @cached_property
    def findings(self) -> list[Finding]:
        return gate.run(self.campaign, now=self.now, at=self.at, outdated=self.outdated)

    @cached_property
    def lines(self) -> list[Line]:
        """What blocks first, then what is worth a look, then what is fine."""
        order = (Level.BLOCK, Level.WARN, Level.PASS)
        return [
            Line(STATE_OF[level], found, places.url(self.campaign, found.place))
            for level in order
            for found in self.findings
            if found.level is level
        ]

    @property
    def block_count(self) -> int:
        return self._number(Level.BLOCK)

    @property
    def warn_count(self) -> int:
        return self._number(Level.WARN)

    @property
    def is_scheduled(self) -> bool:
        return self.campaign.state == CampaignState.SCHEDULED

    @cached_property
    def variant(self) -> LetterVariant | None:
        """The letter in its default language."""
        version = self.campaign.letter_version
        return letters.choose_variant(version, locale=version.default_locale) if version else None

    @cached_property
    def newer(self) -> LetterVersion | None:
        """A newer version of the letter than the campaign has."""
        version = self.campaign.letter_version
        if version is None:
            return None
        later = LetterVersion.objects.filter(letter=version.letter_id, number__gt=version.number)
        return later.order_by("-number").first()

    @cached_property
    def tests(self) -> list[Test]:
        """The newest tests with what became of them."""
        tests = TestLetter.objects.filter(campaign=self.campaign).select_related("sent_by")
        post = previewing.post()
        return [
            Test(
                each,
                each.letter_version_id == self.campaign.letter_version_id,
                post.results(each.dispatch_id) if post else (),
            )
            for each in tests.order_by("-id")[:SHOWN_TESTS]
        ]

    @cached_property
    def captures(self) -> bool:
        return routing.captures(Stream.MARKETING, self.campaign.brand_id)

    @cached_property
    def route_name(self) -> str:
        return ", ".join(routing.first_choices(Stream.MARKETING, self.campaign.brand_id))

    @cached_property
    def sections(self) -> list[Section]:
        told = {
            "audience": (_("Audience"), self._audience()),
            "letter": (_("Letter"), self._letter()),
            "test": (_("Test"), self._test()),
            "check": (_("Check"), self._check()),
            "send": (_("Send"), self._send()),
        }
        states = {key: self._state(key) for key in told}
        first = next((key for key in SECTIONS if states[key] in ("bad", "todo")), "send")
        opened = self.opened if self.opened in SECTIONS else first
        return [
            Section(key, title, answer, states[key], key == opened) for key, (title, answer) in told.items()
        ]

    def _number(self, level: Level) -> int:
        return sum(found.level is level for found in self.findings)

    def _audience(self) -> str:
        if not self.lists:
            return _("No list chosen yet")
        told = ngettext(
            "%(count)s person on %(lists)s", "%(count)s people on %(lists)s", self.funnel.will_get
        )
        names = ", ".join(each.name for each in self.lists)
        return told % {"count": count(self.funnel.will_get), "lists": names}

    def _letter(self) -> str:
        if self.variant is None:
            return _("No letter chosen yet")
        sender = self.campaign.sender_name or self.campaign.sender_address or _("nobody yet")
        return _("“%(subject)s” from %(sender)s") % {"subject": self.variant.subject, "sender": sender}

    def _test(self) -> str:
        if not self.tests:
            return _("Not sent yet")
        return ngettext("%(count)d test sent", "%(count)d tests sent", len(self.tests)) % {
            "count": len(self.tests)
        }

    def _check(self) -> str:
        if self.block_count:
            return ngettext("%(count)d thing to mend", "%(count)d things to mend", self.block_count) % {
                "count": self.block_count
            }
        if self.warn_count:
            return ngettext("%(count)d thing to look at", "%(count)d things to look at", self.warn_count) % {
                "count": self.warn_count
            }
        return _("All fine")

    def _send(self) -> str:
        if self.is_scheduled:
            return _("Scheduled")
        return _("Not ready yet") if self.block_count else _("Ready")

    def _state(self, key: str) -> str:
        if key == "test":
            return "ok" if any(each.is_of_this_version for each in self.tests) else "todo-later"
        if key == "check":
            return "bad" if self.block_count else "warn" if self.warn_count else "ok"
        if key == "send":
            return "ok" if self.is_scheduled else "todo-later"
        blocking = {found.check for found in gate.blocks(self.findings)}
        return "bad" if blocking & set(CHECKS_OF[key]) else "ok"
