"""Grounds for bad deliveries, made once and copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from .grounds import Grounds


@pytest.fixture(scope="session")
def first_month(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return Grounds.new(tmp_path_factory.mktemp("grounds"))


@pytest.fixture
def grounds(first_month: Grounds, tmp_path: Path) -> Grounds:
    return first_month.copy(tmp_path)
