"""The law a topic names: there or refused by line, and answered for the day of the fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from jicha.inspection.plan import Plan, load_plan
from jicha.inspection.topic_law import law_of
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots

from .topics import text

Load = Callable[[list[str]], Plan]


@pytest.fixture
def load(public: Path, tmp_path: Path) -> Load:
    """The content with a private topic that names this law."""

    def written(keys: list[str]) -> Plan:
        folder = tmp_path / "local/topics/metering"
        folder.mkdir(parents=True)
        (folder / "made.sql").write_text(text({"law": keys}), encoding="utf-8")
        return load_plan(ContentRoots(public, (tmp_path / "local",)))

    return written


@pytest.mark.parametrize(
    ("day", "citation"),
    [("2024-05-31", "power_supply_rules_1996#"), ("2024-06-01", "power_supply_rules_2024#")],
)
def test_the_version_of_the_day(load: Load, day: str, citation: str) -> None:
    plan = load(["metering_error/metering_error_method/CN/wrong_multiplier"])
    (answer,) = law_of(plan.topics["metering/made"], plan.law, date.fromisoformat(day))
    (row,) = answer.rows
    assert row.values["error_base_code"] == "actual_multiplier"
    assert row.citation.startswith(citation)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("metering_error/metering_eror_method", "did you mean metering_error/metering_error_method"),
        ("metering_error/metering_error_method/CN/wrong_multiplyer", "no row of"),
        ("metering_error", "is no law table"),
        ("power_supply_rules_2024", "is no law table"),
    ],
)
def test_law_that_is_not_there_is_refused(load: Load, key: str, told: str) -> None:
    with pytest.raises(ContentError, match=told) as raised:
        load([key])
    assert raised.value.file == "local/topics/metering/made.sql"
    assert raised.value.line is not None and raised.value.line > 1
    assert raised.value.text.zh != raised.value.text.en
