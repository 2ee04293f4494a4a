"""What was not taken, and why: each row and value that did not reach core leaves a reason one can find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow.parquet as pq

from jicha.kernel.text import Text
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.workspace import Workspace

#: row: the row was left out; value: the row was taken with this value empty; superseded: another row of the
#: same key took its place.
Effect = Literal["row", "value", "superseded"]

#: Columns of a quarantine file, with lexicon types.
QUARANTINE_COLUMNS: Mapping[str, str] = {
    "source": "text",
    "raw_table": "text",
    "file": "text",
    "row": "integer",
    "column": "text",
    "value": "text",
    "reason_code": "text",
    "reason_zh": "text",
    "reason_en": "text",
    "advice_zh": "text",
    "advice_en": "text",
    "effect": "text",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was not taken, and what to do about it."""

    text: Text
    advice: Text


def _reason(en: str, zh: str, advice_en: str, advice_zh: str) -> Reason:
    return Reason(Text(en=en, zh=zh), Text(en=advice_en, zh=advice_zh))


REASONS: Mapping[str, Reason] = {
    "field_count": _reason(
        "the row has more or fewer fields than the header",
        "该行字段数与表头不一致",
        "look for an unquoted delimiter, a stray quotation mark or a broken line, and export the row again",
        "检查是否有未加引号的分隔符、多余的引号或断行, 修正后重新导出",
    ),
    "missing_value": _reason(
        "a required value is empty", "必填项为空", "fill it in the source system", "在源系统中补录"
    ),
    "not_a_date": _reason(
        "not a date of the form YYYY-MM-DD",
        "不是 YYYY-MM-DD 格式的有效日期",
        "correct the date or the export's date format",
        "修正日期或导出的日期格式",
    ),
    "not_a_month": _reason(
        "not a month of the form YYYYMM",
        "不是 YYYYMM 格式的有效年月",
        "correct the month or the export's format",
        "修正年月或导出格式",
    ),
    "not_a_timestamp": _reason(
        "not a time of the form YYYY-MM-DD HH:MM:SS",
        "不是 YYYY-MM-DD HH:MM:SS 格式的有效时间",
        "correct the time or the export's time format",
        "修正时间或导出的时间格式",
    ),
    "not_a_number": _reason(
        "not a number",
        "不是数值",
        "export numbers with digits, a sign and a point only: no thousands separators, no units",
        "数值只能含数字、正负号和小数点, 不得含千分位分隔符或单位",
    ),
    "not_an_integer": _reason(
        "not a whole number", "不是整数", "correct the value in the source system", "在源系统中更正"
    ),
    "too_many_digits": _reason(
        "more digits than the column holds, before or after the point",
        "整数位或小数位超出该列的精度",
        "check the value; if it is right, widen the column in the lexicon and the column map",
        "核对数值; 若数值无误, 请在词典和列映射中放宽精度",
    ),
    "not_a_boolean": _reason(
        "neither yes nor no",
        "不是是/否值",
        "export 1 or 0, true or false, 是 or 否",
        "应为 1/0、true/false 或 是/否",
    ),
    "unknown_code": _reason(
        "a word that the code list does not know",
        "代码表中没有该取值",
        "correct the value, or add the source's word to its recode file",
        "更正取值, 或在该数据源的 recode 文件中增加对应词",
    ),
    "key_missing": _reason(
        "the core row would have no key, no customer or no date",
        "缺少主键、户号或日期, 无法形成 core 数据行",
        "deliver the table it is looked up in, or fill the value in the source system",
        "请提供其关联表, 或在源系统中补录",
    ),
    "superseded": _reason(
        "another row with the same key and other content took its place (greatest file name, then row)",
        "主键相同而内容不同, 已被另一行取代 (取文件名最大者, 再取行号最大者)",
        "find out which of the two is right and deliver only that one",
        "核实两行中哪一行正确, 只提供正确的一行",
    ),
}


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One thing not taken. `file` is a file's name, `row` counts its records, the header being the first."""

    source: str
    raw_table: str
    file: str
    row: int
    column: str | None
    value: str | None
    reason_code: str
    reason: Text
    advice: Text
    effect: Effect


def quarantine_files(workspace: Workspace, manifest: Manifest, *, source: str | None = None) -> list[Path]:
    """The quarantine's Parquet files at a manifest; of one source, those that may hold something of it."""
    of_rows = [
        entry.quarantine for entry in manifest.ledger if entry.quarantine and source in (None, entry.source)
    ]
    of_tables = [file for table in sorted(manifest.set_aside) for file in manifest.set_aside[table]]
    return [workspace.path / file for file in (*of_rows, *of_tables)]


def quarantined(
    workspace: Workspace, manifest: Manifest | None = None, *, source: str | None = None
) -> Iterator[Quarantined]:
    """Everything not taken at a manifest (the head if none is given), file by file, in row order."""
    for file in quarantine_files(workspace, manifest or Manifest.head(workspace), source=source):
        for batch in pq.ParquetFile(file).iter_batches():
            for row in batch.to_pylist():
                if source in (None, row["source"]):
                    yield _quarantined(row)


def _quarantined(row: Mapping[str, object]) -> Quarantined:
    values = dict(row)
    reason = Text(en=str(values.pop("reason_en")), zh=str(values.pop("reason_zh")))
    advice = Text(en=str(values.pop("advice_en")), zh=str(values.pop("advice_zh")))
    return Quarantined(**values, reason=reason, advice=advice)  # type: ignore[arg-type]
