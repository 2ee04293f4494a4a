"""One area, one list: what a sweep found of an area, of its customers and of their meters, and who reads there."""

from __future__ import annotations

import pytest

from jicha.inspection.area_problems import Area, area
from jicha.kernel.errors import UnknownKey
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store

from . import town
from .desk import Desk
from .test_command_line import Cli, cli, done, rows_of

__all__ = ["cli"]

WEST = f"T{town.WEST}"


def found(desk: Desk, area_id: str) -> Area:
    store = Store(desk.workspace, Manifest.head(desk.workspace), Catalogue.load(desk.roots))
    engine = DuckDBEngine([desk.workspace.lake], threads=1)
    try:
        return area(store, engine, area_id)
    finally:
        engine.close()


def test_an_area_has_the_customers_filed_in_it_and_their_readers(swept: Desk) -> None:
    west = found(swept, WEST)
    assert dict(west.readers) == {c: "R9" for c, story in town.STORIES.items() if story.station == town.WEST}
    assert west.reader_id == "R9"


def test_what_is_of_an_area() -> None:
    one = Area("T1", {"C1": "R1", "C2": "R2", "C3": "R2", "C4": None})
    of_itself = {"subject_type_code": "area", "subject_id": "T1", "customer_id": None}
    of_a_meter = {"subject_type_code": "metering_point", "subject_id": "M1", "customer_id": "C1"}
    assert one.holds(of_itself) and one.holds(of_a_meter)
    assert not one.holds(of_itself | {"subject_id": "T2"})
    assert not one.holds(of_itself | {"subject_type_code": "feeder"})
    assert not one.holds(of_a_meter | {"customer_id": "C9"})
    assert one.owner(of_a_meter) == "R1"
    assert one.owner(of_itself) == one.owner(of_a_meter | {"customer_id": "C4"}) == "R2"
    assert Area("T1", {"C1": "R2", "C2": "R1"}).reader_id == "R1"
    assert Area("T1", {}).reader_id is None
    managed = Area("T1", {"C1": "R1"}, "M1")
    assert managed.owner(of_itself) == managed.owner(of_a_meter) == "M1"


def test_an_area_nobody_knows_is_told_with_what_is_near(swept: Desk) -> None:
    with pytest.raises(UnknownKey, match="unknown_area") as refused:
        found(swept, WEST[:-1] + "9")
    assert WEST in refused.value.text.en


def test_findings_of_one_area(cli: Cli, swept: Desk) -> None:
    where = ("--workspace", swept.workspace.path)
    everything = swept.results.findings()
    listed = rows_of(cli("findings", "--area", WEST, *where, "--format", "json"))
    at_home = {c for c, story in town.STORIES.items() if story.station == town.WEST}
    keys = {row["finding_key"] for row in everything if row["customer_id"] in at_home}
    assert {row["finding_key"] for row in listed} == keys and keys
    assert len(keys) < len(everything)
    assert {row["owner_id"] for row in listed} == {"R9"}
    shown = done(cli("findings", "--area", WEST, *where, lang="zh")).stdout
    assert f"台区 {WEST}" in shown and "R9" in shown
    for which in ("--absent", "--cleared"):
        rows = rows_of(cli("findings", "--area", WEST, which, *where, "--format", "json"))
        assert {row["customer_id"] for row in rows} <= at_home


def test_a_mistyped_area_is_told(cli: Cli, swept: Desk) -> None:
    result = cli("findings", "--area", "T", "--workspace", swept.workspace.path)
    assert isinstance(result.exception, UnknownKey) and result.exception.code == "unknown_area"
    assert result.stdout == ""
