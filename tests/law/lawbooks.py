"""A content folder with the real lexicon and law of the test's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from jicha.law.book import Law, load_law, read_law
from jicha.law.review import review
from jicha.lexicon.roots import ContentRoots

LEXICON = Path(__file__).resolve().parents[2] / "content" / "lexicon"

OLD_RULES = """
title: {en: Old rules, zh: 旧规则}
number: 第8号
issuer: {en: Ministry, zh: 部}
jurisdiction_code: CN
effective_from: 1996-10-08
effective_to: 2024-06-01
repealed_by: new_rules
confidence: source-read
confirmed_on: 2026-11-21
sources: [{url: "https://example.org/old"}]
articles:
  "98": {en: Late payment., zh: 逾期交费。}
"""
NEW_RULES = """
title: {en: New rules, zh: 新规则}
issuer: {en: Commission, zh: 委}
jurisdiction_code: CN
effective_from: 2024-06-01
confidence: unverified
confirmed_on: 2026-11-21
articles:
  "7": {en: Late payment again., zh: 逾期交费。}
  whole: {en: Everything., zh: 全文。}
"""
#: A table keyed by two codes with one price; ends with its blocks open, so that tests add their own.
PRICES = """
title: {en: Prices, zh: 电价}
description: {en: Prices of a test., zh: 测试电价。}
key: [jurisdiction_code, register_code]
values: [price_yuan_per_kwh]
blocks:
"""
OLD_BLOCK = """
  - valid_from: 1996-10-08
    valid_to: 2024-06-01
    cite: old_rules#98
    confidence: source-read
    confirmed_on: 2026-11-21
    rows:
      - [CN, active_total, "0.5"]
      - [CN, active_peak, "0.80"]
"""
NEW_BLOCK = """
  - valid_from: 2024-06-01
    cite: new_rules#7
    confidence: unverified
    confirmed_on: 2026-11-21
    note: {en: To be confirmed., zh: 待核实。}
    fixed: {jurisdiction_code: CN}
    rows:
      - [active_total, "0.6"]
      - {row: [active_peak, "0.9"], cite: [new_rules#7, new_rules#whole], confidence: secondary}
"""


@dataclass(frozen=True)
class LawBooks:
    """`write` takes paths below content/law; `private` is a second root for what a utility adds."""

    public: Path
    private: Path

    def write(self, name: str, text: str, *, private: bool = False) -> Path:
        path = (self.private if private else self.public) / "law" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    @property
    def roots(self) -> ContentRoots:
        return ContentRoots(self.public, (self.private,))

    def law(self) -> Law:
        return load_law(self.roots)

    def told(self) -> list[str]:
        """Code and place of every problem of the cross-checks."""
        return [f"{problem.code} {problem.where}" for problem in review(read_law(self.roots))]


def law_books(folder: Path) -> LawBooks:
    """Two instruments and a table of two versions."""
    public, private = folder / "content", folder / "local"
    public.mkdir(parents=True)
    private.mkdir()
    (public / "lexicon").symlink_to(LEXICON)
    (public / "VERSION").write_text("0\n", encoding="utf-8")
    books = LawBooks(public, private)
    books.write("instruments/old_rules.yaml", OLD_RULES)
    books.write("instruments/new_rules.yaml", NEW_RULES)
    books.write("prices/price_of_test.yaml", PRICES + OLD_BLOCK + NEW_BLOCK)
    return books
