"""`jicha new source`: a first mapping from samples of a system's exports, and what to check of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jicha.cli.language import current, say
from jicha.cli.show import drawn, print_table, table, tell, tell_command
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.core import CoreTable, load_core_tables
from jicha.warehouse.drafting.files import mapping_files, remove_new, source_folder, write_new
from jicha.warehouse.drafting.header_matching import Vocabulary
from jicha.warehouse.drafting.mapping import Certainty, ColumnDraft, TableDraft, first_mapping
from jicha.warehouse.drafting.models import CoreDraft, core_drafts, with_keys_required
from jicha.warehouse.drafting.samples import read_samples
from jicha.warehouse.source import Source, source_names
from jicha.warehouse.to_core import load_to_core

_STYLES = {Certainty.sure: "green", Certainty.guess: "yellow", Certainty.unknown: "red"}


def source(*, name: str, samples: Sequence[Path], into: Path) -> None:
    """Reads the samples, drafts the mapping, writes it, and loads what was written as ingest would."""
    roots = ContentRoots.find([into] if into.is_dir() else [])
    folder = source_folder(name, into, source_names(roots))
    lexicon = Lexicon.load(roots)
    core = load_core_tables(roots, lexicon)
    known = [Source.load(each, roots, lexicon) for each in source_names(roots)]
    vocabulary = Vocabulary.of(lexicon, known)
    seen, traits = read_samples(samples, vocabulary)
    tables = first_mapping(seen, vocabulary, lexicon, core)
    models = core_drafts(
        tables, lexicon, core, {each.name: load_to_core(each, roots, core) for each in known}
    )
    tables = with_keys_required(tables, models)
    write_new(mapping_files(name, folder, into, tables, models, traits, lexicon), folder)
    try:
        _checked(name, into, lexicon, core)
    except BaseException:
        # A mapping that does not load would stop every other command over this content root.
        remove_new(folder)
        raise
    _show(folder, tables, models)
    if traits.other_sheets:
        sheets = ", ".join(traits.other_sheets)
        tell(say(f"sheets not looked at: {sheets}", f"未读取的工作表: {sheets}"), "yellow")
    _tell_next(name, folder, into, models)


def _checked(name: str, into: Path, lexicon: Lexicon, core: Mapping[str, CoreTable]) -> None:
    """Loads the new source as ingest would; raises `ContentError` for whatever is wrong with it."""
    roots = ContentRoots.find([into])
    load_to_core(Source.load(name, roots, lexicon), roots, core)


def _show(folder: Path, tables: Sequence[TableDraft], models: Sequence[CoreDraft]) -> None:
    print_table(
        say(f"A first mapping is in {folder}", f"首版映射已写入 {folder}"),
        table(
            [
                (say("raw table", "原始表"), "left"),
                (say("files", "文件名模式"), "left"),
                (say("sure", "确定"), "right"),
                (say("guess", "推测"), "right"),
                (say("unknown", "未知"), "right"),
                (say("core tables", "核心表"), "left"),
            ],
            [
                (
                    each.name,
                    each.files,
                    *(_count(each, certainty) for certainty in Certainty),
                    ", ".join(m.target.name.removeprefix("core.") for m in models if m.driver == each.name),
                )
                for each in tables
            ],
        ),
    )
    doubtful = [(each, c) for each in tables for c in each.columns if c.certainty is not Certainty.sure]
    if doubtful:
        print_table(
            say("Look at these columns", "请逐项核对以下列"),
            table(
                [
                    (say("raw table", "原始表"), "left"),
                    (say("header", "表头"), "left"),
                    (say("column", "列"), "left"),
                    (say("type", "类型"), "left"),
                    (say("note", "说明"), "left"),
                ],
                [(each.name, c.header, c.column, c.type, _note(c)) for each, c in doubtful],
            ),
        )


def _count(each: TableDraft, certainty: Certainty) -> object:
    count = each.count(certainty)
    return drawn(count, _STYLES[certainty] if count else "dim")


def _note(column: ColumnDraft) -> object:
    return drawn(column.note.in_(current()), _STYLES[column.certainty])


def _tell_next(name: str, folder: Path, into: Path, models: Sequence[CoreDraft]) -> None:
    nulls = sum(sql is None for model in models for sql in model.columns.values())
    tell(
        say(
            f"Check in {folder}, in this order:\n"
            "  1. *.columns.csv: each guess and each unknown column; `required` (yes: a row without\n"
            "     a value is quarantined); units that differ from the column's (_kwh, _yuan, _kva)\n"
            f"  2. to_core/*.sql: columns that are null because no sample has them ({nulls});\n"
            "     whether a last day is included or not\n"
            "  3. source.yaml: titles and file patterns\n"
            "  4. sample/: add invented rows; nothing of the samples was copied there\n"
            "Then:",
            f"请在 {folder} 中依次核对:\n"
            "  1. *.columns.csv: 每个推测列和未知列; required (yes 表示缺值的行会被隔离);\n"
            "     计量单位是否与列名一致 (_kwh、_yuan、_kva)\n"
            f"  2. to_core/*.sql: 样例中没有而为空值的列 ({nulls} 个); 截止日期是否包含当日\n"
            "  3. source.yaml: 名称与文件名模式\n"
            "  4. sample/: 补充编造的样例行; 本命令未复制样例中的任何数据\n"
            "然后运行:",
        )
    )
    if not models:
        tell(
            say(
                "  (no core table has its key in these samples: name the key columns first, then write to_core/)",
                "  (样例中没有任何核心表的主键: 请先补全主键列的映射, 再编写 to_core/)",
            ),
            "yellow",
        )
    tell_command(f"  jicha ingest {name} --data DIR --content {into} --workspace trial")
    tell_command("  jicha quarantine --workspace trial")
