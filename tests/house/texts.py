"""The texts for people that the source marks for translation, and what the catalogues say of them."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.translation import template

from tests.house.source import ROOT

CALL = re.compile(r"\b(?P<name>gettext|ngettext|pgettext|npgettext|_)\(")
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def of_template(path: Path) -> Iterator[tuple[str, ...]]:
    """The texts of each translatable call; two for one that counts."""
    source = template.templatize(path.read_text(), origin=str(path))
    for match in CALL.finditer(source):
        call = _parsed(source, match.end())
        if call is not None:
            texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
            texts = texts[1:] if match["name"].startswith(("pgettext", "npgettext")) else texts
            yield tuple(text for text in texts if isinstance(text, str))


def _parsed(source: str, start: int) -> ast.Call | None:
    """The call whose arguments begin at `start`, up to the first bracket that makes it whole."""
    end = source.find(")", start)
    while end >= 0 and end - start < 5_000:
        with contextlib.suppress(SyntaxError):
            call = ast.parse(f"f({source[start:end]})", mode="eval").body
            return call if isinstance(call, ast.Call) else None
        end = source.find(")", end + 1)
    return None


def of_module(path: Path) -> Iterator[tuple[str, ...]]:
    """The same of a module; the second of `pgettext` is the text, its first the context."""
    for node in ast.walk(ast.parse(path.read_text())):
        name = _name(node.func) if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or name not in MARKS:
            continue
        texts = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if texts:
            yield tuple(texts[1:2] if name.startswith("pgettext") else texts)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def catalogues() -> list[Path]:
    """The catalogues of the product, as they are written."""
    rooms = ("mailhub", "contacts", "campaigns", "automation", "reports")
    return sorted(path for room in rooms for path in (ROOT / room).rglob("zh_Hans/LC_MESSAGES/django.po"))


def written(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def compiled(path: Path) -> Catalog:
    with path.with_suffix(".mo").open("rb") as file:
        return read_mo(file)


def sides(message: Message) -> tuple[tuple[str, ...], str]:
    """What is said in English (once, or for one and for many), and in Chinese, which does not tell the two apart."""
    english = message.id if isinstance(message.id, tuple | list) else (message.id,)
    chinese = message.string if isinstance(message.string, str) else message.string[0]
    return tuple(english), chinese
