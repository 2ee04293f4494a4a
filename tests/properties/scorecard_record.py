"""The figures below which the scorecard may not fall, county by county: `scorecard_record.json`.

The record holds the bound of the interval on the bad side (the lower one of recall and precision, the upper one of
innocents accused and guilty cleared) and, having no interval, the money error itself. It moves only by
`make scorecard-record REASON="…"`, which writes the reason down.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

from jicha.judging.scorecard import Scorecard

from .scorecard_page import cards_of

RECORD = Path(__file__).with_name("scorecard_record.json")

#: Bounds are rounded to so many places; a bound this near to the record has not fallen.
_PLACES = 6

Bounds = dict[str, float]


def bounds(card: Scorecard) -> Bounds:
    """The headline figures of a county as the record holds them; those without cases are left out."""
    found: Bounds = {}
    for metric in card.metrics:
        figure = card.overall.get(metric.name)
        if not metric.is_headline or figure is None or figure.value is None:
            continue
        bound = figure.low if metric.is_better_higher else figure.high
        found[metric.name] = round(figure.value if bound is None else bound, _PLACES)
    return found


def fallen(card: Scorecard, recorded: Bounds) -> list[str]:
    """What is worse than recorded, in words; a figure that has lost all its cases has fallen."""
    now = bounds(card)
    better = {metric.name: metric.is_better_higher for metric in card.metrics}
    words = []
    for name, before in sorted(recorded.items()):
        value = now.get(name, -math.inf if better[name] else math.inf)
        if (value < before) if better[name] else (value > before):
            words.append(f"{name}: {value:.4f}, recorded {before:.4f}")
    return words


def read() -> dict[str, Any]:
    """The record: `counties` by name, `history` with the reason of every move."""
    record: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return record


def move(reason: str) -> dict[str, Any]:
    """Measures all counties and writes the record anew, the reason and what moved at the end of its history."""
    before = read() if RECORD.is_file() else {"counties": {}, "history": []}
    with tempfile.TemporaryDirectory(prefix="jicha-scorecard-") as folder:
        now = {name: bounds(card) for name, card in cards_of(Path(folder)).items()}
    moved = {
        name: {
            metric: [before["counties"].get(name, {}).get(metric), value]
            for metric, value in figures.items()
            if before["counties"].get(name, {}).get(metric) != value
        }
        for name, figures in now.items()
    }
    entry = {"reason": reason, "moved": {name: figures for name, figures in moved.items() if figures}}
    record = {"counties": now, "history": [*before["history"], entry]}
    RECORD.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return record


def main() -> None:
    reason = " ".join(sys.argv[1:]).strip()
    # A word or two explain nothing to the one who asks next year.
    if len(reason.split()) < 4 and len(reason) < 10:
        sys.exit('say why the record moves: make scorecard-record REASON="…"')
    move(reason)


if __name__ == "__main__":
    main()
