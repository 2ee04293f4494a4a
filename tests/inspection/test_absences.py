"""Every way of being absent, at the level of whole sweeps: what arrived, and what the next sweep makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from jicha.inspection.known import ABSENCES, PRESENCES
from jicha.lexicon.roots import ContentRoots

from . import town
from .desk import BACKWARDS, BILLED, LAST_MONTH, LOCAL, MULTIPLIER, ZERO_USE, Desk, copy_content
from .town import bills, lines, point_of, readings

LATE = "抄表示数_202603补.csv"
SETTLED_BILLS, SETTLED_LINES = "电费账单_202606补.csv", "账单明细_202606补.csv"


def corrected() -> tuple[town.Delivery, tuple[str, ...]]:
    """The second delivery: something for every customer but the ordinary; the names of its files."""
    found = town.delivery()
    # C02: the file is put right. C06: the meter change of April is recorded.
    found.row(town.INSTALLATIONS, 户号=town.MULTIPLIER_WEST)["综合倍率"] = "20.00"
    old = found.row(town.INSTALLATIONS, 户号=town.SWAPPED)
    new = old | {"电能表资产号": "E06-2", "装表日期": "2026-04-15", "装表底度": "0.0000"}
    old["拆表日期"] = "2026-04-15"
    found.files[town.INSTALLATIONS].append(new)
    # C04: the account is closed.
    found.row(town.CUSTOMERS, 户号=town.ZERO)["用户状态"] = "已销户"
    # C05: February is read again.
    found.row(readings("202602"), 户号=town.MISREAD).update(
        town.reading_row(town.MISREAD, "202602", right=True)
    )
    # C07, C11: the missing readings of March arrive.
    found.files[LATE] = [town.reading_row(c, "202603") for c in (town.TWO_SPELLS, town.LATE_START)]
    # C09: an adjusting bill for the days of May.
    rest = town.used(town.ONE_MONTH, "202605") - town.billed(town.ONE_MONTH, "202605")
    money = f"{rest * town.PRICE:.2f}"
    found.files[SETTLED_BILLS] = [
        town.bill_row(town.ONE_MONTH, "202605")
        | {
            "账单号": "B-ADJ-C09",
            "电费年月": "202606",
            "账单类型": "退补",
            "计费电量": f"{rest:.2f}",
            "应收电费": money,
        }
    ]
    found.files[SETTLED_LINES] = [
        town.line_row(town.ONE_MONTH, "202605")
        | {
            "账单号": "B-ADJ-C09",
            "电费年月": "202606",
            "费用项目": "退补电费",
            "电量": f"{rest:.2f}",
            "金额": money,
        }
    ]
    # C10: the reading of June is taken back, and none takes its place. C12: its bill line is.
    found.files[readings("202606")].remove(found.row(readings("202606"), 户号=town.LAST_MONTH))
    found.files[lines("202606")].remove(found.row(lines("202606"), 户号=town.TAKEN_BACK))
    # C01: April is billed anew, wrongly.
    found.row(lines("202604"), 户号=town.ORDINARY).update({"电量": "1.00", "金额": "0.60"})
    names = (
        town.INSTALLATIONS,
        town.CUSTOMERS,
        readings("202602"),
        readings("202606"),
        lines("202604"),
        lines("202606"),
        LATE,
        SETTLED_BILLS,
        SETTLED_LINES,
    )
    return found, names


@pytest.fixture(scope="module")
def second(fresh_twin: Callable[[], Desk]) -> Desk:
    """The town after the second delivery and the second sweep."""
    desk = fresh_twin()
    found, names = corrected()
    desk.take(found, *names)
    record = desk.sweep()
    assert not record.skipped, record.skipped
    return desk


def key(desk: Desk, topic: str, customer: str, place: int = 0, run: int = 1) -> str:
    found = desk.found(topic, point_of(customer), run)[place]["finding_key"]
    assert isinstance(found, str)
    return found


# -- one sweep after the other ----------------------------------------------------------------------


def test_gone_when_the_multiplier_file_is_put_right(second: Desk) -> None:
    for topic in (BILLED, MULTIPLIER):
        known = second.known(key(second, topic, town.MULTIPLIER_WEST))
        assert (known.presence, known.last_run, known.period_to) == ("gone", 1, date(2026, 7, 1))
        assert second.found(topic, point_of(town.MULTIPLIER_WEST)) == []


def test_gone_when_the_unused_account_is_closed(second: Desk) -> None:
    assert second.known(key(second, ZERO_USE, town.ZERO)).presence == "gone"


def test_too_little_data_when_the_reading_is_taken_back(second: Desk) -> None:
    known = second.known(key(second, BILLED, town.LAST_MONTH))
    assert known.presence == "too_little_data"
    assert "readings: 0% observed, 80% needed" in known.reason_en


def test_not_evaluated_when_the_subject_has_left_the_population(second: Desk) -> None:
    known = second.known(key(second, BILLED, town.TAKEN_BACK))
    assert known.presence == "not_evaluated"
    assert "population" in known.reason_en


def test_merged_when_a_late_reading_joins_two_episodes(second: Desk) -> None:
    winter, spring = second.found(BILLED, point_of(town.TWO_SPELLS), run=1)
    assert (winter["episode_no"], spring["episode_no"]) == (1, 2)
    together = second.one(BILLED, point_of(town.TWO_SPELLS))
    assert (together["period_from"], together["period_to"]) == (date(2026, 1, 1), date(2026, 7, 1))
    # 61 days of May and June outweigh 59 of January and February.
    assert (together["finding_key"], together["presence_code"]) == (spring["finding_key"], "changed")
    known = second.known(winter["finding_key"])
    assert (known.presence, known.other_key) == ("merged", spring["finding_key"])


def test_cleared_when_an_adjustment_arrives(second: Desk) -> None:
    known = second.known(key(second, BILLED, town.ONE_MONTH))
    assert known.presence == "cleared"
    assert second.found(BILLED, point_of(town.ONE_MONTH)) == []


def test_cleared_when_a_meter_change_arrives(second: Desk) -> None:
    assert second.known(key(second, BACKWARDS, town.SWAPPED)).presence == "cleared"
    assert second.found(BACKWARDS, point_of(town.SWAPPED)) == []


def test_withdrawn_when_a_corrected_reading_replaces_the_wrong_one(second: Desk) -> None:
    known = second.known(key(second, BACKWARDS, town.MISREAD))
    assert known.presence == "withdrawn"
    number = 2 + [row["户号"] for row in corrected()[0].files[readings("202602")]].index(town.MISREAD)
    for reason in (known.reason_en, known.reason_zh):
        assert "core.register_reading" in reason
        assert f"{readings('202602')}:{number}" in reason


def test_new_still_there_and_changed(second: Desk) -> None:
    new = second.one(BILLED, point_of(town.ORDINARY))
    assert (new["presence_code"], new["first_run_no"]) == ("new", 2)
    old = second.one(BILLED, point_of(town.MULTIPLIER_EAST))
    assert (old["presence_code"], old["first_run_no"]) == ("still_there", 1)


def test_a_start_moved_by_a_late_reading_keeps_its_key(second: Desk) -> None:
    before = second.one(BILLED, point_of(town.LATE_START), run=1)
    after = second.one(BILLED, point_of(town.LATE_START), run=2)
    assert (before["period_from"], after["period_from"]) == (date(2026, 5, 1), date(2026, 3, 1))
    assert after["finding_key"] == before["finding_key"]
    assert (after["episode_no"], after["presence_code"]) == (before["episode_no"], "changed")


def test_every_finding_of_the_first_sweep_is_accounted_for(second: Desk) -> None:
    """Nothing is silently dropped: seen again or absent with a reason, each exactly once; the counts agree."""
    first = {row["finding_key"] for row in second.results.findings(1)}
    known = second.results.known(2)
    keys = [finding.finding_key for finding in known]
    assert len(keys) == len(set(keys)) and first <= set(keys)
    present = {row["finding_key"]: row["presence_code"] for row in second.results.findings(2)}
    assert {f.finding_key: f.presence for f in known if f.presence in PRESENCES} == present
    for finding in known:
        if finding.presence in ABSENCES:
            assert finding.reason_en and finding.reason_zh
    counts = second.results.record(2).counts
    assert sum(counts.values()) == len(known)


def test_the_third_sweep_reopens_what_comes_back_and_never_reuses_a_number(
    second: Desk, tmp_path: Path
) -> None:
    desk = second.twin(tmp_path / "third")
    found = corrected()[0]
    found.row(town.INSTALLATIONS, 户号=town.MULTIPLIER_WEST)["综合倍率"] = "40.00"
    found.row(lines("202509"), 户号=town.TWO_SPELLS).update({"电量": "1.00", "金额": "0.60"})
    desk.take(found, town.INSTALLATIONS, lines("202509"))
    desk.sweep(BILLED)
    back = desk.one(BILLED, point_of(town.MULTIPLIER_WEST))
    assert back["finding_key"] == key(desk, BILLED, town.MULTIPLIER_WEST)
    assert (back["presence_code"], back["first_run_no"]) == ("reappeared", 1)
    # Number 1 has merged into 2; what is new takes 3, though it lies before both.
    autumn, grown = desk.found(BILLED, point_of(town.TWO_SPELLS))
    assert (autumn["episode_no"], autumn["presence_code"]) == (3, "new")
    assert (grown["episode_no"], grown["presence_code"]) == (2, "still_there")
    merged = desk.known(key(desk, BILLED, town.TWO_SPELLS))
    assert merged.presence == "merged"
    # What stays absent for the same reason still says so.
    assert desk.known(key(desk, BILLED, town.LAST_MONTH)).presence == "too_little_data"
    assert desk.known(key(desk, BILLED, town.ONE_MONTH)).presence == "cleared"


# -- each from the first sweep on -------------------------------------------------------------------


def test_not_evaluated_when_the_topic_was_not_selected_and_still_there_afterwards(fresh: Desk) -> None:
    record = fresh.sweep(BILLED)
    known = fresh.known(key(fresh, ZERO_USE, town.ZERO))
    assert (known.presence, known.reason_en) == ("not_evaluated", "not selected for this sweep")
    assert set(record.skipped) == {ZERO_USE, BACKWARDS, MULTIPLIER, LAST_MONTH}
    fresh.sweep(ZERO_USE)
    assert fresh.one(ZERO_USE, point_of(town.ZERO))["presence_code"] == "still_there"


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """One's own copy of the content, to be changed."""
    return copy_content(tmp_path / "content")


