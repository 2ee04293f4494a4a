"""Commands of casework."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jicha.cli.formats import Format

casework_app = typer.Typer(help="稽查工单 · leads, orders, time limits", no_args_is_help=True)
verify_app = typer.Typer(help="核验 · is it what it was: the journal", no_args_is_help=True)

_Workspace = Annotated[
    Path, typer.Option("--workspace", envvar="JICHA_WORKSPACE", help="工作区目录 · folder of the workspace")
]
_HERE = Path("workspace")


@casework_app.command("daily")
def daily(workspace: _Workspace = _HERE) -> None:
    """每日任务: 时限预警、到期清除、日志签名 · warnings, retention, the journal's signed head."""
    from jicha.cli.commands.casework import daily as run

    run(workspace=workspace)


@verify_app.command("journal")
def journal(
    path: Annotated[
        Path | None, typer.Argument(help="工作区目录, 默认同 --workspace · workspace, if not --workspace")
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option("--public-key", help="另行保存的公钥文件 · public key kept elsewhere (base64)"),
    ] = None,
    workspace: _Workspace = _HERE,
    format: Annotated[Format, typer.Option("--format", help="输出格式 · output format")] = Format.table,
) -> None:
    """核验日志链与每日签名; 有问题时退出码为 1 · chains and signed heads; exit status 1 where something is wrong."""
    from jicha.cli.commands.casework import verify

    verify(workspace=path or workspace, public_key=public_key, format=format)
