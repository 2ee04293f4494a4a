"""Building a county: found the city, let each county company live its months, write exports and answer key."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jicha.county.answer_key import ANSWER_KEY, is_answer_key, write_answer_key
from jicha.county.apart import run_apart
from jicha.county.causes import kinds, kinds_by_trade
from jicha.county.company import CompanyResult, run_company
from jicha.county.faults import FaultPlan, read_plan
from jicha.county.founding.city import found_city
from jicha.county.plan import Planned, Wish
from jicha.county.sharing import shared
from jicha.county.tables import cause_plan, habits
from jicha.county.world import City
from jicha.kernel.errors import JichaError
from jicha.kernel.period import Month, month_of
from jicha.kernel.text import Text

Progress = Callable[[str, int, int], None]

SYSTEMS = ("cis_zh", "ami_zh", "pms_zh", "call_centre_zh", "finance_zh")
FEWEST_CUSTOMERS, MOST_CUSTOMERS = 20, 5_000_000
FEWEST_MONTHS, MOST_MONTHS = 3, 120
_STAGING = ".county-in-progress"


class CountyError(JichaError):
    """A county cannot be built as asked."""


@dataclass(frozen=True, slots=True)
class CountySummary:
    """What was built: data rows by file (path relative to the directory), happenings planted by kind (innocents
    among them), why a kind fell short of its plan, wall-clock seconds."""

    customers: int
    months: int
    files: dict[str, int]
    causes: dict[str, int]
    shortfalls: dict[str, Text]
    seconds: float


def build(
    out: Path,
    *,
    customers: int = 500,
    seed: int = 1,
    months: int = 24,
    last_month: date = date(2026, 6, 1),
    faults: Path | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
) -> CountySummary:
    """Write a synthetic county to `out`: a folder for each system's exports, and `answer_key.csv`.

    The same (customers, seed, months, last_month, faults) gives the same bytes, whatever the machine and however
    many `processes` (default: one for each core, at most one for each county company). `last_month` is the first
    day of the last month billed. `faults`: a plan from outside (docs/county-faults.md). `progress(stage, done,
    total)` is called with the stages `found`, `customers`, `write`. Nothing appears under its final name before
    everything is written; an earlier county in `out` is replaced, anything else is left alone.

    Raises CountyError (`county_argument`) for sizes out of range, (`county_out_taken`) if `out` holds exports
    that no county wrote; FaultPlanError for a plan that cannot be read.
    """
    started = time.perf_counter()
    tell = progress or _silent
    period = _period(customers, months, last_month)
    plan = None if faults is None else read_plan(faults)
    _refuse_foreign(out)
    tell("found", 0, 1)
    city = found_city(seed, period, customers)
    wanted, shortfalls = _wanted(city, plan)
    tell("found", 1, 1)
    by_nature = plan is None or plan.keep != "nothing"
    with _staging(out) as staging:
        results = _run(city, wanted, staging, processes, by_nature, tell)
        tell("write", 0, 1)
        files = {name: rows for result in results for name, rows in sorted(result.rows.items())}
        counts, left = dict.fromkeys(cause_plan(), 0), dict[str, int]()
        for result in results:
            for kind, number in result.counts.items():
                counts[kind] += number
            for kind, number in result.left.items():
                left[kind] = left.get(kind, 0) + number
        shortfalls |= {kind: _short(kind, wanted, number) for kind, number in left.items()}
        answers = [answer for result in results for answer in result.answers]
        files[ANSWER_KEY] = write_answer_key(staging, answers)
        _publish(staging, out)
        tell("write", 1, 1)
    return CountySummary(customers, months, files, counts, shortfalls, time.perf_counter() - started)


def _run(
    city: City,
    wanted: dict[str, list[Planned]],
    out: Path,
    processes: int | None,
    by_nature: bool,
    tell: Progress,
) -> list[CompanyResult]:
    """Every county company's work, in processes of their own where there are several."""
    shares = shared(city, wanted, by_nature=by_nature)
    count = min(processes or os.cpu_count() or 1, len(city.counties))
    done = 0
    if count == 1:
        results = []
        for county, share in zip(city.counties, shares, strict=True):

            def step(more: int) -> None:
                nonlocal done
                done += more
                tell("customers", done, city.customers)

            results.append(run_company(city, county, share, out, by_nature=by_nature, tell=step))
        return results
    found: dict[int, CompanyResult] = {}
    with ThreadPoolExecutor(count) as pool:
        waiting = {
            pool.submit(run_apart, city, county, share, out, by_nature=by_nature): county
            for county, share in zip(city.counties, shares, strict=True)
        }
        for future in as_completed(waiting):
            county = waiting[future]
            found[county.number] = future.result()
            done += sum(len(station.trades) for station in county.stations)
            tell("customers", done, city.customers)
    return [found[county.number] for county in city.counties]


