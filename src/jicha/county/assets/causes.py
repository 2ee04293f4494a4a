"""What goes wrong with devices and their files: decided here, written by the modules of the papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from jicha.county.assets.devices import kind_of, stock_meter_id
from jicha.county.assets.rehanging import LIGHTNING_TWICE, rehung
from jicha.county.assets.twists import BookedChange, Fault, Twists
from jicha.county.desk import Answer, Desk, StationRecord
from jicha.county.picking import Pick, Picker, in_office_hours, is_quiet, workday_from
from jicha.county.world import Customer
from jicha.kernel.text import Text

#: Days a meter may run between two verifications (JJG 596: eight years), and between two field tests at 10 kV.
VERIFIED_FOR_DAYS, FIELD_TESTED_FOR_DAYS = 2922, 730
_LEAST_OVERDUE_DAYS = 30
_FAULTS = ("显示故障", "时钟故障", "电池故障", "通信故障")


def twists(record: StationRecord, desk: Desk) -> Twists:
    """Everything planned for the station's devices, with its answers."""
    picker = Picker(record, desk)
    found = Twists()
    _lightning(picker, found)
    _overdue(picker, found)
    _sampled(picker, found)
    _low_class(picker, found)
    for kind, tell in (
        ("meter_change_not_confirmed", _unconfirmed),
        ("seal_missing_after_visit", _unsealed),
        ("register_of_assets_lags", _lagging),
    ):
        _at_changes(picker, kind, tell, found)
    _booked(picker, found)
    _scrapped(picker, found)
    _left_hanging(picker, found)
    return found


def _lightning(picker: Picker, found: Twists) -> None:
    record = picker.record
    met = rehung(record.city, record.station, picker.desk)
    for customer, planned in met:
        first, second = (each.installed_on for each in customer.installations[-2:])
        picker.met.add(customer.customer_id)
        found.struck.add(customer.customer_id)
        picker.desk.answer(
            Answer(
                plan=planned.cause,
                subject_type="metering_point",
                subject_id=customer.metering_point_id,
                customer_id=customer.customer_id,
                valid_from=first,
                valid_to=second + timedelta(days=1),
                note=Text(
                    en=f"lightning took the meter on {first} and again on {second}",
                    zh=f"{first}与{second}两次雷击烧毁电能表",
                ),
                size=Decimal(2),
            )
        )
    if met:
        picker.desk.planted(LIGHTNING_TWICE, len(met))


def _is_old(record: StationRecord) -> Callable[[Customer], bool]:
    latest = record.city.end - timedelta(days=VERIFIED_FOR_DAYS + _LEAST_OVERDUE_DAYS)
    return lambda each: (
        not each.trade.is_metered_by_transformers
        and len(each.installations) == 1
        and each.installations[0].installed_on < latest
    )


def _overdue(picker: Picker, found: Twists) -> None:
    """At 10 kV the field tests stopped; elsewhere the meter ran on beyond its eight years."""
    record = picker.record
    old = _is_old(record)
    end, first_day = record.city.end, record.city.first_day

    def fits(customer: Customer) -> bool:
        if kind_of(customer) == "ct_high":
            return customer.opened_on < first_day - timedelta(days=FIELD_TESTED_FOR_DAYS)
        return old(customer)

    for pick in picker.customers("verification_overdue", fits):
        customer = pick.subject
        meter = customer.installations[-1]
        if kind_of(customer) == "ct_high":
            over = pick.days(60, min(400, max(61, (end - first_day).days - 60)))
            due = end - timedelta(days=over)
            found.tested_until[customer.customer_id] = due - timedelta(days=FIELD_TESTED_FOR_DAYS)
            what = Text(en=f"field test was due on {due}", zh=f"现场检验应于{due}前完成")
        else:
            due = meter.installed_on + timedelta(days=VERIFIED_FOR_DAYS)
            found.untested.add(meter.meter_id)
            what = Text(
                en=f"eight years of the meter were over on {due}", zh=f"电能表{due}已满八年未检定轮换"
            )
        picker.answer(
            pick,
            "meter",
            meter.meter_id,
            customer.customer_id,
            (due, end),
            what,
            size=Decimal((end - due).days),
        )


