"""`jicha topics`: what this installation inspects, and what the catalogue still plans."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import print_table, rows_out, table
from jicha.inspection.content import load_catalogue
from jicha.inspection.topic import load_topics
from jicha.lexicon.roots import ContentRoots

COLUMNS = ("topic_code", "topic", "title_zh", "title_en", "severity_code", "status")


def show(*, content: Sequence[Path], planned: bool, format: Format) -> None:
    roots = ContentRoots.find(content)
    rows = [
        {
            "topic_code": topic.header.code,
            "topic": name,
            "title_zh": topic.header.title.zh,
            "title_en": topic.header.title.en,
            "severity_code": topic.header.severity,
            "status": topic.header.status,
        }
        for name, topic in load_topics(load_catalogue(roots)).items()
    ]
    if planned:
        there = {row["topic_code"] for row in rows}
        rows += [row for row in _catalogue(roots) if row["topic_code"] not in there]
    rows.sort(key=lambda row: row["topic_code"])
    if format is not Format.table:
        rows_out(rows, COLUMNS, format)
        return
    lang = current()
    headings = [
        (say("code", "代码"), "left"),
        (say("topic", "主题"), "left"),
        (say("title", "名称"), "left"),
        (say("severity", "等级"), "left"),
        (say("status", "状态"), "left"),
    ]
    body = [(r["topic_code"], r["topic"], r[f"title_{lang}"], r["severity_code"], r["status"]) for r in rows]
    print_table(say(f"{len(rows)} topics", f"{len(rows)} 个主题"), table(headings, body))


def _catalogue(roots: ContentRoots) -> list[dict[str, str]]:
    with (roots.public / "topics" / "catalogue.csv").open(encoding="utf-8", newline="") as handle:
        return [
            {
                "topic_code": row["code"],
                "topic": row["theme"],
                "title_zh": row["title_zh"],
                "title_en": row["title_en"],
                "severity_code": row["severity"],
                "status": "planned",
            }
            for row in csv.DictReader(handle)
        ]
