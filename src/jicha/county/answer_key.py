"""The answer key: what is really wrong, from the world's own knowledge; docs/county-faults.md explains its columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from jicha.county.desk import Answer
from jicha.county.metering.days import StationDays
from jicha.county.office.account import Account
from jicha.county.tables import cause_plan
from jicha.kernel.text import Text

ANSWER_KEY = "answer_key.csv"
COLUMNS = (
    "cause",
    "theme",
    "blame",
    "subject_type",
    "subject_id",
    "customer_id",
    "valid_from",
    "valid_to",
    "true_kwh",
    "energy_yuan",
    "breach_yuan",
    "size",
    "note",
)
_METERING_POINT = "metering_point"
_ROLLOVER = "register_rollover"
_FEN = Decimal("0.01")


def answers_of(account: Account, row: int, days: StationDays) -> list[Answer]:
    """The rows of one customer after the last month.

    A roll-over is told by the meter, so one nobody planted is in the key as well; it is left out only where
    another story has the customer."""
    customer, story = account.customer, account.customer.story
    if story is not None and story.plan.kind != _ROLLOVER:
        return [
            Answer(
                plan=story.plan,
                subject_type=_METERING_POINT,
                subject_id=customer.metering_point_id,
                customer_id=customer.customer_id,
                valid_from=story.valid_from,
                valid_to=story.valid_to,
                note=story.note,
                true_kwh=account.missed_kwh,
                energy_yuan=account.missed_yuan,
                breach_yuan=story.breach_yuan(account.missed_yuan).quantize(_FEN),
                size=story.size,
            )
        ]
    return [_rollover(account, days, day) for day in _rollover_days(row, days)]


def _rollover_days(row: int, days: StationDays) -> list[int]:
    """Days (index) on which the display of the meter that hangs passed its largest value."""
    segment = days.segments[row][-1]
    modulus = segment.installation.modulus
    if int(days.position[row, -1]) // modulus == segment.start // modulus:
        return []
    turns = days.position[row, segment.begins :] // modulus
    found, before = [], segment.start // modulus
    for day, turn in enumerate(turns.tolist(), start=segment.begins):
        if turn > before:
            found.append(day)
        before = turn
    return found


def _rollover(account: Account, days: StationDays, index: int) -> Answer:
    day = days.day(index)
    return Answer(
        plan=cause_plan()[_ROLLOVER],
        subject_type=_METERING_POINT,
        subject_id=account.customer.metering_point_id,
        customer_id=account.customer.customer_id,
        valid_from=day,
        valid_to=day + timedelta(days=1),
        note=Text(en=f"register passed its largest value on {day}", zh=f"{day} 示数翻转"),
    )


def is_answer_key(path: Path) -> bool:
    """Whether the file is there and begins as an answer key does."""
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        return stream.readline().rstrip("\n") == ",".join(COLUMNS)


def write_answer_key(out: Path, answers: Iterable[Answer]) -> int:
    """Write OUT/answer_key.csv (utf-8), in the order of causes and subjects; rows written."""
    order = {kind: place for place, kind in enumerate(cause_plan())}
    ordered = sorted(
        answers, key=lambda each: (order[each.plan.kind], each.subject_type, each.subject_id, each.valid_from)
    )
    with (out / ANSWER_KEY).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for each in ordered:
            writer.writerow(
                (
                    each.plan.kind,
                    each.plan.theme,
                    each.plan.blame,
                    each.subject_type,
                    each.subject_id,
                    each.customer_id,
                    each.valid_from,
                    each.valid_to,
                    each.true_kwh,
                    each.energy_yuan,
                    each.breach_yuan,
                    each.size,
                    f"{each.note.zh} / {each.note.en}",
                )
            )
    return len(ordered)
