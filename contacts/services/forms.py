"""Finds, makes and changes sign-up forms; each wording that was ever shown is kept as a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.models import CustomField, FormVersion, List, SignUpForm
from contacts.services import form_texts
from contacts.services.form_texts import Words
from mailhub.delivery.models import Brand
from mailhub.lib import clock
from mailhub.lib.errors import ValueRefused

LONGEST_TEXT = 2_000
TAKEN_SLUGS = frozenset({"new", "preview", "preview-frame"})


class FormRefused(ValueRefused):
    """A value that a form cannot have."""


def find(slug: str) -> SignUpForm | None:
    """The form with this address; for a public list without one, the form that it would have (unsaved)."""
    found = SignUpForm.objects.select_related("brand", "list").filter(slug=slug).first()
    if found is not None:
        return found
    # Its form may have moved since: pages that know the list's own address go on working.
    list_ = List.objects.select_related("brand").filter(slug=slug, public=True).first()
    return of_list(list_) if list_ else None


def of_list(list_: List) -> SignUpForm:
    """The list's own form: as kept, else as it would be."""
    found = SignUpForm.objects.select_related("brand", "list").filter(list=list_).first()
    return found or SignUpForm(name=list_.name, slug=list_.slug, brand=list_.brand, list=list_)


def lists_of(form: SignUpForm) -> list[List]:
    """What the form offers, in the order of the page."""
    if form.pk is None:
        return [form.list] if form.list else []
    return list(form.lists.select_related("brand").order_by("name", "pk"))


def is_open(form: SignUpForm, lists: Sequence[List]) -> bool:
    """Whether people can sign up; a list's own form closes with the list's being public."""
    return form.active and bool(lists) and (form.list is None or form.list.public)


@transaction.atomic
def keep(form: SignUpForm) -> SignUpForm:
    """The form is in the database afterwards, with a version of what it shows."""
    if form.pk is not None:
        return form
    if form.list is not None:
        form, made = SignUpForm.objects.get_or_create(
            list=form.list, defaults={"name": form.name, "slug": form.slug, "brand": form.brand}
        )
        if made and form.list is not None:
            form.lists.set([form.list])
            _keep_version(form)
    return form


@transaction.atomic
def save(form: SignUpForm, *, lists: Iterable[List], fields: Iterable[CustomField] = ()) -> SignUpForm:
    """Keep the form with these lists and fields; a new version if it now says something else.

    Raises FormRefused.
    """
    offered = list(lists)
    _check(form, offered)
    form.updated_at = clock.now()
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError as error:
        raise FormRefused(
            _("There is already a form at “%(slug)s”; choose another.") % {"slug": form.slug}, field="slug"
        ) from error
    form.lists.set(offered)
    form.fields.set(fields)
    _keep_version(form)
    return form


def free_slug(name: str) -> str:
    """An address for a new form of this name that no other form and no list has."""
    stem = slugify(name)[:100] or "form"
    slug, number = stem, 1
    while slug in TAKEN_SLUGS or _slug_is_taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug


def version_name(form: SignUpForm, *, number: int, language: str) -> str:
    """How a consent record calls a wording: `news@3/en`."""
    return f"{form.slug[:40]}@{number}/{language}"[:64]


def words_shown(form: SignUpForm, lists: Sequence[List], *, number: int, language: str) -> tuple[Words, int]:
    """The words that the person saw, by what the page says of itself, and their version; else today's."""
    kept = FormVersion.objects.filter(form=form, number__in={number, form.version})
    by_number = {version.number: version for version in kept}
    version = by_number.get(number) or by_number.get(form.version)
    if version is None or language not in version.texts:
        return form_texts.of(form, lists, language=language), form.version
    return Words.kept(language, version.texts[language]), version.number


def _keep_version(form: SignUpForm) -> None:
    lists = lists_of(form)
    texts = {
        language: form_texts.of(form, lists, language=language).as_texts()
        | {"lists": "; ".join(list_.name for list_ in lists)}
        for language in form_texts.languages(form)
    }
    last = form.versions.order_by("-number").first()
    if last is not None and last.texts == texts:
        return
    SignUpForm.objects.filter(pk=form.pk).update(version=F("version") + 1)
    form.refresh_from_db(fields=["version"])
    FormVersion.objects.create(form=form, number=form.version, texts=texts)


def _check(form: SignUpForm, lists: Sequence[List]) -> None:
    if not " ".join(form.name.split()):
        raise FormRefused(_("Give the form a name."), field="name")
    if form.slug != slugify(form.slug) or not form.slug or form.slug in TAKEN_SLUGS:
        raise FormRefused(_("An address is made of a–z, 0–9, - and _, such as summer-news."), field="slug")
    if List.objects.filter(slug=form.slug).exclude(pk=form.list_id or 0).exists():
        raise FormRefused(_("A list has this address for its own form; choose another."), field="slug")
    if not lists:
        raise FormRefused(_("Choose at least one list."), field="lists")
    if any(list_.brand_id != form.brand_id for list_ in lists):
        raise FormRefused(_("All lists of a form belong to one brand."), field="lists")
    form.redirect_url = check_redirect_url(form.redirect_url)
    form.texts = check_texts(form.texts)


def check_redirect_url(text: str) -> str:
    """`text` if visitors may be sent there afterwards, or ""; raises FormRefused."""
    url = text.strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and not parts.username and url.isprintable()
    except ValueError:
        good = False
    if not good or " " in url or len(url) > 500:
        raise FormRefused(_("Give a whole address that begins with https://."), field="redirect_url")
    return url


def check_texts(texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Language → the texts that are not empty; raises FormRefused for one that is too long."""
    kept: dict[str, dict[str, str]] = {}
    for language, words in texts.items():
        said = {name: str(words.get(name) or "").strip() for name in form_texts.NAMES}
        for name, text in said.items():
            if len(text) > LONGEST_TEXT:
                raise FormRefused(
                    _("A text of a form has at most 2,000 characters."), field=f"{name}_{language}"
                )
        if any(said.values()):
            kept[language] = {name: text for name, text in said.items() if text}
    return kept


def brand_for(lists: Sequence[List]) -> Brand:
    """Whose form it is: the lists' brand."""
    return lists[0].brand


def _slug_is_taken(slug: str) -> bool:
    return SignUpForm.objects.filter(slug=slug).exists() or List.objects.filter(slug=slug).exists()
