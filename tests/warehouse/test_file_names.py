"""Patterns and table names made from the name of one sample."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from jicha.warehouse.drafting.file_names import file_pattern, table_name, untaken, without_number


@pytest.mark.parametrize(
    ("stem", "pattern"),
    [
        ("抄表示数_202601", "抄表示数*"),
        ("电费账单2026年01月", "电费账单*"),
        ("bill-2026-01-31", "bill*"),
        ("用户档案(20260131)", "用户档案*"),
        ("用户档案（2026-01）", "用户档案*"),
        ("台区", "台区*"),
        ("10kV线路_2026.01", "10kV线路*"),
        ("202601", "*"),
        ("[总]电费_202601", "[[]总]电费*"),
    ],
)
def test_dates_and_numbers_at_the_end_become_a_star(stem: str, pattern: str) -> None:
    assert file_pattern(stem) == pattern
    assert fnmatchcase(stem, pattern)


@pytest.mark.parametrize(
    ("one", "other"),
    [("电费_202601", "电费明细_202601"), ("电费", "电费明细_202601"), ("202601", "电费_202601")],
)
def test_the_patterns_of_two_samples_never_claim_the_same_file(one: str, other: str) -> None:
    first, second = file_pattern(one, [other]), file_pattern(other, [one])
    assert fnmatchcase(one, first) and not fnmatchcase(one, second)
    assert fnmatchcase(other, second) and not fnmatchcase(other, first)


def test_a_month_later_the_narrow_pattern_still_matches() -> None:
    assert fnmatchcase("电费_202602", file_pattern("电费_202601", ["电费明细_202601"]))


def test_a_known_pattern_is_kept_where_it_claims_no_other_sample() -> None:
    assert file_pattern("电费账单_青禾县_202601", ["台区"], "电费账单*") == "电费账单*"
    assert file_pattern("电费账单_青禾县_202601", ["电费账单明细"], "电费账单*") == "电费账单_青禾县*"
    assert file_pattern("台区_青禾县", [], "电费账单*") == "台区_青禾县*"


def test_without_number_leaves_a_name_that_is_all_number() -> None:
    assert (without_number("202601"), without_number("账单 2026-01")) == ("202601", "账单")


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Monthly Bill_202601", "monthly_bill"),
        ("电费账单_202601", "table4"),
        ("3rd", "table4"),
        ("电费bill", "table4"),
    ],
)
def test_a_table_is_named_like_a_latin_file_else_by_its_number(stem: str, name: str) -> None:
    assert table_name(stem, 4) == name


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert untaken("bill", []) == "bill"
    assert untaken("bill", ["bill", "bill_2"]) == "bill_3"
