"""The county stands apart: what judges it may not be what made it, so it neither reads nor imports what inspects it."""

from __future__ import annotations

import ast
import re
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COUNTY = ROOT / "src" / "jicha" / "county"
#: Floors that know law, topics or findings; some of them are still to be built.
OTHERS = ("law", "billing", "inspection", "losses", "theft", "judging", "warehouse", "lexicon", "cli")
FOLDERS = ("law", "marts", "topics", "policy", "judging", "innocence", "metrics", "core", "sources")
FILES = sorted(path for path in COUNTY.rglob("*") if path.suffix in {".py", ".csv", ".yaml"})


def texts(path: Path) -> list[str]:
    """Every string that code could hand to a reader of files: literals, but not what is said in docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]


def test_there_is_a_county_to_look_at() -> None:
    assert len(FILES) > 150


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_of_the_county_names_a_folder_of_content(folder: str) -> None:
    naming = [
        str(path.relative_to(ROOT))
        for path in FILES
        if re.search(rf"\bcontent[/.\\]+{folder}\b", path.read_text(encoding="utf-8"))
    ]
    assert not naming


def test_code_of_the_county_has_no_string_that_leads_to_content() -> None:
    leading = [
        f"{path.relative_to(ROOT)}: {text!r}"
        for path in FILES
        if path.suffix == ".py"
        for text in texts(path)
        if text == "content" or text.startswith("content/") or "/content/" in text
    ]
    assert not leading


def test_the_county_reads_files_of_its_own_package_and_plans_alone() -> None:
    """Whoever opens a file is known by name: facts of the package, a plan from outside, its own answer key, output."""
    openers: set[str] = set()
    for path in FILES:
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if called in {
                    "open",
                    "read_text",
                    "read_bytes",
                    "read_table",
                    "files",
                    "iterdir",
                    "glob",
                    "rglob",
                }:
                    openers.add(str(path.relative_to(COUNTY)))
    assert openers <= {
        "answer_key.py", "building.py", "exports/files.py", "faults.py", "tables.py",
    }  # fmt: skip


@pytest.mark.parametrize("floor", OTHERS)
def test_the_county_imports_no_other_floor(floor: str) -> None:
    importing = []
    for path in FILES:
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            if any(f"{name}.".startswith(f"jicha.{floor}.") for name in names):
                importing.append(str(path.relative_to(ROOT)))
    assert not importing


def test_the_contract_of_imports_forbids_every_floor_that_is_built() -> None:
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    county = contracts["importlinter:contract:county"]
    forbidden = set(county["forbidden_modules"].split())
    built = {f"jicha.{name}" for name in OTHERS if (ROOT / "src" / "jicha" / name / "__init__.py").is_file()}
    assert built <= forbidden
    assert county["source_modules"].split() == ["jicha.county"]
    assert "allow_indirect_imports" not in county


def test_causes_are_not_named_for_topics() -> None:
    """A cause is what a person did or what broke; a topic is what an inspector looks for."""
    topics = {path.stem.removesuffix(".test") for path in (ROOT / "content" / "topics").rglob("*.sql")}
    assert topics
    causes = {
        line.partition(",")[0]
        for path in (COUNTY / "facts").glob("causes_*.csv")
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    }
    assert len(causes) > 100
    assert not causes & topics
    for path in FILES:
        if path.suffix == ".py":
            assert not set(texts(path)) & (topics - {"content"}), path
