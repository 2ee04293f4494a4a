"""The page docs/real-data.md, every figure of it from one run."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterable, Sequence

import duckdb
from benchmarks.real_data.measured import Cost
from benchmarks.real_data.reading import HISTORIES, Data, Outcome, fates
from benchmarks.real_data.statistics import Group, common_risk_ratio, lift, wilson


def page(data: Data, outcome: Outcome, ingest: Cost, sweep: Cost) -> str:
    """The whole page as Markdown."""
    parts = [_INTRODUCTION, *_read(outcome), *_dates(data), *_found(data, outcome), *_lifts(data, outcome)]
    return "\n".join([*parts, *_contradictions(data, outcome), *_cost(outcome, ingest, sweep)]) + "\n"


_INTRODUCTION = """# What Jicha makes of real billing data

Written by `JICHA_DATA=DIR make real-data`; do not edit. The data are the invoices of the Tunisian
electricity and gas company (STEG) that were published for the challenge "Fraud Detection in
Electricity and Gas Consumption". They are not ours to hand on and no row of them stands here. Its
flag "client found fraudulent" is never taken into `core`: it is the answer key of this page alone.

The flag says who was caught manipulating a meter. Most topics look for something else – a bill that
contradicts itself, a month billed twice – so a lift of 1 does not make a topic wrong, and a lift of
3 does not make a client a thief."""

_DATES = """\
Wherever both could be a month the invoice date has day and month exchanged. Two facts that the date
is not made from say so: the register at the end of a bill is that at the start of the next, and
nobody is billed before the account was opened. The map of the source therefore reads `2006-06-12`
as 6 December 2006 (type `date_exchanged`)."""

_FINDINGS = """\
A finding is one fault of one
subject, however many bills show it; a hit that an innocence check explains is cleared and is no
finding. STEG gives no amounts, so no yuan are claimed."""

_LIFTS = """\
Who is observed for longer is caught more often, so a topic that merely finds long histories looks
good. Lift: share of frauds among the clients found over that among all (95 %: Wilson's interval of
the first). Risk ratio: found against not found among clients of equally long history
(Mantel–Haenszel; 95 %: Greenland–Robins). Then the lift by number of invoices."""

_CONTRADICTIONS = """\
Invoices whose index difference times coefficient is not the sum of their tiers, counted by SQL of
this page's own; the command fails unless each has exactly one fate."""


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A Markdown table; all columns but the first are aligned to the right."""
    lines = [f"| {' | '.join(header)} |", f"|---|{'---:|' * (len(header) - 1)}"]
    return [*lines, *(f"| {' | '.join(_cell(value) for value in row)} |" for row in rows)]


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return "–" if value is None else str(value)


def _read(outcome: Outcome) -> list[str]:
    ledger = sorted(outcome.manifest.ledger, key=lambda entry: entry.file)
    files = _table(
        ("file", "rows read", "taken", "quarantined", "values quarantined in rows taken"),
        [(e.file, e.rows_read, e.rows_typed, e.rows_quarantined, e.values_quarantined) for e in ledger],
    )
    tables = _table(
        ("core table", "rows", "rows that say the same again", "superseded", "without a place"),
        [
            (table, sum(x.kept for x in each), *(sum(getattr(x, k) for x in each) for k in _LOST))
            for table, each in _landings(outcome)
        ],
    )
    aside = outcome.quarantine_files()
    reasons = (
        duckdb.execute(
            "SELECT raw_table, coalesce(\"column\", ''), reason_en, effect, count(*), min(value), advice_en "
            'FROM read_parquet(?) GROUP BY raw_table, "column", reason_en, effect, advice_en ORDER BY 1, 4, 5 DESC, 2',
            [aside],
        ).fetchall()
        if aside
        else []
    )
    why = _table(
        ("table, column", "why", "what was left out", "how many", "for example", "what to do"),
        [(f"{t}, {c}" if c else t, why, effect, n, v, advice) for t, c, why, effect, n, v, advice in reasons],
    )
    return ["", "## What was read", "", *files, "", *tables, "", *why]


_LOST = ("duplicate", "superseded", "quarantined")


def _landings(outcome: Outcome) -> list[tuple[str, list[object]]]:
    tables: dict[str, list[object]] = {}
    for entry in outcome.manifest.ledger:
        for landing in entry.landings:
            tables.setdefault(landing.table, []).append(landing)
    return sorted(tables.items())


def _dates(data: Data) -> list[str]:
    rows = [
        (name, pairs, f"{broken:,} ({broken / pairs:.1%})", early)
        for name, pairs, broken, early in data.dates()
    ]
    return [
        "",
        "## Day and month are exchanged",
        "",
        _DATES,
        "",
        *_table(
            (
                "invoice dates",
                "pairs of bills of one register",
                "pairs whose registers do not meet",
                "invoices before the account",
            ),
            rows,
        ),
    ]


def _found(data: Data, outcome: Outcome) -> list[str]:
    found = outcome.found()
    cleared = Counter[str]()
    by_check: dict[str, Counter[str]] = {}
    for topic, check, count in data.rows(
        f"SELECT topic, check_name, count(*) FROM read_parquet('{outcome.folder / 'cleared.parquet'}') GROUP BY ALL"
    ):
        cleared[topic] += count
        by_check.setdefault(topic, Counter())[check] += count
    rows = [
        (
            topic,
            found[topic][0] if topic in found else 0,
            len(found[topic][1]) if topic in found else 0,
            cleared[topic],
            ", ".join(f"{check} {count:,}" for check, count in by_check.get(topic, Counter()).most_common())
            or None,
        )
        for topic in _topics(outcome)
    ]
    record = outcome.results.record(outcome.results.runs()[-1])
    return [
        "",
        "## What the topics found",
        "",
        f"The whole history up to {record.as_of_on}, electricity and gas. {_FINDINGS}",
        "",
        *_table(("topic", "findings", "clients", "hits cleared", "by"), rows),
    ]


def _topics(outcome: Outcome) -> list[str]:
    record = outcome.results.record(outcome.results.runs()[-1])
    return sorted(record.topics)


def _lifts(data: Data, outcome: Outcome) -> list[str]:
    every = data.groups([])
    base = sum(every[1:], every[0])
    names = [f"{low}–{high}" if high else f"{low} and more" for low, high in HISTORIES]
    strata = _table(
        ("invoices of the client", "clients", "frauds", "share (95 %)"),
        [(n, g.clients, g.guilty, _share(g.guilty, g.clients)) for n, g in zip(names, every, strict=True)]
        + [("all", base.clients, base.guilty, _share(base.guilty, base.clients))],
    )
    rows = []
    found = outcome.found()
    for topic in _topics(outcome):
        groups = data.groups(found[topic][1] if topic in found else [])
        whole = sum(groups[1:], groups[0])
        rows.append(
            (
                topic,
                whole.found,
                whole.guilty_found,
                lift(whole),
                common_risk_ratio(groups),
                *(_lift(g) for g in groups),
            )
        )
    return [
        "",
        "## Lift against the fraud flag",
        "",
        _LIFTS,
        "",
        *strata,
        "",
        *_table(("topic", "clients found", "frauds", "lift", "risk ratio", *names), rows),
    ]


def _share(part: int, whole: int) -> str | None:
    interval = wilson(part, whole)
    return None if interval is None else f"{interval.value:.2%} ({interval.low:.2%}–{interval.high:.2%})"


def _lift(group: Group) -> str | None:
    interval = lift(group)
    return None if interval is None else f"{interval}, {group.found:,} clients"


def _contradictions(data: Data, outcome: Outcome) -> list[str]:
    total, found = fates(data, outcome)
    if sum(found.values()) != total or "not accounted for" in found:
        raise SystemExit(f"{total} contradictory invoices, accounted for: {found}")
    return [
        "",
        f"## The {total:,} invoices that contradict themselves",
        "",
        _CONTRADICTIONS,
        "",
        *_table(("what became of it", "invoices"), [*found.items(), ("all", total)]),
    ]


def _cost(outcome: Outcome, ingest: Cost, sweep: Cost) -> list[str]:
    rows = sum(entry.rows_read for entry in outcome.manifest.ledger)
    return [
        "",
        "## What it cost",
        "",
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}; each command a process of its own.",
        "",
        *_table(
            ("command", "seconds", "rows read a second", "peak memory, MB"),
            [
                (name, f"{cost.seconds:.0f}", int(rows / cost.seconds), f"{cost.peak_mb:.0f}")
                for name, cost in (("jicha ingest steg", ingest), ("jicha sweep", sweep))
            ],
        ),
    ]
