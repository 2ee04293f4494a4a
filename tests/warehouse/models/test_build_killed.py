"""A build stopped anywhere leaves whole pieces only, and the next one takes them up."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jicha.warehouse.lake import FilePress, sweep_leftovers

from .houses import FEW_MONTHS, House, Lake, all_rows, bills, built, files, put_bills


class Killed(BaseException):
    """As good as a kill: nothing in the product handles it."""


def test_stopped_between_any_two_pieces(house: House, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    expected_rows = all_rows(built(house, lake)[0])
    expected = files(lake)
    publish = FilePress.publish_as
    for number in range(len(expected)):
        other = Lake.new(lake.workspace.path.parent / f"killed{number}")
        put_bills(other, bills(FEW_MONTHS))
        monkeypatch.setattr(FilePress, "publish_as", _dies_at(number, publish))
        with pytest.raises(Killed):
            built(house, other)
        monkeypatch.setattr(FilePress, "publish_as", publish)
        done = named(other)
        assert len(done) == number
        assert done.items() <= expected.items()
        store, report = built(house, other)
        assert (len(report.rebuilt), report.reused) == (len(expected) - number, number)
        assert all_rows(store) == expected_rows
        assert named(other) == expected


def named(lake: Lake) -> dict[str, bytes]:
    """Its files but for those that were being written: the next writer sweeps them away."""
    return {name: data for name, data in files(lake).items() if ".tmp-" not in name}


def _dies_at(number: int, publish: Callable[..., Path]) -> Callable[..., Path]:
    count = itertools.count()

    def publish_as(self: FilePress, temp: Path, final: Path, *, kind: str) -> Path:
        if next(count) == number:
            raise Killed
        return publish(self, temp, final, kind=kind)

    return publish_as


KILLER = """
import itertools, os, sys
from pathlib import Path
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.build import build
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.lake import FilePress
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace
import msgspec
content, path, manifest, number = sys.argv[1:]
publish, count = FilePress.publish_as, itertools.count()
def publish_as(self, temp, final, *, kind):
    done = publish(self, temp, final, kind=kind)
    if next(count) == int(number):
        os._exit(9)
    return done
FilePress.publish_as = publish_as
workspace = Workspace.open(Path(path))
catalogue = Catalogue.load(ContentRoots(Path(content)))
store = Store(workspace, msgspec.json.decode(Path(manifest).read_bytes(), type=Manifest), catalogue)
build(list(catalogue.marts.values()), store, DuckDBEngine([workspace.lake], threads=1))
"""


def test_a_process_killed_inside_a_build(house: House, lake: Lake, tmp_path: Path) -> None:
    import msgspec

    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(msgspec.json.encode(lake.store(house.catalogue).manifest))
    arguments = [str(house.root), str(lake.workspace.path), str(manifest), "6"]
    assert subprocess.run([sys.executable, "-c", KILLER, *arguments]).returncode == 9
    assert len(named(lake)) == 7
    store, report = built(house, lake)
    assert report.reused == 7
    fresh = Lake.new(tmp_path / "fresh")
    put_bills(fresh, bills(FEW_MONTHS))
    assert all_rows(store) == all_rows(built(house, fresh)[0])
    sweep_leftovers(lake.workspace)
    assert files(lake) == files(fresh)
