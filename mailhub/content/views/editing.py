"""What the editor's page and its fragments show, gathered in one place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from mailhub.accounts.doors import StaffRequest
from mailhub.content import checklist, preview, previewing
from mailhub.content.checklist import Report
from mailhub.content.models import Letter
from mailhub.content.schema import Field, Schema
from mailhub.content.selectors.drafts import Copy, Working
from mailhub.content.variants import VariantSource
from mailhub.content.wording import language_name

WIDTHS = {"desktop": "640", "phone": "375"}
LOOKS = ("light", "dark")
FORMS = ("html", "text")
PARTS = ("subject", "preheader", "body", "text")


@dataclass(frozen=True, slots=True)
class Viewing:
    """How the preview is looked at; kept in the address, so that it can be sent to somebody."""

    locale: str
    reader: str
    width: str = "desktop"
    look: str = "light"
    form: str = "html"
    brand: int = 0

    @staticmethod
    def of(request: StaffRequest, *, locale: str) -> Viewing:
        def choice(name: str, known: Sequence[str]) -> str:
            wanted = request.GET.get(name, "")
            return wanted if wanted in known else known[0]

        return Viewing(
            locale,
            request.GET.get("reader", "")[:40] or previewing.SAMPLE,
            choice("width", tuple(WIDTHS)),
            choice("look", LOOKS),
            choice("form", FORMS),
            _number(request.GET.get("brand", "")),
        )

    def query(self, **changes: object) -> str:
        """The query string of this view with `changes`; what is as usual is left out."""
        usual = asdict(Viewing(self.locale, previewing.SAMPLE))
        values = {**asdict(self), **changes}
        kept = {name: value for name, value in values.items() if name == "locale" or value != usual[name]}
        return "?" + urlencode(kept)


def brand_in_view(request: StaffRequest) -> int:
    """The brand of the preview on the page that asks; 0 is the default one."""
    query = urlsplit(request.htmx.current_url or "").query
    return _number(QueryDict(query).get("brand", ""))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def page_context(request: StaffRequest, letter: Letter, copy: Copy, current: Working) -> dict[str, Any]:
    """Everything that the whole page shows."""
    viewing = Viewing.of(request, locale=current.locale)
    schema = previewing.schema()
    report = checklist.report(current.source, schema=schema, brand_id=viewing.brand)
    return {
        "letter": letter,
        "copy": copy,
        "current": current,
        "source": current.source,
        "direction": preview.direction(current.locale),
        "language_label": language_name(current.locale),
        "tabs": _tabs(letter, copy, current, viewing),
        "next_number": copy.newest.number + 1,
        "fields": field_groups(schema),
        "completions": json_safe(completions(schema)),
        "asides": letter.set_aside.order_by("-written_at"),
        **preview_context(request, letter, viewing),
        **report_context(report, current.source),
    }


def preview_context(request: StaffRequest, letter: Letter, viewing: Viewing) -> dict[str, Any]:
    """What stands around the letter's frame."""
    reader = previewing.reader(viewing.reader, user=request.user)
    frame = reverse("content:letter_frame", args=[letter.pk])
    office = previewing.post()
    brands = office.brands() if office else []
    return {
        "viewing": viewing,
        "reader": reader,
        "reader_name": reader_name(reader),
        "frame_url": frame + viewing.query(reader=viewing.reader),
        "brands": [(name, viewing.query(brand=pk), pk == viewing.brand) for pk, name in brands],
        "sample_query": viewing.query(reader=previewing.SAMPLE),
        "preview_groups": _view_groups(viewing),
    }


def _view_groups(viewing: Viewing) -> list[list[tuple[str, str, str, bool]]]:
    """The switches above the frame: label, icon, where it leads, whether it is on."""
    return [
        [
            (_("Desktop"), "monitor", viewing.query(width="desktop"), viewing.width == "desktop"),
            (_("Phone"), "smartphone", viewing.query(width="phone"), viewing.width == "phone"),
        ],
        [
            (_("Light"), "sun", viewing.query(look="light"), viewing.look == "light"),
            (_("Dark"), "moon", viewing.query(look="dark"), viewing.look == "dark"),
        ],
        [
            (_("Letter"), "mail", viewing.query(form="html"), viewing.form == "html"),
            (_("Text part"), "text", viewing.query(form="text"), viewing.form == "text"),
        ],
    ]


def report_context(report: Report, source: VariantSource) -> dict[str, Any]:
    """Problems, checklist and the inbox strip."""
    rendered = report.rendered
    return {
        "report": report,
        "findings": json_safe([asdict(finding) for finding in report.findings]),
        "inbox_subject": rendered.subject if rendered else source.subject,
        "inbox_preheader": rendered.preheader if rendered else source.preheader,
    }


def reader_name(reader: previewing.Reader) -> str:
    if reader.key == previewing.NAMELESS:
        return _("Somebody without a name")
    if reader.key == previewing.SAMPLE:
        return _("%(name)s (sample)") % {"name": reader.label}
    return reader.label


def source_of_form(request: StaffRequest, *, current: Working) -> VariantSource:
    """The words that the editor posted; what it left out stays. Lines end with LF, as they are kept."""
    posted = {part: typed(request.POST.get(part, getattr(current.source, part))) for part in PARTS}
    for part in ("subject", "preheader"):
        posted[part] = " ".join(posted[part].splitlines())
    return VariantSource(current.source.kind, current.locale, **posted)


def typed(text: str) -> str:
    """Text from outside as it is kept: lines end with LF, and no NUL, which PostgreSQL cannot hold."""
    return text.replace("\r\n", "\n").replace("\x00", "")


def completions(schema: Schema) -> list[dict[str, str]]:
    return [
        {"label": field.path, "detail": field.description, "insert": insertion(field)}
        for field in schema.fields.values()
    ]


def field_groups(schema: Schema) -> list[tuple[str, list[tuple[Field, str]]]]:
    """The merge fields for the menu, with what is inserted; doubles of custom fields are left out."""
    titles = {
        "contact": _("The person"),
        "list": _("The list"),
        "brand": _("The brand"),
        "": _("Links and dates"),
    }
    groups: dict[str, list[tuple[Field, str]]] = {key: [] for key in titles}
    for field in schema.fields.values():
        group, dot, _rest = field.path.partition(".")
        if not field.path.startswith("contact.custom."):
            groups[group if dot else ""].append((field, insertion(field)))
    return [(titles[key], fields) for key, fields in groups.items() if fields]


def insertion(field: Field) -> str:
    """What a merge field is written as, with a word for who lacks it."""
    if field.path.startswith("contact.") and field.path != "contact.email":
        default = "there" if field.path in ("contact.first_name", "contact.name") else ""
        return f'{{{{ {field.path} | default: "{default}" }}}}'
    if field.type == "date" and not field.path.startswith("contact."):
        return f'{{{{ {field.path} | date: "%d.%m.%Y" }}}}'
    return f"{{{{ {field.path} }}}}"


def json_safe(value: Any) -> str:
    """JSON that cannot end the script element that it stands in."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _tabs(letter: Letter, copy: Copy, current: Working, viewing: Viewing) -> list[dict[str, Any]]:
    page = reverse("content:letter_page", args=[letter.pk])
    return [
        {
            "label": language_name(each.locale),
            "url": page + viewing.query(locale=each.locale),
            "is_current": each.locale == current.locale,
            "is_default": each.is_default,
        }
        for each in copy.languages
    ]
