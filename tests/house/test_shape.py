"""Functions and modules stay short, and are named for what they hold."""

from __future__ import annotations

import ast

from tests.house.source import product_files, shown

LONGEST_FUNCTION, LONGEST_MODULE = 50, 400
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "misc", "manager"}


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = []
    for path in product_files("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{shown(path)}: {node.name} has {lines} lines")
    assert long == []


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path in product_files("*.py")}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [shown(path) for path in product_files("*.py") if path.stem in NAMES_THAT_SAY_NOTHING] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = []
    for path in product_files("*.py"):
        tree = ast.parse(path.read_text())
        if tree.body and ast.get_docstring(tree) is None:
            silent.append(shown(path))
    assert silent == []
