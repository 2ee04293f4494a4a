"""`jicha demo`: what a newcomer sees of a county, whichever systems so small a county has exports of."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.cli.commands import demo
from jicha.county import SYSTEMS, CountySummary, build
from jicha.kernel.errors import WorkspaceError

SMALL = ("--customers", "60", "--seed", "11")


def shown(workspace: Path, lang: str = "en") -> str:
    result = CliRunner().invoke(app, ["--lang", lang, "demo", *SMALL, "--workspace", str(workspace)])
    if result.exception is not None:
        raise result.exception
    return result.stdout


def in_this_order(text: str, words: Sequence[str]) -> bool:
    at = 0
    for word in words:
        at = text.find(word, at)
        assert at >= 0, word
    return True


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three months of history, and a terminal wide enough that no word is broken."""

    def of_three_months(out: Path, **options: Any) -> CountySummary:
        return build(out, months=3, **options)

    monkeypatch.setattr(demo, "build", of_three_months)
    monkeypatch.setattr("jicha.cli.show.out.width", 200)


def test_it_tells_of_each_system_then_what_was_left_out_then_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made twice, in either language, the second time in the same folder and without one of the systems."""
    workspace = tmp_path / "workspace"
    told = shown(workspace, "zh")
    titles = ("营销业务系统", "用电信息采集系统", "生产管理系统", "95598客户服务系统", "电费账务系统")
    systems = [word for pair in zip(SYSTEMS, titles, strict=True) for word in pair]
    assert in_this_order(
        told, ["合成县域: 60 户", "数据入湖", *systems, "隔离区: 共", "不是数值", "稽查批次 1", "疑似问题"]
    )
    assert in_this_order(told, ["共 ", "应追补", "接下来", "explain finding", "quarantine"])
    # A kind of fault is one line, however many months have it.
    summary = told[told.index("隔离区: 共") : told.index("稽查批次 1")].splitlines()
    faults = [line.split()[:5:2] for line in summary if line.split()[1:2] == ["整行未取"]]
    assert faults and len({line[1].partition("_")[0] for line in faults}) == len(faults)

    def without_finance(out: Path, **options: Any) -> CountySummary:
        summary = build(out, months=3, **options)
        shutil.rmtree(out / "finance_zh")
        return summary

    monkeypatch.setattr(demo, "build", without_finance)
    told = shown(workspace)
    assert in_this_order(
        told, ["Synthetic county: 60 customers", "Taken in", *SYSTEMS[:-1], "In quarantine:", "Sweep 1"]
    )
    assert "finance_zh" not in told


def test_it_takes_no_folder_that_is_not_a_demo(tmp_path: Path) -> None:
    (tmp_path / "电费.csv").write_text("户号\n1\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="not_a_demo"):
        shown(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["电费.csv"]
