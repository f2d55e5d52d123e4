"""The page of a sign-up form, and the same door for forms on other sites."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import translation

from contacts.models import ConsentMethod, CustomField, FieldType, List, OptIn, SignUpForm
from contacts.selectors import languages
from contacts.services import fields, form_texts, forms, joining, proof, protection
from contacts.services.joining import Person
from contacts.views import public
from mailhub.lib import addresses
from mailhub.lib.errors import UserError

# Other sites' scripts may read the answer: it is the same for everybody, and no cookie goes with it.
FROM_ANYWHERE = {"Access-Control-Allow-Origin": "*"}
BUILTIN = ("first_name", "last_name")


@dataclass(slots=True)
class Typed:
    """What was sent in, to be shown again, and what is wrong with it by field."""

    email: str = ""
    chosen: set[int] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: QueryDict, form: SignUpForm) -> Typed:
        # What the form does not ask is not taken, whoever sends it.
        wanted = [name for name in BUILTIN if getattr(form, f"asks_{name}")]
        wanted += [f"field_{custom.key}" for custom in _fields(form)]
        return cls(
            email=data.get("email", "")[:400],
            chosen=public.numbers(data.getlist("list")),
            values={name: data.get(name, "")[: fields.LONGEST_TEXT] for name in wanted},
        )

    def person(self, language: str) -> Person:
        custom = {name[6:]: value for name, value in self.values.items() if name.startswith("field_")}
        builtin = {name: value for name, value in self.values.items() if name in BUILTIN}
        return Person(values=builtin, custom=custom, language=language)


@public.door
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET and HEAD show the form; POST takes the sign-up in, and answers the same whoever it is."""
    form = forms.find(slug)
    if form is None:
        raise Http404("There is no form with this name.")
    with translation.override(languages.of_page(request, None, form.brand)):
        return _answer(request, form)


@public.door
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """A riddle in ALTCHA's protocol; whoever solves it is let through a crowd at once."""
    if forms.find(slug) is None:
        raise Http404("There is no form with this name.")
    return JsonResponse(proof.challenge(), headers=FROM_ANYWHERE)


def _answer(request: HttpRequest, form: SignUpForm) -> HttpResponse:
    lists = forms.lists_of(form)
    if not forms.is_open(form, lists):
        return public.show(request, "join_closed.html", brand=form.brand, contact=None, status=410)
    if request.method != "POST":
        return _form_page(request, form, lists, Typed(chosen=_preset(lists)))
    data = public.posted(request)
    typed = Typed.of(data, form)
    try:
        _take(request, form, lists, data, typed)
    except UserError as error:
        typed.errors.setdefault(_field_of(error), _sentence(error))
        return _refusal(request, form, lists, typed)
    return _thanks(request, form, lists, typed)


def _take(request: HttpRequest, form: SignUpForm, lists: list[List], data: QueryDict, typed: Typed) -> None:
    form = forms.keep(form)
    # What the page says of itself ends in the proof of consent: nothing that the form does not speak.
    shown_in = data.get("language", "")
    if shown_in not in form_texts.languages(form):
        shown_in = languages.of_page(request, None, form.brand)
    typed_number = data.get("version", "")
    number = int(typed_number) if typed_number.isdecimal() and len(typed_number) < 9 else 0
    words, number = forms.words_shown(form, lists, number=number, language=shown_in)
    evidence = public.evidence(
        request,
        wording=form_texts.shown(words, lists),
        form_version=forms.version_name(form, number=number, language=words.language),
    )
    joining.ask(
        form,
        typed.email,
        person=typed.person(words.language),
        chosen=typed.chosen,
        method=ConsentMethod.FORM,
        evidence=evidence,
        signs=public.signs(data),
    )


def _form_page(request: HttpRequest, form: SignUpForm, lists: list[List], typed: Typed) -> HttpResponse:
    language = languages.of_page(request, None, form.brand)
    return public.show(
        request,
        "join.html",
        brand=form.brand,
        contact=None,
        scripted=True,
        form_targets=(form.redirect_url,) if form.redirect_url else (),
        form=form,
        lists=lists,
        typed=typed,
        custom_fields=[(custom, typed.values.get(f"field_{custom.key}", "")) for custom in _fields(form)],
        words=form_texts.of(form, lists, language=language),
        stamp=protection.stamp(),
        trap=protection.TRAP_FIELD,
    )


def _refusal(request: HttpRequest, form: SignUpForm, lists: list[List], typed: Typed) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"errors": typed.errors}, headers=FROM_ANYWHERE)
    return _form_page(request, form, lists, typed)


def _thanks(request: HttpRequest, form: SignUpForm, lists: list[List], typed: Typed) -> HttpResponse:
    language = languages.of_page(request, None, form.brand)
    # A link is promised to who chose a list that sends one; whether it is needed is not told.
    chosen = [list_ for list_ in lists if list_.pk in typed.chosen] or lists
    words = form_texts.of(form, chosen, language=language)
    if _wants_json(request):
        answer = {"message": words.thanks, "redirect": form.redirect_url}
        return JsonResponse(answer, headers=FROM_ANYWHERE)
    if form.redirect_url:
        # Not Django's redirect: the address was checked when it was saved, and goes out as it was typed.
        return HttpResponse(status=303, headers={"Location": form.redirect_url})
    return public.show(
        request,
        "join_thanks.html",
        brand=form.brand,
        contact=None,
        address=addresses.mask(addresses.parse(typed.email).typed),
        form=form,
        words=words,
        asks=any(list_.opt_in == OptIn.DOUBLE for list_ in chosen),
    )


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _preset(lists: list[List]) -> set[int]:
    """Nothing is ticked before the person does; one list alone has no box."""
    return {lists[0].pk} if len(lists) == 1 else set()


def _fields(form: SignUpForm) -> list[CustomField]:
    if form.pk is None:
        return []
    return list(form.fields.exclude(type=FieldType.JSON).order_by("label", "pk"))


def _field_of(error: UserError) -> str:
    if isinstance(error, addresses.InvalidAddress):
        return "email"
    return "list" if isinstance(error, joining.NothingChosen) else "form"


def _sentence(error: UserError) -> str:
    """Said in the reader's language where it is a usual mistake."""
    usual: dict[str, Any] = {
        "email": translation.gettext("This is not an e-mail address. It looks like ann@example.org."),
        "list": translation.gettext("Choose at least one of the letters."),
    }
    return str(usual.get(_field_of(error), error))
