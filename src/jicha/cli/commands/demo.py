"""`jicha demo`: a county, its exports, a sweep, the ranked table, and what to type next."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from rich.panel import Panel
from rich.text import Text

from jicha.cli.commands import county, findings, ingest, quarantine, sweep
from jicha.cli.formats import Format
from jicha.cli.ingest_progress import ingest_progress
from jicha.cli.language import say
from jicha.cli.show import drawn, out, progress
from jicha.county import SYSTEMS, build
from jicha.inspection.results import Results
from jicha.kernel.errors import WorkspaceError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.ingest import ingest as take
from jicha.warehouse.source import Source
from jicha.warehouse.workspace import SETTINGS_FILE, Workspace

#: A folder with this file was made by the demo and may be made again by it.
DEMO_MARK = ".jicha-demo"
TOP = 20
#: About as many as a bucket of a province holds; more buckets only cost more statements.
CUSTOMERS_IN_A_BUCKET = 50_000


def run(*, customers: int, seed: int, workspace: Path) -> None:
    started = time.monotonic()
    _make_room(workspace)
    exports = workspace / "exports"
    opened = Workspace.create(workspace, buckets=1 + customers // CUSTOMERS_IN_A_BUCKET)
    (workspace / DEMO_MARK).write_text(f"customers: {customers}\nseed: {seed}\n", encoding="utf-8")
    roots = ContentRoots.find()
    with progress() as report:
        summary = build(exports, customers=customers, seed=seed, progress=report)
    county.show(summary, exports)
    _take_in(opened, exports, roots)
    sweep.run(as_of=None, known_at=None, topics=(), workspace=workspace, content=(), format=Format.table)
    findings.show(
        topic=None,
        org=None,
        area=None,
        run=None,
        which="present",
        limit=TOP,
        workspace=workspace,
        content=(),
        format=Format.table,
    )
    first = Results(opened).findings()
    key = first[0]["finding_key"] if first else "KEY"
    out.print(_next(key, workspace, time.monotonic() - started))


def _take_in(workspace: Workspace, exports: Path, roots: ContentRoots) -> None:
    """Every system that delivered something: a county may be too small to have anything of one."""
    lexicon = Lexicon.load(roots)
    delivered = [name for name in SYSTEMS if (exports / name).is_dir()]
    reports = []
    for name in delivered:
        with ingest_progress(name) as report:
            reports.append(
                take(workspace, name, exports / name, roots=roots, lexicon=lexicon, progress=report)
            )
    ingest.show_sources(reports, {name: Source.load(name, roots, lexicon) for name in delivered})
    quarantine.show_kinds(workspace, TOP)


def _make_room(workspace: Path) -> None:
    """Removes an earlier demo; refuses to touch anything else."""
    if not workspace.exists() or not any(workspace.iterdir()):
        return
    if not (workspace / DEMO_MARK).is_file() or not (workspace / SETTINGS_FILE).is_file():
        raise WorkspaceError(
            "not_a_demo",
            en="this folder holds something that is not a demo; choose another one with --workspace",
            zh="该目录不是演示工作区; 请用 --workspace 另选目录",
            file=workspace,
        )
    shutil.rmtree(workspace)


def _program() -> str:
    """How the user started us, as it can be typed again here."""
    started = Path(sys.argv[0]).absolute()
    if started.is_relative_to(Path.cwd()):
        return str(started.relative_to(Path.cwd()))
    return "jicha" if shutil.which("jicha") == str(started) else str(started)


def _next(key: str, workspace: Path, seconds: float) -> Panel:
    where = "" if workspace == Path("workspace") else f" --workspace {workspace}"
    program = _program()
    lines = [
        (
            f"{program} explain finding {key}{where}",
            say("why: rule, law, values, source rows", "为什么: 规则、取值、法规、来源行"),
        ),
        (f"{program} findings --cleared{where}", say("who was innocent, and why", "哪些已排除, 依据是什么")),
        (f"{program} quarantine{where}", say("what could not be taken in", "哪些数据未能入湖")),
        (f"{program} topics", say("the topics", "稽查主题")),
        (f"{program} test", say("the tests of all content", "运行全部内容测试")),
    ]
    width = max(len(command) for command, _ in lines)
    text = Text("\n").join(
        Text.assemble(drawn(f"{command:<{width}}", "bold"), "  ", meaning) for command, meaning in lines
    )
    title = say(f"Done in {seconds:.0f} s. Next:", f"用时 {seconds:.0f} 秒。接下来:")
    return Panel(text, title=title, title_align="left", expand=False)
