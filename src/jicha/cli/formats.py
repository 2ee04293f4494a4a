"""Output formats, apart from what draws them, so that `--help` need not load a drawing library."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"
