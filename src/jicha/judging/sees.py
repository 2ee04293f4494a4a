"""Which topics ought to see a mechanism, may see it, or must not accuse it: `content/judging/sees.csv`.

The table is reviewed by people and stands apart from both sides: the county does not know topics, topics do not
know mechanisms. `topic` is a topic's path (`reading/sudden_drop`) or its code in the catalogue (MR-006, planned
topics included); `*` is every topic that no other row of the mechanism names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import csv_rows, read_text

FILE = "judging/sees.csv"
OUGHT, MAY, MUST_NOT = VERDICTS = ("ought", "may", "must_not")
EVERY = "*"

_HEADER = ["mechanism", "topic", "verdict", "why", "reviewer"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row: what a topic has to do with a mechanism, and who says so."""

    mechanism: str
    topic: str
    verdict: str
    why: str
    reviewer: str
    line: int


def load_sees(roots: ContentRoots) -> list[Verdict]:
    """The rows of all content roots, in order. Raises `ContentError` for an unknown verdict, a row without reason
    or reviewer, and a topic that stands twice for a mechanism."""
    found: list[Verdict] = []
    stood: set[tuple[str, str]] = set()
    for root in roots:
        path = root / FILE
        if not path.is_file():
            continue
        shown = roots.shown(path)
        names, rows = csv_rows(read_text(path, shown), shown)
        if names != _HEADER:
            raise _refusal(
                shown, 1, f"the first line must be {','.join(_HEADER)}", f"首行须为 {','.join(_HEADER)}"
            )
        for line, cells in rows:
            mechanism, topic, verdict, why, reviewer = (cell.strip() for cell in cells)
            row = Verdict(mechanism, topic, verdict, why, reviewer, line)
            if row.verdict not in VERDICTS:
                raise _refusal(
                    shown,
                    line,
                    f"the verdict is {', '.join(VERDICTS)}, not {row.verdict}",
                    f"verdict 只能是 {'、'.join(VERDICTS)}, 不能是 {row.verdict}",
                )
            if not (row.mechanism and row.topic and row.why and row.reviewer):
                raise _refusal(shown, line, "no cell may be empty", "各单元格均不得为空")
            if (row.mechanism, row.topic) in stood:
                raise _refusal(
                    shown,
                    line,
                    f"{row.mechanism} and {row.topic} stand twice",
                    f"{row.mechanism} 与 {row.topic} 重复出现",
                )
            stood.add((row.mechanism, row.topic))
            found.append(row)
    return found


def verdicts(
    rows: Iterable[Verdict], mechanisms: Sequence[str], topics: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """The verdict by mechanism and topic. `topics` are those that ran: name -> code. A row that names the topic
    holds before one that names its code, and that before `*`; pairs nobody speaks of are left out."""
    by_mechanism: dict[str, dict[str, str]] = {}
    for row in rows:
        by_mechanism.setdefault(row.mechanism, {})[row.topic] = row.verdict
    found: dict[tuple[str, str], str] = {}
    for mechanism in mechanisms:
        said = by_mechanism.get(mechanism, {})
        for name, code in topics.items():
            verdict = said.get(name) or said.get(code) or said.get(EVERY)
            if verdict is not None:
                found[mechanism, name] = verdict
    return found


def _refusal(shown: str, line: int, en: str, zh: str) -> ContentError:
    return ContentError("bad_sees", en=en, zh=zh, file=shown, line=line)
