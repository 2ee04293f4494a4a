"""Thresholds by organisation: the nearest wins, dates are half-open, values are exact, nothing is ambiguous."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from jicha.inspection.nearest import OrgTree
from jicha.inspection.parameter import (
    Override,
    load_overrides,
    number,
    resolve,
    resolved_digest,
    rows,
)
from jicha.inspection.topic import Parameter
from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.roots import ContentRoots

TREE = OrgTree({"36": None, "3601": "36", "360101": "3601", "360102": "3601", "37": None})
DECLARED = {
    "min_kwh": Parameter(value=100, unit="kwh", why="a number of the house"),
    "min_ratio": Parameter(value=0.001, unit="ratio", why="nameplates are rounded", sourced=True),
}
OF = "metering/made"
DAY = date(2026, 6, 30)


def override(
    org: str,
    value: str,
    *,
    parameter: str = "min_kwh",
    of: str = OF,
    start: date = date(2026, 1, 1),
    end: date | None = None,
) -> Override:
    return Override(
        of=of,
        parameter=parameter,
        org_id=org,
        value=Decimal(value),
        valid_from=start,
        valid_to=end,
        owner="county",
        why=Text("why", "理由"),
        file="policy/parameters/county.yaml",
    )


def values(*overrides: Override, on: date = DAY, parameter: str = "min_kwh") -> dict[str, str]:
    found = resolve(OF, DECLARED, "topics/made.sql", tree=TREE, overrides=overrides, on=on)
    return {org: str(resolved[parameter].value) for org, resolved in found.items()}


def test_without_policy_everybody_gets_the_headers_default() -> None:
    assert values() == dict.fromkeys(TREE.parents, "100")
    found = resolve(OF, DECLARED, "topics/made.sql", tree=TREE, overrides=(), on=DAY)
    default = found["360101"]["min_ratio"]
    assert (default.from_org_id, default.owner, default.file, default.sourced, default.unit) == (
        None,
        None,
        "topics/made.sql",
        True,
        "ratio",
    )


def test_the_nearest_organisation_wins() -> None:
    found = values(override("36", "1"), override("3601", "2"), override("360101", "3"))
    assert found == {"36": "1", "3601": "2", "360101": "3", "360102": "2", "37": "100"}


def test_the_star_holds_where_nobody_nearer_speaks() -> None:
    found = values(override("*", "7"), override("3601", "2"))
    assert found == {"36": "7", "3601": "2", "360101": "2", "360102": "2", "37": "7"}


def test_a_resolved_value_knows_where_it_came_from() -> None:
    found = resolve(OF, DECLARED, "t.sql", tree=TREE, overrides=[override("3601", "2")], on=DAY)
    value = found["360102"]["min_kwh"]
    assert (value.from_org_id, value.owner, value.file, value.unit) == (
        "3601",
        "county",
        "policy/parameters/county.yaml",
        "kwh",
    )


def test_dates_are_half_open() -> None:
    june = override("3601", "2", start=date(2026, 6, 1), end=date(2026, 7, 1))
    july = override("3601", "3", start=date(2026, 7, 1))
    at = {
        day: values(june, july, on=day)["3601"]
        for day in (date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1))
    }
    assert list(at.values()) == ["100", "2", "2", "3"]


def test_another_topics_value_does_not_count() -> None:
    assert values(override("3601", "2", of="metering/other"))["3601"] == "100"


def test_a_parameter_nobody_declared_is_refused_with_the_policy_file() -> None:
    with pytest.raises(ContentError) as refused:
        values(override("3601", "2", parameter="min_kvh"))
    assert refused.value.code == "unknown_parameter"
    assert refused.value.file == "policy/parameters/county.yaml"
    assert "min_kvh" in refused.value.text.en and "min_kvh" in refused.value.text.zh


def test_it_is_refused_even_out_of_its_dates() -> None:
    with pytest.raises(ContentError):
        values(override("3601", "2", parameter="min_kvh", end=date(2026, 2, 1)))


def test_rows_are_in_the_order_the_parameters_are_declared_in() -> None:
    found = resolve(OF, DECLARED, "t.sql", tree=TREE, overrides=[override("37", "2.5")], on=DAY)
    listed = {row[0]: row[1:] for row in rows(found, DECLARED)}
    assert listed["37"] == (Decimal("2.5"), Decimal("0.001"))
    assert listed["36"] == (Decimal("100"), Decimal("0.001"))


def test_the_digest_changes_exactly_when_somebody_gets_another_value() -> None:
    def digest(*overrides: Override) -> str:
        return resolved_digest(resolve(OF, DECLARED, "t.sql", tree=TREE, overrides=overrides, on=DAY))

    base = digest()
    assert digest(override("360101", "100")) == base  # the same value from elsewhere
    assert digest(override("360101", "100.000")) == base
    assert digest(override("360101", "100.000001")) != base
    assert digest(override("360102", "101")) != digest(override("360101", "101"))


# -- exactness --------------------------------------------------------------------------------------


@given(st.decimals(min_value=-9_999_999_999, max_value=9_999_999_999, places=6))
def test_a_value_written_as_text_is_exact(value: Decimal) -> None:
    assert number(str(value), "min_kwh", "f.yaml") == value


@given(st.decimals(min_value=-99_999_999, max_value=99_999_999, places=6))
def test_a_value_written_as_a_yaml_number_is_exact(value: Decimal) -> None:
    assert number(yaml.safe_load(format(value, "f")), "min_kwh", "f.yaml") == value


@pytest.mark.parametrize("value", ["0.0000001", "1e-7", 1e-7, "10000000000", 1e10, "nan", "inf", "-Infinity"])
def test_more_than_six_decimals_or_ten_digits_is_refused(value: str | float) -> None:
    with pytest.raises(ContentError) as refused:
        number(value, "min_kwh", "f.yaml")
    assert refused.value.code == "number_out_of_range"
    assert (refused.value.file, "min_kwh" in refused.value.text.zh) == ("f.yaml", True)


@pytest.mark.parametrize("value", ["0.000001", "-0.000001", 1e-06, "9999999999.999999", 0, -3])
def test_the_largest_and_smallest_values_fit(value: str | float | int) -> None:
    assert number(value, "min_kwh", "f.yaml") == Decimal(str(value))


@pytest.mark.parametrize("value", ["", "ten", "1,5", "1 000 kWh"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ContentError) as refused:
        number(value, "min_kwh", "f.yaml")
    assert refused.value.code == "not_a_number"


# -- the tree ---------------------------------------------------------------------------------------


def test_a_cycle_of_organisations_is_refused_and_named() -> None:
    tree = OrgTree({"A": "B", "B": "C", "C": "A", "D": None})
    with pytest.raises(ContentError) as refused:
        resolve(OF, DECLARED, "t.sql", tree=tree, overrides=(), on=DAY)
    assert refused.value.code == "organisation_cycle"
    assert "A -> B -> C -> A" in refused.value.text.en


def test_an_organisation_above_itself_is_a_cycle() -> None:
    with pytest.raises(ContentError) as refused:
        _ = OrgTree({"A": "A"}).chains
    assert refused.value.code == "organisation_cycle"


# -- policy files -----------------------------------------------------------------------------------

Write = Callable[..., ContentRoots]


@pytest.fixture
def write(public: Path, tmp_path: Path) -> Write:
    """Writes policy files of private roots; returns the roots."""

    def made(*files: tuple[str, str, str]) -> ContentRoots:
        private = []
        for root, name, text in files:
            path = tmp_path / root / "policy" / "parameters" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            if tmp_path / root not in private:
                private.append(tmp_path / root)
        return ContentRoots(public, tuple(private))

    return made


def policy(value: str = "3", *, org: str = '"360101"', start: str = "2026-01-01", end: str = "") -> str:
    upto = f", valid_to: {end}" if end else ""
    return (
        f"  - {{of: {OF}, parameter: min_kwh, org: {org}, value: {value}, valid_from: {start}{upto}, "
        "owner: county, why: {en: flats are checked, zh: 空置住房按季核查}}\n"
    )


def test_a_policy_file_is_read(write: Write) -> None:
    (found,) = load_overrides(write(("local", "county.yaml", "parameters:\n" + policy("2.50"))))
    assert (found.of, found.org_id, found.value, found.valid_from, found.valid_to) == (
        OF,
        "360101",
        Decimal("2.5"),
        date(2026, 1, 1),
        None,
    )
    assert found.file == "local/policy/parameters/county.yaml"
    assert found.why == Text("flats are checked", "空置住房按季核查")


def test_without_an_organisation_a_value_holds_for_all(write: Write) -> None:
    text = policy().replace('org: "360101", ', "")
    (found,) = load_overrides(write(("local", "county.yaml", "parameters:\n" + text)))
    assert found.org_id == "*"


def test_a_later_root_replaces_a_file_of_the_same_name(write: Write) -> None:
    roots = write(
        ("province", "county.yaml", "parameters:\n" + policy("3")),
        ("county", "county.yaml", "parameters:\n" + policy("5")),
    )
    assert [str(o.value) for o in load_overrides(roots)] == ["5"]


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        (("2026-01-01", ""), ("2026-03-01", ""), True),
        (("2026-01-01", "2026-03-02"), ("2026-03-01", ""), True),
        (("2026-01-01", "2026-03-01"), ("2026-03-01", ""), False),
        (("2026-01-01", "2026-03-01"), ("2026-01-01", "2026-02-01"), True),
    ],
)
def test_two_values_on_one_day_are_refused(
    write: Write, first: tuple[str, str], second: tuple[str, str], is_refused: bool
) -> None:
    roots = write(
        ("local", "a.yaml", "parameters:\n" + policy("3", start=first[0], end=first[1])),
        ("local", "b.yaml", "parameters:\n" + policy("4", start=second[0], end=second[1])),
    )
    if not is_refused:
        assert len(load_overrides(roots)) == 2
        return
    with pytest.raises(ContentError) as refused:
        load_overrides(roots)
    assert refused.value.code == "policy_overlap"
    assert refused.value.file in ("local/policy/parameters/a.yaml", "local/policy/parameters/b.yaml")


def test_the_same_days_of_different_organisations_do_not_overlap(write: Write) -> None:
    text = "parameters:\n" + policy() + policy(org='"360102"') + policy(org='"*"')
    assert len(load_overrides(write(("local", "a.yaml", text)))) == 3


def test_a_value_whose_days_are_the_wrong_way_round_is_refused(write: Write) -> None:
    """It would never hold, and nobody would notice."""
    text = "parameters:\n" + policy(start="2026-03-01", end="2026-01-01")
    with pytest.raises(ContentError) as refused:
        load_overrides(write(("local", "a.yaml", text)))
    assert refused.value.file == "local/policy/parameters/a.yaml"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("parameters:\n" + policy() + policy(start="2026-13-01"), 3),
        ("parameters:\n" + policy() + policy().replace("owner: county, ", ""), 3),
        ("parameters:\n" + policy().replace("valid_from", "validfrom"), 2),
        ("parameters: [\n", 2),
    ],
)
def test_a_faulty_policy_file_is_refused_with_its_line(write: Write, text: str, line: int) -> None:
    with pytest.raises(ContentError) as refused:
        load_overrides(write(("local", "a.yaml", text)))
    assert refused.value.file == "local/policy/parameters/a.yaml"
    assert refused.value.line == line


@given(
    st.lists(
        st.tuples(st.sampled_from(["*", "36", "3601", "360101"]), st.integers(0, 400), st.integers(1, 200)),
        max_size=6,
    ),
    st.integers(0, 600),
)
def test_the_value_is_that_of_the_nearest_in_force_as_one_would_look_it_up(
    spans: list[tuple[str, int, int]], on: int
) -> None:
    """Against the plain reading of the rule: walk up from the station and take the first value in force."""
    start = date(2026, 1, 1)
    listed = [
        override(org, str(n), start=start + timedelta(days=first), end=start + timedelta(days=first + length))
        for n, (org, first, length) in enumerate(spans)
    ]
    day = start + timedelta(days=on)
    in_force = {}
    for each in listed:
        if each.valid_from <= day < (each.valid_to or date.max):
            in_force.setdefault(each.org_id, []).append(str(each.value))
    if any(len(found) > 1 for found in in_force.values()):
        return  # refused when loaded
    expected = next((in_force[org][0] for org in ("360101", "3601", "36", "*") if org in in_force), "100")
    assert values(*listed, on=day)["360101"] == expected
