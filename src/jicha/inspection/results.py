"""The records of sweeps: one folder a run under `results/`, complete or not there at all.

A run is written into a hidden folder and renamed when whole, so a killed sweep leaves nothing that could be
taken for a result, and readers see the last good run. Nothing in a finished run is ever changed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import msgspec

from jicha.inspection.known import Known
from jicha.kernel.errors import UnknownKey
from jicha.lexicon.arrow import arrow_type
from jicha.warehouse.workspace import Workspace

RUN_FILE = "run.json"

#: Columns of the findings of a run. All are fields of the lexicon.
FINDING_COLUMNS = (
    "finding_key",
    "topic",
    "topic_uid",
    "topic_code",
    "severity_code",
    "identity_code",
    "subject_type_code",
    "subject_id",
    "customer_id",
    "org_id",
    "episode_no",
    "event_id",
    "period_from",
    "period_to",
    "observed_value",
    "expected_value",
    "impact_kwh",
    "impact_yuan",
    "impact_method",
    "is_partial_impact",
    "presence_code",
    "first_run_no",
    "evidence_json",
    "replay_json",
    "observation_digest",
)

#: Columns of the hits an innocence check cleared, one row per hit and clearing alibi.
CLEARED_COLUMNS = (
    "topic",
    "subject_type_code",
    "subject_id",
    "customer_id",
    "org_id",
    "period_from",
    "period_to",
    "impact_kwh",
    "impact_yuan",
    "check_name",
    "reason_en",
    "reason_zh",
    "valid_from",
    "valid_to",
    "evidence_json",
    "alibi_json",
)


class RunRecord(msgspec.Struct, frozen=True):
    """What a sweep was made of and what it did. `fingerprint` is the digest of everything its findings
    depend on: data, content, law, parameters and dates; two runs with the same one have the same findings. `bills`
    counts recalculated bills and, by reason, those that are not; None where the sweep did not recalculate."""

    run: int
    started_at: str
    finished_at: str
    as_of_on: str
    window_from_on: str
    manifest: int
    lake_digest: str
    content_digest: str
    law_digest: str
    parameter_digest: str
    fingerprint: str
    findings_digest: str
    engine: str
    versions: dict[str, str]
    baseline_run: int | None
    is_retrospective: bool
    topics: dict[str, Any]
    skipped: dict[str, Any]
    counts: dict[str, int]
    built: list[tuple[str, str, str]]
    reused: int
    audits: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    seconds: float
    #: Findings by what replaying their bills came to; `failed` where the charge models could not run.
    replay: dict[str, Any] = {}
    bills: dict[str, Any] | None = None


class Results:
    """Reads and writes the runs of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.results

    def runs(self) -> list[int]:
        """Numbers of the complete runs, ascending."""
        if not self._folder.is_dir():
            return []
        names = (path.parent.name for path in self._folder.glob(f"[0-9]*/{RUN_FILE}"))
        return sorted(int(name) for name in names)

    def record(self, run: int | None = None) -> RunRecord:
        """A run's record; the last one by default. Raises `UnknownKey`."""
        return msgspec.json.decode((self._path(run) / RUN_FILE).read_bytes(), type=RunRecord)

    def findings(self, run: int | None = None) -> list[dict[str, Any]]:
        """The findings of a run in rank order."""
        return _read(self._path(run) / "findings.parquet")

    def cleared(self, run: int | None = None) -> list[dict[str, Any]]:
        """The hits of a run that an innocence check explained."""
        return _read(self._path(run) / "cleared.parquet")

    def known(self, run: int | None = None) -> list[Known]:
        """Everything known of findings after a run, absent ones included."""
        return [Known(**row) for row in _read(self._path(run) / "known.parquet")]

    def write(
        self,
        record: RunRecord,
        findings: Iterable[Mapping[str, Any]],
        cleared: Iterable[Mapping[str, Any]],
        known: Iterable[Known],
        types: Mapping[str, str],
    ) -> Path:
        """Makes the run visible at once, whole. `types` are the lexicon types of the columns."""
        final = self._folder / f"{record.run:06d}"
        temporary = self._folder / f".{record.run:06d}.{os.getpid()}"
        self.sweep_leftovers()
        temporary.mkdir(parents=True)
        _write(temporary / "findings.parquet", FINDING_COLUMNS, findings, types)
        _write(temporary / "cleared.parquet", CLEARED_COLUMNS, cleared, types)
        names = tuple(field.name for field in fields(Known))
        _write(temporary / "known.parquet", names, (asdict(finding) for finding in known), _KNOWN_TYPES)
        (temporary / RUN_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1))
        for path in (*temporary.iterdir(), temporary):
            _sync(path)
        temporary.rename(final)
        _sync(self._folder)
        return final

    def sweep_leftovers(self) -> None:
        """Removes what killed sweeps left. Only the holder of the writer lock calls this."""
        for path in self._folder.glob(".[0-9]*"):
            shutil.rmtree(path)

    def _path(self, run: int | None) -> Path:
        runs = self.runs()
        if not runs:
            raise UnknownKey(
                "no_run",
                en="there is no sweep yet; run `jicha sweep`",
                zh="尚无稽查批次; 请先运行 `jicha sweep`",
            )
        if run is not None and run not in runs:
            raise UnknownKey(
                "unknown_run",
                en=f"there is no sweep {run}; the last one is {runs[-1]}",
                zh=f"没有第 {run} 次稽查批次; 最近一次为 {runs[-1]}",
            )
        return self._folder / f"{runs[-1] if run is None else run:06d}"


#: `Known` is the system's own memory, typed here because its fields are its columns.
_KNOWN_TYPES = {
    field.name: {
        "date": "date",
        "int": "integer",
        "int | None": "integer",
    }.get(str(field.type), "text")
    for field in fields(Known)
}


def _write(
    path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], types: Mapping[str, str]
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    listed = list(rows)
    arrays = [pa.array([row[name] for row in listed], type=arrow_type(types[name])) for name in columns]
    pq.write_table(pa.table(arrays, names=list(columns)), path, compression="zstd")


def _read(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def evidence_rows(finding: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A finding's evidence, one dictionary per row; decimals and dates are texts."""
    rows: list[dict[str, Any]] = json.loads(finding["evidence_json"])
    return rows
