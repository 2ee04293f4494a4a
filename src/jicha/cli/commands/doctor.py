"""`jicha doctor`: does the installation hold together, is all content sound, is the workspace whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from jicha.cli.language import current, say
from jicha.cli.show import drawn, out
from jicha.inspection.innocence import lint_check
from jicha.inspection.plan import Plan, load_plan
from jicha.inspection.results import Results
from jicha.inspection.topic import lint_topic
from jicha.kernel.errors import JichaError
from jicha.law.review import review
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.workspace import Workspace


def run(*, workspace: Path, content: Sequence[Path]) -> None:
    problems: list[str] = []

    def tried(action: Callable[[], str]) -> None:
        try:
            out.print(drawn("✓", "green"), drawn(action()))
        except JichaError as error:
            problems.append(error.render(current()))
            out.print(drawn("✗", "red"), drawn(problems[-1]))

    tried(lambda: f"jicha {version('jicha')}, duckdb {version('duckdb')}, sqlglot {version('sqlglot')}")
    plans: list[Plan] = []
    tried(lambda: _load(content, plans))
    if plans:
        plan = plans[0]
        tried(lambda: _law(plan))
        for mart in plan.catalogue.marts.values():
            tried(partial(_linted, mart.name, partial(plan.catalogue.lint, mart)))
        for name, check in plan.checks.items():
            tried(partial(_linted, f"innocence/{name}", partial(lint_check, check, plan.catalogue)))
        for name, topic in plan.topics.items():
            tried(partial(_linted, name, partial(lint_topic, topic, plan.catalogue)))
    if workspace.exists():
        tried(lambda: _workspace(workspace))
    if problems:
        raise SystemExit(1)


def _load(content: Sequence[Path], plans: list[Plan]) -> str:
    plan = load_plan(ContentRoots.find(content))
    plans.append(plan)
    core = plan.catalogue.core.values()
    active = sum(1 for table in core if table.status == "active")
    return say(
        f"content {plan.catalogue.roots.version()}: {active} tables ({len(list(core)) - active} planned), "
        f"{len(plan.catalogue.marts)} marts, {len(plan.checks)} innocence checks, {len(plan.topics)} topics",
        f"内容 {plan.catalogue.roots.version()}: {active} 张表 (规划中 {len(list(core)) - active}), "
        f"{len(plan.catalogue.marts)} 个集市, {len(plan.checks)} 个排除检查, {len(plan.topics)} 个主题",
    )


def _law(plan: Plan) -> str:
    """Raises the first problem of the law."""
    for problem in review(plan.law):
        raise problem
    rows = [row for table in plan.law.tables.values() for row in table.rows]
    unread = sum(1 for row in rows if row.confidence == "unverified")
    return say(
        f"law: {len(plan.law.instruments)} instruments, {len(plan.law.tables)} tables, {len(rows)} rows "
        f"({unread} unverified)",
        f"法规: {len(plan.law.instruments)} 个文件, {len(plan.law.tables)} 张表, {len(rows)} 行 (未核实 {unread} 行)",
    )


def _linted(name: str, lint: Callable[[], None]) -> str:
    lint()
    return name


def _workspace(path: Path) -> str:
    """Every file the head manifest and the runs name must be there."""
    workspace = Workspace.open(path)
    manifest = Manifest.head(workspace)
    files = [partition.file for partitions in manifest.tables.values() for partition in partitions]
    missing = [file for file in files if not (workspace.lake / file).is_file()]
    if missing:
        raise JichaError(
            "lake_damaged",
            en=f"{len(missing)} files of manifest {manifest.number} are missing, e.g. {missing[0]}; restore a backup",
            zh=f"清单 {manifest.number} 中有 {len(missing)} 个文件缺失, 例如 {missing[0]}; 请恢复备份",
            file=path,
        )
    runs = Results(workspace).runs()
    return say(
        f"workspace {path}: manifest {manifest.number}, {len(files)} files, {len(runs)} sweeps",
        f"工作区 {path}: 清单 {manifest.number}, {len(files)} 个文件, {len(runs)} 个批次",
    )
