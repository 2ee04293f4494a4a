"""Building a county: found it, plant its stories, live its months, write its exports and its answer key."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jicha.county.account import Account
from jicha.county.answer_key import ANSWER_KEY, Answer, answers_of, is_answer_key, write_answer_key
from jicha.county.exports import AMI, CIS, MonthFiles, month_files, write_masters
from jicha.county.founding import found
from jicha.county.metering import live, sites
from jicha.county.office import bill, bill_unsupplied, read
from jicha.county.planting import plant
from jicha.county.world import World
from jicha.kernel.errors import JichaError
from jicha.kernel.period import Month, month_of
from jicha.kernel.text import Text

Progress = Callable[[str, int, int], None]

FEWEST_CUSTOMERS, MOST_CUSTOMERS = 20, 5_000_000
FEWEST_MONTHS, MOST_MONTHS = 3, 120
_STAGING = ".county-in-progress"


class CountyError(JichaError):
    """A county cannot be built as asked."""


@dataclass(frozen=True, slots=True)
class CountySummary:
    """What was built: data rows by file (path relative to the directory), stories planted by kind (innocents
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
    customers: int = 400,
    seed: int = 1,
    months: int = 24,
    last_month: date = date(2026, 6, 1),
    progress: Progress | None = None,
) -> CountySummary:
    """Write a synthetic county to `out`: `cis_zh/*.csv`, `ami_zh/*.parquet`, `answer_key.csv`.

    The same (customers, seed, months, last_month) gives the same bytes. `last_month` is the first day of the
    last month billed. `progress(stage, done, total)` is called with the stages `found`, `months`, `masters`.
    Nothing appears under its final name before everything is written; an earlier county in `out` is
    replaced, anything else is left alone.

    Raises CountyError (`county_argument`) for sizes out of range, (`county_out_taken`) if `out` holds exports
    that no county wrote.
    """
    started = time.perf_counter()
    tell = progress or _silent
    period = _period(customers, months, last_month)
    _refuse_foreign(out)
    tell("found", 0, customers)
    world = found(seed, period, customers)
    planted = plant(seed, world)
    tell("found", customers, customers)

    with _staging(out) as staging:
        by_month, answers = _live_months(world, seed, staging, tell)
        tell("masters", 0, 1)
        files = write_masters(staging, world) | by_month
        files[ANSWER_KEY] = write_answer_key(staging, answers)
        _publish(staging, out)
        tell("masters", 1, 1)
    return CountySummary(
        customers=customers,
        months=months,
        files=files,
        causes=planted.counts,
        shortfalls=planted.shortfalls,
        seconds=time.perf_counter() - started,
    )


def _live_months(world: World, seed: int, out: Path, tell: Progress) -> tuple[dict[str, int], list[Answer]]:
    """Month by month, customer by customer; memory holds one position per customer and one row group."""
    accounts = [Account(site) for site in sites(world.customers)]
    rollover_days: dict[int, list[int]] = {}
    files: dict[str, int] = {}
    for done, month in enumerate(world.months):
        tell("months", done, len(world.months))
        with month_files(out, month) as written:
            for account in accounts:
                rolled = _live_one(account, month, seed, written)
                if rolled:
                    rollover_days.setdefault(account.customer.index, []).extend(rolled)
        files |= written.rows
    tell("months", len(world.months), len(world.months))
    answers = [
        answer
        for account in accounts
        for answer in answers_of(account, rollover_days.get(account.customer.index, []))
    ]
    return files, answers


def _live_one(account: Account, month: Month, seed: int, written: MonthFiles) -> list[int]:
    """One customer's month into the files; the days on which its register rolled over."""
    lived = live(account.site, month, seed)
    if lived is None:
        for issued in bill_unsupplied(account, month):
            written.add_bill(issued)
        return []
    written.freezes.add(account.customer, lived)
    due = account.due(lived)
    if due is not None:
        readings = read(account, due, seed)
        for reading in readings:
            written.add_reading(account.customer, reading)
        for issued in bill(account, due, readings[-1]):
            written.add_bill(issued)
    return lived.rollover_days


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
    for folder in (CIS, AMI):
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
    for folder in (CIS, AMI):
        (staging / folder).mkdir(parents=True)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _publish(staging: Path, out: Path) -> None:
    """Put the finished files under their names; the answer key last, so that with it all is there."""
    (out / ANSWER_KEY).unlink(missing_ok=True)
    for folder in (CIS, AMI):
        shutil.rmtree(out / folder, ignore_errors=True)
        (staging / folder).replace(out / folder)
    (staging / ANSWER_KEY).replace(out / ANSWER_KEY)


def _silent(_stage: str, _done: int, _total: int) -> None:
    return
