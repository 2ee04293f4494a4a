"""What a topic's `replay` makes of its hits: overrides, money, and why there is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jicha.billing.scenario import Override
from jicha.cli.commands.explain_replay import show_replay
from jicha.inspection.content import load_catalogue
from jicha.inspection.finding import Observation, observations
from jicha.inspection.replaying import joint_findings, overrides_of, replayed_findings, replayed_months
from jicha.inspection.topic import Topic
from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.slices import Store

from ..billing.accounts import ORG, bill, household, opened
from .topics import hits, made, row

NAMEPLATE = {"nameplate_multiplier": "cast(m.billed_kwh as decimal(10,2))"}


def topic(
    catalogue: Catalogue,
    replay: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
    **header: Any,
) -> Topic:
    told = {"multiplier": "nameplate_multiplier"} if replay is None else replay
    return made(
        catalogue, {"replay": dict(told), "identity": "state", **header}, columns=dict(columns or NAMEPLATE)
    )


def one(made_topic: Topic, *rows: dict[str, Any]) -> Observation:
    (found,) = observations(made_topic, hits(*rows))
    return found


def month(number: int, value: str | None, **further: Any) -> dict[str, Any]:
    start, end = f"2025-{number:02d}-01", f"2025-{number + 1:02d}-01"
    further.setdefault("yuan", None)
    multiplier = None if value is None else Decimal(value)
    return row(start, end, kwh=None, method="none", nameplate_multiplier=multiplier, **further)


class TestHeader:
    @pytest.mark.parametrize(
        ("replay", "columns", "told"),
        [
            ({"multiplyer": "nameplate_multiplier"}, NAMEPLATE, "multiplyer"),
            ({"opened_on": "period_from"}, NAMEPLATE, "opened_on"),
            ({"multiplier": "billed_multiplier"}, NAMEPLATE, "billed_multiplier"),
            ({"multiplier": "bill_id"}, {"bill_id": "m.bill_id"}, "text"),
            ({"price_code": "nameplate_multiplier"}, NAMEPLATE, "number"),
            ({"has_transformer_loss": "nameplate_multiplier"}, NAMEPLATE, "boolean"),
            ({"multiplier": "nameplate_multiplier", "valid_from": "nameplate_multiplier"}, NAMEPLATE, "date"),
        ],
    )
    def test_what_cannot_be_replayed_is_refused_with_its_line(
        self, catalogue: Catalogue, replay: dict[str, str], columns: dict[str, str], told: str
    ) -> None:
        with pytest.raises(ContentError) as refused:
            topic(catalogue, replay, columns)
        assert refused.value.code == "bad_replay" and refused.value.line is not None
        assert told in refused.value.text.en and told in refused.value.text.zh

    def test_whose_bills_must_be_said(self, catalogue: Catalogue) -> None:
        with pytest.raises(ContentError) as refused:
            topic(catalogue, columns={**NAMEPLATE, "customer_id": ""}, reach="all")
        assert refused.value.code == "bad_replay" and "customer_id" in refused.value.text.en

    def test_another_span_and_several_fields_are_taken(self, catalogue: Catalogue) -> None:
        replay = {
            "multiplier": "nameplate_multiplier",
            "demand_index": "expected_value",
            "valid_to": "period_to",
        }
        assert topic(catalogue, replay).header.replay == replay


class TestOverrides:
    def test_monthly_rows_are_one_span_for_one_value(self, catalogue: Catalogue) -> None:
        asked = topic(catalogue)
        found = overrides_of(asked, one(asked, month(1, "40"), month(2, "40.00"), month(4, "60")), "S")
        expected = Override(
            "S", "C01", date(2025, 1, 1), date(2025, 3, 1), "multiplier", Decimal(40), None, "M01"
        )
        assert found[0] == expected
        assert [(each.valid_from, each.value) for each in found] == [
            (date(2025, 1, 1), Decimal(40)),
            (date(2025, 4, 1), Decimal(60)),
        ]

    def test_an_empty_value_overrides_nothing(self, catalogue: Catalogue) -> None:
        asked = topic(catalogue)
        found = overrides_of(asked, one(asked, month(1, None), month(2, "40")))
        assert [each.valid_from for each in found] == [date(2025, 2, 1)]

    def test_a_fact_of_the_account_is_not_held_to_the_meter(self, catalogue: Catalogue) -> None:
        asked = topic(catalogue, {"billed_capacity_kva": "nameplate_multiplier"})
        assert [each.metering_point_id for each in overrides_of(asked, one(asked, month(1, "400")))] == [None]

    def test_the_span_may_be_another_than_the_period(self, catalogue: Catalogue) -> None:
        columns = {**NAMEPLATE, "valid_from": "m.from_on"}
        asked = topic(catalogue, {"multiplier": "nameplate_multiplier", "valid_from": "valid_from"}, columns)
        found = overrides_of(asked, one(asked, month(3, "40", valid_from=date(2025, 1, 16))))
        assert [(each.valid_from, each.valid_to) for each in found] == [(date(2025, 1, 16), date(2025, 4, 1))]

    def test_texts_and_truths(self, catalogue: Catalogue) -> None:
        columns = {"price_code": "m.bill_id", "is_tiered": "m.billed_kwh > 0"}
        asked = topic(catalogue, {"price_code": "price_code", "has_transformer_loss": "is_tiered"}, columns)
        told = one(asked, row("2025-01-01", "2025-02-01", price_code="CN-CI1-LV", is_tiered=True))
        assert [(each.field, each.value_text) for each in overrides_of(asked, told)] == [
            ("has_transformer_loss", "true"),
            ("price_code", "CN-CI1-LV"),
        ]


@pytest.fixture(scope="module")
def store(engine: DuckDBEngine) -> Store:
    charges = load_catalogue(ContentRoots.find()).resolved({ORG: None})
    at = {"metering_point_id": "M01", "multiplier": 20}
    months = [f"2025-{number:02d}" for number in range(1, 7)]
    bad = {"input_reason_code": "negative_quantity"}
    return opened(
        charges,
        engine,
        [bill("C01", m, "100", **at) for m in months]
        + [bill("C02", m, "9", metering_point_id="M02", **(bad if m == "2025-02" else {})) for m in months]
        + [household("C03", m, "300", metering_point_id="M03") for m in months],
    )


#: Findings by what they are for.
CASES: dict[str, list[dict[str, Any]]] = {
    "owed": [month(1, "40"), month(2, "40")],
    "mirrored": [month(1, "10")],
    "partial": [month(n, "2", point="M02") for n in (1, 2, 3)],
    "silent": [month(1, "40"), month(2, None)],
    "tiers": [month(4, "9", point="M03")],
}
#: Those that are not replayed, by the reason.
KEPT: dict[str, list[dict[str, Any]]] = {
    "no_bills": [month(1, "40", point="M99", yuan="7.00")],
    "row_without_value": [month(1, None, yuan="7.00")],
    "conflict": [month(1, "40", yuan="7.00"), month(1, "50", observed="2")],
    "negative_quantity": [month(2, "2", point="M02", yuan="7.00")],
}


@pytest.fixture(scope="module")
def asked(catalogue: Catalogue) -> Topic:
    return topic(catalogue)


@pytest.fixture(scope="module")
def told(asked: Topic, store: Store, engine: DuckDBEngine) -> Mapping[str, Observation]:
    """All of them replayed, in one pass."""
    wanted = {**CASES, **KEPT}
    own = [one(asked, *rows) for rows in wanted.values()]
    found, counted = replayed_findings(own, {asked.name: asked}, store, engine)
    assert counted is not None
    assert counted.by_status == {"conflict": 1, "none": 3, "partial": 2, "whole": 3}
    return dict(zip(wanted, found, strict=True))


class TestMoney:
    def test_the_runner_fills_signed_money(self, told: Mapping[str, Observation]) -> None:
        found = told["owed"]
        assert (found.impact_method, found.is_partial_impact) == ("replayed", False)
        assert found.impact_kwh == Decimal("4000.00")
        bills = document(found)["bills"]
        assert found.impact_yuan == sum(Decimal(each["difference_yuan"]) for each in bills)
        assert found.impact_yuan is not None and found.impact_yuan > 0
        assert [each["bill_id"] for each in bills] == ["C01-2025-01", "C01-2025-02"]
        mirrored = told["mirrored"].impact_yuan
        assert mirrored is not None and mirrored < 0

    def test_a_partial_sum_says_so(self, told: Mapping[str, Observation]) -> None:
        found = told["partial"]
        assert found.is_partial_impact and found.impact_method == "replayed"
        assert document(found)["status_code"] == "partial"
        assert document(found)["reasons"] == [{"code": "negative_quantity", "bill_id": "C02-2025-02"}]

    def test_a_row_without_a_value_makes_it_partial(self, told: Mapping[str, Observation]) -> None:
        assert told["silent"].is_partial_impact
        assert document(told["silent"])["reasons"] == [{"code": "row_without_value", "bill_id": None}]

    @pytest.mark.parametrize("reason", KEPT)
    def test_what_was_not_replayed_keeps_the_topics_own(
        self, asked: Topic, told: Mapping[str, Observation], reason: str
    ) -> None:
        own, found = one(asked, *KEPT[reason]), told[reason]
        assert (found.impact_yuan, found.impact_method) == (own.impact_yuan, own.impact_method)
        assert document(found)["status_code"] in ("none", "conflict")
        assert document(found)["reasons"][0]["code"] == reason

    def test_the_digest_knows_what_was_replayed(self, asked: Topic, told: Mapping[str, Observation]) -> None:
        assert told["mirrored"].digest != one(asked, *CASES["mirrored"]).digest

    def test_blocked_marts_cost_no_finding(self, asked: Topic, store: Store, engine: DuckDBEngine) -> None:
        own = [one(asked, *CASES["owed"])]
        blocked = Text("an audit failed", "审计未通过")
        (found,), counted = replayed_findings(own, {asked.name: asked}, store, engine, blocked)
        assert (found.impact_yuan, document(found)["reasons"][0]["code"]) == (None, "marts_blocked")
        assert counted is not None and counted.as_json()["failed"] == {"en": blocked.en, "zh": blocked.zh}

    def test_a_topic_without_replay_is_left_alone(
        self, catalogue: Catalogue, store: Store, engine: DuckDBEngine
    ) -> None:
        plain = topic(catalogue, {})
        own = [one(plain, month(1, "40"))]
        assert replayed_findings(own, {plain.name: plain}, store, engine) == (own, None)

    def test_findings_of_a_run_are_replayed_jointly(
        self, asked: Topic, told: Mapping[str, Observation], store: Store, engine: DuckDBEngine
    ) -> None:
        """Two topics saw one fault, a third finding was not replayed; another one is told to contradict."""
        seen = {"a": told["owed"], "b": told["silent"], "c": one(asked, month(3, "40"))}
        rows = [{"finding_key": key, "replay_json": each.replay} for key, each in seen.items()]
        found = joint_findings(store, engine, rows)["C01"]
        assert (found.status, found.keys, found.yuan) == ("whole", ("a", "b"), told["owed"].impact_yuan)

    def test_the_months_of_a_remedy(self, told: Mapping[str, Observation]) -> None:
        """A later month of a tier year moves, too: it is a month of the claim."""
        months = replayed_months(told["tiers"].replay)
        assert [each["month"] for each in months] == ["2025-04", "2025-05", "2025-06"]
        assert sum(each["yuan"] for each in months) == told["tiers"].impact_yuan
        assert sum(each["kwh"] for each in months) == told["tiers"].impact_kwh

    def test_explaining_tells_bill_and_charge(
        self, catalogue: Catalogue, told: Mapping[str, Observation], capsys: pytest.CaptureFixture[str]
    ) -> None:
        show_replay(document(told["partial"]), catalogue.lexicon)
        shown = "".join(capsys.readouterr())
        for bill_told in document(told["partial"])["bills"]:
            assert bill_told["bill_id"] in shown
            assert all(side in shown for sides in bill_told["charges"].values() for side in sides)
        assert len(document(told["partial"])["bills"]) == 3


def document(found: Observation) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(found.replay or "")
    return told
