"""The targets of the fuzzer: bytes to the input of one reader, and the rules that it is held to.

The last two bytes of an input say in which way it is read, so that its beginning looks like a file's; a Parquet
file, of which the end counts, is read in one way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from jicha.warehouse.engines.store import Store

from .content_reading import KINDS, check_column_map, check_document, check_header
from .packed_reading import SUFFIXES, check_archive, check_parquet, check_workbook
from .packing import with_parts_changed
from .text_reading import Way, check_text
from .value_typing import COLUMNS, check_values

Check = Callable[[bytes], None]
Change = Callable[[bytes, int], bytes]
Mutator = Callable[[bytes, int, int, Change], bytes]

#: Values that are typed at a time: more would cost time, not find more.
_MOST_VALUES = 100


def _text(scratch: Path) -> Check:
    store = _store(scratch)

    def check(data: bytes) -> None:
        check_text(store, scratch, data[:-2], Way.of(_choice(data)))

    return check


def _workbook(scratch: Path) -> Check:
    store = _store(scratch)

    def check(data: bytes) -> None:
        choice = _choice(data)
        check_workbook(
            store,
            scratch,
            data[:-2],
            suffix=SUFFIXES[choice % len(SUFFIXES)],
            skips_titles=bool(choice & 256),
            ignores_extra=not choice & 512,
        )

    return check


def _parquet(scratch: Path) -> Check:
    store = _store(scratch)

    def check(data: bytes) -> None:
        check_parquet(store, scratch, data)

    return check


def _archive(scratch: Path) -> Check:
    def check(data: bytes) -> None:
        check_archive(scratch, data[:-2])

    return check


def _header(scratch: Path) -> Check:
    def check(data: bytes) -> None:
        choice = _choice(data)
        read = check_header if data.lstrip().startswith(b"/*") else check_document
        read(scratch, data[:-2], KINDS[choice % len(KINDS)])

    return check


def _columns(scratch: Path) -> Check:
    store = _store(scratch)

    def check(data: bytes) -> None:
        check_column_map(store, scratch, data[:-2])

    return check


def _values(scratch: Path) -> Check:
    store = _store(scratch)

    def check(data: bytes) -> None:
        # As decoded text is: what cannot be read is U+FFFD, and so is NUL. A vertical bar ends a value.
        text = data[:-2].decode("utf-8", "replace").replace("\0", "\ufffd")
        column = COLUMNS[_choice(data) % len(COLUMNS)]
        check_values(store, text.split("|")[:_MOST_VALUES], [column])

    return check


def _store(scratch: Path) -> Store:
    return Store(threads=1, memory_limit="500MB", temp=scratch)


def _choice(data: bytes) -> int:
    return int.from_bytes(data[-2:], "big")


#: Name -> what makes the check, given a folder to work in.
TARGETS: Mapping[str, Callable[[Path], Check]] = {
    "text": _text,
    "workbook": _workbook,
    "parquet": _parquet,
    "archive": _archive,
    "header": _header,
    "columns": _columns,
    "values": _values,
}

#: Targets whose inputs are changed behind their packing.
MUTATORS: Mapping[str, Mutator] = {"workbook": with_parts_changed, "archive": with_parts_changed}
