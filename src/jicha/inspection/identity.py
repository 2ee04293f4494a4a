"""Episodes over time: which of today's episodes is which of yesterday's.

Pairs of one subject are matched by the longest overlap, the older finding first where overlaps are equal.
Matching is greedy, deterministic and one to one. What is left over today gets the next number and says from
which finding it split; what is left over from yesterday, if it overlaps a matched one, has merged into it.
Numbers are never used twice for a subject, gone findings included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jicha.inspection.finding import Observation
from jicha.inspection.known import Known


@dataclass
class Matching:
    """Observations with their final numbers; keys that merged, and from which key a new one split."""

    observations: list[Observation] = field(default_factory=list)
    merged_into: dict[str, str] = field(default_factory=dict)
    split_from: dict[str, str] = field(default_factory=dict)


def match(observations: Iterable[Observation], known: Iterable[Known]) -> Matching:
    """Gives every episode its number; states and events pass through."""
    before: dict[tuple[str, str], list[Known]] = {}
    for finding in known:
        if finding.identity == "episode":
            before.setdefault((finding.uid, finding.subject_id), []).append(finding)
    today: dict[tuple[str, str], list[Observation]] = {}
    matching = Matching()
    for observation in observations:
        if observation.identity == "episode":
            today.setdefault((observation.uid, observation.subject_id), []).append(observation)
        else:
            matching.observations.append(observation)
    for subject in sorted(today):
        _match_subject(today[subject], before.get(subject, []), matching)
    return matching


def _match_subject(today: Sequence[Observation], before: Sequence[Known], matching: Matching) -> None:
    today = sorted(today, key=lambda o: (o.period_from, o.period_to))
    # Gone findings take part: the same days seen again are the same finding, which has reappeared.
    pairs = sorted(
        (
            -finding.overlap(o.period_from, o.period_to),
            finding.presence == "merged",
            finding.number or 0,
            place,
        )
        for place, o in enumerate(today)
        for finding in before
        if finding.overlap(o.period_from, o.period_to) > 0
    )
    by_number = {finding.number or 0: finding for finding in before}
    owner: dict[int, Known] = {}
    taken: set[int] = set()
    for _, _, number, place in pairs:
        if place not in owner and number not in taken:
            owner[place] = by_number[number]
            taken.add(number)
    next_number = max((finding.number or 0 for finding in before), default=0) + 1
    for place, observation in enumerate(today):
        if place in owner:
            matching.observations.append(observation.numbered(owner[place].number or 0))
            continue
        fresh = observation.numbered(next_number)
        next_number += 1
        matching.observations.append(fresh)
        parent = _longest(observation, before)
        if parent is not None:
            matching.split_from[fresh.key] = parent.finding_key
    for finding in before:
        if finding.number not in taken and finding.is_open:
            heir = max(
                (
                    place
                    for place in owner
                    if finding.overlap(today[place].period_from, today[place].period_to) > 0
                ),
                key=lambda place: finding.overlap(today[place].period_from, today[place].period_to),
                default=None,
            )
            if heir is not None:
                matching.merged_into[finding.finding_key] = owner[heir].finding_key


def _longest(observation: Observation, before: Sequence[Known]) -> Known | None:
    overlapping = [f for f in before if f.overlap(observation.period_from, observation.period_to) > 0]
    return max(
        overlapping,
        key=lambda f: (f.overlap(observation.period_from, observation.period_to), -(f.number or 0)),
        default=None,
    )
