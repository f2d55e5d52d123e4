"""A tree of conditions in a query string: short enough to read, to keep and to send on.

    ?where=city:is:Berlin&where=tag:has:12,14         all of these
    ?where=city:is:Berlin&rules={"any":[…]}           and of what cannot be said so

A list of values is separated by commas; one that has commas stands in double quotes, as in CSV.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from contacts.segments import registry, tree
from contacts.segments.tree import BadTree, Condition, Group, Node

WHERE, RULES = "where", "rules"
LONGEST = 20_000


def read(query: QueryDict) -> Group:
    """The tree that the query string says; everybody when it says none. Raises BadTree."""
    texts = query.getlist(WHERE)
    rules = query.get(RULES, "")
    if sum(map(len, texts)) + len(rules) > LONGEST:
        raise BadTree(_("The filter is too long."))
    items: list[Node] = [_read_condition(text) for text in texts if text]
    if rules:
        items.append(tree.read_text(rules))
    # Counts and depths are those of the whole.
    return tree.read(tree.write(Group("all", tuple(items))))


def write(group: Group) -> list[tuple[str, str]]:
    """The pairs of the query string from which `read` reads an equal tree."""
    if group.join != "all" or group.negated:
        group = Group("all", (group,))
    pairs, rest = [], []
    for item in group.items:
        text = _write_condition(item) if isinstance(item, Condition) else None
        if text is None:
            rest.append(item)
        else:
            pairs.append((WHERE, text))
    if rest:
        whole = rest[0] if len(rest) == 1 else Group("all", tuple(rest))
        pairs.append((RULES, json.dumps(tree.write(whole), ensure_ascii=False, separators=(",", ":"))))
    return pairs


def _read_condition(text: str) -> Condition:
    field, _colon, rest = text.partition(":")
    operator, colon, value = rest.partition(":")
    if not field or not operator:
        raise BadTree(_("“%(text)s” is no condition; write field:operator:value.") % {"text": text[:60]})
    return Condition(field, operator, _value(field, operator, value) if colon else None)


def _value(field: str, operator: str, text: str) -> Any:
    known = registry.find(field)
    if known is not None and (found := known.operators.get(operator)) is not None and found.many:
        try:
            return tuple(next(csv.reader([text], strict=True), []))
        except csv.Error as error:
            raise BadTree(_("“%(text)s” is no list of values.") % {"text": text[:60]}) from error
    return text


def _write_condition(condition: Condition) -> str | None:
    """None for what text cannot carry back unchanged."""
    value = condition.value
    if value is None:
        return f"{condition.field}:{condition.operator}"
    if isinstance(value, tuple):
        if not all(isinstance(item, str) for item in value):
            return None
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(value)
        return f"{condition.field}:{condition.operator}:{line.getvalue()}"
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    return f"{condition.field}:{condition.operator}:{value}"
