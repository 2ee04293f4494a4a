"""A topic that reads law: joined by the date of the fact, told with its clause, and kept where no law speaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jicha.inspection.content import load_catalogue
from jicha.inspection.content_test import Bench, CaseResult
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from tests.law.lawbooks import NEW_BLOCK, NEW_RULES, OLD_BLOCK, OLD_RULES, PRICES

from .topics import text

LAW = "left join law.price_of_test as p on p.register_code = m.register_code {dates}"
DATES = "and m.to_on >= p.valid_from and m.to_on < p.valid_to"
COLUMNS = {
    "observed_value": "cast(round(m.price_yuan_per_kwh, 4) as decimal(18,4))",
    "expected_value": "cast(round(p.price_yuan_per_kwh, 4) as decimal(18,4))",
    "impact_kwh": "cast(m.billed_quantity as decimal(14,2))",
    "impact_yuan": "cast(m.billed_quantity as decimal(14,2))",
    "law_citation": "p.law_citation",
}
WHERE = "where p.price_yuan_per_kwh is null or m.price_yuan_per_kwh > p.price_yuan_per_kwh"

CASE = """
defaults:
  mart.billed_line: {metering_point_id: M1, customer_id: C1, bill_id: B1, line_no: 1, register_code: active_total,
    from_on: 1990-01-01, billed_quantity: 10, price_yuan_per_kwh: "0.55"}
cases:
  - name: law of the day
    from_on: 1989-01-01
    as_of: 2026-06-30
    given:
      mart.billed_line:
        - {to_on: 2024-05-31, bill_id: B1}
        - {to_on: 2024-06-01, bill_id: B2}
        - {to_on: 1996-10-07, bill_id: B3}
    expect:
      - {period_to: 2024-05-31, expected_value: 0.5, law_citation: "old_rules#98"}
      - {period_to: 1996-10-07, expected_value: ~, law_citation: ~}
"""

Made = Callable[[str], Path]


@pytest.fixture
def made(public: Path, tmp_path: Path) -> Made:
    """Writes a private root with law and a topic of its own; returns it."""

    def write(source: str) -> Path:
        local = tmp_path / "local"
        for name, content in {
            "law/instruments/old_rules.yaml": OLD_RULES,
            "law/instruments/new_rules.yaml": NEW_RULES,
            "law/prices/price_of_test.yaml": PRICES + OLD_BLOCK + NEW_BLOCK,
            "topics/metering/made.sql": text(
                columns=COLUMNS, source=f"mart.billed_line as m\n{source}\n{WHERE}"
            ),
            "topics/metering/made.test.yaml": CASE,
        }.items():
            (local / name).parent.mkdir(parents=True, exist_ok=True)
            (local / name).write_text(content, encoding="utf-8")
        return local

    return write


def results(catalogue: Catalogue, local: Path, engine: DuckDBEngine) -> list[CaseResult]:
    return list(Bench(catalogue, engine).run([local / "topics/metering/made.test.yaml"]))


def test_the_law_of_the_day_of_the_fact(public: Path, made: Made, engine: DuckDBEngine) -> None:
    local = made(LAW.format(dates=DATES))
    catalogue = load_catalogue(ContentRoots(public, (local,)))
    (result,) = results(catalogue, local, engine)
    assert result.problems == ()


def test_an_inner_join_would_lose_what_no_law_prices(public: Path, made: Made, engine: DuckDBEngine) -> None:
    local = made(LAW.format(dates=DATES).removeprefix("left "))
    (result,) = results(load_catalogue(ContentRoots(public, (local,))), local, engine)
    assert "law_left_join" in " ".join(result.problems)


def test_law_without_its_day_is_refused(public: Path, made: Made, engine: DuckDBEngine) -> None:
    """Every version of a price would join each bill."""
    local = made(LAW.format(dates=""))
    (result,) = results(load_catalogue(ContentRoots(public, (local,))), local, engine)
    assert "law_by_date" in " ".join(result.problems)


def test_law_is_read_where_a_statement_names_it(public: Path, made: Made) -> None:
    local = made("")
    statement = local / "topics/metering/made.sql"
    named = statement.read_text(encoding="utf-8")
    statement.write_text(named.replace("p.", "m.").replace("law_citation", "bill_id"), encoding="utf-8")
    assert not any(
        name.startswith("law.") for name in load_catalogue(ContentRoots(public, (local,))).references
    )
    statement.write_text(named.replace("\nwhere", f"\n{LAW.format(dates=DATES)}\nwhere"), encoding="utf-8")
    assert "law.price_of_test" in load_catalogue(ContentRoots(public, (local,))).references


def test_broken_law_stops_what_reads_it(public: Path, made: Made) -> None:
    local = made(LAW.format(dates=DATES))
    (local / "law/prices/price_of_test.yaml").write_text(PRICES + OLD_BLOCK + OLD_BLOCK, encoding="utf-8")
    with pytest.raises(ContentError, match=r"local/law/prices/price_of_test\.yaml:23: two values"):
        load_catalogue(ContentRoots(public, (local,)))
