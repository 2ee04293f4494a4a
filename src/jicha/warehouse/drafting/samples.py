"""Samples of a system's exports read as ingest would read them: the same readers, a table that may be any."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from jicha.kernel.errors import SourceError
from jicha.kernel.text import Text
from jicha.warehouse.drafting.files import FileTraits
from jicha.warehouse.drafting.header_matching import Vocabulary
from jicha.warehouse.drafting.mapping import Sample
from jicha.warehouse.engines.reading import DeliveredRows, parquet_header, read_csv, read_parquet
from jicha.warehouse.engines.sample_columns import sample_columns
from jicha.warehouse.engines.store import Store
from jicha.warehouse.engines.workbook import read_workbook
from jicha.warehouse.intake.archive import SUFFIX, Archive
from jicha.warehouse.intake.decode import decode
from jicha.warehouse.intake.delivered_header import wanted_headers
from jicha.warehouse.intake.file_format import format_of
from jicha.warehouse.intake.header_row import folded
from jicha.warehouse.source import DELIMITERS, SUFFIXES, RawColumn, RawTable, without_suffix

#: A cell of a header is a name; one of these is a value, and the file has no header.
_VALUE = re.compile(r"[+\-]?[0-9][0-9,.]*|[0-9]{4}[-/.年][0-9]{1,2}([-/.月][0-9]{1,2}日?)?( .*)?")

#: The name that a reader gives a column without one.
_PLACE = re.compile(r"#[0-9]+")

_ENCODINGS = ("utf-8", "gb18030")
_MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class _Read:
    """One sample on the store. `titles` counts the rows above the header, `other_sheets` were not looked at."""

    rows: DeliveredRows
    delimiter: str | None = None
    titles: int = 0
    other_sheets: tuple[str, ...] = ()


def read_samples(files: Sequence[Path], vocabulary: Vocabulary) -> tuple[tuple[Sample, ...], FileTraits]:
    """What is seen of each sample, in their order, and what the files are, all together.

    A zip archive stands for its members, a workbook for the sheet that names most of what is known. Raises
    `SourceError` where a file cannot be read as a table or has no header.
    """
    anything = _any_table(vocabulary)
    samples: list[Sample] = []
    reads: list[_Read] = []
    unnamed = False
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jicha-sample-")))
        store = stack.enter_context(Store(threads=1, memory_limit=_MEMORY, temp=scratch))
        for name, path, shown in _unpacked(files, scratch):
            with _shown_as(path, shown):
                read = _read(store, path, anything, scratch)
                _check_header(list(read.rows.columns), path)
            columns = sample_columns(store, read.rows)
            named = [column for column in columns if _can_be_mapped(column.header)]
            unnamed = unnamed or len(named) < len(columns)
            samples.append(Sample(without_suffix(name), tuple(named)))
            reads.append(read)
    delimiters = tuple(dict.fromkeys(read.delimiter for read in reads if read.delimiter))
    return tuple(samples), FileTraits(
        delimiters=() if delimiters == (",",) else delimiters,
        has_titles=any(read.titles for read in reads),
        has_unnamed=unnamed,
        other_sheets=tuple(name for read in reads for name in read.other_sheets),
    )


def _any_table(vocabulary: Vocabulary) -> RawTable:
    """A table that may have every column that is known, needs none and passes over all others: what the
    readers find the header row by."""
    names = {folded(name): name for name in reversed(vocabulary.names)}
    columns = tuple(
        RawColumn(headers=(name,), column=f"c{place}", type="text", may_be_absent=True)
        for place, name in enumerate(names.values())
    )
    title = Text(en="sample", zh="样例")
    return RawTable("sample", "raw_sample.sample", title, "*", columns, shown="sample", digest="")


def _unpacked(files: Sequence[Path], scratch: Path) -> Iterator[tuple[str, Path, str]]:
    """Name, place and shown path of each sample; members of an archive are unpacked one after the other."""
    for file in files:
        if not file.is_file():
            raise SourceError(
                "sample_missing", en="this sample does not exist", zh="样例文件不存在", file=file
            )
        if not file.name.lower().endswith(SUFFIX):
            yield file.name, file, str(file)
            continue
        with Archive(file) as archive:
            members = [m for m in archive.members() if m.name.lower().endswith(SUFFIXES)]
            if not members:
                raise SourceError(
                    "sample_missing",
                    en=f"the archive holds no table ({', '.join(SUFFIXES)})",
                    zh=f"压缩包中没有数据表 ({'、'.join(SUFFIXES)})",
                    file=file,
                )
            for member in members:
                place = scratch / f"member{member.position}{Path(member.name).suffix.lower()}"
                archive.unpack(member, place)
                yield member.name, place, member.shown
                place.unlink()


@contextmanager
def _shown_as(path: Path, shown: str) -> Iterator[None]:
    """Errors speak of a file as it was given, wherever it was unpacked."""
    try:
        yield
    except SourceError as error:
        named = (error.file or "").replace(str(path), shown)
        raise SourceError(
            error.code, en=error.text.en, zh=error.text.zh, file=named, line=error.line, column=error.column
        ) from error


def _read(store: Store, path: Path, anything: RawTable, scratch: Path) -> _Read:
    """One file in the reader of its format, its header being the row that names most of what is known."""
    kind = format_of(path)
    if kind == "parquet":
        parquet_header(path)
        return _Read(read_parquet(store, path))
    if kind == "csv":
        text = decode(
            path,
            encodings=_ENCODINGS,
            delimiters=DELIMITERS,
            known=wanted_headers(anything.columns),
            temp=scratch / "decoded.csv",
            skips_titles=True,
        )
        _refuse_twins(text.header, path, text.first_row - 1)
        return _Read(read_csv(store, path, text), text.delimiter, text.first_row - 2)
    book = read_workbook(store, path, anything, is_xlsx=kind == "xlsx", skips_titles=True, ignores_extra=True)
    return _Read(book.rows, None, book.rows_above, book.ignored_sheets)


def _can_be_mapped(header: str) -> bool:
    """Whether a map can name the column: one without a name it cannot (`#5` is what a reader calls the fifth),
    nor one with the sign that separates alternatives."""
    return bool(folded(header)) and "|" not in header and not _PLACE.fullmatch(header)


def _refuse_twins(header: Sequence[str], path: Path, row: int) -> None:
    names = [folded(name) for name in header if folded(name)]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise SourceError(
            "header_twice",
            en=f"the header names {', '.join(twins)} twice; rename or remove one of them in the sample",
            zh=f"表头中 {'、'.join(twins)} 重复; 请在样例中改名或删除其一",
            file=path,
            line=row,
            column=twins[0],
        )


def _check_header(headers: Sequence[str], path: Path) -> None:
    """Refuses a file whose first row is data: its values must not become names in a file that is shared."""
    if not any(map(folded, headers)) or any(_VALUE.fullmatch(header.strip()) for header in headers):
        raise SourceError(
            "no_header",
            en="the first row holds values, not column names; export the sample with its header",
            zh="首行是数据而不是列名; 请导出带表头的样例",
            file=path,
            line=1,
        )