def test_not_evaluated_when_the_topic_is_retired(fresh: Desk, copied: Path) -> None:
    edited(copied / f"topics/{ZERO_USE}.sql", "status: active", "status: retired")
    record = fresh.under(ContentRoots(copied, (LOCAL,))).sweep(ZERO_USE, BILLED)
    known = fresh.known(key(fresh, ZERO_USE, town.ZERO))
    assert known.presence == "not_evaluated" and "retired" in known.reason_en
    assert set(record.topics) == {BILLED}
    assert fresh.one(BILLED, point_of(town.MULTIPLIER_EAST))["presence_code"] == "still_there"


def test_not_evaluated_when_the_topic_is_gone_from_the_content(fresh: Desk, copied: Path) -> None:
    (copied / f"topics/{ZERO_USE}.sql").unlink()
    fresh.under(ContentRoots(copied, (LOCAL,))).sweep(BILLED)
    known = fresh.known(key(fresh, ZERO_USE, town.ZERO))
    assert known.presence == "not_evaluated" and "no longer exists" in known.reason_en


def test_not_evaluated_when_an_audit_error_blocks_the_topics_tables(fresh: Desk) -> None:
    """A bill that ends before it begins: nothing that reads bills may speak until it is put right."""
    found = town.delivery()
    found.row(bills("202606"), 户号=town.ORDINARY)["截止日期"] = "2026-05-01"
    fresh.take(found, bills("202606"))
    record = fresh.sweep()
    assert set(record.skipped) == {BILLED, ZERO_USE, BACKWARDS, MULTIPLIER, LAST_MONTH}
    broken = [a for a in record.audits if a["violations"] and a["level"] == "error"]
    assert [(a["relation"], a["violations"]) for a in broken] == [("core.bill", 1)]
    assert fresh.results.findings() == []
    known = fresh.known(key(fresh, BILLED, town.MULTIPLIER_WEST))
    assert known.presence == "not_evaluated"
    assert "core.bill" in known.reason_en and "ordered(from_on, to_on)" in known.reason_en
    # Put right, everything is where it was.
    fresh.take(town.delivery(), bills("202606"))
    fresh.sweep()
    assert {row["presence_code"] for row in fresh.results.findings()} == {"still_there"}


