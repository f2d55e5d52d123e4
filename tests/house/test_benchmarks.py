"""Each benchmark tells how it is run, answers machines too, and has its place in the notes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT, shown

PROGRAMS = [path for path in sorted((ROOT / "benchmarks").glob("*.py")) if "__main__" in path.read_text()]
# What a benchmark starts and compares with; nobody reads figures off them.
SERVANTS = ("plain_",)
BENCHMARKS = [path for path in PROGRAMS if not path.name.startswith(SERVANTS)]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_a_benchmark_says_how_it_is_run(path: Path) -> None:
    told = ast.get_docstring(ast.parse(path.read_text())) or ""
    assert f"python {shown(path)}" in told


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.name)
def test_a_benchmark_has_a_control_and_a_line_in_the_notes(path: Path) -> None:
    text = path.read_text()
    assert "control" in (ast.get_docstring(ast.parse(text)) or "")
    assert "--json" in text
    assert f"python {shown(path)}" in (ROOT / "docs" / "performance.md").read_text()


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.name)
def test_a_benchmark_can_be_asked_what_it_takes(path: Path) -> None:
    asked = subprocess.run([sys.executable, str(path), "--help"], capture_output=True, text=True, cwd="/")
    assert asked.returncode == 0, asked.stderr
    assert "--json" in asked.stdout
