"""What the checks look at: each fact is found once, when the first check asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from campaigns.gate import documents
from campaigns.gate.documents import Document
from campaigns.models import Campaign, TestLetter
from campaigns.selectors import funnel
from campaigns.selectors.funnel import Funnel
from campaigns.services import frozen
from contacts.models import CustomField
from contacts.source import contact_values
from mailhub.content import check, engine
from mailhub.content.engine import Link, Program, Rendered
from mailhub.content.previewing import PLACEHOLDER_VALUES, SAMPLE_VALUES
from mailhub.content.problems import LetterError, Problem, RenderError
from mailhub.content.schema import Schema
from mailhub.content.services import letters
from mailhub.content.variants import VariantSource
from mailhub.delivery.models import SendingDomain
from mailhub.delivery.services import composing
from mailhub.lib import addresses
from mailhub.lib.errors import UserError

# As long as the signed part of a tracked address, so that the size is the one that arrives.
TRACKED = "/c/" + "x" * 90


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the letter: what is wrong with it, or what it compiles and renders to."""

    source: VariantSource
    problems: tuple[Problem, ...]
    program: Program | None = None
    rendered: Rendered | None = None
    document: Document | None = None
    html_bytes: int = 0


class Facts:
    """One look at a campaign that is sent now, or `at` a later moment."""

    def __init__(
        self, campaign: Campaign, *, now: datetime, at: datetime | None = None, outdated: bool = False
    ) -> None:
        self.campaign = campaign
        self.now = now
        self.at = at
        self.outdated = outdated

    @cached_property
    def funnel(self) -> Funnel:
        return funnel.count(self.campaign, now=self.now, at=self.at, outdated=self.outdated)

    @cached_property
    def domain_name(self) -> str:
        """The domain of the sender as DNS knows it; "" without a sender."""
        if not self.campaign.sender_address:
            return ""
        name = addresses.domain_of(self.campaign.sender_address)
        try:
            return addresses.ascii_domain(name) if "." in name else name
        except UserError:
            return name

    @cached_property
    def domain(self) -> SendingDomain | None:
        return SendingDomain.objects.filter(name=self.domain_name).first()

    @cached_property
    def languages(self) -> list[Language]:
        """The letter in each of its languages; [] for a draft without a letter."""
        version = self.campaign.letter_version
        if version is None:
            return []
        schema = frozen.schema()
        variants = version.variants.select_related("version__letter").order_by("id")
        return [self._language(letters.source_of(variant), schema) for variant in variants]

    @cached_property
    def tested(self) -> TestLetter | None:
        """The newest test of the letter as it is now."""
        tests = TestLetter.objects.filter(
            campaign=self.campaign, letter_version_id=self.campaign.letter_version_id or 0
        )
        return tests.order_by("-id").first()

    @property
    def has_several_languages(self) -> bool:
        return len(self.languages) > 1

    def _language(self, source: VariantSource, schema: Schema) -> Language:
        utm = tuple(sorted(self.campaign.utm.items())) if isinstance(self.campaign.utm, dict) else ()
        program, problems = _compiled(source, tuple(schema.fields), utm, self.campaign.brand.base_url)
        if program is None:
            return Language(source, problems)
        try:
            rendered = program.render(self._data, link=_address)
            sent = program.render(self._data, link=self._tracked, pixel_url=self._tracked(None))
        except RenderError as error:
            return Language(source, (Problem("body", str(error), 1, 1),), program)
        document = documents.read(rendered.html)
        return Language(source, problems, program, rendered, document, len(sent.html.encode()))

    @cached_property
    def _data(self) -> dict[str, object]:
        """Merge data of the first who gets it, else of a made-up person."""
        values = {**PLACEHOLDER_VALUES, **SAMPLE_VALUES, **composing.brand_values(self.campaign.brand)}
        reader = next(iter(funnel.sample_names(self.funnel)), None)
        if reader is not None:
            keys = list(CustomField.objects.values_list("key", flat=True))
            values["contact"] = contact_values(reader, custom_keys=keys)
        list_ = self.campaign.lists.order_by("pk").first()
        if list_ is not None:
            values["list"] = {"name": list_.name, "slug": list_.slug}
        return values

    def _tracked(self, link: Link | None, values: object = ()) -> str:
        return self.campaign.brand.base_url + TRACKED


def _address(link: Link, values: tuple[str, ...]) -> str:
    return engine.fill(link.template, values)


@lru_cache(maxsize=64)
def _compiled(
    source: VariantSource, names: tuple[str, ...], utm: tuple[tuple[str, str], ...], brand_url: str
) -> tuple[Program | None, tuple[Problem, ...]]:
    """The same source compiles to the same program: most looks at a campaign find it here.

    `names` are what makes two schemas the same; the schema itself is asked for when it is needed.
    """
    schema = frozen.schema()
    if problems := check.check(source, schema):
        return None, tuple(problems)
    try:
        return engine.compile_variant(source, schema=schema, utm=dict(utm), brand_url=brand_url), ()
    except LetterError as error:
        return None, tuple(error.problems)
