"""The loop from a sweep's finding to the archive and back, step by step."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jicha.casework import clock
from jicha.casework.models import Event, Lead, Order, Suspicion, Watch
from jicha.casework.seeing import Joint, Looked
from jicha.casework.services import checking, leads, orders, requests, reviewing, watching
from jicha.kernel.errors import JichaError, UnknownKey
from tests.casework.play import START, Play, at, digest, gone, seen
from tests.casework.utility import moment


def refused(call: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(JichaError) as error:
        call(*args, **named)
    assert error.value.text.en and error.value.text.zh
    return error.value.code


class TestIntake:
    def test_findings_of_one_site_are_one_lead(self, stage: Play) -> None:
        intake = leads.take_in(1, [seen("f1"), seen("f2", severity="high"), seen("f3", customer_id="K2")])
        assert (intake.made, intake.joined) == (2, 1)
        lead = Lead.objects.get(suspicions__finding_key="f1")
        assert lead.suspicions.count() == 2 and lead.severity == "high" and lead.status == "to_judge"

    def test_money_of_several_findings_is_not_added_up(self, stage: Play) -> None:
        leads.take_in(1, [seen("f1")])
        assert Lead.objects.get().impact_yuan == Decimal("66.06")
        leads.take_in(1, [seen("f2")])
        assert Lead.objects.get().impact_yuan is None and Lead.objects.get().is_partial_impact
        joint = {"customer:K1": Joint(Decimal("130.00"), Decimal("70.10"), False)}
        leads.take_in(1, [seen("f3")], joint)
        assert Lead.objects.get().impact_yuan == Decimal("70.10")

    def test_a_finding_without_a_unit_is_counted_not_dropped(self, stage: Play) -> None:
        intake = leads.take_in(1, [seen("f1", org_id=None), seen("f2", org_id="Z")])
        assert intake.left_out == {"f1": "no_organisation", "f2": "no_organisation"}

    def test_taking_in_twice_changes_nothing(self, stage: Play) -> None:
        leads.take_in(1, [seen()])
        before = Event.objects.count()
        assert leads.take_in(2, [seen(presence="still_there")]).known == 1
        assert Event.objects.count() == before and Suspicion.objects.get().last_run == 2

    def test_a_new_finding_beside_an_open_order_is_a_lead_that_says_so(self, stage: Play) -> None:
        order = stage.order(seen("f1"))
        leads.take_in(2, [seen("f2")])
        fresh = Lead.objects.get(suspicions__finding_key="f2")
        assert fresh.beside == order.lead

    def test_absence_is_noted(self, stage: Play) -> None:
        stage.lead()
        leads.note_absent(2, {"f1": "gone"})
        assert Suspicion.objects.get().presence == "gone"


class TestJudgement:
    def test_a_snooze_has_reason_and_end(self, stage: Play) -> None:
        lead = stage.lead()
        judge = stage.who("judge")
        assert (
            refused(leads.snooze, lead, judge, reason="bored", until=moment("2026-03-20T00:00"))
            == "reason_needed"
        )
        for until in ("2026-03-01T00:00", "2026-12-01T00:00"):
            assert (
                refused(leads.snooze, lead, judge, reason="wait_for_data", until=moment(until))
                == "snooze_span"
            )
        leads.snooze(lead, judge, reason="wait_for_data", until=moment("2026-03-20T00:00"))
        leads.wake(lead)
        assert lead.status == "snoozed"
        with at("2026-03-20T00:00"):
            leads.wake(lead)
        assert lead.status == "to_judge"

    def test_a_new_finding_wakes_a_snoozed_lead(self, stage: Play) -> None:
        lead = stage.lead()
        leads.snooze(lead, stage.who("judge"), reason="wait_for_data", until=moment("2026-03-20T00:00"))
        leads.take_in(2, [seen("f2")])
        lead.refresh_from_db()
        assert lead.status == "to_judge" and lead.snoozed_until is None

    def test_what_was_dropped_comes_back_only_with_something_new(self, stage: Play) -> None:
        lead = stage.lead()
        leads.drop(lead, stage.who("judge"), reason="rule_too_wide")
        leads.take_in(2, [seen(presence="still_there")])
        lead.refresh_from_db()
        assert lead.status == "invalid"
        assert leads.take_in(3, [seen(presence="changed")]).revived == 1
        lead.refresh_from_db()
        assert lead.status == "to_judge"

    def test_one_order_for_each_kind_of_problem(self, stage: Play) -> None:
        lead = stage.lead(seen("f1"), seen("f2", topic="tariff/price_code_wrong"), seen("f3"))
        made = leads.accept(lead, stage.who("judge"), suspicion="疑似漏抄")
        assert {order.kind: order.suspicions.count() for order in made} == {
            "reading_check": 2,
            "billing_check": 1,
        }
        assert refused(leads.accept, lead, stage.who("judge"), suspicion="疑似") == "wrong_status"

    def test_merging_takes_findings_and_places_along(self, stage: Play) -> None:
        one = stage.lead(seen("f1"))
        two = stage.lead(seen("f2", customer_id="K2", subject={"customer_id": "K2"}))
        leads.merge(two, one, stage.who("judge"))
        assert two.status == "merged" and one.suspicions.count() == 2
        assert refused(leads.merge, two, one, stage.who("judge")) == "wrong_status"
        assert refused(leads.merge, one, one, stage.who("judge")) == "merge_itself"

    def test_a_lead_of_another_county_is_not_there(self, stage: Play) -> None:
        stage.lead()
        stage.jicha.post("other", "desk_judge", "Y")
        assert not leads.leads_of(stage.who("other")).exists()
        assert leads.leads_of(stage.who("judge")).exists()


class TestDispatch:
    def test_an_order_goes_out_complete(self, stage: Play) -> None:
        order = stage.order(seen(subject={}))
        assert refused(orders.dispatch_to_county, order, stage.who("city_sender")) == "order_incomplete"
        area = stage.order(
            seen("f2", subject_type="area", subject={"area_id": "A"}, customer_id=None, topic="losses/x")
        )
        assert refused(orders.dispatch_to_county, area, stage.who("city_sender")) == "order_incomplete"

    @pytest.mark.parametrize(
        ("subject_type", "subject"),
        [
            ("flow", {"application_id": "A1", "application_step_code": "survey"}),
            ("person", {"staff_id": "s1", "post_code": "reader"}),
            ("area", {"area_id": "A1", "area_manager_id": "s2"}),
        ],
    )
    def test_each_subject_has_its_own_fields(
        self, stage: Play, subject_type: str, subject: dict[str, str]
    ) -> None:
        found = seen(subject_type=subject_type, subject=subject, customer_id=None, topic="service/x")
        order = stage.order(found)
        orders.dispatch_to_county(order, stage.who("city_sender"))
        for name in subject:
            bare = stage.order(
                seen(
                    f"g{name}",
                    subject_type=subject_type,
                    subject={**subject, name: ""},
                    customer_id=None,
                    topic="service/x",
                )
            )
            assert refused(orders.dispatch_to_county, bare, stage.who("city_sender")) == "order_incomplete"

    def test_a_batch_has_its_quantity(self, stage: Play) -> None:
        batch = orders.open_batch(stage.jicha.units["X"], quantity=1, due_on=date(2026, 4, 1))
        orders.dispatch_to_county(stage.order(seen("f1")), stage.who("city_sender"), batch=batch)
        second = stage.order(seen("f2", customer_id="K2"))
        assert (
            refused(orders.dispatch_to_county, second, stage.who("city_sender"), batch=batch) == "batch_full"
        )
        other = orders.open_batch(stage.jicha.units["Y"], quantity=1, due_on=date(2026, 4, 1))
        assert (
            refused(orders.dispatch_to_county, second, stage.who("city_sender"), batch=other)
            == "batch_of_another"
        )
        assert (
            refused(orders.open_batch, stage.jicha.units["X1"], quantity=1, due_on=date(2026, 4, 1))
            == "batch_county"
        )

    def test_low_voltage_goes_to_the_station_and_meters_to_the_team(self, stage: Play) -> None:
        order = stage.dispatched(seen("f1"))
        assert order.unit == stage.jicha.units["X1"] and order.team is None
        meters = stage.dispatched(seen("f2", topic="metering/x", customer_id="K2"))
        assert meters.unit == stage.jicha.units["X"] and meters.team is not None
        assert meters.team.profession == "metering"
        assert {stage.handler(meters).staff_id, *orders.companions_of(meters)} == {"m1", "m2"}

    @pytest.mark.parametrize(
        ("doers", "unit", "fallback"),
        [
            ({}, "X1", ""),
            ({"hand": "reader"}, "X1", ""),
            ({"hand": "reader", "mate": "reader"}, "X2", "neighbour"),
            ({"hand": "reader", "mate": "reader", "neighbour": "reader"}, "X", "county"),
        ],
    )
    def test_readers_of_the_area_do_not_check_it(
        self, stage: Play, doers: dict[str, str], unit: str, fallback: str
    ) -> None:
        order = stage.dispatched(seen(doers=doers))
        assert order.unit is not None and order.unit.org_id == unit
        assert stage.handler(order).staff_id not in doers
        told = Event.objects.filter(verb="dispatch_to_unit").get().data
        assert f'"fallback":"{fallback}"' in told

    def test_a_doer_may_not_be_named_either(self, stage: Play) -> None:
        order = stage.order(seen(doers={"hand": "reader"}))
        orders.dispatch_to_county(order, stage.who("city_sender"))
        named = {"unit": stage.jicha.units["X1"], "handler": stage.who("hand")}
        assert refused(orders.dispatch_to_unit, order, stage.who("sender"), **named) == "not_eligible"
        elsewhere = {"unit": stage.jicha.units["Y1"], "handler": stage.who("hand")}
        assert refused(orders.dispatch_to_unit, order, stage.who("sender"), **elsewhere) == "other_county"

    def test_where_nobody_may_check_it_says_so(self, stage: Play) -> None:
        staff = ["hand", "mate", "neighbour", "county_hand", "m1", "m2", "b1", "u1", "u2", "k1"]
        order = stage.order(seen(doers=dict.fromkeys(staff, "reader")))
        orders.dispatch_to_county(order, stage.who("city_sender"))
        assert refused(orders.dispatch_to_unit, order, stage.who("sender")) == "nobody_to_check"

    def test_the_county_does_not_send_what_the_city_has(self, stage: Play) -> None:
        order = stage.order()
        assert refused(orders.dispatch_to_county, order, stage.who("sender")) == "right_level"
        orders.dispatch_to_county(order, stage.who("city_sender"))
        assert refused(orders.dispatch_to_unit, order, stage.who("city_sender")) == "right_level"

    def test_only_the_named_person_signs(self, stage: Play) -> None:
        order = stage.dispatched()
        assert stage.handler(order).staff_id == "hand"
        assert refused(orders.sign, order, stage.who("mate")) == "named_handler"
        orders.sign(order, stage.who("hand"))
        assert order.status == "checking"

    def test_an_unsigned_order_goes_back_with_a_reason(self, stage: Play) -> None:
        order = stage.dispatched()
        assert refused(orders.hand_back, order, stage.who("hand"), reason="") == "reason_needed"
        orders.hand_back(order, stage.who("hand"), reason="wrong_unit")
        assert (order.status, order.unit, order.handler) == ("to_dispatch_county", None, None)

    def test_a_hidden_order_looks_like_none(self, stage: Play) -> None:
        order = stage.dispatched()
        stage.jicha.post("other", "inspector", "X2")
        with pytest.raises(UnknownKey) as hidden:
            orders.order_for(stage.who("other"), order.key)
        with pytest.raises(UnknownKey) as none:
            orders.order_for(stage.who("other"), "nothing")
        assert hidden.value.code == none.value.code
        assert orders.order_for(stage.who("hand"), order.key) == order


class TestCheckAndAnswer:
    def test_every_part_and_all_evidence(self, stage: Play) -> None:
        order = stage.checking()
        hand = stage.who("hand")
        assert (
            refused(checking.answer, order, hand, "untrue", reason="data_error", text="无") == "parts_missing"
        )
        for part in ("base_data", "device", "energy_fee", "price"):
            checking.record_part(order, hand, part, is_wrong=False)
        assert (
            refused(checking.answer, order, hand, "untrue", reason="data_error", text="无")
            == "evidence_missing"
        )
        for kind in ("track", "site_photo", "device_photo"):
            checking.add_evidence(order, hand, kind, sha256=digest(), captured_at=clock.now())
        assert refused(checking.answer, order, hand, "untrue", reason="", text="无") == "reason_needed"
        assert refused(checking.answer, order, hand, "untrue", reason="data_error") == "reason_needed"
        assert refused(checking.answer, order, hand, "true_open") == "conclusion_contradicts"
        checking.answer(order, hand, "untrue", reason="data_error", text="表计正常")
        assert (order.status, order.conclusion) == ("to_review_county", "untrue")

    def test_a_photo_proves_one_visit(self, stage: Play) -> None:
        order = stage.checking()
        photo = digest()
        checking.add_evidence(order, stage.who("hand"), "track", sha256=photo, captured_at=clock.now())
        again = {"sha256": photo, "captured_at": clock.now()}
        assert (
            refused(checking.add_evidence, order, stage.who("hand"), "site_photo", **again)
            == "evidence_twice"
        )

    def test_mending_belongs_to_a_true_answer(self, stage: Play) -> None:
        order = stage.checking()
        hand = stage.who("hand")
        stage.check(order)
        assert refused(checking.answer, order, hand, "true_mended") == "mending_missing"
        mending = stage.mend(order, finished=False)
        assert order.status == "mending"
        assert refused(checking.answer, order, hand, "true_mended") == "mending_open"
        assert refused(checking.answer, order, hand, "true_open") == "mending_undated"
        checking.report_mending(order, hand, mending, result="archived", finished_on=date(2026, 3, 2))
        checking.answer(order, hand, "true_mended")
        assert order.status == "to_review_county"

    def test_two_go_where_the_kind_says_so(self, stage: Play) -> None:
        order = stage.order(seen(topic="metering/x"))
        orders.dispatch_to_county(order, stage.who("city_sender"))
        team = stage.jicha.units["X"].teams.get(profession="metering")
        alone = {"unit": stage.jicha.units["X"], "team": team, "handler": stage.who("m1")}
        assert refused(orders.dispatch_to_unit, order, stage.who("sender"), **alone) == "enough_on_site"
        orders.dispatch_to_unit(order, stage.who("sender"), **alone, companions=[stage.who("m2")])
        orders.sign(order, stage.who("m1"))
        order.companions.clear()
        stage.check(order)
        stage.mend(order)
        assert refused(checking.answer, order, stage.who("m1"), "true_mended") == "enough_on_site"


class TestReview:
    def test_a_return_has_a_reason_and_is_counted(self, stage: Play) -> None:
        order = stage.answered()
        reviewer = stage.who("county_reviewer")
        assert refused(reviewing.return_answer, order, reviewer, reason="") == "reason_needed"
        reviewing.return_answer(order, reviewer, reason="evidence_missing")
        assert (order.status, order.return_count) == ("returned", 1)
        checking.take_again(order, stage.who("hand"))
        assert (order.status, order.round) == ("checking", 2)
        assert refused(checking.answer, order, stage.who("hand"), "true_mended") == "parts_missing"
        stage.answer(order)
        reviewing.pass_answer(order, reviewer)
        reviewing.return_answer(order, stage.who("city_reviewer"), reason="template_text")
        assert order.return_count == 2 and order.reviews.count() == 3

    def test_levels_do_not_stand_in_for_each_other(self, stage: Play) -> None:
        order = stage.answered()
        assert refused(reviewing.pass_answer, order, stage.who("city_reviewer")) == "right_level"
        reviewing.pass_answer(order, stage.who("county_reviewer"))
        assert refused(reviewing.pass_answer, order, stage.who("county_reviewer")) == "right_level"

    def test_an_untrue_answer_needs_no_mending(self, stage: Play) -> None:
        order = stage.archived(conclusion="untrue")
        assert (order.status, order.outcome) == ("archived", "not_confirmed")


class TestVerification:
    def test_only_gone_after_the_days_verifies(self, stage: Play) -> None:
        order = stage.reviewed()
        evaluator = stage.who("evaluator")
        for looked, reason in (
            ([], "not_looked_at"),
            ([gone("f1", date(2026, 4, 5))], "too_early"),
            ([Looked("f1", "too_little_data", date(2026, 6, 1), 9)], "too_little_data"),
            ([Looked("f1", "topic_changed", date(2026, 6, 1), 9)], "topic_changed"),
        ):
            assert reviewing.re_check(order, evaluator, looked)["f1"].reason == reason
            assert order.status == "re_checking"
        reviewing.re_check(order, evaluator, [gone("f1", date(2026, 4, 6))])
        assert (order.status, order.outcome) == ("to_close", "state_gone")

    def test_what_is_still_there_goes_back(self, stage: Play) -> None:
        order = stage.reviewed()
        reviewing.re_check(order, stage.who("evaluator"), [Looked("f1", "still_there", date(2026, 6, 1), 9)])
        assert (order.status, order.return_count) == ("returned", 1)

    def test_a_mending_that_is_open_is_reported_later(self, stage: Play) -> None:
        order = stage.reviewed(conclusion="true_open")
        evaluator = stage.who("evaluator")
        assert reviewing.re_check(order, evaluator, [gone("f1")])["f1"].reason == "not_mended"
        mending = order.mendings.get()
        checking.report_mending(
            order, stage.who("hand"), mending, result="archived", finished_on=date(2026, 3, 9)
        )
        reviewing.re_check(order, evaluator, [gone("f1")])
        assert order.status == "to_close"

    @pytest.mark.parametrize(
        ("looked", "status"),
        [
            ({"as_of": date(2026, 8, 30)}, "re_checking"),
            ({"as_of": date(2026, 9, 2)}, "to_close"),
            ({"as_of": date(2026, 9, 2), "is_repeated": True}, "returned"),
        ],
    )
    def test_an_event_is_closed_by_not_being_repeated(
        self, stage: Play, looked: dict[str, Any], status: str
    ) -> None:
        order = stage.reviewed(seen(closer="event_not_repeated", quiet_months=6))
        reviewing.re_check(order, stage.who("evaluator"), [gone("f1", **looked)])
        assert order.status == status

    @pytest.mark.parametrize(
        ("yuan", "status"),
        [
            (None, "re_checking"),
            ("66.06", "to_close"),
            ("59.46", "to_close"),
            ("59.45", "returned"),
            ("-66.06", "returned"),
        ],
    )
    def test_a_past_bill_is_closed_by_its_adjustment(
        self, stage: Play, yuan: str | None, status: str
    ) -> None:
        order = stage.reviewed(seen(closer="covered_by_adjustment"))
        adjusted = None if yuan is None else Decimal(yuan)
        looked = Looked("f1", "still_there", date(2026, 6, 1), 9, adjusted_yuan=adjusted, adjustment_id="T1")
        reviewing.re_check(order, stage.who("evaluator"), [looked])
        assert order.status == status


class TestArchive:
    def test_what_is_missing_keeps_it_open(self, stage: Play) -> None:
        order = stage.reviewed()
        evaluator, archivist = stage.who("evaluator"), stage.who("archivist")
        assert refused(reviewing.close, order, archivist) == "callback_missing"
        reviewing.re_check(order, evaluator, [gone("f1")])
        reviewing.call_back(order, evaluator, satisfaction="satisfied")
        assert refused(reviewing.close, order, archivist) == "responsibility_missing"
        held = reviewing.hold_responsible(
            order,
            evaluator,
            fault="error",
            organisation=order.organisation,
            post="reader",
            staff_id="reader9",
        )
        assert refused(reviewing.close, order, archivist) == "not_heard"
        assert (
            refused(reviewing.hear, order, evaluator, held, on=date(2026, 3, 2), statement=" ")
            == "statement_needed"
        )
        reviewing.hear(order, evaluator, held, on=date(2026, 3, 2), statement="无异议")
        reviewing.close(order, archivist)
        assert (order.status, order.outcome) == ("archived", "state_gone")
        assert Lead.objects.get().status == "closed"
        assert [w.due_on for w in Watch.objects.order_by("due_on")] == [date(2026, 4, 1), date(2026, 5, 31)]

    def test_a_person_held_responsible_takes_no_part(self, stage: Play) -> None:
        order = stage.reviewed()
        named = {"fault": "error", "organisation": order.organisation, "post": "inspector"}
        refused_by = refused(
            reviewing.hold_responsible, order, stage.who("evaluator"), **named, staff_id="hand"
        )
        assert refused_by == "places_apart"

    def test_a_finding_that_returns_reopens(self, stage: Play) -> None:
        order = stage.archived()
        quiet = {"f1": gone("f1", date(2026, 4, 2))}
        assert not watching.look_again(quiet)
        assert Watch.objects.filter(done_at__isnull=False).count() == 1
        back = {"f1": Looked("f1", "reappeared", date(2026, 5, 31), 12)}
        assert watching.look_again(back) == [order]
        order = Order.objects.get()
        assert (order.status, order.reopen_count, order.round) == ("reopened", 1, 2)
        assert Lead.objects.get().status == "accepted" and not Watch.objects.filter(done_at__isnull=True)
        orders.dispatch_to_unit(order, stage.who("sender"))
        assert order.status == "to_sign"

    @pytest.mark.parametrize(
        ("closer", "looked", "is_back"),
        [
            ("state_gone", {"presence": "still_there"}, True),
            ("state_gone", {"presence": "too_little_data"}, False),
            ("covered_by_adjustment", {"presence": "still_there"}, False),
            ("covered_by_adjustment", {"presence": "changed", "observation_digest": "d2"}, True),
            ("covered_by_adjustment", {"presence": "changed", "observation_digest": "d1"}, False),
            ("event_not_repeated", {"presence": "still_there"}, False),
            ("event_not_repeated", {"presence": "gone", "is_repeated": True}, True),
        ],
    )
    def test_what_counts_as_returned(
        self, stage: Play, closer: str, looked: dict[str, Any], is_back: bool
    ) -> None:
        order = (
            stage.archived(seen(closer=closer, quiet_months=1, verify_days=0))
            if closer == "state_gone"
            else None
        )
        if order is None:
            order = stage.archived(seen())
            Suspicion.objects.update(closer=closer)
        found = Looked("f1", as_of=date(2026, 6, 1), run=9, **looked)
        assert watching.has_returned(order, Suspicion.objects.get(), found) is is_back


class TestRequests:
    def test_an_extension_is_asked_for_and_decided_by_another(self, stage: Play) -> None:
        order = stage.checking()
        hand, until = stage.who("hand"), date(2026, 4, 1)
        assert (
            refused(requests.ask, order, hand, "extension", reason="lazy", until_on=until) == "request_reason"
        )
        assert refused(requests.ask, order, hand, "extension", reason="parts_awaited") == "request_day"
        request = requests.ask(order, hand, "extension", reason="parts_awaited", until_on=until)
        again = {"reason": "parts_awaited", "until_on": until}
        assert refused(requests.ask, order, hand, "extension", **again) == "request_open"
        assert refused(requests.grant_request, request, hand) == "no_right"
        requests.grant_request(request, stage.who("approver"))
        order.refresh_from_db()
        assert order.due_at == moment("2026-04-02T00:00")
        assert refused(requests.refuse, request, stage.who("approver")) == "request_decided"

    def test_a_refusal_changes_nothing(self, stage: Play) -> None:
        order = stage.checking()
        due = order.due_at
        request = requests.ask(
            order, stage.who("hand"), "extension", reason="parts_awaited", until_on=date(2026, 4, 1)
        )
        requests.refuse(request, stage.who("approver"))
        order.refresh_from_db()
        assert (order.status, order.due_at) == ("checking", due)

    def test_the_clock_stands_while_suspended(self, stage: Play) -> None:
        order = stage.checking()
        assert order.due_at == moment("2026-03-10T00:00")  # five working days after Monday the 2nd
        request = requests.ask(
            order, stage.who("hand"), "suspension", reason="court", until_on=date(2026, 4, 1)
        )
        with at("2026-03-04T00:00"):
            requests.grant_request(request, stage.who("approver"))
        order.refresh_from_db()
        assert order.status == "suspended"
        with at("2026-03-30T00:00"):  # four working days were left: Wednesday to Monday
            requests.resume(order, stage.who("approver"))
        assert (order.status, order.due_at) == ("checking", moment("2026-04-03T00:00"))

    def test_a_transfer_makes_a_theft_case_of_the_same_findings(self, stage: Play) -> None:
        order = stage.checking()
        request = requests.ask(order, stage.who("hand"), "transfer", reason="theft_suspected")
        case = requests.grant_request(request, stage.who("approver"))
        order.refresh_from_db()
        assert case is not None and (order.status, order.outcome) == ("referred", "referred")
        assert (case.kind, case.status, case.case) == ("theft_check", "to_dispatch_county", order.case)
        assert case.suspicions.count() == 1 and case.suspicion is not None and case.suspicion.text
        orders.dispatch_to_unit(case, stage.who("sender"))
        assert case.due_at == START + timedelta(hours=24)
        assert {stage.handler(case).staff_id, *orders.companions_of(case)} == {"u1", "u2"}
