"""What people read on screens is marked for translation, sentence by sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.utils import translation

from tests.house.source import ROOT, product_files, shown

HOLE = re.compile(r"%\(\w+\)[sd]")
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# What shows its text to people beside the errors: messages on top of a page, and at the fields of a form.
SHOWN = {"ValidationError", "add_error", "ok", "warn", "bad"}
# What the letter compiler says of a source, and the values in it.
NOTICES = {"SourceError", "Notice"}
# The API and what is read in a shell speak English, like the documents about them.
ENGLISH_FOLDERS = {"api", "commands", "console", "supervisor"}
ENGLISH_MODULES = {
    # Said at the start, to whoever set MAILHUB_KEYS.
    "mailhub/lib/keys.py",
    "mailhub/delivery/hashing.py",
    # Answers to a repeated request of the API.
    "mailhub/accounts/services/kept_answers.py",
}


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in product_files("*.py")}


@cache
def user_errors() -> frozenset[str]:
    """The names of UserError and of everything that is derived from it."""
    bases: dict[str, set[str]] = {}
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(map(name_of, node.bases))
    found = {"UserError"}
    while more := {name for name, parents in bases.items() if parents & found} - found:
        found |= more
    return frozenset(found)


def name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def is_sentence(node: ast.expr | None, helpers: dict[str, list[ast.expr]]) -> bool:
    """Whether it is text of several words that no mark encloses; a helper of the module is looked into."""
    match node:
        case ast.Constant(value=str(text)):
            return " " in text.strip()
        case ast.JoinedStr(values=parts):
            return any(isinstance(part, ast.Constant) and " " in str(part.value) for part in parts)
        case ast.BinOp(left=left, op=operator, right=right):
            return is_sentence(left, helpers) or (
                isinstance(operator, ast.Add) and is_sentence(right, helpers)
            )
        case ast.IfExp(body=one, orelse=other):
            return is_sentence(one, helpers) or is_sentence(other, helpers)
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            return is_sentence(text, helpers)
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)):
            return any(is_sentence(answer, {}) for answer in helpers.get(name, []))
    return False


def helpers_of(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What the functions of a module return, and what stands in its constants."""
    found: dict[str, list[ast.expr]] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name):
                returns = [each for each in ast.walk(node) if isinstance(each, ast.Return)]
                found[name] = [each.value for each in returns if each.value is not None]
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = [value]
    return found


def unmarked(tree: ast.Module) -> Iterator[ast.expr]:
    helpers = helpers_of(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) in user_errors() | SHOWN | NOTICES:
            yield from (argument for argument in _said(node) if is_sentence(argument, helpers))


def _said(call: ast.Call) -> list[ast.expr]:
    """What a call gives to be read; a notice's values stand among its keywords, and are no sentences."""
    keywords = call.keywords if name_of(call.func) in NOTICES else []
    return [*call.args, *(keyword.value for keyword in keywords)]


def compiler_texts() -> set[str]:
    """What is marked in the letter compiler, and in the problems that it finds."""
    paths = [path for path in trees() if shown(path).startswith("mailhub/content/engine/")]
    found = set()
    for path in [*paths, ROOT / "mailhub/content/problems.py"]:
        late = "gettext_lazy as _" in path.read_text() or path.name == "problems.py"
        for node in ast.walk(trees()[path]) if late else ():
            if isinstance(node, ast.Call) and name_of(node.func) in MARKS and node.args:
                found.add(ast.literal_eval(node.args[0]))
    return found


def test_what_is_said_to_people_is_marked_for_translation() -> None:
    plain = []
    for path, tree in trees().items():
        folders = set(path.relative_to(ROOT).parts)
        if shown(path) in ENGLISH_MODULES or folders & ENGLISH_FOLDERS:
            continue
        plain += [f"{shown(path)}:{node.lineno}: {ast.unparse(node)}" for node in unmarked(tree)]
    assert plain == []


def test_no_sentence_is_put_together_inside_a_mark() -> None:
    """A catalogue holds whole texts; it never finds one whose values are in it already."""
    glued = []
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node.func) in MARKS:
                # The last argument of ngettext is a number.
                texts = node.args[:-1] if name_of(node.func).startswith("n") else node.args
                pieces = [each for each in texts if isinstance(each, ast.JoinedStr | ast.BinOp)]
                glued += [f"{shown(path)}:{node.lineno}: {ast.unparse(each)}" for each in pieces]
    assert glued == []


def test_the_notices_of_the_letter_compiler_are_said_in_chinese_with_the_same_values() -> None:
    texts = compiler_texts()
    assert {"The body is empty.", "There is no “%(name)s”; did you mean “%(near)s”?"} <= texts
    assert len(texts) > 40
    with translation.override("zh-hans"):
        said = {text: translation.gettext(text) for text in texts}
    assert [text for text in said if said[text] == text] == []
    assert [text for text in said if sorted(HOLE.findall(said[text])) != sorted(HOLE.findall(text))] == []


def test_the_notices_of_the_letter_compiler_are_whole_sentences() -> None:
    texts = {text for text in compiler_texts() if " " in text and not text.endswith("%(message)s")}
    assert [text for text in texts if not (text[0].isupper() or text[0] in "“%")] == []
    assert [text for text in texts if text[-1] not in ".?" and not text.endswith("%(problem)s")] == []


def test_the_modules_that_speak_english_are_there() -> None:
    assert [name for name in ENGLISH_MODULES if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(
    "source",
    [
        'raise UserError("Nothing is here.")',
        'raise UserError(f"{name} is not here.")',
        'raise UserError("%s is not here." % name)',
        'raise UserError(_("It is gone.") if gone else "It is here.")',
        'form.add_error(None, "Choose a list.")',
        'raise UserError("{} is gone.".format(name))',
        'raise SourceError("It is gone.", offset=0)',
        'raise SourceError(_("%(what)s."), offset=0, what="it is gone")',
        'Notice(f"{name} is gone.")',
        'GONE = "It is gone."\nraise UserError(GONE)',
        'def say(name):\n    return f"{name} is gone."\nraise UserError(say(name))',
    ],
)
def test_a_sentence_without_a_mark_is_found(source: str) -> None:
    assert len(list(unmarked(ast.parse(source)))) == 1


def test_a_marked_sentence_is_let_through() -> None:
    marked = 'raise UserError(_("%(name)s is gone.") % {"name": f"the {name}"})'
    assert list(unmarked(ast.parse(marked))) == []
