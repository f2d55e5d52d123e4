"""The documents name what the code reads, and nothing else."""

from __future__ import annotations

import re

from tests.house.source import ROOT, product_files

READS = re.compile(
    r"(?:environment\.\w+|\btext|os\.environ\.get|os\.getenv)\(\s*\"([A-Z][A-Z_]+)\"|os\.environ\[\"([A-Z_]+)\"\]"
)
ROW = re.compile(r"^\| `([A-Z][A-Z_]+)`", re.MULTILINE)


def test_the_table_of_configuration_names_every_variable_that_is_read_and_no_other() -> None:
    read = {
        name for path in product_files("*.py") for found in READS.findall(path.read_text()) for name in found
    }
    documented = ROW.findall((ROOT / "docs" / "configuration.md").read_text())
    assert sorted(documented) == sorted(read - {""})


def test_links_between_the_documents_lead_somewhere() -> None:
    dead = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+\.md)[^)]*\)", page.read_text()):
            if not (page.parent / target).exists():
                dead.append(f"{page.name} → {target}")
    assert dead == []


def test_the_readme_leads_to_every_document() -> None:
    readme = (ROOT / "README.md").read_text()
    pages = [f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")]
    assert [page for page in pages if f"({page})" not in readme] == []
