"""What a utility delivered: files found, recognised, held to their column maps and taken into `raw/`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jicha.kernel.errors import SourceError
from jicha.warehouse.engines.raw_rows import write_raw
from jicha.warehouse.engines.reading import DeliveredRows, parquet_header, read_csv, read_parquet
from jicha.warehouse.engines.store import Store
from jicha.warehouse.engines.workbook import read_workbook
from jicha.warehouse.intake.archive import SUFFIX, Archive, Member
from jicha.warehouse.intake.decode import DecodedText, decode
from jicha.warehouse.intake.delivered_folder import Stamp, entries, reading, require_file
from jicha.warehouse.intake.delivered_header import HeaderMatch, match_header, wanted_headers
from jicha.warehouse.intake.file_format import format_of
from jicha.warehouse.lake import FilePress, file_digest
from jicha.warehouse.manifest import RawFile, SheetRows
from jicha.warehouse.source import SUFFIXES, RawTable, Source
from jicha.warehouse.workspace import Workspace

#: Raised when the reading of files changes, so that raw files of an older reading are not taken for new ones.
_READER = 2


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """A file of a delivery, the raw table it belongs to and the digest of its bytes.

    `path` is the file itself, or the archive that `member` is packed in; `stamp` is that file's when found.
    """

    path: Path
    table: RawTable
    sha256: str
    stamp: Stamp
    member: Member | None = None

    @property
    def name(self) -> str:
        return self.member.name if self.member else self.path.name

    @property
    def shown(self) -> str:
        """Where it is, for messages: the path, or archive.zip/member."""
        return self.member.shown if self.member else str(self.path)

    @property
    def identity(self) -> str:
        """The same name, bytes and mapping give the same raw rows."""
        parts = f"{_READER}\0{self.name}\0{self.sha256}\0{self.table.digest}"
        return hashlib.sha256(parts.encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Read:
    """The rows of one file and what was seen of it on the way; see `RawFile` for the last three."""

    rows: DeliveredRows
    match: HeaderMatch
    rows_above: int = 0
    sheets: tuple[SheetRows, ...] = ()
    ignored_sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """A delivery's files by table and name, and what else lies there, as paths within the folder."""

    files: list[DeliveredFile]
    unclaimed: tuple[str, ...]


def find_files(source: Source, data: Path) -> FoundFiles:
    """The files of a delivery that the source's tables claim by name, at any depth.

    Zip archives are looked into. A folder named like the source inside `data` is preferred, so that one export
    folder can hold several systems. Raises `SourceError` where nothing is found, two files share a name or two
    tables claim one, and where a claimed file or an archive cannot be read.
    """
    if not data.is_dir():
        raise _no_folder(data)
    root = data / source.name if (data / source.name).is_dir() else data
    found: dict[str, DeliveredFile] = {}
    unclaimed: list[str] = []
    for file in _looked_through(source, root):
        if isinstance(file, str):
            unclaimed.append(file)
            continue
        other = found.setdefault(file.name, file)
        if other.sha256 != file.sha256:
            raise SourceError(
                "file_twice",
                en=f"{other.shown} has the same name and other content; rename or remove one of them",
                zh=f"{other.shown} 与该文件同名但内容不同; 请改名或删除其一",
                file=file.shown,
            )
    if not found:
        patterns = ", ".join(table.files for table in source.tables.values())
        raise SourceError(
            "no_files",
            en=f"no file here is named like a table of {source.name}: {patterns}",
            zh=f"目录中没有数据源 {source.name} 的文件; 文件名模式: {patterns}",
            file=root,
        )
    order = {table: number for number, table in enumerate(source.tables)}
    files = sorted(found.values(), key=lambda file: (order[file.table.name], file.shown))
    return FoundFiles(files, tuple(unclaimed))


def take_file(
    store: Store,
    press: FilePress,
    workspace: Workspace,
    source: Source,
    file: DeliveredFile,
    *,
    scratch: Path,
) -> RawFile:
    """Reads, types and stores one file under `raw/`; what was not taken goes to `quarantine/`. `scratch` is a folder
    that nobody else uses meanwhile.

    Raises `SourceError` where the file as a whole cannot be read: format, encoding, header, broken CSV.
    """
    place = Path(source.name, file.table.name)
    raw_temp = press.temp(workspace.raw / place)
    quarantine_temp = press.temp(workspace.quarantine / place)
    with reading(file.path, file.stamp), _at_hand(file, scratch) as path:
        read = _read(store, source, file.table, path, scratch)
        counts = write_raw(
            store,
            read.rows,
            file.table,
            source=source.name,
            file=file.name,
            raw=raw_temp,
            quarantine=quarantine_temp,
        )
    target = f"{file.identity}.parquet"
    raw = press.publish_as(raw_temp, raw_temp.with_name(target), kind="raw")
    quarantine = None
    if quarantine_temp.exists():
        quarantine = press.publish_as(quarantine_temp, quarantine_temp.with_name(target), kind="quarantine")
    return RawFile(
        source=source.name,
        raw_table=file.table.name,
        file=file.name,
        sha256=file.sha256,
        mapping=file.table.digest,
        raw=raw.relative_to(workspace.path).as_posix(),
        quarantine=quarantine.relative_to(workspace.path).as_posix() if quarantine else None,
        rows_read=counts.rows_read,
        rows_typed=counts.rows_typed,
        rows_quarantined=counts.rows_quarantined,
        values_quarantined=counts.values_quarantined,
        rows_blank=read.rows.blank,
        rows_above=read.rows_above,
        absent_columns=read.match.absent,
        ignored_columns=read.match.ignored,
        sheets=read.sheets,
        ignored_sheets=read.ignored_sheets,
    )


