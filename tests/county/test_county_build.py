"""The directory as a whole: formats, reproducibility, arguments, imports."""

from __future__ import annotations

import ast
import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import jicha.county
from jicha.county import CountyError, build
from jicha.kernel.errors import JichaError

from .conftest import Exported

CIS_MASTERS = {"组织机构", "台区", "抄表段", "用户档案", "电价执行", "计量点", "电能表装拆"}
HEADERS = {
    "组织机构": "单位编码,上级单位编码,单位层级,单位名称",
    "台区": "台区编号,台区名称,管理单位,线路编号,变压器容量",
    "抄表段": "抄表段编号,管理单位,抄表员工号,抄表例日",
    "用户档案": "户号,户名,用电地址,联系电话,管理单位,台区编号,抄表段编号,用户类型,用电类别,行业分类,"
    "供电电压,合同容量,立户日期,销户日期,用户状态",
    "电价执行": "户号,电价码,生效日期,失效日期",
    "计量点": "计量点编号,户号,计量点用途,计量方式",
    "电能表装拆": "计量点编号,户号,电能表资产号,装表日期,拆表日期,综合倍率,示数位数,装表底度,拆表底度",
    "抄表示数_202507": "抄表记录号,户号,计量点编号,电能表资产号,抄表段编号,抄表日期,"
    "示数类型,本次示数,抄表方式",
    "电费账单_202507": "账单号,户号,电费年月,起始日期,截止日期,计费月数,账单类型,计费电量,应收电费,发行日期",
    "账单明细_202507": "账单号,行号,户号,计量点编号,电能表资产号,示数类型,电费年月,费用项目,"
    "上次示数,本次示数,计费倍率,电量,单价,金额",
}


def digests(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def test_same_arguments_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from jicha.county import build; "
    script += "build(Path(sys.argv[1]), customers=120, seed=3, months=12)"
    for hash_seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / hash_seed)],
            check=True,
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
        )
    assert digests(tmp_path / "1") == digests(tmp_path / "2")
    assert len(digests(tmp_path / "1")) == len(CIS_MASTERS) + 4 * 12 + 1


def test_another_seed_gives_another_county(tmp_path: Path) -> None:
    build(tmp_path / "a", customers=40, seed=1, months=4)
    build(tmp_path / "b", customers=40, seed=2, months=4)
    a, b = digests(tmp_path / "a"), digests(tmp_path / "b")
    assert a.keys() == b.keys()
    # The organisations are the same county's; whatever is lived in it differs.
    same = {name for name in a if a[name] == b[name]}
    assert same.isdisjoint(name for name in a if "_2026" in name)
    assert same.isdisjoint({"cis_zh/用户档案.csv", "cis_zh/电能表装拆.csv", "answer_key.csv"})


def test_files_are_where_and_as_the_sources_expect_them(county: Exported) -> None:
    months = [f"{year}{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][6:30]
    expected = {f"cis_zh/{name}.csv" for name in CIS_MASTERS}
    expected |= {
        f"cis_zh/{name}_{month}.csv" for name in ("抄表示数", "电费账单", "账单明细") for month in months
    }
    expected |= {f"ami_zh/日冻结_{month}.parquet" for month in months}
    expected |= {"answer_key.csv"}
    assert set(digests(county.path)) == set(county.summary.files) == expected


@pytest.mark.parametrize("name", HEADERS)
def test_csv_is_gb18030_with_crlf_and_the_agreed_header(county: Exported, name: str) -> None:
    raw = (county.path / "cis_zh" / f"{name}.csv").read_bytes()
    text = raw.decode("gb18030")
    lines = text.split("\r\n")
    assert lines[0] == HEADERS[name]
    assert lines[-1] == ""
    assert "\n" not in text.replace("\r\n", "")
    assert len(lines) - 2 == county.summary.files[f"cis_zh/{name}.csv"]
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_answer_key_header(county: Exported) -> None:
    header = (
        "cause,subject_type,subject_id,customer_id,valid_from,valid_to,true_kwh,energy_yuan,is_innocent,note"
    )
    assert (county.path / "answer_key.csv").read_text(encoding="utf-8").splitlines()[0] == header


def test_parquet_types_and_compression(county: Exported) -> None:
    for path in (county.path / "ami_zh").glob("*.parquet"):
        assert pq.read_schema(path) == pa.schema(
            [
                ("户号", pa.string()),
                ("计量点编号", pa.string()),
                ("电能表资产号", pa.string()),
                ("冻结日期", pa.date32()),
                ("正向有功总", pa.decimal128(14, 4)),
                ("反向有功总", pa.decimal128(14, 4)),
            ]
        )
        metadata = pq.read_metadata(path)
        assert metadata.row_group(0).column(0).compression == "ZSTD"
        assert metadata.num_rows == county.summary.files[f"ami_zh/{path.name}"]


def test_progress_counts_up_to_its_totals(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build(tmp_path, customers=20, months=3, progress=lambda *step: told.append(step))
    assert [step for step in told if step[0] == "months"] == [("months", done, 3) for done in range(4)]
    assert [stage for stage, done, total in told if done == total] == ["found", "months", "masters"]


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
    build(tmp_path, customers=20, months=5)
    (tmp_path / "notes.txt").write_text("mine")
    build(tmp_path, customers=20, months=3)
    assert len(list((tmp_path / "ami_zh").iterdir())) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "ami_zh",
        "answer_key.csv",
        "cis_zh",
        "notes.txt",
    ]


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
        if (stage, done) == ("months", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, customers=20, months=4, progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("months", range(3, 13))
def test_short_periods_say_what_they_cannot_hold(tmp_path: Path, months: int) -> None:
    summary = build(tmp_path, customers=60, months=months)
    missing = {kind for kind, count in summary.causes.items() if count == 0}
    assert missing == set(summary.shortfalls)
    # A meter standing still for eight months needs eleven: two before, the month of its end, eight after.
    assert ("meter_stopped" in missing) == (months < 11)
    assert ("bypassed_supply" in missing) == (months < 10)


def test_a_thousand_customers_get_more_stories(tmp_path: Path, county: Exported) -> None:
    larger = build(tmp_path, customers=1000, months=11)
    for kind, count in county.summary.causes.items():
        assert count >= 2
        assert larger.causes[kind] > count, kind
    assert larger.shortfalls == {}


def test_county_imports_the_kernel_alone() -> None:
    allowed = ("jicha.kernel", "jicha.county")
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
                name for name in names if name.split(".")[0] not in sys.stdlib_module_names | {"pyarrow"}
                and not any(f"{name}.".startswith(f"{root}.") for root in allowed)
            }  # fmt: skip
    assert foreign == set()