def _sampled(picker: Picker, found: Twists) -> None:
    record = picker.record
    for pick in picker.customers("verification_extended_by_sampling", _is_old(record)):
        customer = pick.subject
        meter = customer.installations[0]
        due = meter.installed_on + timedelta(days=VERIFIED_FOR_DAYS)
        batch = f"PC{meter.installed_on.year}-CY{record.station.plan.number:03d}-{pick.planned.turn}"
        found.untested.add(meter.meter_id)
        found.sampled[meter.meter_id] = batch
        note = Text(en=f"batch {batch} passed its sample", zh=f"批次{batch}抽检合格, 延长使用")
        picker.answer(
            pick, "meter", meter.meter_id, customer.customer_id, (due, record.city.end), note,
            size=Decimal((record.city.end - due).days),
        )  # fmt: skip


def _low_class(picker: Picker, found: Twists) -> None:
    record = picker.record
    for pick in picker.customers("ct_class_too_low", lambda each: bool(each.installations[-1].ct_ratio)):
        customer = pick.subject
        low = pick.chance.choice(("0.5级", "1级"))
        found.ct_class[customer.customer_id] = low
        note = Text(
            en=f"current transformers of class {low[:-1]} where 0.5S is due",
            zh=f"电流互感器为{low}, 应为0.5S级",
        )
        since = customer.installations[-1].installed_on
        picker.answer(
            pick,
            "metering_point",
            customer.metering_point_id,
            customer.customer_id,
            (since, record.city.end),
            note,
        )


def _changes_in_period(record: StationRecord, customer: Customer) -> list[tuple[str, str, date]]:
    """Old meter, new meter and day of each real change inside the period."""
    pairs = zip(customer.installations, customer.installations[1:], strict=False)
    return [
        (old.meter_id, new.meter_id, new.installed_on)
        for old, new in pairs
        if old.meter_id != new.meter_id and old.removed_on == new.installed_on
        if record.city.first_day <= new.installed_on < record.city.end - timedelta(days=20)
    ]


def _at_changes(
    picker: Picker, kind: str, tell: Callable[[Picker, Pick[Customer], Twists], None], found: Twists
) -> None:
    """Plant a kind at customers whose meter was changed, be it with a story of their own."""
    record = picker.record

    def candidates() -> list[Customer]:
        return [each for each in record.station.customers if _changes_in_period(record, each)]

    for pick in picker.picks(kind, candidates, lambda each: each.customer_id, lambda each: each.trade.code):
        tell(picker, pick, found)


def _unconfirmed(picker: Picker, pick: Pick[Customer], found: Twists) -> None:
    customer = pick.subject
    _, new, day = _changes_in_period(picker.record, customer)[-1]
    found.unconfirmed.add(new)
    note = Text(en=f"the change of {day} was never confirmed", zh=f"{day}换表营业未确认")
    end = picker.record.city.end
    picker.answer(
        pick, "metering_point", customer.metering_point_id, customer.customer_id, (day, end), note,
        size=Decimal((end - day).days),
    )  # fmt: skip


def _unsealed(picker: Picker, pick: Pick[Customer], found: Twists) -> None:
    customer = pick.subject
    day = _changes_in_period(picker.record, customer)[-1][2]
    found.unsealed.add(customer.customer_id)
    note = Text(en=f"seals taken off on {day}, none set again", zh=f"{day}作业启封后未重新加封")
    picker.answer(
        pick,
        "metering_point",
        customer.metering_point_id,
        customer.customer_id,
        (day, picker.record.city.end),
        note,
    )


