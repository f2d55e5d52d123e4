"""Tells everything that is wrong with a letter before anybody gets it, without rendering it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailhub.content.engine import analysis, compiler
from mailhub.content.problems import LetterError, Problem
from mailhub.content.schema import Schema
from mailhub.content.variants import VariantSource


def check(variant: VariantSource, schema: Schema) -> list[Problem]:
    """All problems of one language, [] when it can be sent.

    Names and filters are judged by static analysis against the schema; when these are right, the letter
    is compiled for trial, which finds what is wrong with links and layout.
    """
    if problems := analysis.problems(variant, schema):
        return problems
    try:
        compiler.compile_variant(variant, schema=schema)
    except LetterError as error:
        return error.problems
    return []


def require(variants: Iterable[VariantSource], schema: Schema) -> None:
    """Raises LetterError with the problems of all the variants, if there are any.

    Of several variants each problem says its language.
    """
    given = list(variants)
    problems = [
        replace(problem, locale=variant.locale if len(given) > 1 else "")
        for variant in given
        for problem in check(variant, schema)
    ]
    if problems:
        raise LetterError(problems)
