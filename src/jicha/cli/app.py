"""The commands and what they share: workspace, content, language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jicha.cli.casework_app import casework_app, verify_app
from jicha.cli.engines import THIS_MACHINE, EngineName
from jicha.cli.formats import Format
from jicha.cli.language import choose

app = typer.Typer(
    name="jicha",
    help="稽查: electricity marketing inspection · 电力营销稽查",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
county_app = typer.Typer(help="合成县域 · the synthetic county", no_args_is_help=True)
explain_app = typer.Typer(help="为什么 · why: a finding, a parameter", no_args_is_help=True)
new_app = typer.Typer(help="新建内容 · make new content", no_args_is_help=True)
app.add_typer(county_app, name="county")
app.add_typer(explain_app, name="explain")
app.add_typer(new_app, name="new")
app.add_typer(casework_app, name="casework")
app.add_typer(verify_app, name="verify")

WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", envvar="JICHA_WORKSPACE", help="工作区目录 · folder of lake and results"),
]
ContentOption = Annotated[
    list[Path], typer.Option("--content", help="私有内容目录 · private content root (may be repeated)")
]
FormatOption = Annotated[Format, typer.Option("--format", help="输出格式 · output format")]
EngineOption = Annotated[EngineName, typer.Option("--engine", help="计算引擎 · engine that runs the content")]
MasterOption = Annotated[
    str, typer.Option("--master", help="Spark 地址 · Spark's URL, e.g. local[2], spark://host:7077, yarn")
]
DEFAULT_WORKSPACE = Path("workspace")


@app.callback()
def shared(
    lang: Annotated[str | None, typer.Option("--lang", envvar="JICHA_LANG", help="zh | en")] = None,
) -> None:
    choose(lang)


@app.command()
def demo(
    customers: Annotated[int, typer.Option(help="户数 · number of customers")] = 5000,
    seed: Annotated[int, typer.Option(help="随机种子 · seed of the county")] = 1,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """合成县域 → 入湖 → 稽查 → 排序结果 · county → ingest → sweep → ranked table."""
    from jicha.cli.commands.demo import run

    run(customers=customers, seed=seed, workspace=workspace)


@county_app.command("build")
def county_build(
    out: Annotated[Path, typer.Option(help="输出目录 · where the exports go")],
    customers: Annotated[int, typer.Option(help="户数 · number of customers")] = 500,
    seed: Annotated[int, typer.Option(help="随机种子 · seed")] = 1,
    months: Annotated[int, typer.Option(help="月数 · months of history")] = 24,
    faults: Annotated[
        Path | None, typer.Option(help="外部成因计划 · plan of causes from outside, docs/county-faults.md")
    ] = None,
    processes: Annotated[int | None, typer.Option(help="进程数 · processes (default: one a core)")] = None,
) -> None:
    """生成合成县域的导出文件与答案 · exports of a synthetic county and its answer key."""
    from jicha.cli.commands.county import build_county

    build_county(out=out, customers=customers, seed=seed, months=months, faults=faults, processes=processes)


@county_app.command("causes")
def county_causes(format: FormatOption = Format.table) -> None:
    """合成县域可植入的成因 · causes that the synthetic county can plant."""
    from jicha.cli.commands.county import list_causes

    list_causes(format)


@app.command()
def ingest(
    source: Annotated[str, typer.Argument(help="数据源 · source system, e.g. cis_zh")],
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            help="导出文件目录, 或不含密码的数据库 URL; 省略则取 JICHA_DATABASE_URL_FILE · folder of the exports, or a "
            "database URL without password; default: JICHA_DATABASE_URL_FILE",
        ),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    content: ContentOption = [],  # noqa: B006 - Typer copies it
    buckets: Annotated[
        int, typer.Option(help="新工作区的用户分桶数 · customer buckets of a new workspace")
    ] = 4,
) -> None:
    """导入一个数据源的文件 · map, type and quarantine the files of a source."""
    from jicha.cli.commands.ingest import run

    run(source=source, data=data, workspace=workspace, content=content, buckets=buckets)


@app.command()
def quarantine(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    format: FormatOption = Format.table,
    limit: Annotated[int, typer.Option(help="最多显示行数 · rows of the table")] = 50,
    file: Annotated[str | None, typer.Option("--file", help="文件名, 可用 * · file name, * allowed")] = None,
    reason: Annotated[
        list[str], typer.Option("--reason", help="原因代码 · reason code (may be repeated)")
    ] = [],  # noqa: B006
    summary: Annotated[bool, typer.Option("--summary", help="仅汇总 · only the counts")] = False,
) -> None:
    """未能入湖的数据及处理办法 · what was not taken, why, and what to do."""
    from jicha.cli.commands.quarantine import show

    show(workspace=workspace, format=format, limit=limit, file=file, reasons=reason, summary=summary)


@app.command()
def sweep(
    as_of: Annotated[str | None, typer.Option("--as-of", help="业务日期 · business date YYYY-MM-DD")] = None,
    known_at: Annotated[
        int | None,
        typer.Option("--known-at", help="按某次稽查当时的数据 · with the data known at that sweep (run)"),
    ] = None,
    topic: Annotated[list[str], typer.Option("--topic", help="主题 · theme/topic (may be repeated)")] = [],  # noqa: B006
    engine: EngineOption = EngineName.duckdb,
    master: MasterOption = THIS_MACHINE,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    content: ContentOption = [],  # noqa: B006
    format: FormatOption = Format.table,
) -> None:
    """运行稽查批次 · run the topics and compare with the sweep before."""
    from jicha.cli.commands.sweep import run

    run(
        as_of=as_of,
        known_at=known_at,
        topics=topic,
        engine=engine,
        master=master,
        workspace=workspace,
        content=content,
        format=format,
    )


@app.command()
def findings(
    topic: Annotated[str | None, typer.Option("--topic", help="主题 · theme/topic or theme")] = None,
    org: Annotated[
        str | None, typer.Option("--org", help="单位编码(含下级) · organisation and all below it")
    ] = None,
    area: Annotated[
        str | None,
        typer.Option(
            "--area", help="台区编号: 一台区一清单 · transformer area: it, its customers, its meters"
        ),
    ] = None,
    run: Annotated[int | None, typer.Option("--run", help="批次 · sweep (default: the last)")] = None,
    absent: Annotated[
        bool, typer.Option("--absent", help="未再出现的 · those no longer seen, and why")
    ] = False,
    cleared: Annotated[
        bool, typer.Option("--cleared", help="已排除的 · hits an innocence check explains")
    ] = False,
    limit: Annotated[int, typer.Option(help="最多显示行数 · rows of the table")] = 30,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    content: ContentOption = [],  # noqa: B006
    format: FormatOption = Format.table,
) -> None:
    """最近批次的疑似问题 · rows of the last sweep, ranked."""
    from jicha.cli.commands.findings import show

    show(
        topic=topic,
        org=org,
        area=area,
        run=run,
        which="absent" if absent else "cleared" if cleared else "present",
        limit=limit,
        workspace=workspace,
        content=content,
        format=format,
    )


@app.command()
def score(
    answer_key: Annotated[
        Path, typer.Option("--answer-key", help="答案所在目录 · folder with answer_key.csv")
    ],
    run: Annotated[int | None, typer.Option("--run", help="批次 · sweep (default: the last)")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    content: ContentOption = [],  # noqa: B006
    format: FormatOption = Format.table,
) -> None:
    """对照合成县域答案评判稽查批次 · a sweep held against the answer key of a synthetic county."""
    from jicha.cli.commands.score import show

    show(answer_key=answer_key, run=run, workspace=workspace, content=content, format=format)


@explain_app.command("finding")
def explain_finding(
    key: Annotated[str, typer.Argument(help="编号或其前几位 · key, or its beginning")],
    run: Annotated[int | None, typer.Option("--run", help="批次 · sweep")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    content: ContentOption = [],  # noqa: B006
) -> None:
    """一条疑似问题的依据 · rule, values, parameters, innocence checks, source rows."""
    from jicha.cli.commands.explain import finding

    finding(key=key, run=run, workspace=workspace, content=content)


@explain_app.command("parameter")
def explain_parameter(
    key: Annotated[
        str,
        typer.Argument(
            help="theme/topic.parameter | innocence/check.parameter | sweep.window_months | "
            "<政策表 policy table>.<列 column> | law/<设置项 setting>"
        ),
    ],
    org: Annotated[
        str | None,
        typer.Option("--org", help="单位编码: 逐级显示 · organisation: every level up to the default"),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="日期 · day YYYY-MM-DD (today)")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="同 --on · the same as --on")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    content: ContentOption = [],  # noqa: B006
    format: FormatOption = Format.table,
) -> None:
    """参数、政策表与法规设置项的取值及来源 · the value an organisation gets, from where and why."""
    from jicha.cli.commands.explain_parameter import parameter

    parameter(key=key, org=org, as_of=as_of, on=on, workspace=workspace, content=content, format=format)


@explain_app.command("remedy")
def explain_remedy(
    file: Annotated[
        Path,
        typer.Argument(help="YAML: kind, inputs, settings · kind of remedy and its inputs (docs/algorithms)"),
    ],
    content: ContentOption = [],  # noqa: B006
    format: FormatOption = Format.table,
) -> None:
    """退补、违约、窃电等的计算过程与结果 · the derivation and the result of a remedy."""
    from jicha.cli.commands.explain_remedy import remedy

    remedy(file=file, content=content, format=format)


@explain_app.command("bill")
def explain_bill(
    key: Annotated[str, typer.Argument(help="账单号 · bill_id")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    content: ContentOption = [],  # noqa: B006
    format: FormatOption = Format.table,
) -> None:
    """一张账单的逐项重算, 与已发行金额对照 · a bill line by line, recalculated and as issued."""
    from jicha.cli.commands.explain_bill import bill

    bill(key=key, workspace=workspace, content=content, format=format)


@explain_app.command("law")
def explain_law(
    key: Annotated[
        str | None,
        typer.Argument(
            help="法规表、条款文件或设置项; 省略则列出 · area/table[/value…], instrument, settings/name"
        ),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="事实发生日期 · day of the fact")] = None,
    content: ContentOption = [],  # noqa: B006
    format: FormatOption = Format.table,
) -> None:
    """法规取值、条款与可信度 · a value of law on a day, its clause and how well it is confirmed."""
    from jicha.cli.commands.explain_law import law

    law(key=key, on=on, content=content, format=format)


@app.command()
def report(
    paper: Annotated[str, typer.Argument(help="worksheet 核查底稿 | letter 告知书 | proof 审计证明")],
    file: Annotated[
        Path | None,
        typer.Argument(help="推导树或案件的 JSON, 或处理输入的 YAML · a case as JSON, or a remedy as YAML"),
    ] = None,
    bill: Annotated[
        str | None, typer.Option("--bill", help="账单号: 工作区内重算账单 · bill_id of a recalculated bill")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="输出 .pdf 或文本; 省略则打印 · .pdf or text; printed if left out"),
    ] = None,
    language: Annotated[str | None, typer.Option("--language", help="zh | en (--lang)")] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--on", help="文书日期, 案件未写明时 · day of the paper where the case names none (today)"
        ),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    content: ContentOption = [],  # noqa: B006
) -> None:
    """推导过程出具为文书 · how a number came about, on paper: worksheet, letter or proof."""
    from jicha.cli.commands.report import run

    run(
        paper=paper,
        file=file,
        bill=bill,
        out=out,
        language=language,
        on=on,
        workspace=workspace,
        content=content,
    )


@app.command()
def topics(
    content: ContentOption = [],  # noqa: B006
    planned: Annotated[bool, typer.Option("--planned", help="含规划中的 · the whole catalogue")] = False,
    format: FormatOption = Format.table,
) -> None:
    """稽查主题 · the topics of this installation."""
    from jicha.cli.commands.topics import show

    show(content=content, planned=planned, format=format)


@app.command()
def test(
    path: Annotated[
        Path | None, typer.Argument(help="主题、集市、排除检查或其测试 · a model, its test, a folder")
    ] = None,
    engine: EngineOption = EngineName.duckdb,
    master: MasterOption = THIS_MACHINE,
    content: ContentOption = [],  # noqa: B006
) -> None:
    """运行内容测试 · given rows → expected rows."""
    from jicha.cli.commands.test import run

    run(path=path, engine=engine, master=master, content=content)


@new_app.command("topic")
def new_topic(
    name: Annotated[str, typer.Argument(help="theme/what_is_wrong")],
    into: Annotated[Path, typer.Option("--into", help="内容根目录 · content root")] = Path("local"),
) -> None:
    """新建主题及其测试 · a draft topic and its test, ready to run."""
    from jicha.cli.commands.new import topic

    topic(name=name, into=into)


@new_app.command("source")
def new_source(
    name: Annotated[str, typer.Argument(help="数据源名称 · name of the source system, e.g. cis_city")],
    sample: Annotated[
        list[Path], typer.Option("--sample", help="导出样例 · an exported file (may be repeated)")
    ],
    into: Annotated[Path, typer.Option("--into", help="内容根目录 · content root")] = Path("local"),
) -> None:
    """由导出样例生成首版列映射 · a first mapping of a source system from samples of its exports."""
    from jicha.cli.commands.new_source import source

    source(name=name, samples=sample, into=into)


@app.command()
def doctor(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    content: ContentOption = [],  # noqa: B006
) -> None:
    """检查安装、内容与工作区 · check installation, content and workspace."""
    from jicha.cli.commands.doctor import run

    run(workspace=workspace, content=content)
