"""Policy tables: a row is overridden whole by the nearest organisation, over all dates; nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jicha.inspection.nearest import OPEN_END
from jicha.inspection.policy import load_policy
from jicha.inspection.policy_table import PolicyTable
from jicha.kernel.errors import ContentError
from jicha.law.settings import load_settings
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots

from .policies import LOSS, PARENTS, House, block

#: What `block` gives as its reason.
REASON = "en: limits of the city, zh: 市公司口径"

START, CITY = date(2000, 1, 1), date(2026, 1, 1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def of(house: House, org_id: str) -> list[tuple[object, ...]]:
    return [row[1:] for row in house.policy().tables["line_loss"].rows(PARENTS) if row[0] == org_id]


def test_defaults_hold_for_every_organisation(house: House) -> None:
    default = [
        ("area", Decimal(10), None, START, OPEN_END),
        ("feeder", Decimal("6.5"), 3, START, OPEN_END),
    ]
    assert all(of(house, org_id) == default for org_id in PARENTS)


def test_a_row_of_the_city_replaces_the_whole_row_for_all_below_it(house: House) -> None:
    house.choices(block('      - [feeder, "4.25", ~]\n'))
    for org_id in ("4301", "430104"):
        assert of(house, org_id) == [
            ("area", Decimal(10), None, START, OPEN_END),
            ("feeder", Decimal("6.5"), 3, START, CITY),
            ("feeder", Decimal("4.25"), None, CITY, OPEN_END),
        ]
    assert len(of(house, "43")) == 2


def test_cells_may_be_fixed_for_a_block_or_given_in_another_order(house: House) -> None:
    """As in a law table."""
    house.choices(
        block("      - [7, area]\n", more="    columns: [limit_days, loss_object_code]\n")
        + '    fixed: {high_above_pct: "8"}\n'
    )
    assert of(house, "4301")[1] == ("area", Decimal(8), 7, CITY, OPEN_END)


def test_before_the_first_day_anybody_speaks_for_there_is_no_row(house: House) -> None:
    assert min(row[-2] for row in house.policy().tables["line_loss"].rows(PARENTS)) == START


def test_a_table_of_one_row_needs_no_key(house: House) -> None:
    house.put(
        "content/policy/warning.yaml",
        LOSS.replace("key: [loss_object_code]", "key: []")
        .replace("values: [high_above_pct, limit_days]", "values: [limit_days]")
        .replace("[area, 10, ~]", "[30]")
        .replace('      - [feeder, "6.5", 3]\n', ""),
    )
    assert house.policy().tables["warning"].rows({"43": None}) == [("43", 30, START, OPEN_END)]


def test_the_relation_is_dated_and_by_organisation(house: House) -> None:
    relation = house.policy().tables["line_loss"].relation
    assert relation.name == "policy.line_loss" and relation.dated and relation.reach == "organisation"
    assert relation.columns == {
        "org_id": "text",
        "loss_object_code": "text",
        "high_above_pct": "decimal(7,4)",
        "limit_days": "integer",
        "valid_from": "date",
        "valid_to": "date",
    }


ROW = "      - [area, 7, 3]\n"


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        (block(ROW, table="line_lose"), "unknown_policy_table", 2, "line_loss"),
        (block(ROW + "      - [aria, 7, 3]\n"), "policy_cell", 9, "codes/loss_object.csv"),
        (block("      - [area, '7.12345', 3]\n"), "policy_cell", 8, "高损界限"),
        (block("      - [area, 7.5, 3]\n"), "bad_header", 8, "float"),
        (block("      - [area, 7]\n"), "row_length", 8, "limit_days"),
        (block("      - [~, 7, 3]\n"), "policy_key_empty", 8, "loss_object_code"),
        (block(ROW + "      - [area, 8, 3]\n"), "policy_overlap", 9, "area"),
        (block(ROW, more="    columns: [loss_object_code, limit_days]\n"), "policy_columns", 2, "high_above_pct"),
        (block(ROW, more="    fixed: {negative_below_pct: 1}\n"), "policy_columns", 2, "negative_below_pct"),
        (block(ROW, more="    valid_to: 2025-01-01\n"), "policy_span", 2, "2025-01-01"),
        (block(ROW).replace("owner: city", "owner: ''"), "policy_without_owner", 2, "owner"),
        (block(ROW).replace(REASON, "en: x, zh: 无"), "policy_without_reason", 2, "why"),
    ],
)  # fmt: skip
def test_a_faulty_block_is_refused_with_its_line(
    house: House, text: str, code: str, line: int, says: str
) -> None:
    house.choices(text)
    with pytest.raises(ContentError) as refused:
        house.policy()
    error = refused.value
    assert (error.code, error.file, error.line) == (code, "local/policy/parameters/county.yaml", line)
    assert says in error.text.zh
    assert error.text.en


@pytest.mark.parametrize(
    ("name", "text", "code", "line"),
    [
        ("law_setting.yaml", LOSS, "policy_place", 1),
        ("parameter.yaml", LOSS, "policy_place", 1),
        ("Line_Loss.yaml", LOSS, "policy_place", 1),
        ("losses/line_loss.yaml", LOSS, "policy_place", 1),
        ("x.yaml", LOSS.replace("[high_above_pct, limit_days]", "[]"), "policy_columns", 4),
        ("x.yaml", LOSS.replace("limit_days]", "valid_to]"), "policy_columns", 4),
        ("x.yaml", LOSS.replace("limit_days]", "high_above_pct]"), "policy_columns", 4),
        ("x.yaml", LOSS.replace("limit_days]", "limit_dayz]"), "unknown_field", 4),
        ("x.yaml", LOSS.replace("title", "titel"), "bad_header", 1),
        ("x.yaml", LOSS.replace("    owner: jicha\n", ""), "bad_header", 6),
    ],
)
def test_a_faulty_table_is_refused(house: House, name: str, text: str, code: str, line: int) -> None:
    house.put(f"local/policy/{name}", text)
    with pytest.raises(ContentError) as refused:
        house.policy()
    assert (refused.value.code, refused.value.file) == (code, f"local/policy/{name}")
    assert refused.value.line == line


def test_columns_of_every_type_are_read_as_such(house: House) -> None:
    house.put(
        "content/policy/kinds.yaml",
        LOSS.replace("values: [high_above_pct, limit_days]", "values: [is_strict, begins_on]")
        .replace("[area, 10, ~]", "[area, true, 2026-02-01]")
        .replace('[feeder, "6.5", 3]', "[feeder, false, ~]"),
    )
    found = [row[1:4] for row in house.policy().tables["kinds"].rows({"43": None})]
    assert found == [("area", True, date(2026, 2, 1)), ("feeder", False, None)]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load(ContentRoots.find())


@pytest.fixture(scope="module")
def tables(lexicon: Lexicon) -> Mapping[str, PolicyTable]:
    return load_policy(lexicon.roots, lexicon, load_settings(lexicon.roots)).tables


class TestShipped:
    """What the installation ships."""

    def test_every_table_has_defaults_for_all_days(self, tables: Mapping[str, PolicyTable]) -> None:
        assert "line_loss" in tables
        for table in tables.values():
            rows = table.rows({"43": None})
            assert {row[-2:] for row in rows} == {(date(1900, 1, 1), OPEN_END)}

    def test_classes_of_line_loss_do_not_overlap(
        self, tables: Mapping[str, PolicyTable], lexicon: Lexicon
    ) -> None:
        rows = [row.values for row in tables["line_loss"].stated]
        assert {row["loss_object_code"] for row in rows} == set(lexicon.codes("loss_object"))
        assert all(row["negative_below_pct"] < row["high_above_pct"] for row in rows)
        assert all(0 < row["min_read_rate_pct"] <= 100 for row in rows)

    def test_warnings_come_before_the_limit_and_in_their_order(
        self, tables: Mapping[str, PolicyTable]
    ) -> None:
        for row in tables["deadline_warning"].stated:
            assert 0 < row.values["first_warning_pct"] < row.values["second_warning_pct"] < 100

    def test_every_step_of_an_order_has_one_limit_by_severity(
        self, tables: Mapping[str, PolicyTable], lexicon: Lexicon
    ) -> None:
        limits: dict[str, dict[str, object]] = {}
        for row in tables["inspection_deadline"].stated:
            units = ("order_limit_workdays", "limit_days", "limit_hours")
            (limit,) = [row.values[unit] for unit in units if row.values[unit] is not None]
            limits.setdefault(row.key[0], {})[row.key[1]] = limit
        assert set(limits) == set(lexicon.codes("order_step"))
        for step, found in limits.items():
            if step != "visit_theft":  # a suspicion of theft is always severe
                assert found["high"] <= found["medium"] <= found["low"], step  # type: ignore[operator]
