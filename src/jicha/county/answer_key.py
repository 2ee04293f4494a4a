"""The answer key: what is really wrong at whom, from the world's own knowledge.

`true_kwh`, `energy_yuan`: a right bill minus the bills issued, summed over the period; + owed to the utility.
Innocents have none, but for a fen by which an adjustment's rounding may differ.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from jicha.county.account import Account
from jicha.county.biller import NOTHING
from jicha.county.causes.metering import RegisterRollover
from jicha.county.tables import PlannedCause, cause_plan
from jicha.kernel.text import Text

ANSWER_KEY = "answer_key.csv"
COLUMNS = (
    "cause",
    "subject_type",
    "subject_id",
    "customer_id",
    "valid_from",
    "valid_to",
    "true_kwh",
    "energy_yuan",
    "is_innocent",
    "note",
)
_SUBJECT_TYPE = "metering_point"
_ROLLOVER = "register_rollover"


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the key; the span is half-open."""

    plan: PlannedCause
    metering_point_id: str
    customer_id: str
    valid_from: date
    valid_to: date
    true_kwh: Decimal
    energy_yuan: Decimal
    note: Text


def answers_of(account: Account, rollover_days: list[int]) -> list[Answer]:
    """The rows of one customer after the last month; `rollover_days` as proleptic ordinals.

    A roll-over is told by the meter, so one nobody planted is in the key as well; it is left out only where
    another story has the customer."""
    customer, story = account.customer, account.customer.story
    if story is not None and not isinstance(story, RegisterRollover):
        return [
            Answer(
                story.plan,
                customer.metering_point_id,
                customer.customer_id,
                story.valid_from,
                story.valid_to,
                account.missed_kwh,
                account.missed_yuan,
                story.note,
            )
        ]
    return [_rollover(account, date.fromordinal(day)) for day in rollover_days]


def _rollover(account: Account, day: date) -> Answer:
    customer = account.customer
    note = Text(en=f"register passed its largest value on {day}", zh=f"{day} 示数翻转")
    return Answer(
        cause_plan()[_ROLLOVER],
        customer.metering_point_id,
        customer.customer_id,
        day,
        day + timedelta(days=1),
        NOTHING,
        NOTHING,
        note,
    )


def is_answer_key(path: Path) -> bool:
    """Whether the file is there and begins as an answer key does."""
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        return stream.readline().rstrip("\n") == ",".join(COLUMNS)


def write_answer_key(out: Path, answers: list[Answer]) -> int:
    """Write OUT/answer_key.csv (utf-8), in the order of causes and customers; rows written."""
    order = {kind: place for place, kind in enumerate(cause_plan())}
    answers = sorted(
        answers, key=lambda each: (order[each.plan.kind], each.metering_point_id, each.valid_from)
    )
    with (out / ANSWER_KEY).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for each in answers:
            writer.writerow(
                (
                    each.plan.kind,
                    _SUBJECT_TYPE,
                    each.metering_point_id,
                    each.customer_id,
                    each.valid_from,
                    each.valid_to,
                    each.true_kwh,
                    each.energy_yuan,
                    str(each.plan.is_innocent).lower(),
                    f"{each.note.zh} / {each.note.en}",
                )
            )
    return len(answers)
