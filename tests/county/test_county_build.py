"""The directory as a whole: formats, reproducibility, arguments, imports."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import jicha.county
from jicha.county import CountyError, build
from jicha.county.desk import XLSX, Table
from jicha.county.domains import domains
from jicha.county.exports.bills import TABLES as BILLING
from jicha.kernel.errors import JichaError

from .conftest import SEED
from .exported import Exported, csv_rows, xlsx_rows

COUNTIES = ("青禾县", "白鹭县")
MASTERS = ("台区", "线路", "抄表段", "用户档案", "电价执行", "计量点", "电能表装拆")
HEADERS = {
    "组织机构": "单位编码,上级单位编码,单位层级,单位名称",
    "台区": "台区编号,台区名称,管理单位,线路编号,变压器容量,台区类型,台区经理工号",
    "线路": "线路编号,线路名称,管理单位,线路类型,电压等级",
    "抄表段": "抄表段编号,管理单位,抄表员工号,抄表例日",
    "用户档案": "户号,户名,用电地址,联系电话,管理单位,台区编号,抄表段编号,用户类型,用电类别,行业分类,"
    "供电电压,合同容量,立户日期,销户日期,用户状态",
    "电价执行": "户号,电价码,生效日期,失效日期,定价策略,基本电费计算方式,功率因数标准,是否分时,是否阶梯,"
    "购电方式,计费容量",
    "计量点": "计量点编号,户号,计量点用途,计量方式,线路编号,接线方式",
    "电能表装拆": "计量点编号,户号,电能表资产号,装表日期,拆表日期,综合倍率,示数位数,装表底度,拆表底度",
    "抄表示数": "抄表记录号,户号,计量点编号,电能表资产号,抄表段编号,抄表日期,示数类型,本次示数,抄表方式",
    "电费账单": "账单号,户号,电费年月,起始日期,截止日期,计费月数,账单类型,计费电量,应收电费,发行日期,"
    "无功电量,功率因数",
    "账单明细": "账单号,行号,户号,计量点编号,电能表资产号,示数类型,电费年月,费用项目,上次示数,本次示数,"
    "计费倍率,电量,单价,金额,阶梯档次,计费容量,容量单价,计费需量,需量单价,调整率",
}
LACKING_MONTH, LACKING_COLUMN = "202504", "抄表方式"


def digests(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def tables() -> dict[str, Table]:
    """Every table that is not Parquet, by system and title."""
    found = [table for domain in domains() for table in domain.tables] + list(BILLING)
    return {f"{table.system}/{table.title}": table for table in found}


def test_same_arguments_same_bytes_whatever_hash_seed_and_processes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from jicha.county import build\n"
        "if __name__ == '__main__':\n"
        "    build(Path(sys.argv[1]), customers=120, seed=3, months=12, processes=int(sys.argv[2]))\n"
    )
    (tmp_path / "make.py").write_text(script)
    made = []
    for hash_seed, processes in (("1", "1"), ("2", "2")):
        out = tmp_path / hash_seed
        subprocess.run(
            [sys.executable, str(tmp_path / "make.py"), str(out), processes],
            check=True,
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
        )
        made.append(digests(out))
    assert made[0] == made[1]
    assert len(made[0]) > len(COUNTIES) * (len(MASTERS) + 4 * 12)


@pytest.mark.parametrize("seed", range(12))
def test_any_seed_works(tmp_path: Path, seed: int) -> None:
    summary = build(tmp_path, customers=60, seed=seed, months=6, processes=1)
    assert sum(summary.causes.values()) > 30
    assert all(rows > 0 for name, rows in summary.files.items() if "电费账单" in name)


def test_another_seed_gives_another_county(tmp_path: Path) -> None:
    build(tmp_path / "a", customers=40, seed=1, months=4, processes=1)
    build(tmp_path / "b", customers=40, seed=2, months=4, processes=1)
    a, b = digests(tmp_path / "a"), digests(tmp_path / "b")
    # The organisations are the same county's; whatever is lived in it differs.
    same = {name for name in a.keys() & b.keys() if a[name] == b[name]}
    assert "cis_zh/组织机构.csv" in same
    assert same.isdisjoint(
        name
        for name in a
        if any(title in name for title in ("抄表示数", "电费账单", "账单明细", "日冻结", "用户档案", "台区"))
    )
    assert "answer_key.csv" not in same


def test_files_are_named_by_system_table_county_and_month(county: Exported) -> None:
    months = [f"{year}{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][6:30]
    there = set(digests(county.path))
    assert there == set(county.summary.files)
    known = tables()
    parquet = set()
    for name in there - {"answer_key.csv"}:
        match = re.fullmatch(r"(\w+_zh)/([^_]+)(?:_(青禾县|白鹭县))?(?:_(\d{6}))?\.(csv|xlsx|parquet)", name)
        assert match is not None, name
        system, title, of, month, suffix = match.groups()
        if suffix == "parquet":
            parquet.add(title)
            assert of is not None
            assert month in months
            continue
        table = known[f"{system}/{title}"]
        assert suffix == table.form, name
        assert (of is None) == table.whole_city, name
        assert (month in months) if table.by_month else month is None, name
    assert parquet == {"日冻结", "负荷曲线"}
    assert {f"cis_zh/{title}_{of}" for title in MASTERS for of in COUNTIES} <= {
        name.partition(".")[0] for name in there
    }
    for title in ("抄表示数", "电费账单", "账单明细"):
        assert {f"cis_zh/{title}_{of}_{month}.csv" for of in COUNTIES for month in months} <= there
    assert {f"ami_zh/日冻结_{of}_{month}.parquet" for of in COUNTIES for month in months} <= there


@pytest.mark.parametrize("title", HEADERS)
def test_headers_are_as_agreed_but_for_one_month(county: Exported, title: str) -> None:
    lacking = []
    for path in county.files(title):
        raw = path.read_bytes()
        if path.suffix == ".xlsx":
            assert raw[:2] == b"PK"
            assert ",".join(xlsx_rows(path)[0]) == HEADERS[title]
            assert len(xlsx_rows(path)) == county.summary.files[f"cis_zh/{path.name}"]
            continue
        text = raw.decode("gb18030")
        lines = text.split("\r\n")
        assert lines[-1] == ""
        assert "\n" not in text.replace("\r\n", "")
        assert len(lines) - 2 == county.summary.files[f"cis_zh/{path.name}"]
        assert {len(row) for row in csv_rows(path)} == {lines[0].count(",") + 1}
        if lines[0] != HEADERS[title]:
            lacking.append(path.stem[-6:])
            assert lines[0].split(",") == [
                name for name in HEADERS[title].split(",") if name != LACKING_COLUMN
            ]
    assert lacking == ([LACKING_MONTH] * len(COUNTIES) if title == "抄表示数" else [])


def test_every_file_of_text_is_gb18030_with_its_table_s_header(county: Exported) -> None:
    known = tables()
    for path in sorted(county.path.glob("*_zh/*")):
        if path.suffix == ".parquet":
            continue
        table = known[f"{path.parent.name}/{path.stem.partition('_')[0]}"]
        rows = xlsx_rows(path) if table.form == XLSX else csv_rows(path)
        assert len(rows) == county.summary.files[f"{path.parent.name}/{path.name}"], path.name
        if rows and path.stem[-6:] != LACKING_MONTH:
            assert ",".join(rows[0]) == table.columns, path.name


def test_dirty_rows_are_copies_beside_right_ones(county: Exported) -> None:
    spoilt: Counter[str] = Counter()
    for title, place, value in (("抄表示数", "本次示数", "#VALUE!"), ("账单明细", "电量", "一千二")):
        number = HEADERS[title].split(",")[0]
        right = {row[number] + row.get("行号", ""): row for row in county.rows(title)}
        for row in county.raw(title):
            if row[number].endswith("X"):
                copied = right[row[number][:-1] + row.get("行号", "")]
                changed = {name for name in row if row[name] != copied[name]}
                # A month that lacks a column has the odd value one column further on.
                assert changed in ({number, place}, {number, LACKING_COLUMN}, {number, "单价"}), row
                assert value in row.values()
                spoilt[title] += 1
    bills = {row["账单号"]: row for row in county.rows("电费账单")}
    for path in county.files("电费账单"):
        *_, last = csv_rows(path)
        if last["账单号"] == "合计":
            spoilt["电费账单"] += 1
            same = {"户号", "电费年月", "起始日期", "截止日期", "发行日期"}
            assert any(all(row[name] == last[name] for name in same) for row in bills.values())
            assert last["应收电费"] == "合计"
    assert set(spoilt) == {"抄表示数", "账单明细", "电费账单"}
    # A few of 48 files each, not most of them.
    assert max(spoilt.values()) < 30


def test_answer_key_header(county: Exported) -> None:
    header = (
        "cause,theme,blame,subject_type,subject_id,customer_id,valid_from,valid_to,true_kwh,energy_yuan,"
        "breach_yuan,size,note"
    )
    lines = (county.path / "answer_key.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == header
    assert len(lines) - 1 == county.summary.files["answer_key.csv"]


def test_parquet_types_and_compression(county: Exported) -> None:
    register = pa.decimal128(14, 4)
    for path in county.files("日冻结", "ami_zh"):
        assert pq.read_schema(path) == pa.schema(
            [
                ("户号", pa.string()),
                ("计量点编号", pa.string()),
                ("电能表资产号", pa.string()),
                ("冻结日期", pa.date32()),
                ("正向有功总", register),
                ("反向有功总", register),
                ("正向有功尖", register),
                ("正向有功峰", register),
                ("正向有功平", register),
                ("正向有功谷", register),
                ("正向无功总", register),
            ]
        )
        metadata = pq.read_metadata(path)
        assert metadata.row_group(0).column(0).compression == "ZSTD"
        assert metadata.num_rows == county.summary.files[f"ami_zh/{path.name}"]


def test_progress_counts_up_to_its_totals(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build(tmp_path, customers=30, months=3, processes=1, progress=lambda *step: told.append(step))
    done = [step[1] for step in told if step[0] == "customers"]
    assert done == sorted(done)
    assert [stage for stage, done, total in told if done == total] == ["found", "customers", "write"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"customers": 19},
        {"customers": 6_000_000},
        {"months": 2},
        {"months": 121},
        {"last_month": date(2026, 6, 2)},
    ],
)
def test_bad_arguments_are_refused_in_both_languages(tmp_path: Path, arguments: dict[str, int]) -> None:
    with pytest.raises(JichaError) as caught:
        build(tmp_path / "out", **arguments)  # type: ignore[arg-type]
    assert caught.value.code == "county_argument"
    assert caught.value.text.zh != caught.value.text.en
    assert not (tmp_path / "out").exists()


def test_a_county_replaces_an_earlier_county_and_nothing_else(tmp_path: Path) -> None:
    build(tmp_path, customers=20, months=5, processes=1)
    (tmp_path / "notes.txt").write_text("mine")
    build(tmp_path, customers=20, months=3, processes=1)
    assert len(list((tmp_path / "ami_zh").glob("日冻结_*"))) == 3 * len(COUNTIES)
    assert {path.name for path in tmp_path.iterdir() if not path.is_dir()} == {"answer_key.csv", "notes.txt"}
    assert all(path.name.endswith("_zh") for path in tmp_path.iterdir() if path.is_dir())


@pytest.mark.parametrize("key", [None, "cause\nsomething of somebody's own\n"])
def test_exports_that_no_county_wrote_are_never_overwritten(tmp_path: Path, key: str | None) -> None:
    real = tmp_path / "cis_zh" / "用户档案.csv"
    real.parent.mkdir()
    real.write_text("real customers")
    if key is not None:
        (tmp_path / "answer_key.csv").write_text(key)
    with pytest.raises(CountyError, match="county_out_taken"):
        build(tmp_path, customers=20, months=3)
    assert real.read_text() == "real customers"


def test_a_build_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(stage: str, done: int, _total: int) -> None:
        if stage == "customers" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, customers=20, months=4, processes=1, progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("months", range(3, 13))
def test_short_periods_say_what_they_cannot_hold(tmp_path: Path, months: int) -> None:
    summary = build(tmp_path, customers=60, months=months, processes=1, seed=SEED)
    missing = {kind for kind, count in summary.causes.items() if count == 0}
    # Where nothing of a kind was planted it is said why; of the kinds by nature there may be nobody.
    assert missing - set(summary.shortfalls) <= {
        "seasonal_use",
        "constant_load",
        "standby_flat",
        "two_month_book",
    }
    # A meter standing still for eight months needs eleven: two before, the month of its end, eight after.
    assert ("meter_stopped" in missing) == (months < 11)
    assert ("bypassed_supply" in missing) == (months < 10)
    for text in summary.shortfalls.values():
        assert text.zh != text.en


def test_county_imports_the_kernel_alone() -> None:
    allowed = ("jicha.kernel", "jicha.county")
    others = {"pyarrow", "numpy", "xlsxwriter", "msgspec", "yaml"}
    package = Path(jicha.county.__file__).parent
    foreign = set()
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path.name} imports relatively"
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            foreign |= {
                name for name in names if name.split(".")[0] not in sys.stdlib_module_names | others
                and not any(f"{name}.".startswith(f"{root}.") for root in allowed)
            }  # fmt: skip
    assert foreign == set()
