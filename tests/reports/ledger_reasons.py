"""Every reason that the code can write into the ledger, read from its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("mailhub", "contacts", "campaigns", "automation", "reports")
WRITES_LEDGER = re.compile(r"^(?:UPDATE|INSERT INTO) delivery_message\b", re.MULTILINE)
SET_REASON = re.compile(r"\breason = '(\w+)'")


def all_of_them() -> set[str]:
    """The words that stand in delivery_message.reason."""
    found = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            found |= set(_of_module(ast.parse(path.read_text(encoding="utf-8"))))
        for path in (ROOT / room).rglob("*.sql"):
            statement = path.read_text(encoding="utf-8")
            if WRITES_LEDGER.search(statement):
                found |= set(SET_REASON.findall(statement))
    return found


def _of_module(tree: ast.Module) -> Iterator[str]:
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        said = _said(node) if isinstance(node, ast.Call) else None
        if isinstance(said, ast.Name):
            said = constants.get(said.id)
        if said is not None:
            yield from _words(said)


def _said(call: ast.Call) -> ast.expr | None:
    """The argument that is a reason: of a refusal, of a result, or of a change of rows with a state."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name == "Refusal" and call.args:
        return call.args[0]
    if name == "Result" and len(call.args) > 2 and "MessageState" in ast.dump(call.args[1]):
        return call.args[2]
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    is_change = name == "update" and "MessageState" in ast.dump(given.get("state", ast.Constant("")))
    return given.get("reason") if is_change else None


def _words(said: ast.expr) -> Iterator[str]:
    """A constant, or the two of a condition; what is found out while running is none of ours."""
    branches = (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,)
    for branch in branches:
        if isinstance(branch, ast.Constant) and isinstance(branch.value, str):
            yield branch.value
