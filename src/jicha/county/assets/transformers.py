"""Instrument transformers with their stays and tests; power transformers of customers and whether they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jicha.county.assets.devices import TransformerRun, assessment_run, head_installed_on, transformer_runs
from jicha.county.assets.meters import TestBook
from jicha.county.assets.twists import Twists
from jicha.county.chance import stream
from jicha.county.desk import XLSX, Desk, StationRecord, Table
from jicha.county.tables import facts
from jicha.county.world import Customer

INSTRUMENT_TRANSFORMERS = Table(
    "cis_zh",
    "互感器资产",
    "互感器资产号,管理单位,互感器类型,资产状态,准确度等级,一次额定电流,二次额定电流,一次额定电压,二次额定电压",
)
INSTRUMENT_TRANSFORMER_STAYS = Table(
    "cis_zh", "互感器装拆", "计量点编号,互感器资产号,户号,装设日期,拆除日期,相别"
)
POWER_TRANSFORMERS = Table(
    "cis_zh",
    "受电变压器",
    "变压器编号,户号,台区编号,变压器型号,额定容量,空载损耗,负载损耗,空载电流百分比,短路阻抗,有载调压,备用方式,安装日期,"
    "拆除日期",
    form=XLSX,
)
TRANSFORMER_STATES = Table(
    "cis_zh", "变压器运停", "变压器编号,户号,生效日期,失效日期,运行状态,业务申请编号,封印编号", form=XLSX
)

#: From, until, state, application.
_State = tuple[date, date | None, str, str | None]

_CT_CLASS, _PT_CLASS = "0.5S级", "0.5级"
# Ten years between two field tests; the file does not reach further back than this day.
_TESTED_FOR_DAYS = 3652
_LARGEST_LISTED, _LARGE_IMPEDANCE = 800, "4.5"


@dataclass(frozen=True, slots=True)
class Sealing:
    """A transformer sealed by an application from a day on, until another (None: never unsealed on file)."""

    application_id: str
    from_on: date
    back_on: date | None


def keep_instrument_transformers(record: StationRecord, desk: Desk, tests: TestBook, twists: Twists) -> None:
    """Assets, stays and tests of every current and voltage transformer of the station."""
    for customer in record.station.customers:
        for run in transformer_runs(customer):
            _keep_run(run, record, desk, tests, twists.ct_class.get(customer.customer_id, _CT_CLASS))
    for head in record.station.assessments:
        run = assessment_run(head, head_installed_on(record.city.first_day))
        _keep_run(run, record, desk, tests, _CT_CLASS)


def _keep_run(run: TransformerRun, record: StationRecord, desk: Desk, tests: TestBook, ct_class: str) -> None:
    chance = stream(record.city.seed, "transformers", run.customer_id, run.number)
    verified_on = run.valid_from - timedelta(days=chance.randrange(10, 90))
    status = "运行" if run.valid_to is None else "拆回待分流"
    end = run.valid_to or record.city.end
    tested_on = run.valid_from + timedelta(days=(end - run.valid_from).days // 2 + chance.randrange(-20, 21))
    for piece, kind_zh, phase in run.pieces():
        is_current = kind_zh == "电流互感器"
        desk.add(
            INSTRUMENT_TRANSFORMERS,
            piece,
            record.station.org_id,
            kind_zh,
            status,
            ct_class if is_current else _PT_CLASS,
            run.primary_a if is_current else None,
            run.secondary_a if is_current else None,
            None if is_current else run.primary_v,
            None if is_current else run.secondary_v,
        )
        desk.add(
            INSTRUMENT_TRANSFORMER_STAYS,
            run.metering_point_id,
            piece,
            run.customer_id,
            run.valid_from,
            run.valid_to,
            phase,
        )
        tests.add(chance, "首次检定", verified_on, _TESTED_FOR_DAYS, transformer_id=piece)
        if (end - run.valid_from).days > _TESTED_FOR_DAYS - 400:
            site = (run.metering_point_id, run.customer_id)
            tests.add(
                chance, "周期现场检验", tested_on, _TESTED_FOR_DAYS, transformer_id=piece, customer=site
            )


def keep_power_transformers(
    record: StationRecord, desk: Desk, sealed: Mapping[str, Sequence[Sealing]]
) -> None:
    """The customers' own transformers; one is out of use where fewer kVA are under charge than stand there, and the
    last one while it is `sealed` (by customer, in order)."""
    nameplates = {int(row["capacity_kva"]): row for row in facts("transformer_nameplates")}
    for customer in record.station.customers:
        installed_on = customer.opened_on
        removed_on = customer.closed_on
        for number, each in enumerate(customer.transformers):
            plate = nameplates.get(each.capacity_kva)
            desk.add(
                POWER_TRANSFORMERS,
                each.transformer_id,
                customer.customer_id,
                customer.area_id,
                each.model,
                each.capacity_kva,
                each.no_load_kw,
                each.load_loss_kw,
                plate["no_load_current_pct"] if plate else None,
                plate["impedance_pct"] if plate else _LARGE_IMPEDANCE,
                "否",
                "主用",
                installed_on,
                removed_on,
            )
            spans = sealed.get(customer.customer_id, ()) if each is customer.transformers[-1] else ()
            for valid_from, valid_to, state, order in _sealed_states(customer, spans) or _states(
                customer, number
            ):
                desk.add(
                    TRANSFORMER_STATES,
                    each.transformer_id,
                    customer.customer_id,
                    valid_from,
                    valid_to,
                    state,
                    order,
                    None,
                )


def _states(customer: Customer, number: int) -> list[_State]:
    """Spans of one transformer: the file keeps the first ones running as far as the chargeable capacity reaches."""
    spans: list[_State] = []
    before = sum(each.capacity_kva for each in customer.transformers[:number])
    for agreement in customer.agreements:
        runs = agreement.terms.capacity_kva > before or agreement.terms.capacity_kva == 0
        state = "运行" if runs else "暂停"
        if spans and spans[-1][2] == state and spans[-1][1] == agreement.valid_from:
            spans[-1] = (spans[-1][0], agreement.valid_to, state, None)
        else:
            spans.append((agreement.valid_from, agreement.valid_to, state, None))
    return spans


def _sealed_states(customer: Customer, sealed: Sequence[Sealing]) -> list[_State]:
    """Spans of the transformer that was sealed and unsealed; empty where it never was."""
    spans: list[_State] = []
    since: date | None = customer.opened_on
    for each in sealed:
        if since is None or each.from_on <= since:
            continue
        spans.append((since, each.from_on, "运行", None))
        spans.append((each.from_on, each.back_on, "暂停", each.application_id))
        since = each.back_on
    if spans and since is not None:
        spans.append((since, customer.closed_on, "运行", None))
    return spans