def test_outside_window_when_the_business_date_moves_a_year_on(fresh: Desk) -> None:
    record = fresh.sweep(as_of=date(2027, 6, 30))
    assert record.window_from_on == "2026-07-01"
    assert {known.presence for known in fresh.results.known()} == {"outside_window"}
    assert not record.is_retrospective
    assert "2026-07-01" in fresh.known(key(fresh, BILLED, town.ONE_MONTH)).reason_en


def test_the_last_month_inside_the_window_is_still_seen(fresh: Desk) -> None:
    fresh.sweep(BILLED, BACKWARDS, as_of=date(2027, 4, 30))  # the window begins with May 2026
    assert fresh.one(BILLED, point_of(town.ONE_MONTH))["presence_code"] == "still_there"
    shortened = fresh.one(BILLED, point_of(town.TWO_SPELLS))
    assert (shortened["period_from"], shortened["presence_code"]) == (date(2026, 5, 1), "still_there")
    assert fresh.known(key(fresh, BACKWARDS, town.SWAPPED)).presence == "outside_window"


def test_too_little_data_when_the_readings_stop_coming(fresh: Desk) -> None:
    """The bills of July come, the readings only for one of two; nobody can say whether it is right now."""
    found = town.Delivery({})
    both = (town.LAST_MONTH, town.TAKEN_BACK)
    found.files[bills("202607")] = [town.bill_row(c, "202607") for c in both]
    found.files[lines("202607")] = [town.line_row(c, "202607") for c in both]
    found.files[readings("202607")] = [town.reading_row(town.TAKEN_BACK, "202607")]
    fresh.take(found)
    record = fresh.sweep(LAST_MONTH)
    assert record.as_of_on == "2026-07-31"
    assert fresh.known(key(fresh, LAST_MONTH, town.TAKEN_BACK)).presence == "gone"
    unread = fresh.known(key(fresh, LAST_MONTH, town.LAST_MONTH))
    assert unread.presence == "too_little_data"
    assert "readings: 49% observed" in unread.reason_en  # 30 of 61 days
    # The late reading arrives: now it was looked at.
    fresh.take(town.Delivery({"抄表示数_202607补.csv": [town.reading_row(town.LAST_MONTH, "202607")]}))
    fresh.sweep(LAST_MONTH)
    assert fresh.known(unread.finding_key).presence == "gone"


