"""The HTML of a form for other people's web sites."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from contacts.models import List, SignUpForm
from contacts.services import form_texts, protection


def page_url(form: SignUpForm) -> str:
    """Where the form's own page is, for everybody."""
    return form.brand.base_url + reverse("contacts:join", args=[form.slug])


def html_of(form: SignUpForm, lists: list[List], *, language: str) -> str:
    """A form that posts to MailHub by itself; with the script it answers in place. Needs no cookie."""
    context = {
        "form": form,
        "lists": lists,
        "words": form_texts.of(form, lists, language=language),
        "url": page_url(form),
        "script_url": form.brand.base_url + static("contacts/join.js"),
        "trap": protection.TRAP_FIELD,
        "custom_fields": list(form.fields.exclude(type="json").order_by("label")) if form.pk else [],
    }
    with translation.override(language):
        rendered = render_to_string("contacts/join_snippet.html", context)
    return "\n".join(line for line in rendered.splitlines() if line.strip())
