"""Compiles a letter to fixed chunks and holes, once per dispatch and language, and renders it."""

from mailhub.content.engine.compiler import compile_variant
from mailhub.content.engine.links import Link, LinkTable, fill
from mailhub.content.engine.plans import Plan, Slot
from mailhub.content.engine.program import Program, Rendered
from mailhub.content.engine.sheets import Sheet, Written

__all__ = [
    "Link",
    "LinkTable",
    "Plan",
    "Program",
    "Rendered",
    "Sheet",
    "Slot",
    "Written",
    "compile_variant",
    "fill",
]