def _lagging(picker: Picker, pick: Pick[Customer], found: Twists) -> None:
    customer = pick.subject
    old, new, day = _changes_in_period(picker.record, customer)[-1]
    found.status[old] = "运行"
    found.status[new] = "已配送"
    note = Text(
        en=f"changed on {day}; the register still has the old meter running, the new one on its way",
        zh=f"{day}已换表, 资产台账旧表仍为运行、新表仍为已配送",
    )
    picker.answer(pick, "meter", new, customer.customer_id, (day, picker.record.city.end), note)


def _booked(picker: Picker, found: Twists) -> None:
    record = picker.record
    least = timedelta(days=40)
    for pick in picker.customers(
        "meter_changed_again_and_again",
        lambda each: not each.trade.is_metered_by_transformers and _is_plain(each),
    ):
        customer = pick.subject
        meter_id = customer.installations[-1].meter_id
        first = pick.onset(record.city.first_day + least, record.city.end - timedelta(days=130))
        count = max(2, int(pick.size(2, 3)))
        days = [first]
        while len(days) < count:
            days.append(
                min(
                    days[-1] + timedelta(days=pick.chance.randrange(25, 60)),
                    record.city.end - timedelta(days=1),
                )
            )
        on_file = meter_id
        for number, day in enumerate(days):
            taken = stock_meter_id(record.station.org_id, number) if on_file == meter_id else meter_id
            reason = pick.chance.choice(("故障", "改造升级"))
            found.changes.append(BookedChange(customer, on_file, taken, reason, day))
            on_file = taken
        note = Text(
            en=f"{count} changes booked from {first} on, the same meter hangs all the time",
            zh=f"自{first}起登记换表{count}次, 现场始终为同一块表",
        )
        picker.answer(
            pick, "metering_point", customer.metering_point_id, customer.customer_id,
            (first, days[-1] + timedelta(days=1)), note, size=Decimal(count),
        )  # fmt: skip


def _scrapped(picker: Picker, found: Twists) -> None:
    record = picker.record
    for pick in picker.customers("meter_hangs_though_scrapped_on_file", _is_plain):
        customer = pick.subject
        meter = customer.installations[-1]
        status = pick.chance.choice(("报废", "报废", "合格在库"))
        found.status[meter.meter_id] = status
        since = max(meter.installed_on, record.city.first_day)
        note = Text(
            en=f"on file {status}, yet it hangs and counts", zh=f"资产状态为{status}, 现场仍在运行计量"
        )
        picker.answer(pick, "meter", meter.meter_id, customer.customer_id, (since, record.city.end), note)


def _left_hanging(picker: Picker, found: Twists) -> None:
    record = picker.record
    for pick in picker.customers("fault_meter_left_hanging", _is_plain):
        customer = pick.subject
        meter = customer.installations[-1]
        open_days = min(pick.days(60, 300), (record.city.end - record.city.first_day).days - 5)
        wish = pick.planned.wish.onset
        reported = record.city.end - timedelta(days=open_days)
        if wish is not None:
            reported = pick.onset(record.city.first_day, record.city.end - timedelta(days=30))
        reported = workday_from(reported)
        kind_zh = pick.chance.choice(_FAULTS)
        found.faults.append(
            Fault(
                customer, meter.meter_id, kind_zh, reported - timedelta(days=pick.chance.randrange(0, 4)), None,
                in_office_hours(pick.chance, reported), None,
            )
        )  # fmt: skip
        left = (record.city.end - reported).days
        note = Text(en=f"reported on {reported}, still hanging", zh=f"{reported}报修({kind_zh}), 至今未处理")
        picker.answer(
            pick,
            "meter",
            meter.meter_id,
            customer.customer_id,
            (reported, record.city.end),
            note,
            size=Decimal(left),
        )


def _is_plain(customer: Customer) -> bool:
    return is_quiet(customer) and len(customer.installations) == 1
