"""Compiles a letter to fixed chunks and holes, once per dispatch and language, and renders it."""

from mailhub.content.engine.compiler import compile_variant
from mailhub.content.engine.links import Link, LinkTable, fill
from mailhub.content.engine.program import Program, Rendered

__all__ = ["Link", "LinkTable", "Program", "Rendered", "compile_variant", "fill"]
