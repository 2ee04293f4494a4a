"""The repository keeps the rules of its own house."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "src" / "jicha").rglob("*.py"))
LINES = 400
NOBODYS_NAMES = {"utils", "helpers", "misc", "common", "util", "helper"}
#: Folders in which a number with a meaning would hide.
NUMBERLESS = ("inspection", "billing", "remedies", "losses", "theft")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_modules_are_short() -> None:
    long = {str(p.relative_to(ROOT)): n for p in MODULES if (n := len(p.read_text().splitlines())) > LINES}
    assert not long


def test_nothing_is_named_for_nothing() -> None:
    bad = [p for p in tracked() if p.stem in NOBODYS_NAMES or NOBODYS_NAMES & set(p.relative_to(ROOT).parts)]
    assert not bad


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.read_text().strip()
        and ast.get_docstring(ast.parse(path.read_text())) is None
        and path.name != "__main__.py"
    ]
    assert not silent


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_only_engines_know_an_engine() -> None:
    knowing = [p for p in MODULES if imported(p) & {"duckdb", "pyspark"} and "engines" not in p.parts]
    assert not knowing


def test_below_casework_nobody_knows_django() -> None:
    upper = {"site", "console", "field", "casework", "cli"}
    assert not [p for p in MODULES if "django" in imported(p) and not upper & set(p.parts)]


def test_errors_speak_both_languages() -> None:
    """Every error made on purpose gives its code, its English and its Chinese wording."""
    silent: list[str] = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id.endswith(
                (
                    "ContentError",
                    "SourceError",
                    "WorkspaceError",
                    "JichaError",
                    "UnknownKey",
                    "CaseworkError",
                    "NotAllowed",
                )
            ):
                words = {keyword.arg for keyword in node.keywords}
                if not ({"en", "zh"} <= words or None in words):
                    silent.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not silent


def test_no_number_with_a_meaning_in_code() -> None:
    """On the floors that judge and price, Python has no float but 0 and 1 and makes no Decimal from a literal."""
    found: list[str] = []
    for path in MODULES:
        if not set(NUMBERLESS) & set(path.relative_to(ROOT).parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, float)
                and node.value not in (0.0, 1.0)
            ):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.value}")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Decimal"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and node.args[0].value not in (0, 1, "0", "1")
            ):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} Decimal literal")
    assert not found


@pytest.mark.parametrize(
    "word", ["/work" + "/", "/sha" + "red/", ".lib" + "rary", "sub" + "agent", "far" + "m-"]
)
def test_no_trace_of_anybodys_workplace(word: str) -> None:
    allowed = {ROOT / ".ci" / "run"}  # looks for data beside the checkout
    holding = []
    for path in tracked():
        if path in allowed or path.suffix in {".parquet", ".png", ".lock"}:
            continue
        if word in path.read_text(encoding="utf-8", errors="replace"):
            holding.append(str(path.relative_to(ROOT)))
    assert not holding


def test_adrs_are_numbered_without_gaps() -> None:
    numbers = sorted(int(p.name[:4]) for p in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_map_names_every_package_and_content_folder() -> None:
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    places = [
        p.name for p in (ROOT / "src" / "jicha").iterdir() if p.is_dir() and (p / "__init__.py").is_file()
    ]
    places += [p.name for p in (ROOT / "content").iterdir() if p.is_dir() and any(p.rglob("*.*"))]
    assert not [place for place in places if f"{place}/" not in text]


def test_what_the_map_names_exists() -> None:
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|content|docs|tests|benchmarks)/[^`* <]+)`", text)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def test_changelog_knows_the_version() -> None:
    version = (ROOT / "content" / "VERSION").read_text().strip()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