def test_topic_changed_when_a_private_root_overrides_a_parameter(fresh: Desk, tmp_path: Path) -> None:
    """June's difference of 166 kWh falls below a threshold of 200: it is not gone, it is not asked for any more."""
    private = tmp_path / "local"
    policy(private, org=town.WEST, value=200)
    fresh.under(ContentRoots(fresh.roots.public, (LOCAL, private))).sweep(BILLED)
    known = fresh.known(key(fresh, BILLED, town.LAST_MONTH))
    assert known.presence == "topic_changed" and "parameter" in known.reason_en


def policy(root: Path, *, org: str, value: int, of: str = BILLED, name: str = "min_difference_kwh") -> None:
    path = root / "policy" / "parameters" / "county.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'parameters:\n  - {{of: {of}, parameter: {name}, org: "{org}", value: {value}, '
        "valid_from: 2020-01-01, owner: county, why: small differences are left to the desk}\n",
        encoding="utf-8",
    )


def test_topic_changed_when_its_sql_changes(fresh: Desk, copied: Path) -> None:
    edited(
        copied / f"topics/{ZERO_USE}.sql",
        "c.customer_status_code = 'active'",
        "c.customer_status_code = 'closed'",
    )
    fresh.under(ContentRoots(copied, (LOCAL,))).sweep(ZERO_USE)
    assert fresh.known(key(fresh, ZERO_USE, town.ZERO)).presence == "topic_changed"


