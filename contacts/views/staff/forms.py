"""Sign-up forms: the overview, one form with its page and snippet, and its words."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from contacts.models import CustomField, List, SignUpForm
from contacts.selectors import sign_ups, snippets
from contacts.services import form_texts
from contacts.services import forms as form_services
from contacts.services.forms import FormRefused
from contacts.views import public
from contacts.views.joining import Typed
from contacts.views.staff.form_fields import FormFields
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.models import Brand
from mailhub.web import inline, refusals, responses, toasts


@doors.staff(Permission.LOOK)
def list_(request: StaffRequest) -> HttpResponse:
    context = {"lines": sign_ups.lines(), "problems": sign_ups.problems()}
    return render(request, "contacts/staff/form_list.html", context)


@doors.staff(Permission.LOOK)
def page(request: StaffRequest, slug: str) -> HttpResponse:
    form = _form(slug)
    lists = form_services.lists_of(form)
    language = _language(request, form)
    context = {
        "form": form,
        "lists": lists,
        "is_open": form_services.is_open(form, lists),
        "figures": sign_ups.figures(form),
        "page_url": snippets.page_url(form),
        "snippet": snippets.html_of(form, lists, language=language),
        "language": language,
        "spoken": _spoken(),
        "query": _query_of(form, lists),
        "versions": list(form.versions.order_by("-number")[:20]) if form.pk else [],
    }
    return render(request, "contacts/staff/form_page.html", context)


@doors.staff(Permission.WRITE_PEOPLE)
def new(request: StaffRequest) -> HttpResponse:
    brand = Brand.objects.order_by("pk").first()
    if brand is None or not List.objects.exists():
        return render(request, "contacts/staff/form_needs_list.html")
    chosen = List.objects.filter(pk__in=_numbers(request.GET, "list"))
    return _edit(request, SignUpForm(brand=brand), list(chosen))


@doors.staff(Permission.WRITE_PEOPLE)
def edit(request: StaffRequest, slug: str) -> HttpResponse:
    form = _form(slug)
    return _edit(request, form, form_services.lists_of(form))


@doors.staff(Permission.LOOK)
@xframe_options_sameorigin
def preview(request: StaffRequest) -> HttpResponse:
    """The page as it would be with what is typed; its button does nothing."""
    form, lists = _typed_form(request.GET)
    language = _language(request, form)
    response = public.show(
        request,
        "join.html",
        brand=form.brand,
        contact=None,
        form=form,
        lists=lists,
        typed=Typed(),
        custom_fields=[(custom, "") for custom in _custom(request.GET)],
        words=form_texts.of(form, lists, language=language),
        stamp="",
        trap="homepage",
    )
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = (
        policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'") + "; sandbox"
    )
    return response


@doors.staff(Permission.LOOK)
def preview_frame(request: StaffRequest) -> HttpResponse:
    """The frame that shows `preview` with what is typed at this moment."""
    query = request.GET.copy()
    query.pop("csrfmiddlewaretoken", None)
    return render(request, "contacts/staff/_form_preview.html", {"query": query.urlencode()})


def _edit(request: StaffRequest, form: SignUpForm, lists: list[List]) -> HttpResponse:
    old_slug = form.slug
    fields = FormFields(request.POST or None, form=form, lists=lists)
    if request.method == "POST":
        if answer := inline.answer(request, fields):
            return answer
        if fields.is_valid() and _save(request, fields):
            toasts.ok(request, _("Saved. The form shows it from now on."))
            return responses.go(request, reverse("contacts:form_page", args=[form.slug]))
    query = _query_of(form, lists)
    context = {
        "form": form,
        "fields": fields,
        "slug": old_slug,
        "query": query,
        "language": _language(request, form),
        "spoken": _spoken(),
    }
    return render(request, "contacts/staff/form_edit.html", context, status=422 if fields.errors else 200)


def _save(request: HttpRequest, fields: FormFields) -> bool:
    is_new = fields.form.pk is None
    lists = list(fields.cleaned_data["lists"])
    try:
        form = fields.filled()
        form.brand = form_services.brand_for(lists)
        form_services.save(form, lists=lists, fields=fields.cleaned_data["fields_asked"])
    except FormRefused as error:
        refusals.place(fields, error)
        return False
    audit.record(request, "form.created" if is_new else "form.changed", target=form)
    return True


def _form(slug: str) -> SignUpForm:
    form = form_services.find(slug)
    if form is None:
        raise Http404("There is no form with this name.")
    return form


def _language(request: HttpRequest, form: SignUpForm) -> str:
    asked = request.GET.get("lang", "") or form.brand.language.lower()
    return asked if asked in dict(settings.LANGUAGES) else str(settings.LANGUAGE_CODE)


def _spoken() -> list[tuple[str, str]]:
    return [(code, translation.get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


def _typed_form(data: QueryDict) -> tuple[SignUpForm, list[List]]:
    """A form made of a query string; what is wrong in it is left out."""
    lists = list(List.objects.select_related("brand").filter(pk__in=_numbers(data, "lists")).order_by("name"))
    brand = lists[0].brand if lists else Brand.objects.order_by("pk").first()
    if brand is None:
        raise Http404("There is no brand yet.")
    texts: dict[str, dict[str, str]] = {
        code: {name: data.get(f"{name}_{code}", "")[:2_000] for name in form_texts.NAMES}
        for code, _name in settings.LANGUAGES
    }
    form = SignUpForm(brand=brand, slug="preview", texts=form_services.check_texts(texts))
    form.asks_first_name, form.asks_last_name = "asks_first_name" in data, "asks_last_name" in data
    return form, lists


def _custom(data: QueryDict) -> list[CustomField]:
    return list(CustomField.objects.filter(pk__in=_numbers(data, "fields_asked")).order_by("label"))


def _numbers(data: QueryDict, name: str) -> list[int]:
    return [int(text[:18]) for text in data.getlist(name) if text.isascii() and text.isdigit()]


def _query_of(form: SignUpForm, lists: list[List]) -> str:
    query = QueryDict(mutable=True)
    query["lang"] = form.brand.language.lower()
    query.setlist("lists", [str(list_.pk) for list_ in lists])
    query.setlist("fields_asked", [str(field.pk) for field in form.fields.all()] if form.pk else [])
    for name in ("asks_first_name", "asks_last_name"):
        if getattr(form, name):
            query[name] = "on"
    for code, words in form.texts.items():
        for name, text in words.items():
            query[f"{name}_{code}"] = text
    return query.urlencode()
