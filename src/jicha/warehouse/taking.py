"""Files of a delivery taken side by side: typing one small file keeps one core busy, a delivery has hundreds."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jicha.warehouse.engines.raw_rows import hold_reasons
from jicha.warehouse.engines.store import Store
from jicha.warehouse.intake.delivery import DeliveredFile, take_file
from jicha.warehouse.lake import FilePress
from jicha.warehouse.manifest import RawFile
from jicha.warehouse.source import Source
from jicha.warehouse.workspace import Workspace

__all__ = ["take_files"]


def take_files(
    store: Store,
    press: FilePress,
    workspace: Workspace,
    source: Source,
    files: Sequence[DeliveredFile],
    *,
    threads: int,
) -> Iterator[RawFile]:
    """Each file's entry, in the order of the files; `threads` of them are worked on at a time.

    Raises as `intake.delivery.take_file` does, for the first file at fault in their order; nothing is being written
    any more by then.
    """
    if min(threads, len(files)) <= 1:
        for file in files:
            yield take_file(store, press, workspace, source, file, scratch=workspace.staging)
        return
    desks = _Desks(store, workspace.staging)

    def taken(file: DeliveredFile) -> RawFile:
        desk, scratch = desks.mine()
        return take_file(desk, press, workspace, source, file, scratch=scratch)

    pool = ThreadPoolExecutor(threads, thread_name_prefix="take")
    try:
        yield from pool.map(taken, files)
    finally:
        pool.shutdown(cancel_futures=True)
        desks.close()


class _Desks:
    """A connection and a scratch folder for each thread that asks, made when it first does."""

    def __init__(self, store: Store, staging: Path) -> None:
        self._store, self._staging = store, staging
        self._own = threading.local()
        self._lock = threading.Lock()
        self._made: list[Store] = []

    def mine(self) -> tuple[Store, Path]:
        if not hasattr(self._own, "desk"):
            with self._lock:
                desk = self._store.beside()
                self._made.append(desk)
                scratch = self._staging / f"desk-{len(self._made)}"
            scratch.mkdir()
            hold_reasons(desk)
            self._own.desk = desk, scratch
        desk_and_scratch: tuple[Store, Path] = self._own.desk
        return desk_and_scratch

    def close(self) -> None:
        for desk in self._made:
            desk.close()
