"""Imports go downstairs; the contracts are in pyproject.toml."""

from __future__ import annotations

from importlinter import cli

from tests.house.source import ROOT


def test_every_import_goes_downstairs() -> None:
    assert (
        cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
        == cli.EXIT_STATUS_SUCCESS
    )
