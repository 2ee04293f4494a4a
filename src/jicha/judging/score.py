"""A sweep of a workspace judged against an answer key.

The key is taken as a source, into a lake of its own in a temporary folder: the workspace that is judged is read
and never learns the answers.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import sqlglot.expressions as exp

from jicha.inspection.content import load_catalogue
from jicha.inspection.results import Results, RunRecord
from jicha.inspection.run_topic import SweepWindow
from jicha.inspection.topic import Topic, load_topics
from jicha.judging.judge import PLANTED, Judge, JudgedTopic
from jicha.judging.rulebook import load_rulebook
from jicha.judging.scorecard import Scorecard
from jicha.judging.sees import load_sees
from jicha.kernel.errors import SourceError
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.ingest import ingest
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace

SOURCE = "answer_key"
FILE = "answer_key.csv"


def score(
    workspace: Workspace, answer_key: Path, roots: ContentRoots, *, run: int | None = None
) -> Scorecard:
    """Judges a sweep (None: the last that is no look back) against `answer_key`, a folder with `answer_key.csv`.

    Raises `UnknownKey` without a sweep, `SourceError` where the key is missing or a row of it cannot be read.
    """
    results = Results(workspace)
    record = results.record(run) if run is not None else _latest(results)
    catalogue = load_catalogue(roots)
    rulebook = load_rulebook(catalogue)
    rulebook.lint()
    with tempfile.TemporaryDirectory(prefix="jicha-score-") as folder:
        key = _taken(Path(folder), answer_key, catalogue)
        engine = DuckDBEngine([workspace.lake, key.lake])
        stores = {PLANTED: Store(key, Manifest.head(key), catalogue)}
        judged = Store(workspace, Manifest.load(workspace, record.manifest), catalogue)

        def relation(name: str) -> exp.Query:
            return stores.get(name, judged).query(engine, name, None, None)

        try:
            judge = Judge(
                rulebook,
                engine,
                relation,
                run=record.run,
                window=SweepWindow(
                    as_of_on=date.fromisoformat(record.as_of_on),
                    from_on=date.fromisoformat(record.window_from_on),
                ),
                topics=_topics(record, catalogue),
                sees=load_sees(roots),
            )
            return judge.judged(results.findings(record.run), results.cleared(record.run))
        finally:
            engine.close()


def _latest(results: Results) -> RunRecord:
    for number in reversed(results.runs()):
        record = results.record(number)
        if not record.is_retrospective:
            return record
    return results.record()


def _topics(record: RunRecord, catalogue: Catalogue) -> list[JudgedTopic]:
    """The topics that ran, a skipped one left out: it could not see anything."""
    return [
        JudgedTopic(name, topic.header.code, claims_money(topic))
        for name, topic in load_topics(catalogue).items()
        if name in record.topics
    ]


def _taken(folder: Path, answer_key: Path, catalogue: Catalogue) -> Workspace:
    """The key in a lake of its own below `folder`. What lies beside it is passed over; nothing of it may be lost."""
    file = answer_key / FILE
    if not file.is_file():
        raise SourceError(
            "no_answer_key",
            en=f"this folder holds no {FILE}; give the folder that `jicha county build --out` filled",
            zh=f"该目录没有 {FILE}; 请给出 `jicha county build --out` 的输出目录",
            file=answer_key,
        )
    delivery = folder / "delivery"
    delivery.mkdir()
    (delivery / FILE).write_bytes(file.read_bytes())
    workspace = Workspace.create(folder / "key", buckets=1)
    report = ingest(workspace, SOURCE, delivery, roots=catalogue.roots, lexicon=catalogue.lexicon)
    lost = sum(taken.rows_quarantined + taken.values_quarantined for taken in report.files)
    if lost:
        raise SourceError(
            "answer_key_unread",
            en=f"{lost} rows or values of the answer key cannot be read; take it with `jicha ingest {SOURCE}` into "
            "another workspace to see which",
            zh=f"答案中有 {lost} 行或值无法读取; 用 `jicha ingest {SOURCE}` 导入另一工作区可查看明细",
            file=file,
        )
    return workspace


def claims_money(topic: Topic) -> bool:
    """Whether a topic gives any money: one that replays bills does; else one whose `impact_yuan` is the empty value in
    every SELECT gives none."""
    return bool(topic.header.replay) or any(
        not isinstance(_bare(projection), exp.Null)
        for select in _selects(topic.tree)
        for projection in select.selects
        if projection.alias_or_name == "impact_yuan"
    )


def _selects(tree: exp.Query) -> list[exp.Select]:
    if isinstance(tree, exp.SetOperation):
        return [*_selects(tree.left), *_selects(tree.right)]
    return [tree] if isinstance(tree, exp.Select) else []


def _bare(projection: exp.Expr) -> exp.Expr:
    value = projection.unalias()
    while isinstance(value, (exp.Cast, exp.Paren)):
        value = value.this
    return value
