"""What a sweep was made of, as digests: two sweeps with the same fingerprint have the same findings."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from jicha.inspection.run_topic import Values
from jicha.kernel.canonical import digest
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.protocol import Engine

#: Kinds of files results are made of, and the lists among them that only plan.
_READ = frozenset({".sql", ".yaml", ".csv"})
_PLANS = frozenset({"catalogue.csv", "needs.csv"})


def findings_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """Digest of what was found, whatever the history that led to it: keys of states and events, subjects,
    periods, values and evidence; episode numbers and presence are history and left out."""
    return digest(
        sorted(
            [row["topic"], row["subject_id"], row["event_id"] or "", row["observation_digest"]]
            for row in rows
        )
    )


def content_digest(roots: ContentRoots) -> str:
    """Digest of every content file that can change a result: all but tests, samples, plain texts and the
    lists that only plan (the topic catalogue, the needs)."""
    folders = ("lexicon", "core", "marts", "innocence", "topics", "policy", "law")
    return digest([folder_digest(roots, folder) for folder in folders])


def folder_digest(roots: ContentRoots, folder: str) -> str:
    """Digest of the files below one content folder that models, parameters and words are read from."""
    entries = [
        [path.relative_to(root).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()]
        for root in roots
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in _READ and not path.name.endswith(".test.yaml") and path.name not in _PLANS
    ]
    return digest(sorted(entries))


def versions(engine: Engine) -> dict[str, str]:
    """What computed a result. Not part of the fingerprint: two engines give the same findings, and a test says so."""
    return {
        "jicha": version("jicha"),
        **engine.versions,
        "sqlglot": version("sqlglot"),
        "python": platform.python_version(),
    }


def parameter_rows(values: Mapping[str, Values]) -> list[dict[str, Any]]:
    """Every resolved value that is not the header's default, and each default once."""
    rows: list[dict[str, Any]] = []
    for of, by_org in sorted(values.items()):
        defaults: set[str] = set()
        for org_id, resolved in by_org.items():
            for name, r in resolved.items():
                if r.from_org_id is None and name in defaults:
                    continue
                if r.from_org_id is None:
                    defaults.add(name)
                rows.append(
                    {
                        "of": of,
                        "parameter": name,
                        "org_id": None if r.from_org_id is None else org_id,
                        "value": str(r.value),
                        "unit": r.unit,
                        "from_org_id": r.from_org_id,
                        "owner": r.owner,
                        "why": {"en": r.why.en, "zh": r.why.zh},
                        "file": r.file,
                        "sourced": r.sourced,
                    }
                )
    return rows
