"""What a topic's file may say: every refusal is a `ContentError` that names the file and the line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jicha.inspection.topic import lint_topic, load_topic, load_topics
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.header import cut

from .topics import SHOWN, made, text


def refused(catalogue: Catalogue, written: str) -> ContentError:
    with pytest.raises(ContentError) as error:
        load_topic(cut(written, path=Path("/x/metering/made.sql"), shown=SHOWN), catalogue)
    assert error.value.file == SHOWN
    assert error.value.line is not None
    assert error.value.text.en and error.value.text.zh
    return error.value


def line_of(written: str, part: str) -> int:
    return next(n for n, line in enumerate(written.split("\n"), start=1) if part in line)


def test_the_header_all_others_differ_from_is_accepted(catalogue: Catalogue) -> None:
    topic = made(catalogue)
    lint_topic(topic, catalogue)
    assert (topic.name, topic.subject_column, topic.theme) == (
        "metering/made",
        "metering_point_id",
        "metering",
    )
    assert topic.evidence == ("customer_id",)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ({"severtiy": "high"}, "severtiy"),
        ({"severity": "grave"}, "severity"),
        ({"status": "on"}, "status"),
        ({"identity": "forever"}, "identity"),
        ({"verify_days": "soon"}, "verify_days"),
        ({"needs": {"readings": "most"}}, "readings"),
        ({"pack": "mean"}, "pack"),
        ({"title": {"en": "no Chinese"}}, "no Chinese"),
        ({"innocence": [{"check": "meter_changed", "clears": "somehow"}]}, "somehow"),
        ({"innocence": [{"check": "meter_changed", "clears": "covers", "margin_days": 1.5}]}, "1.5"),
        ({"parameters": {"min_kwh": {"value": 1, "unit": "kwh"}}}, "min_kwh"),
        ({"parameters": {"min_kwh": {"value": [1], "unit": "kwh", "why": "a reason given"}}}, "min_kwh"),
    ],
)
def test_an_unknown_key_or_a_wrong_type_names_its_line(
    catalogue: Catalogue, header: dict[str, Any], part: str
) -> None:
    written = text(header)
    error = refused(catalogue, written)
    assert error.code == "bad_header"
    assert error.line == line_of(written, part)
    if part == "severtiy":
        assert part in error.text.en and part in error.text.zh


@pytest.mark.parametrize("key", ["uid", "code", "severity", "identity", "subject", "population", "check"])
def test_a_missing_key_is_named(catalogue: Catalogue, key: str) -> None:
    error = refused(catalogue, text({key: None}))
    assert error.code == "bad_header" and key in error.text.en and key in error.text.zh


@pytest.mark.parametrize(
    "column",
    [
        "metering_point_id",
        "customer_id",
        "period_from",
        "period_to",
        "observed_value",
        "expected_value",
        "impact_kwh",
        "impact_yuan",
        "impact_method",
    ],
)
def test_every_column_of_the_common_row_is_needed(catalogue: Catalogue, column: str) -> None:
    written = text(columns={column: ""})
    error = refused(catalogue, written)
    assert error.code == "row_incomplete" and column in error.text.en and column in error.text.zh
    assert error.line == line_of(written, "--- */") + 1


def test_an_event_needs_its_id(catalogue: Catalogue) -> None:
    error = refused(catalogue, text({"identity": "event"}))
    assert error.code == "row_incomplete" and "event_id" in error.text.en


def test_an_unknown_subject(catalogue: Catalogue) -> None:
    error = refused(catalogue, text({"subject": "terminal"}, {"terminal_id": "m.bill_id"}))
    assert error.code == "unknown_subject"
    assert "terminal" in error.text.en and "metering_point" in error.text.en


@pytest.mark.parametrize("population", ["mart.metering_point_bil", "core.market_interval", "bills"])
def test_an_unknown_or_planned_population(catalogue: Catalogue, population: str) -> None:
    error = refused(catalogue, text({"population": population}))
    assert error.code == "unknown_population" and population in error.text.zh


def test_a_population_without_the_columns_of_the_needs(catalogue: Catalogue) -> None:
    error = refused(catalogue, text({"needs": {"photographs": 0.8}}))
    assert error.code == "population_incomplete"
    assert "photographs_expected" in error.text.en and "photographs_observed" in error.text.en


def test_a_population_without_subject_or_period(catalogue: Catalogue) -> None:
    error = refused(catalogue, text({"population": "core.customer"}))
    assert error.code == "population_incomplete"
    assert all(name in error.text.en for name in ("metering_point_id", "from_on", "to_on"))


@pytest.mark.parametrize("share", [-0.1, 1.5, 80])
def test_a_need_is_a_share(catalogue: Catalogue, share: float) -> None:
    """80 instead of 0.8 would leave every finding at `too_little_data` for ever."""
    refused(catalogue, text({"needs": {"readings": share}}))


@pytest.mark.parametrize("why", ["", "tbd", {"en": "tbd", "zh": "待定"}])
def test_a_parameter_without_a_reason(catalogue: Catalogue, why: Any) -> None:
    error = refused(catalogue, text({"parameters": {"min_kwh": {"value": 1, "unit": "kwh", "why": why}}}))
    assert error.code == "parameter_without_reason" and "min_kwh" in error.text.en


@pytest.mark.parametrize("value", ["", "many", "1e-9"])
def test_a_parameters_default_is_a_number_that_fits(catalogue: Catalogue, value: str) -> None:
    """Known when the file is read, not first when a sweep runs."""
    refused(
        catalogue, text({"parameters": {"min_kwh": {"value": value, "unit": "kwh", "why": "a good reason"}}})
    )


DAILY = "core.daily_reading as m"
DAILY_COLUMNS = {
    "period_from": "m.reading_on",
    "period_to": "cast(m.reading_on + interval 1 day as date)",
    "observed_value": "cast(m.forward_register_kwh as decimal(18,4))",
    "expected_value": "cast(null as decimal(18,4))",
    "impact_kwh": "cast(null as decimal(14,2))",
    "impact_yuan": "cast(null as decimal(14,2))",
}


def test_daily_rows_without_a_reason(catalogue: Catalogue) -> None:
    written = text(columns=DAILY_COLUMNS, source=DAILY)
    assert refused(catalogue, written).code == "reads_daily"
    topic = made(
        catalogue,
        {"reads_daily_because": "the day itself is the matter"},
        columns=DAILY_COLUMNS,
        source=DAILY,
    )
    lint_topic(topic, catalogue)


def test_a_daily_mart_is_daily_rows_too(catalogue: Catalogue) -> None:
    columns = DAILY_COLUMNS | {"observed_value": "cast(m.daily_kwh as decimal(18,4))"}
    assert refused(catalogue, text(columns=columns, source="mart.daily_usage as m")).code == "reads_daily"


def test_a_planned_table(catalogue: Catalogue) -> None:
    written = text(body="select m.meter_id as meter_id\nfrom core.market_interval as m\n")
    error = refused(catalogue, written)
    assert error.code == "planned_table"
    assert error.line == line_of(written, "from core.market_interval")


def test_an_unknown_table_suggests_the_nearest(catalogue: Catalogue) -> None:
    written = text(source="mart.metering_point_bil as m")
    error = refused(catalogue, written)
    assert error.code == "unknown_relation" and "mart.metering_point_bill" in error.text.en
    assert error.line == line_of(written, "from mart.metering_point_bil")


def test_an_unknown_output_column(catalogue: Catalogue) -> None:
    written = text(columns={"bill_identifier": "m.bill_id"})
    error = refused(catalogue, written)
    assert error.code == "unknown_field" and "bill_identifier" in error.text.en
    assert error.line == line_of(written, "bill_identifier")


def test_an_unknown_input_column(catalogue: Catalogue) -> None:
    written = text(columns={"bill_id": "m.bill_number"})
    topic = load_topic(cut(written, path=Path("/x/metering/made.sql"), shown=SHOWN), catalogue)
    with pytest.raises(ContentError) as error:
        lint_topic(topic, catalogue)
    assert error.value.file == SHOWN
    assert error.value.line == line_of(written, "m.bill_number")
    assert "bill_number" in error.value.text.en


def test_an_undeclared_parameter(catalogue: Catalogue) -> None:
    written = text(
        source="mart.metering_point_bill as m\njoin core.customer as c on c.customer_id = m.customer_id\n"
        "join parameter as p on p.org_id = c.org_id\nwhere m.billed_kwh >= p.min_kwh"
    )
    topic = load_topic(cut(written, path=Path("/x/metering/made.sql"), shown=SHOWN), catalogue)
    with pytest.raises(ContentError) as error:
        lint_topic(topic, catalogue)
    assert (error.value.file, error.value.line) == (SHOWN, line_of(written, "p.min_kwh"))


def test_a_column_twice_and_a_column_without_name(catalogue: Catalogue) -> None:
    twice = text(columns={"bill_id": "m.bill_id, m.bill_id as bill_id, m.month_on"})
    assert (
        refused(catalogue, twice.replace("m.month_on as bill_id", "m.month_on as month_on")).code
        == "column_twice"
    )
    assert refused(catalogue, text(columns={"bill_id": "m.bill_id, *, m.bill_id"})).code == "unnamed_column"


@pytest.mark.parametrize("mark", ["uid", "code"])
def test_a_uid_or_code_used_twice(public: Path, tmp_path: Path, mark: str) -> None:
    folder = tmp_path / "local" / "topics" / "metering"
    folder.mkdir(parents=True)
    other = {"uid": "n5e4j9ry", "code": "TEST-OTHER"}
    del other[mark]
    (folder / "one.sql").write_text(text(), encoding="utf-8")
    (folder / "two.sql").write_text(text(other), encoding="utf-8")
    catalogue = Catalogue.load(ContentRoots(public, (tmp_path / "local",)))
    with pytest.raises(ContentError) as error:
        load_topics(catalogue)
    assert error.value.code == "topic_twice"
    assert (error.value.file, error.value.line) == ("local/topics/metering/two.sql", 2)
    assert "local/topics/metering/one.sql" in error.value.text.en


def test_a_private_root_cannot_redefine_a_public_topic(public: Path, tmp_path: Path) -> None:
    folder = tmp_path / "local" / "topics" / "reading"
    folder.mkdir(parents=True)
    (folder / "long_zero_use.sql").write_text(text(), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load_topics(Catalogue.load(ContentRoots(public, (tmp_path / "local",))))
    assert error.value.code == "content_redefined"
    assert error.value.file == str(folder / "long_zero_use.sql")
