"""Carries out what the API says of letters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from mailhub.content import check, preview, previewing
from mailhub.content.models import Letter, LetterVersion
from mailhub.content.problems import LetterError, Problem, RenderError
from mailhub.content.services import catalogue, letters
from mailhub.content.services.catalogue import InUse
from mailhub.content.services.letters import WrongLetter
from mailhub.content.variants import Kind, VariantSource
from mailhub.lib import clock
from mailhub.web import problems
from mailhub.web.api import faults
from mailhub.web.api.faults import Fault, Invalid
from mailhub.web.problems import Problem as ApiProblem

faults.register(InUse, problems.CONFLICT)
faults.register(WrongLetter, problems.INVALID)
faults.register(RenderError, problems.REFUSED)


def variants(said: Mapping[str, Any], *, kind: str) -> list[VariantSource]:
    """Raises WrongLetter for a language that is none."""
    return [
        VariantSource(
            kind=cast(Kind, kind),
            locale=letters.clean_locale(each["locale"]),
            subject=each["subject"],
            preheader=each["preheader"],
            body=each["body"],
            text=each["text"],
        )
        for each in said["variants"]
    ]


def default_locale(said: Mapping[str, Any]) -> str:
    return letters.clean_locale(said["default_locale"] or said["variants"][0]["locale"])


def create(said: Mapping[str, Any], *, author: str) -> LetterVersion:
    """422 with the place of each problem when the letter is not sound."""
    sources = variants(said, kind=said["kind"])
    try:
        return letters.create(
            said["name"],
            kind=said["kind"],
            variants=sources,
            default_locale=default_locale(said),
            schema=previewing.schema(),
            author=author,
            description=said["description"],
        )
    except LetterError as error:
        raise unsound(error, sources) from error


def revise(letter: Letter, said: Mapping[str, Any], *, author: str) -> LetterVersion:
    """As `create`."""
    sources = variants(said, kind=letter.kind)
    try:
        return letters.revise(
            letter,
            variants=sources,
            default_locale=default_locale(said),
            schema=previewing.schema(),
            author=author,
            note=said["note"],
        )
    except LetterError as error:
        raise unsound(error, sources) from error


def change(letter: Letter, said: Mapping[str, Any]) -> None:
    catalogue.describe(
        letter,
        name=said.get("name", letter.name),
        description=said.get("description", letter.description),
        is_template=said.get("is_template", letter.is_template),
    )
    if "archived" in said:
        if said["archived"]:
            catalogue.archive(letter, now=clock.now())
        else:
            catalogue.unarchive(letter)


def problems_of(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every problem of every language; [] when the letter can be sent."""
    sources, schema = variants(said, kind=said["kind"]), previewing.schema()
    return [
        _told(problem, locale=source.locale) for source in sources for problem in check.check(source, schema)
    ]


def rendered(letter: Letter, said: Mapping[str, Any]) -> dict[str, str]:
    """The letter for one person. Raises LetterError, RenderError, Invalid."""
    version = _version(letter, said.get("version"))
    variant = letters.choose_variant(version, locale=said["locale"] or version.default_locale)
    person = reader_key(said)
    data = previewing.values(person, user=None, brand_id=said.get("brand_id", 0))
    source = letters.source_of(variant)
    made = preview.render(source, schema=previewing.schema(), data=data)
    return {
        "locale": variant.locale,
        "subject": made.subject,
        "preheader": made.preheader,
        "html": made.html,
        "text": made.text,
    }


def reader_key(said: Mapping[str, Any]) -> str:
    """Whose data a letter is to show: that of `contact_id`, else of the made-up person. Raises Invalid."""
    if "contact_id" not in said:
        return previewing.SAMPLE
    key = str(said["contact_id"])
    if previewing.reader(key, user=None).key != key:
        raise Invalid("contact_id", f"There is no contact {key}.")
    return key


def unsound(error: LetterError, sources: list[VariantSource]) -> Fault:
    """Each problem with its field and its place in it."""
    places = {source.locale: index for index, source in enumerate(sources)}
    errors = []
    for problem in error.problems:
        told = _told(problem, locale=problem.locale or sources[0].locale)
        index = places.get(told["locale"], 0)
        field = f"variants.{index}.{problem.part}"
        errors.append({"field": field, "pointer": f"#/{field.replace('.', '/')}", **told})
    return Fault(ApiProblem(problems.INVALID, "The letter cannot be sent as it is.", errors))


def _told(problem: Problem, *, locale: str) -> dict[str, Any]:
    return {
        "locale": locale,
        "part": problem.part,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
    }


def _version(letter: Letter, number: int | None) -> LetterVersion:
    versions = letter.versions.order_by("-number")
    found = versions.first() if number is None else versions.filter(number=number).first()
    if found is None:
        raise Invalid("version", f"The letter has no version {number}.")
    return found
