"""The guard against silent skips: it must fail where a test skips for a reason nobody listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.skips import main

LINE = "SKIPPED [3] tests/properties/test_real.py:12: {reason}\n"


@pytest.mark.parametrize(
    ("reason", "data", "status"),
    [
        ("JICHA_DATA is not set", None, 0),
        ("JICHA_DATA is not set", "/somewhere", 1),
        ("too slow today", None, 1),
    ],
)
def test_skips(
    reason: str, data: str | None, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if data is None:
        monkeypatch.delenv("JICHA_DATA", raising=False)
    else:
        monkeypatch.setenv("JICHA_DATA", data)
    report = tmp_path / "report"
    report.write_text("..s\n" + LINE.format(reason=reason) + "3 skipped\n", encoding="utf-8")
    assert main(report) == status


def test_no_skip_is_fine(tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.write_text("303 passed\n", encoding="utf-8")
    assert main(report) == 0
