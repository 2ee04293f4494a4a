"""Marts that are read and not stored, and marts whose rows depend on what organisations decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from jicha.kernel.errors import ContentError
from jicha.warehouse.build import build
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.relation import Relation
from jicha.warehouse.slices import Window

from .houses import House, Lake, rows_of

#: The bills of a month, larger ones only.
LARGE = """select m.customer_id as customer_id, m.month_on as month_on, m.billed_kwh as billed_kwh
from mart.monthly as m where m.billed_kwh > 1
"""
COUNTED = """select m.customer_id as customer_id, m.month_on as month_on, count(*) as bill_count
from mart.large as m group by m.customer_id, m.month_on
"""
LIMITED = """select m.customer_id as customer_id, m.month_on as month_on, p.usual_kwh as usual_kwh
from mart.monthly as m
left join core.customer as c on c.customer_id = m.customer_id
left join policy.made as p on p.org_id = c.area_id and m.month_on >= p.valid_from and m.month_on < p.valid_to
"""
VIEW = "view: read seldom and large\n"
POLICY = "policy: limits differ by organisation\n"


@dataclass(frozen=True)
class Made:
    """A policy table with one limit for each organisation."""

    limit: int

    @property
    def relation(self) -> Relation:
        return Relation(
            "policy.made",
            {"org_id": "text", "usual_kwh": "decimal(14,2)", "valid_from": "date", "valid_to": "date"},
            reach="organisation",
            dated=True,
        )

    def rows(self, parents: Mapping[str, str | None]) -> list[tuple[Any, ...]]:
        return [(org, self.limit, date(2000, 1, 1), date(9999, 12, 31)) for org in sorted(parents)]


class TestView:
    @pytest.fixture(autouse=True)
    def large(self, house: House) -> None:
        house.mart("large", LARGE, more=VIEW)
        house.mart("counted", COUNTED)

    def test_it_is_read_by_others_and_never_stored(self, house: House, lake: Lake) -> None:
        catalogue = house.catalogue
        store, engine = lake.store(catalogue), lake.engine()
        report = build(catalogue.upstream(["mart.counted"]), store, engine)
        assert "mart.large" not in {name for name, _, _ in report.rebuilt}
        assert not (lake.workspace.lake / "mart" / "large").exists()
        large = {row[:2] for row in rows_of(store, "mart.monthly") if row[2] > 1}
        assert {row[:2] for row in rows_of(store, "mart.counted")} == large
        months = sorted(store.months_held(["mart.large"]))
        one = Window(months[0], months[0])
        rows = engine.rows(store.query(engine, "mart.large", None, one))
        assert rows and {row[1] for row in rows} == {months[0].first}

    def test_a_change_of_its_text_rebuilds_what_reads_it_and_nothing_else(
        self, house: House, lake: Lake
    ) -> None:
        catalogue, engine = house.catalogue, lake.engine()
        build(catalogue.upstream(["mart.counted"]), lake.store(catalogue), engine)
        house.mart("large", LARGE.replace("> 1", "> 0"), more=VIEW)
        catalogue = house.catalogue
        report = build(catalogue.upstream(["mart.counted"]), lake.store(catalogue), engine)
        assert {name for name, _, _ in report.rebuilt} == {"mart.counted"}

    @pytest.mark.parametrize(
        ("more", "select", "code"),
        [
            ("view: x\n", LARGE, "reason_missing"),
            (VIEW + "lookback_months: 1\n", LARGE, "view_of_several"),
            (
                VIEW,
                LARGE.replace(
                    "mart.monthly as m",
                    "mart.monthly as m left join core.customer as c on c.customer_id = m.customer_id",
                ),
                "view_of_several",
            ),
        ],
    )
    def test_it_says_why_and_reads_one_relation(
        self, house: House, more: str, select: str, code: str
    ) -> None:
        house.mart("large", select, more=more)
        with pytest.raises(ContentError) as refused:
            _ = house.catalogue
        assert refused.value.code == code and refused.value.file.endswith("large.sql")


class TestPolicy:
    def catalogue(self, house: House, limit: int = 5) -> Catalogue:
        return Catalogue.load(house.roots, by_organisation=[Made(limit)])

    def built(self, house: House, lake: Lake, limit: int) -> tuple[list[tuple[Any, ...]], set[str]]:
        lake.put("core.customer", {"customer_id": "text", "area_id": "text"}, [("c0", "o1"), ("c2", "o9")])
        resolved = self.catalogue(house, limit).resolved({"o1": None})
        store = lake.store(resolved)
        report = build(resolved.upstream(["mart.limited"]), store, lake.engine())
        return rows_of(store, "mart.limited"), {name for name, _, _ in report.rebuilt}

    def test_without_a_reason_it_is_refused(self, house: House) -> None:
        house.mart("limited", LIMITED)
        with pytest.raises(ContentError) as refused:
            self.catalogue(house)
        assert refused.value.code == "policy_in_mart"

    def test_rows_are_those_of_the_organisation(self, house: House, lake: Lake) -> None:
        house.mart("limited", LIMITED, more=POLICY)
        rows, _ = self.built(house, lake, 5)
        assert {row[2] for row in rows if row[0] == "c0"} == {5}
        assert {row[2] for row in rows if row[0] != "c0"} == {None}

    def test_another_choice_is_another_piece(self, house: House, lake: Lake) -> None:
        house.mart("limited", LIMITED, more=POLICY)
        self.built(house, lake, 5)
        assert self.built(house, lake, 5)[1] == set()
        rows, rebuilt = self.built(house, lake, 6)
        assert rebuilt == {"mart.limited"}
        assert {row[2] for row in rows if row[0] == "c0"} == {6}


def test_a_reason_is_more_than_a_word(house: House) -> None:
    """Reasons are for people: one word is none."""
    house.mart("limited", LIMITED, more="policy: x\n")
    with pytest.raises(ContentError) as refused:
        Catalogue.load(house.roots, by_organisation=[Made(1)])
    assert refused.value.code == "reason_missing"
