"""What was not taken, and why: each row and value that did not reach core leaves a reason one can find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pyarrow.parquet as pq

from jicha.kernel.text import Text
from jicha.warehouse.manifest import Manifest, SheetRows
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
        "a required value is empty",
        "必填项为空",
        "fill it in the source system; a row of totals or remarks is to be left out of the export",
        "在源系统中补录; 若为合计行或备注行, 导出时请去除",
    ),
    "undecodable": _reason(
        "characters of the value could not be read in the file's encoding",
        "该值含有无法按文件编码读出的字符",
        "export the file again in one encoding (UTF-8 or GB18030), or correct the value in the source system",
        "以同一种编码 (UTF-8 或 GB18030) 重新导出, 或在源系统中更正该值",
    ),
    "mixed_encoding": _reason(
        "the line is in another encoding than the rest of the file",
        "该行的编码与文件其余部分不同",
        "do not join files of different encodings; export the whole table again in one encoding",
        "不要拼接编码不同的文件; 请以同一种编码重新导出整张表",
    ),
    "formula_error": _reason(
        "an error of a spreadsheet formula, such as #N/A, stands in place of the value",
        "单元格是公式错误 (如 #N/A), 没有数值",
        "correct the formula or paste the values, and better: take the export itself, not a worked-over copy",
        "修正公式或粘贴为数值; 最好直接使用系统导出的原始文件",
    ),
    "number_form_lost": _reason(
        "a spreadsheet or program has taken the identifier for a number or a date; digits may be lost",
        "编号被表格软件或程序当作数字或日期处理, 位数可能已丢失",
        "export again with the column as text; reformatting the damaged file does not bring the digits back",
        "将该列设为文本格式后重新导出; 在已损坏的文件中修改格式无法恢复丢失的位数",
    ),
    "not_a_date": _reason(
        "not a day of the years 1900 to 2999 written with the year first",
        "不是 1900 至 2999 年间、年份在前的有效日期",
        "export days as 2024-01-05, 2024/1/5, 2024.1.5, 20240105 or 2024年1月5日, with four digits of the year "
        "and no time but 00:00:00; 05-JAN-24 does not tell the century, and a bare number such as 45292 is a "
        "spreadsheet's day number: format the cells as dates",
        "日期请导出为 2024-01-05、2024/1/5、2024.1.5、20240105 或 2024年1月5日, 年份四位, 时间只能为 00:00:00; "
        "05-JAN-24 无法判定世纪; 45292 之类的数字是表格软件的日期序号, 请将单元格设为日期格式",
    ),
    "not_a_month": _reason(
        "not a month of the years 1900 to 2999 written with the year first",
        "不是 1900 至 2999 年间、年份在前的有效年月",
        "export months as 202401, 2024-01, 2024/1, 2024.01 or 2024年1月, or as their first day; 2024.1 may be "
        "October, and a day within the month is a date",
        "年月请导出为 202401、2024-01、2024/1、2024.01 或 2024年1月, 或当月第一天; 2024.1 可能是十月, "
        "月中的某一天不是年月",
    ),
    "not_a_timestamp": _reason(
        "not a day and time of the years 1900 to 2999 written with the year first",
        "不是 1900 至 2999 年间、年份在前的有效日期时间",
        "export times as 2024-01-05 08:30:00, with a day and a time to the minute or finer, without time zone "
        "and without 上午 or PM; a day alone is no time",
        "时间请导出为 2024-01-05 08:30:00, 含日期和至少精确到分的时间, 不带时区、上午/下午; 只有日期不算时间",
    ),
    "not_a_number": _reason(
        "not a number",
        "不是数值",
        "export digits with a sign and a point; thousands commas must stand right (1,234,567.80); no units, "
        "currency or percent signs, and no parentheses: a negative number has a minus sign",
        "数值由数字、正负号和小数点组成, 千分位逗号须位置正确 (1,234,567.80); 不得含单位、货币符号、百分号或括号, "
        "负数用负号表示",
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
    "out_of_range": _reason(
        "a number outside the range that the column map allows",
        "数值超出列映射规定的范围",
        "correct the value in the source system; if it is right, widen the range in the column map",
        "在源系统中更正; 若数值无误, 请在列映射中放宽范围",
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
    """One thing not taken. `file` is a file's name, `row` counts its records, the header being the first.

    In a workbook of several sheets, whose rows are counted as if they stood one below the other, `sheet` and
    `sheet_row` say where one finds it.
    """

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
    sheet: str | None = None
    sheet_row: int | None = None

    @property
    def shown_row(self) -> str:
        """The row's number, or sheet and number: `7`, `二月!3`."""
        return str(self.row) if self.sheet is None else f"{self.sheet}!{self.sheet_row}"


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
    manifest = manifest or Manifest.head(workspace)
    sheets = {
        (entry.source, entry.raw_table, entry.file): entry.sheets
        for entry in manifest.ledger
        if len(entry.sheets) + len(entry.ignored_sheets) > 1
    }
    for file in quarantine_files(workspace, manifest, source=source):
        for batch in pq.ParquetFile(file).iter_batches():
            for row in batch.to_pylist():
                if source in (None, row["source"]):
                    of_file = sheets.get((row["source"], row["raw_table"], row["file"]), ())
                    yield _quarantined(row, of_file)


def _quarantined(row: Mapping[str, object], sheets: Sequence[SheetRows]) -> Quarantined:
    values = dict(row)
    reason = Text(en=str(values.pop("reason_en")), zh=str(values.pop("reason_zh")))
    advice = Text(en=str(values.pop("advice_en")), zh=str(values.pop("advice_zh")))
    told = Quarantined(**values, reason=reason, advice=advice)  # type: ignore[arg-type]
    of_sheet = next((sheet for sheet in reversed(sheets) if sheet.rows_before < told.row), None)
    if of_sheet is None:
        return told
    return replace(told, sheet=of_sheet.name, sheet_row=told.row - of_sheet.rows_before)
