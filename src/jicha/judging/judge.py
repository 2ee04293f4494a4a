"""The judge: findings and cleared hits held against what was planted, by the models and metrics of content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlglot.expressions as exp

from jicha.inspection.run_topic import SweepWindow
from jicha.judging.metric import CASE, Metric
from jicha.judging.rulebook import GIVEN, Rulebook
from jicha.judging.scorecard import Figure, Figures, Scorecard, Unjudged, figure, worst_first
from jicha.judging.sees import OUGHT, Verdict, verdicts
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import swapped

Row = tuple[Any, ...]

#: What was planted; the one relation of the judge that comes from the answer key.
PLANTED = "core.planted_cause"

_NOUGHT = (Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class JudgedTopic:
    """A topic that ran: its name, its code in the catalogue, and whether it claims money."""

    name: str
    code: str
    is_priced: bool


class Judge:
    """Judges one sweep. `relation` gives the query of a core table by name, `PLANTED` among them."""

    def __init__(
        self,
        rulebook: Rulebook,
        engine: Engine,
        relation: Callable[[str], exp.Query],
        *,
        run: int,
        window: SweepWindow,
        topics: Iterable[JudgedTopic],
        sees: Iterable[Verdict],
    ) -> None:
        self.rulebook, self.engine, self.relation = rulebook, engine, relation
        self.run, self.window = run, window
        self.topics = {topic.name: topic for topic in topics}
        self.sees = list(sees)
        self.queries: dict[str, exp.Query] = {"sweep_window": window.query(engine)}

    def judged(
        self, findings: Iterable[Mapping[str, Any]], cleared: Iterable[Mapping[str, Any]]
    ) -> Scorecard:
        """The scorecard of these findings and cleared hits, rows as `jicha.inspection.results` gives them."""
        said = self._verdicts()
        self._give("judging.seen", seen_rows(findings, cleared))
        self._give("judging.sees", [(*pair, verdict) for pair, verdict in sorted(said.items())])
        self._give("judging.topic", [(t.name, t.code, t.is_priced) for t in self.topics.values()])
        classes = [(c.dimension, c.name, c.from_value, c.to_value) for c in self.rulebook.classes]
        self._give("judging.class", classes)
        for name, model in self.rulebook.models.items():
            rows = self.engine.rows(swapped(model.tree, self._reads(model.reads)))
            self.queries[name] = self._registered(name, model.columns, rows)
        cases = {name: self._cases(metric) for name, metric in self.rulebook.metrics.items()}
        return self._scorecard(cases, said)

    def _verdicts(self) -> dict[tuple[str, str], str]:
        self._reads([PLANTED])
        mechanisms = sorted({str(cause) for (cause,) in self._rows(PLANTED, "cause")})
        return verdicts(self.sees, mechanisms, {topic.name: topic.code for topic in self.topics.values()})

    # -- relations -----------------------------------------------------------------------------------

    def _reads(self, names: Iterable[str]) -> dict[str, exp.Query]:
        listed = list(names)
        for name in listed:
            if name not in self.queries:
                self.queries[name] = self.relation(name)
        return {name: self.queries[name] for name in listed}

    def _give(self, name: str, rows: Iterable[Row]) -> None:
        types = self.rulebook.catalogue.lexicon.types(GIVEN[name])
        self.queries[name] = self._registered(name, types, rows)

    def _registered(self, name: str, columns: Mapping[str, str], rows: Iterable[Row]) -> exp.Query:
        return self.engine.register(name.replace(".", "_"), columns, list(rows))

    def _rows(self, relation: str, *columns: str) -> list[Row]:
        query = exp.Select(expressions=[exp.column(column, quoted=True) for column in columns]).from_(
            exp.alias_(exp.Subquery(this=self.queries[relation].copy()), "r", table=True)
        )
        return self.engine.rows(query)

    def _cases(self, metric: Metric) -> list[dict[str, Any]]:
        rows = self.engine.rows(swapped(metric.tree, self._reads(metric.reads)))
        return [dict(zip(CASE, row, strict=True)) for row in rows]

    # -- figures -------------------------------------------------------------------------------------

    def _scorecard(
        self, cases: Mapping[str, list[dict[str, Any]]], said: Mapping[tuple[str, str], str]
    ) -> Scorecard:
        metrics = tuple(self.rulebook.metrics.values())
        blames = Counter(str(blame) for (blame,) in self._rows("judging.cause", "blame_code"))
        is_cleared = Counter(bool(cleared) for (cleared,) in self._rows("judging.seen", "is_cleared"))
        return Scorecard(
            run=self.run,
            window_from_on=self.window.from_on.isoformat(),
            as_of_on=self.window.as_of_on.isoformat(),
            metrics=metrics,
            overall=self._grouped(cases, None).get("", {}),
            topics=worst_first(self._grouped(cases, "topic"), metrics),
            topic_codes={topic.name: topic.code for topic in self.topics.values()},
            mechanisms=worst_first(self._grouped(cases, "cause"), metrics),
            sizes=dict(sorted(self._grouped(cases, "size_class").items())),
            gaps=dict(sorted(self._grouped(cases, "gap_class").items())),
            unjudged=tuple(self._unjudged(said)),
            counts={
                "guilty": blames["guilty"],
                "data": blames["data"],
                "innocent": blames["innocent"],
                "findings": is_cleared[False],
                "cleared": is_cleared[True],
                "topics": len(self.topics),
            },
        )

    def _unjudged(self, said: Mapping[tuple[str, str], str]) -> Iterable[Unjudged]:
        judged = {mechanism for (mechanism, _), verdict in said.items() if verdict == OUGHT}
        reviewed = {row.mechanism for row in self.sees}
        causes = self._rows("judging.cause", "cause", "blame_code")
        planted = Counter(str(cause) for cause, blame in causes if blame != "innocent")
        for mechanism, count in sorted(planted.items()):
            if mechanism not in judged:
                yield Unjudged(mechanism, count, mechanism in reviewed)

    def _grouped(self, cases: Mapping[str, list[dict[str, Any]]], by: str | None) -> dict[str, Figures]:
        """Figures by group: by topic from the cases of each topic, else from those over all topics."""
        sums: dict[str, dict[str, tuple[Decimal, Decimal]]] = {}
        for name, rows in cases.items():
            for row in rows:
                group = "" if by is None else row[by]
                if (row["topic"] is not None) != (by == "topic") or group is None:
                    continue
                part, whole = sums.setdefault(str(group), {}).get(name, _NOUGHT)
                sums[str(group)][name] = (part + row["part_value"], whole + row["whole_value"])
        return {group: self._figures(found) for group, found in sums.items()}

    def _figures(self, found: Mapping[str, tuple[Decimal, Decimal]]) -> dict[str, Figure]:
        metrics, confidence = self.rulebook.metrics, self.rulebook.confidence
        return {name: figure(metrics[name], part, whole, confidence) for name, (part, whole) in found.items()}


def seen_rows(findings: Iterable[Mapping[str, Any]], cleared: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Rows of `judging.seen`: the findings, then the cleared hits, numbered from 1."""
    names = GIVEN["judging.seen"][3:]
    listed = [(row, False) for row in findings] + [(row, True) for row in cleared]
    return [
        (number, row["topic"], is_cleared, *(row[name] for name in names))
        for number, (row, is_cleared) in enumerate(listed, start=1)
    ]