def _wanted(city: City, plan: FaultPlan | None) -> tuple[dict[str, list[Planned]], dict[str, Text]]:
    """What to plant in the city, by kind in the order of the plan; and which kinds the period is too short for."""
    shortfalls: dict[str, Text] = {}
    wanted: dict[str, list[Planned]] = {}
    for kind, cause in cause_plan().items():
        if kind in kinds_by_trade() or (kind in kinds() and kinds()[kind].everybody):
            # Theirs by nature, however many there are.
            if plan is not None and plan.keep == "nothing" and any(each.kind == kind for each in plan.asked):
                shortfalls[kind] = Text(
                    en="is so by nature and cannot be planted; `keep: innocents` counts it",
                    zh="属用户本性,不能另行布置;`keep: innocents` 时自会计入",
                )
            continue
        kept = plan is None or plan.keep == "all" or (plan.keep == "innocents" and cause.is_innocent)
        numbers = [(_usual(city.customers, cause.per_mille) if kept else 0, Wish())]
        for asked in plan.asked if plan is not None else ():
            if asked.kind == kind:
                count = asked.count
                if count is None:
                    count = -(-int(city.customers * (asked.per_mille or 0)) // 1000)
                numbers.append((count, asked.wish))
        if not any(number for number, _ in numbers):
            continue
        if len(city.months) < cause.min_months:
            shortfalls[kind] = Text(
                en=f"needs {cause.min_months} months, the period has {len(city.months)}",
                zh=f"需要 {cause.min_months} 个月,本次只有 {len(city.months)} 个月",
            )
            continue
        wishes = [wish for number, wish in numbers for _ in range(number)]
        wanted[kind] = [Planned(cause, turn, wish) for turn, wish in enumerate(wishes)]
    return wanted, shortfalls


def _usual(customers: int, per_mille: float) -> int:
    """How many the county's own plan has: the full rate in a small county, where each kind must be seen, and a part of
    it of all customers beyond."""
    full = habits()["full_rate_customers"]
    counted = min(customers, full) + max(customers - full, 0) * habits()["rate_beyond"]
    return int(-(-counted * per_mille // 1000))


def _short(kind: str, wanted: dict[str, list[Planned]], left: int) -> Text:
    asked = len(wanted[kind])
    return Text(
        en=f"{asked - left} of {asked} planted, nothing further fits",
        zh=f"计划 {asked} 处,只有 {asked - left} 处符合条件",
    )


def _period(customers: int, months: int, last_month: date) -> tuple[Month, ...]:
    _check_range("customers", "用户数", customers, FEWEST_CUSTOMERS, MOST_CUSTOMERS)
    _check_range("months", "月数", months, FEWEST_MONTHS, MOST_MONTHS)
    last = month_of(last_month)
    if last_month != last.first:
        raise CountyError(
            "county_argument",
            en=f"last_month must be the first day of a month, got {last_month}",
            zh=f"最后月份必须写成当月第一天,而不是 {last_month}",
        )
    return tuple(last.minus(back) for back in reversed(range(months)))


def _check_range(name: str, name_zh: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise CountyError(
            "county_argument",
            en=f"{name} must be between {least} and {most}, got {value}",
            zh=f"{name_zh}必须在 {least} 至 {most} 之间,而不是 {value}",
        )


def _refuse_foreign(out: Path) -> None:
    """Exports without a county's answer key are somebody's data: never overwrite them."""
    if is_answer_key(out / ANSWER_KEY):
        return
    for folder in SYSTEMS:
        if (out / folder).exists() and any((out / folder).iterdir()):
            raise CountyError(
                "county_out_taken",
                en="the folder holds exports that are not a synthetic county; choose another directory",
                zh="目录中已有并非合成数据的导出文件,请另选目录",
                file=out / folder,
            )


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """A folder inside `out` to write in; gone afterwards, whatever happened."""
    staging = out / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _publish(staging: Path, out: Path) -> None:
    """Put the finished files under their names; the answer key last, so that with it all is there."""
    (out / ANSWER_KEY).unlink(missing_ok=True)
    for folder in SYSTEMS:
        shutil.rmtree(out / folder, ignore_errors=True)
        if (staging / folder).exists():
            (staging / folder).replace(out / folder)
    (staging / ANSWER_KEY).replace(out / ANSWER_KEY)


def _silent(_stage: str, _done: int, _total: int) -> None:
    return
