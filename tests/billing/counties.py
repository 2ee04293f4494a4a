"""Small counties and their bills as the marts recalculate them; only what bills rest on is taken in."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jicha.billing.relations import BILL, built
from jicha.county import build as build_county
from jicha.inspection.content import load_catalogue
from jicha.inspection.organisation import organisation_tree
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.ingest import ingest
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store, statement, swapped
from jicha.warehouse.workspace import Workspace

ROOTS = ContentRoots.find()
CATALOGUE = load_catalogue(ROOTS)

#: The exports bills are reckoned from, by the beginning of their names.
NEEDED = (
    *("组织机构", "用户档案", "电价执行", "计量点", "电能表装拆", "抄表示数", "电费账单", "账单明细"),
    *("受电变压器", "变压器运停", "合同需量", "市场注册", "退补审批"),
)


@dataclass(frozen=True)
class BilledCounty:
    """A workspace whose marts are built."""

    store: Store
    engine: DuckDBEngine

    def rows(self, sql: str, *relations: str) -> list[tuple[Any, ...]]:
        """Rows of a query in which `bill`, `bill_line` … stand for the relations of that last name."""
        queries = {name.split(".")[1]: self.store.query(self.engine, name, None, None) for name in relations}
        return self.engine.rows(swapped(statement(sql), queries))


def billed_county(
    folder: Path, *, customers: int, months: int, seed: int, faults: Path | None = None
) -> BilledCounty:
    exports, delivered = folder / "exports", folder / "delivered"
    build_county(exports, customers=customers, months=months, seed=seed, processes=1, faults=faults)
    delivered.mkdir()
    for path in (exports / "cis_zh").iterdir():
        if path.name.startswith(NEEDED):
            shutil.move(path, delivered / path.name)
    workspace = Workspace.create(folder / "workspace", buckets=1)
    ingest(workspace, "cis_zh", delivered, roots=ROOTS, lexicon=CATALOGUE.lexicon)
    ingest(workspace, "answer_key", exports, roots=ROOTS, lexicon=CATALOGUE.lexicon)
    engine = DuckDBEngine([workspace.path], threads=1)
    manifest = Manifest.head(workspace)
    tree = organisation_tree(Store(workspace, manifest, CATALOGUE), engine)
    return BilledCounty(
        built(Store(workspace, manifest, CATALOGUE.resolved(tree.parents)), engine, [BILL]), engine
    )
