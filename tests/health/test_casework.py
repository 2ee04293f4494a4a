"""Only services write: nothing else of casework, and nothing above it, saves, updates or sets a status."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "jicha"
UPPER = ("casework", "site", "console", "field", "cli")
#: Beside the services: the journal itself, and the one place that sets a status.
WRITERS = {"casework/journal.py", "casework/transition.py"}
WRITING = {
    "save",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "_raw_delete",
    "force_insert",
}


def modules() -> list[Path]:
    return [
        path for floor in UPPER for path in (SOURCE / floor).rglob("*.py") if "migrations" not in path.parts
    ]


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def writes(path: Path) -> list[str]:
    """Calls that write to a database: `.save(…)`, `Model.objects.update(…)` and their like."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        on_manager = "objects" in ast.unparse(node.func.value)
        if node.func.attr in WRITING or (on_manager and node.func.attr in {"update", "create", "delete"}):
            found.append(f"{name(path)}:{node.lineno} .{node.func.attr}(")
    return found


def test_only_services_write() -> None:
    others = [p for p in modules() if not name(p).startswith("casework/services/") and name(p) not in WRITERS]
    assert others
    assert not [line for path in others for line in writes(path)]


def test_only_transition_sets_a_status() -> None:
    setting = []
    for path in modules():
        if name(path) == "casework/transition.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(each, ast.Attribute) and each.attr == "status" for each in targets):
                setting.append(f"{name(path)}:{node.lineno}")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "update"
            ) and any(keyword.arg == "status" for keyword in node.keywords):
                setting.append(f"{name(path)}:{node.lineno}")
    assert not setting