def test_topic_changed_when_a_mart_it_reads_changes(fresh: Desk, copied: Path) -> None:
    edited(
        copied / "marts/usage/metering_point_bill.sql",
        "where l.charge_code = 'energy'",
        "where l.charge_code = 'energy' and l.line_kwh >= l.current_register_kwh - l.previous_register_kwh",
    )
    fresh.under(ContentRoots(copied, (LOCAL,))).sweep(BILLED)
    # Less was keyed in June than the registers say: the bill has left the mart.
    assert fresh.known(key(fresh, BILLED, town.LAST_MONTH)).presence == "topic_changed"


# -- `gone` only where somebody looked --------------------------------------------------------------


def test_not_gone_when_the_customer_falls_out_of_the_organisations(fresh: Desk) -> None:
    """No threshold reaches a customer of an unknown station, so no topic judged it; the fault is still there."""
    found = town.delivery()
    found.row(town.CUSTOMERS, 户号=town.MULTIPLIER_WEST)["管理单位"] = "999999"
    fresh.take(found, town.CUSTOMERS)
    fresh.sweep(BILLED)
    assert fresh.known(key(fresh, BILLED, town.MULTIPLIER_WEST)).presence == "not_evaluated"


def test_not_gone_when_the_customer_moves_to_a_station_with_another_threshold(
    fresh: Desk, tmp_path: Path
) -> None:
    """Nothing was mended; the new station only asks for more."""
    private = tmp_path / "local"
    policy(private, org=town.EAST, value=200)
    desk = fresh.under(ContentRoots(fresh.roots.public, (LOCAL, private)))
    desk.sweep(BILLED)
    assert desk.one(BILLED, point_of(town.LAST_MONTH))["presence_code"] == "still_there"
    found = town.delivery()
    found.row(town.CUSTOMERS, 户号=town.LAST_MONTH)["管理单位"] = town.EAST
    desk.take(found, town.CUSTOMERS)
    desk.sweep(BILLED)
    assert desk.known(key(desk, BILLED, town.LAST_MONTH)).presence == "topic_changed"


def test_an_episode_that_ended_stays_in_the_books_with_its_end(fresh: Desk) -> None:
    """Zero use ends in July: the eight months remain a finding, they only grow no longer."""
    found = town.Delivery({})
    found.files[readings("202607")] = [
        town.reading_row(town.ZERO, "202607") | {"本次示数": f"{town.register(town.ZERO, '202606') + 90:.4f}"}
    ]
    found.files[bills("202607")] = [
        town.bill_row(town.ZERO, "202607") | {"计费电量": "90.00", "应收电费": "54.00"}
    ]
    found.files[lines("202607")] = [town.line_row(town.ZERO, "202607") | {"电量": "90.00", "金额": "54.00"}]
    fresh.take(found)
    fresh.sweep(ZERO_USE)
    row = fresh.one(ZERO_USE, point_of(town.ZERO))
    assert (row["period_from"], row["period_to"]) == (date(2025, 11, 1), date(2026, 7, 1))
    assert row["presence_code"] in ("still_there", "changed")
