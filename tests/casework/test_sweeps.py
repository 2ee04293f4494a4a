"""A real workspace: a small county is swept, its findings become leads, and nothing of the sweep is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from jicha.casework.models import Lead, Suspicion
from jicha.casework.seeing import CLOSERS
from jicha.casework.services.leads import take_in
from jicha.casework.services.organising import plant
from jicha.casework.sweeps import looked_of, resolved, seen_of, works_of
from jicha.cli.commands.demo import run
from jicha.inspection.content import load_catalogue
from jicha.inspection.organisation import organisations
from jicha.inspection.results import Results
from jicha.inspection.topic import load_topics
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    path: Path = tmp_path_factory.mktemp("swept") / "workspace"
    run(customers=60, seed=5, workspace=path)
    return Workspace.open(path)


def test_a_sweep_becomes_leads(casework: object, workspace: Workspace) -> None:
    catalogue = load_catalogue(ContentRoots.find())
    topics = load_topics(catalogue)
    results = Results(workspace)
    engine = DuckDBEngine([workspace.lake])
    store = Store(workspace, Manifest.load(workspace, results.record().manifest), catalogue)
    places = organisations(store, engine).values()
    plant(
        {
            "org_id": each.org_id,
            "parent_org_id": each.parent_org_id,
            "org_level_code": each.org_level_code,
            "org_name": each.org_name,
        }
        for each in places
    )
    works = works_of(store, engine)
    number, found, left_out = seen_of(results, topics, works)
    assert found and len(found) + len(left_out) == len(results.findings())
    assert any(each.doers for each in found)
    intake = take_in(number, found)
    assert intake.made + intake.joined + intake.known + len(intake.left_out) == len(found)
    assert Suspicion.objects.count() == intake.made + intake.joined
    assert Lead.objects.count() == intake.made == len({each.site for each in found} - set(intake.left_out))
    looked = looked_of(results)
    assert {each.finding_key for each in found} <= set(looked)
    assert all(resolved(topic)[0] in CLOSERS for topic in topics.values())