def _no_folder(data: Path) -> SourceError:
    if data.exists():
        return SourceError(
            "data_not_a_folder",
            en="this is a file; name the folder that it is in",
            zh="这是文件; 请指定其所在的目录",
            file=data,
        )
    return SourceError("data_missing", en="this data folder does not exist", zh="数据目录不存在", file=data)


def _looked_through(source: Source, root: Path) -> Iterator[DeliveredFile | str]:
    """Files and members of archives in the order of their paths; of those no table claims, where they lie."""
    for path in entries(root):
        is_archive = path.suffix.lower() == SUFFIX
        table = None if is_archive else _table_of(source, path.name, path)
        if path.is_dir() and not (is_archive or (table and path.suffix.lower() in SUFFIXES)):
            continue
        if is_archive or table:
            require_file(path)
        if is_archive:
            yield from _packed(source, root, path)
        elif table is not None:
            with reading(path):
                stamp, digest = Stamp.of(path), file_digest(path)
            yield DeliveredFile(path, table, digest, stamp)
        else:
            yield str(path.relative_to(root))


def _packed(source: Source, root: Path, path: Path) -> Iterator[DeliveredFile | str]:
    with reading(path):
        stamp = Stamp.of(path)
        with Archive(path) as archive:
            for member in archive.members():
                table = _table_of(source, member.name, member.shown)
                if table is not None:
                    yield DeliveredFile(path, table, archive.digest(member), stamp, member)
                else:
                    yield f"{path.relative_to(root)}/{member.inside}"


def _table_of(source: Source, name: str, shown: str | Path) -> RawTable | None:
    tables = [table for table in source.tables.values() if table.claims(name)]
    if len(tables) > 1:
        first, second = tables[0].name, tables[1].name
        raise SourceError(
            "two_patterns",
            en=f"both {first} and {second} claim this file: make the patterns differ",
            zh=f"{first} 和 {second} 的文件名模式都匹配该文件; 请区分两个模式",
            file=shown,
        )
    return tables[0] if tables else None


@contextmanager
def _at_hand(file: DeliveredFile, scratch: Path) -> Iterator[Path]:
    """The file where it can be read; errors speak of it as delivered, wherever that is."""
    if file.member is None:
        yield file.path
        return
    # The suffix says what the packer took it for; nothing else of its name reaches the file system.
    suffix = Path(file.name).suffix.lower()
    path = scratch / f"member{suffix if suffix[1:].isalnum() and suffix.isascii() else ''}"
    with Archive(file.path) as archive:
        archive.unpack(file.member, path)
    try:
        yield path
    except SourceError as error:
        named = (error.file or "").replace(str(path), file.shown)
        raise SourceError(
            error.code, en=error.text.en, zh=error.text.zh, file=named, line=error.line, column=error.column
        ) from error
    finally:
        path.unlink(missing_ok=True)


def _read(store: Store, source: Source, table: RawTable, path: Path, scratch: Path) -> _Read:
    kind = format_of(path)
    if kind not in source.formats and not (kind == "parquet" and table.database_file):
        raise SourceError(
            "format_refused",
            en=f"the file is {kind}, but {source.shown} takes {', '.join(source.formats)} only; export it as one "
            f"of these, or add {kind} to `formats`",
            zh=f"该文件为 {kind} 格式, 而 {source.shown} 只接受 {'、'.join(source.formats)}; "
            f"请按这些格式导出, 或在 formats 中增加 {kind}",
            file=path,
        )
    if kind == "parquet":
        match = match_header(
            table, parquet_header(path), ignores_extra=source.ignores_extra_columns, file=path
        )
        return _Read(read_parquet(store, path), match)
    if kind == "csv":
        return _read_text(store, source, table, path, scratch)
    book = read_workbook(
        store,
        path,
        table,
        is_xlsx=kind == "xlsx",
        skips_titles=source.skips_titles,
        ignores_extra=source.ignores_extra_columns,
    )
    return _Read(book.rows, book.match, book.rows_above, book.sheets, book.ignored_sheets)


def _read_text(store: Store, source: Source, table: RawTable, path: Path, scratch: Path) -> _Read:
    def decoded(skips_titles: bool) -> DecodedText:
        return decode(
            path,
            encodings=source.encodings,
            delimiters=source.delimiters,
            known=wanted_headers(table.columns),
            temp=scratch / "decoded.csv",
            skips_titles=skips_titles,
        )

    def matched(text: DecodedText, better_row: int | None = None) -> HeaderMatch:
        return match_header(
            table,
            text.header,
            ignores_extra=source.ignores_extra_columns,
            file=path,
            row=text.first_row - 1,
            better_row=better_row,
        )

    text = decoded(source.skips_titles)
    try:
        match = matched(text)
    except SourceError:
        below = None if source.skips_titles else decoded(True).first_row - 1
        if below is not None and below > text.first_row - 1:
            matched(text, better_row=below)
        raise
    return _Read(read_csv(store, path, text), match, rows_above=text.first_row - 2)
