"""Readings of ambiguous law: organisations choose among the options law names, and never add one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jicha.inspection.nearest import OPEN_END
from jicha.inspection.policy_setting import SINCE_EVER
from jicha.kernel.errors import ContentError

from .policies import PARENTS, House, choice

#: What `choice` gives as its reason.
REASON = "en: contracts say so, zh: 供用电合同约定"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def rows(house: House) -> dict[str, list[tuple[str, date, date]]]:
    found: dict[str, list[tuple[str, date, date]]] = {}
    for org_id, setting, option, start, end in house.policy().law_settings.rows(PARENTS):
        assert setting == "charge_base"
        found.setdefault(org_id, []).append((option, start, end))
    return found


def test_without_a_choice_everybody_has_the_laws_default_since_ever(house: House) -> None:
    assert rows(house) == {org: [("metered", SINCE_EVER, OPEN_END)] for org in PARENTS}


def test_a_choice_holds_below_the_organisation_and_from_its_day(house: House) -> None:
    house.choices("settings:\n" + choice())
    found = rows(house)
    assert found["43"] == [("metered", SINCE_EVER, OPEN_END)]
    chosen = [("metered", SINCE_EVER, date(2026, 1, 1)), ("contract", date(2026, 1, 1), OPEN_END)]
    assert found["4301"] == found["430104"] == chosen


def test_a_nearer_choice_of_the_default_is_a_choice(house: House) -> None:
    house.choices("settings:\n" + choice() + choice("metered", org='"430104"', start="2026-07-01"))
    assert rows(house)["430104"] == [
        ("metered", SINCE_EVER, date(2026, 1, 1)),
        ("contract", date(2026, 1, 1), date(2026, 7, 1)),
        ("metered", date(2026, 7, 1), OPEN_END),
    ]


def test_the_relation_has_the_columns_of_its_rows(house: House) -> None:
    settings = house.policy().law_settings
    assert settings.relation.name == "policy.law_setting"
    assert list(settings.relation.columns) == [
        "org_id",
        "law_setting",
        "law_choice",
        "valid_from",
        "valid_to",
    ]
    assert settings.relation.dated and settings.relation.reach == "organisation"
    assert {len(row) for row in settings.rows(PARENTS)} == {5}


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        (choice(of="law/charge_bas"), "unknown_setting", 2, "law/charge_base"),
        (choice(of="charge_base"), "unknown_setting", 2, "law/charge_base"),
        (choice("metred"), "unknown_option", 2, "按合同"),
        (choice() + choice("metered", start="2026-03-01"), "policy_overlap", 4, "4301"),
        (choice(org='" "'), "policy_without_owner", 2, "owner"),
        (choice().replace("owner: city", "owner: ''"), "policy_without_owner", 2, "owner"),
        (choice().replace(REASON, "en: x, zh: 无"), "policy_without_reason", 2, "why"),
        (choice().replace("owner: city", "valid_to: 2026-01-01, owner: city"), "policy_span", 2, "valid_to"),
        (choice().replace("choice: contract, ", ""), "bad_header", 2, "choice"),
        (choice() + choice().replace("owner", "ownr"), "bad_header", 4, "ownr"),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused_with_its_line(
    house: House, text: str, code: str, line: int, says: str
) -> None:
    house.choices("settings:\n" + text)
    with pytest.raises(ContentError) as refused:
        house.policy()
    error = refused.value
    assert (error.code, error.file, error.line) == (code, "local/policy/parameters/county.yaml", line)
    assert says in error.text.zh
    assert error.text.en


def test_two_files_may_not_choose_for_the_same_days(house: House) -> None:
    house.choices("settings:\n" + choice(), "a.yaml")
    house.choices("settings:\n" + choice("metered"), "b.yaml")
    with pytest.raises(ContentError) as refused:
        house.policy()
    assert refused.value.code == "policy_overlap"
    told = f"{refused.value.file} {refused.value.text.zh}"
    assert "parameters/a.yaml" in told and "parameters/b.yaml" in told
